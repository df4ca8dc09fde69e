"""Strings that no file may hold any more, looked for as raw bytes: as text, as UTF-16, and inside base64."""

import base64
from collections.abc import Iterable
from pathlib import Path


def disguises(text: str) -> set[bytes]:
    """The bytes by which this text would be found. base64 is cut in three ways, by where in its groups of three the text begins."""
    raw = text.encode()
    found = {
        raw,
        raw.lower(),
        raw.upper(),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        raw.hex().encode(),
    }
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw)
        found.add(whole[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6])
    return found


def found_in(folder: Path, canaries: Iterable[str]) -> dict[str, list[str]]:
    """File -> the canaries whose bytes stand in it, for every file under this folder."""
    looked_for = {text: disguises(text) for text in canaries}
    hits: dict[str, list[str]] = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        here = [text for text, forms in looked_for.items() if any(form in content for form in forms)]
        if here:
            hits[str(file.relative_to(folder))] = here
    return hits
