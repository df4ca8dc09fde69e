"""A package from a stranger: a folder, a zip or one file. Nothing is unpacked to disk, and limits are looked at first."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from portal.exchange.intake.hsds.nested import table_named
from portal.exchange.intake.records import BadPackage

MB = 1024 * 1024
MOST_ENTRIES = 2_000
MOST_DIRECTORY = 2 * MB  # bytes of a zip's own list of entries
MOST_UNPACKED = 4096 * MB
MOST_RATIO = 300  # unpacked bytes a packed byte, of an entry larger than RATIO_FROM
RATIO_FROM = 8 * MB
KINDS = {".csv": "csv", ".json": "json", ".ndjson": "json", ".jsonl": "json"}
BLOCK = 65_536

_END = b"PK\x05\x06"
_DAMAGE = (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True)
class Part:
    """A file of a package: its name without folders, `csv` or `json`, and where it is."""

    name: str
    kind: str
    path: Path | str


class Package:
    """The files of a package. Close it, or use it in a `with`. Raises BadPackage for what is none or is past the limits."""

    def __init__(self, path: Path) -> None:
        self.name = path.name or str(path)
        self._zip: zipfile.ZipFile | None = None
        if path.is_dir():
            parts = list(_folder(path))
        elif not path.exists():
            raise BadPackage(f"{self.name} is not there.")
        elif not path.is_file():
            raise BadPackage(f"{self.name} is neither a file nor a folder.")
        elif path.suffix.lower() in KINDS:
            parts = [Part(path.name, KINDS[path.suffix.lower()], path)]
        else:
            parts = self._open_zip(path)
        self.left_out: list[str] = []
        if (
            len({part.kind for part in parts}) == 2
        ):  # the same twice; JSON is the standard's first form, where it is HSDS
            known = any(part.kind == "json" and table_named(PurePosixPath(part.name).stem) for part in parts)
            kept = "json" if known else "csv"
            self.left_out = [part.name for part in parts if part.kind != kept]
            parts = [part for part in parts if part.kind == kept]
        if not parts:
            raise BadPackage(f"{self.name} holds no CSV and no JSON file.")
        self.parts = parts

    def __enter__(self) -> "Package":
        return self

    def __exit__(self, *_: object) -> None:
        if self._zip is not None:
            self._zip.close()

    @contextmanager
    def opened(self, part: Part) -> Iterator[IO[bytes]]:
        """The bytes of a part, as a stream."""
        try:
            if isinstance(part.path, Path):
                with part.path.open("rb") as file:
                    yield file
            elif self._zip is not None:
                with self._zip.open(part.path) as file:
                    yield file
        except _DAMAGE as error:
            if isinstance(error, ValueError) and not isinstance(error, UnicodeError):
                raise
            raise BadPackage(f"{part.name} is cut short or damaged.") from error

    def _open_zip(self, path: Path) -> list[Part]:
        _check_end(path)
        try:
            self._zip = zipfile.ZipFile(path)
            entries = self._zip.infolist()
        except _DAMAGE as error:
            raise BadPackage(f"{path.name} is cut short, damaged or not a zip.") from error
        for entry in entries:
            _check_entry(path.name, entry)
        if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise BadPackage(
                f"{path.name} unpacks to more than {MOST_UNPACKED // MB:,} MB and was not opened."
            )
        files = [entry for entry in entries if not entry.is_dir()]
        places = [PurePosixPath(entry.filename) for entry in files]
        if len({place.name for place in places if _wanted(place)}) != len(
            [place for place in places if _wanted(place)]
        ):
            raise BadPackage(f"{path.name} holds two files of one name: which one is meant?")
        return [
            Part(place.name, KINDS[place.suffix.lower()], str(place)) for place in places if _wanted(place)
        ]


def _wanted(place: PurePosixPath | Path) -> bool:
    """Not the descriptor, nor what a Mac leaves in a zip."""
    hidden = any(piece.startswith((".", "__MACOSX")) for piece in place.parts[-2:])
    return place.suffix.lower() in KINDS and place.name.lower() != "datapackage.json" and not hidden


def _folder(path: Path) -> Iterator[Part]:
    try:
        found = sorted(path.iterdir())
    except OSError as error:
        raise BadPackage(f"{path.name} cannot be opened: {error.strerror}.") from error
    if len(found) > MOST_ENTRIES:
        raise BadPackage(f"{path.name} is no package: it holds more than {MOST_ENTRIES:,} files.")
    for each in found:
        if _wanted(Path(each.name)):
            if not stat.S_ISREG(each.lstat().st_mode):
                raise BadPackage(f"{each.name} in {path.name} is a link or no plain file.")
            yield Part(each.name, KINDS[each.suffix.lower()], each)


def _check_end(path: Path) -> None:
    """The zip's end record, which bounds what zipfile will hold in memory."""
    try:
        with path.open("rb") as file:
            head = file.read(4)
            file.seek(max(0, path.stat().st_size - BLOCK - 22))
            tail = file.read()
    except OSError as error:
        raise BadPackage(f"{path.name} cannot be opened: {error.strerror}.") from error
    end = tail.rfind(_END)
    if head[:2] != b"PK" or end < 0 or len(tail) < end + 22:
        raise BadPackage(f"{path.name} is neither a zip, nor CSV or JSON; or it is cut short.")
    entries, size = struct.unpack("<HI", tail[end + 10 : end + 16])
    if entries > MOST_ENTRIES or size > MOST_DIRECTORY:
        raise BadPackage(f"{path.name} is no package: it holds more than {MOST_ENTRIES:,} files.")


def _check_entry(name: str, entry: zipfile.ZipInfo) -> None:
    place = PurePosixPath(entry.filename)
    if place.is_absolute() or ".." in place.parts or "\\" in entry.filename or ":" in entry.filename:
        raise BadPackage(f"{name} holds a file that would lie outside of it.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise BadPackage(f"{name} holds a link in place of a file.")
    if entry.flag_bits & 0x1:
        raise BadPackage(f"{name} is encrypted. Save it without a password first.")
    if place.suffix.lower() in (".zip", ".gz", ".7z", ".rar", ".bz2", ".xz"):
        raise BadPackage(f"{name} holds another archive. Unpack that one first.")
    if entry.file_size > RATIO_FROM and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
        raise BadPackage(f"{name} unpacks to far more than it should and was not opened.")
