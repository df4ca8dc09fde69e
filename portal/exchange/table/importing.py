"""`import csv`: a file, a folder or a zip of tables through a mapping, by the one way in."""

import hashlib
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from portal.directory.terms import EVERY, TAXONOMY
from portal.exchange.intake.records import BadPackage, ImportResult, Mended, Progress, Record, Rejected
from portal.exchange.intake.taking import take_in
from portal.exchange.table.mapping import Made, TableMap
from portal.exchange.table.reading import MOST_FILE, Line, header_of, lines_of
from portal.store import Actor

MOST_ENTRIES = 200
MOST_RATIO = 200  # unpacked bytes a packed byte
GROUPS = {code: group for group, codes in EVERY.items() for code in codes}


def import_table(
    actor: Actor,
    path: Path,
    mapping: TableMap,
    *,
    dry_run: bool = False,
    report: Path | None = None,
    progress: Progress | None = None,
    accept_vanished: bool = False,
) -> ImportResult:
    """Take tables in as the mapping reads them; what take_in promises holds. A file that the mapping names must be there, and
    every column that it reads. The source is `csv` and the mapping's own name for it. Raises BadPackage in one sentence."""
    with tempfile.TemporaryDirectory() as folder:
        files = _files(path, mapping, Path(folder))
        for name, file in files.items():
            missing = mapping.columns(name) - set(header_of(file))
            if missing:
                raise BadPackage(f"{file.name} has no column {min(missing)[:60]!r}, which the mapping reads.")
        return take_in(
            actor,
            f"csv {mapping.source}",
            records_of(files, mapping),
            files=tuple(file.name for file in files.values()),
            dry_run=dry_run,
            report=report,
            progress=progress,
            accept_vanished=accept_vanished,
        )


def records_of(files: dict[str, Path], mapping: TableMap) -> Iterator[Record | Rejected | Mended]:
    """What the rows make. An object that several rows speak of is made by the first of them."""
    seen: set[bytes] = set()
    named: set[str] = set()
    for name, path in files.items():
        for line in lines_of(path):
            if isinstance(line, Rejected):
                yield line
                continue
            for record in _records(line, mapping.files[name], path.name):
                mark = hashlib.blake2b(f"{record.table}\0{record.key}".encode(), digest_size=12).digest()
                if mark in seen:
                    continue
                seen.add(mark)
                if record.table == "attribute":
                    yield from _own_words(record, named)
                yield record


def _records(line: Line, made: tuple[Made, ...], file: str) -> Iterator[Record]:
    for each in made:
        yield from each.records(line.cells, file, line.row)


def _own_words(record: Record, named: set[str]) -> Iterator[Record]:
    """A code of the portal's own words may be named without being brought: it is the same in every install."""
    code = str(record.values.get("taxonomy_term_id", ""))
    if code not in GROUPS or code in named:
        return
    if not named:
        yield Record("taxonomy", TAXONOMY, {"name": TAXONOMY}, record.file, record.row)
    named.add(code)
    values = {"taxonomy_id": TAXONOMY, "category": GROUPS[code], "code": code, "name": code.replace("_", " ")}
    yield Record("taxonomy_term", code, values, record.file, record.row)


def _files(path: Path, mapping: TableMap, room: Path) -> dict[str, Path]:
    """Name in the mapping -> file, the mapping's order."""
    if "*" in mapping.files:
        if len(mapping.files) > 1 or path.is_dir():
            raise BadPackage("This mapping is for one file.")
        return {"*": path}
    if path.suffix.lower() == ".zip":
        _unpack(path, set(mapping.files), room)
        path = room
    found = {name: (path / name if path.is_dir() else path) for name in mapping.files}
    for name, file in found.items():
        if not file.is_file() or file.name != name:
            raise BadPackage(f"The mapping reads {name}, which is not there.")
    return found


def _unpack(path: Path, wanted: set[str], room: Path) -> None:
    """The files that the mapping names, by their last name alone, and nothing that unpacks to far more than it is."""
    try:
        with zipfile.ZipFile(path) as packed:
            entries = packed.infolist()
            if len(entries) > MOST_ENTRIES:
                raise BadPackage(f"{path.name} holds more than {MOST_ENTRIES} files.")
            for entry in entries:
                name = PurePosixPath(entry.filename).name
                if name not in wanted or entry.is_dir():
                    continue
                if entry.flag_bits & 0x1:
                    raise BadPackage(f"{path.name} is encrypted. Save it without a password first.")
                if entry.file_size > MOST_FILE or entry.file_size > MOST_RATIO * max(
                    entry.compress_size, 1000
                ):
                    raise BadPackage(f"{path.name} unpacks to far more than it should and was not opened.")
                with packed.open(entry) as source, (room / name).open("xb") as target:
                    left = entry.file_size
                    while block := source.read(min(65_536, left + 1)):
                        left -= len(block)
                        if left < 0:
                            raise BadPackage(f"{path.name} is damaged: a file is longer than it says.")
                        target.write(block)
    except FileExistsError as error:
        raise BadPackage(f"{path.name} holds two files of one name.") from error
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise BadPackage(f"{path.name} is cut short, damaged or not a zip.") from error
