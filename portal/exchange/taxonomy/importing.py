"""One file in: what it is, read, checked whole, written list by list."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from portal.directory.taxonomies import List, Taken, take_taxonomy
from portal.exchange.taxonomy import open_eligibility, rows
from portal.exchange.taxonomy.checking import BadTaxonomy, checked, tidy
from portal.store import Actor, write

LARGEST = 20 * 1024 * 1024  # bytes
LONGEST_NAME, LONGEST_NOTICE = 200, 2000


@dataclass
class TaxonomyImport:
    """What came of the file, for each list in it, and what was put right on the way."""

    lists: list[Taken] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)


def import_taxonomy(
    actor: Actor, file: Path | bytes, *, name: str = "", notice: str = "", dry_run: bool = False
) -> TaxonomyImport:
    """Take a taxonomy in from its holder's file (XML of Open Eligibility, CSV, JSON). `name`: what the list is called, where the
    file does not say; `notice`: words of its owner that must stand beside its terms. The same file again writes nothing.

    All of the file or none of it. Raises BadTaxonomy with every bad row, Refused for a list that the portal keeps itself, OSError.
    """
    data = _read(file)
    stem = file.stem if isinstance(file, Path) else ""
    found = _lists(data, tidy(name)[:LONGEST_NAME] or tidy(stem)[:LONGEST_NAME])
    if name and len(found) == 1:
        found = [replace(found[0], name=tidy(name)[:LONGEST_NAME])]
    if notice:
        found = [replace(each, notice=notice.strip()[:LONGEST_NOTICE]) for each in found]
    if not found:
        raise BadTaxonomy("There is no term in the file.")
    if any(not each.name for each in found):
        raise BadTaxonomy("Say what this list is called.")
    result = TaxonomyImport()
    ready = []
    for each in found:
        whole, mended = checked(each)
        ready.append(whole)
        result.mended += mended
    with write():
        result.lists = [take_taxonomy(actor, each, dry_run=dry_run) for each in ready]
    return result


def _read(file: Path | bytes) -> bytes:
    if isinstance(file, Path):
        if file.is_dir():
            raise BadTaxonomy(f"{file.name} is a folder. Name the file of the terms.")
        with file.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    else:
        data = file
    if len(data) > LARGEST:
        raise BadTaxonomy(f"The file is larger than {LARGEST // 1024 // 1024} MB.")
    if not data.strip():
        raise BadTaxonomy("The file is empty.")
    return data


def _lists(data: bytes, name: str) -> list[List]:
    begins = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if begins == b"<":
        return [open_eligibility.read(data)]
    text = _text(data)
    return rows.read_json(text, name) if begins in (b"{", b"[") else rows.read_csv(text, name)


def _text(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadTaxonomy(f"Line {line} is not UTF-8 text. Save the file as CSV UTF-8.") from error
    if "\x00" in text:
        raise BadTaxonomy("The file is not text: it holds zero bytes.")
    return text
