"""A CSV from a stranger as a stream of rows: its encoding found, its limits checked, one cell at a time in memory."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from portal.exchange.intake.records import BadPackage, Rejected

MB = 1024 * 1024
MOST_FILE = 512 * MB
MOST_COLUMNS = 500
MOST_CELL = 100_000  # characters
LOOKED_AT = MB  # bytes from which the encoding and the separator are told
SEPARATORS = ",;\t|"


@dataclass(frozen=True)
class Line:
    """A row of the file: its number there (the header is 1; a cell with line ends does not count twice) and its cells by column."""

    row: int
    cells: dict[str, str]


def header_of(path: Path) -> list[str]:
    """The names of the columns. Raises BadPackage."""
    encoding, separator = _manner(path)
    with path.open(encoding=encoding, newline="", errors="replace") as file:
        return _header(path, _rows(path, file, separator))


def lines_of(path: Path) -> Iterator[Line | Rejected]:
    """The rows of the file as they come; one of another length than the header, or with a cell beyond all reason, is rejected
    and the next is read. Blank rows are left out. Raises BadPackage when it is no table at all."""
    encoding, separator = _manner(path)
    with path.open(encoding=encoding, newline="", errors="replace") as file:
        rows = _rows(path, file, separator)
        header = _header(path, rows)
        for number, cells in enumerate(rows, 2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header) and not any(cell.strip() for cell in cells[len(header) :]):
                cells = cells[: len(header)]
            if len(cells) != len(header):
                yield Rejected(
                    path.name, number, f"has {len(cells)} cells where the header has {len(header)}"
                )
            elif any(len(cell) > MOST_CELL for cell in cells):
                yield Rejected(path.name, number, f"has a cell of more than {MOST_CELL:,} characters")
            else:
                yield Line(
                    number, {name: cell.strip() for name, cell in zip(header, cells, strict=True) if name}
                )


def _manner(path: Path) -> tuple[str, str]:
    """Its encoding (UTF-8, with or without a mark; UTF-16 with one; else that of old Windows) and its separator."""
    try:
        if not path.is_file():
            raise BadPackage(f"{path.name} is not a file.")
        if path.stat().st_size > MOST_FILE:
            raise BadPackage(f"{path.name} is larger than {MOST_FILE // MB} MB.")
        with path.open("rb") as file:
            head = file.read(LOOKED_AT)
    except OSError as error:
        raise BadPackage(f"{path.name} cannot be opened: {error.strerror}.") from error
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif b"\0" in head:
        raise BadPackage(f"{path.name} is not a table of text. Save it as CSV (UTF-8) first.")
    else:
        encoding = "utf-8-sig" if _is_utf8(head) else "cp1252"
    first = head.decode(encoding, "replace").split("\n", 1)[0]
    return encoding, max(SEPARATORS, key=first.count)


def _is_utf8(head: bytes) -> bool:
    try:
        head[: head.rfind(b"\n") + 1 or None].decode()
    except UnicodeDecodeError:
        return False
    return True


def _rows(path: Path, file: Iterator[str], separator: str) -> Iterator[list[str]]:
    csv.field_size_limit(10 * MOST_CELL)
    reader = csv.reader(file, delimiter=separator)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadPackage(f"{path.name} cannot be read after row {reader.line_num:,}: {error}.") from error


def _header(path: Path, rows: Iterator[list[str]]) -> list[str]:
    header = [" ".join(name.split()) for name in next(rows, [])]
    if len(header) > MOST_COLUMNS:
        raise BadPackage(f"{path.name} has more than {MOST_COLUMNS} columns.")
    named = [name for name in header if name]
    if not named:
        raise BadPackage(f"{path.name} has no header: its first row must name the columns.")
    if len(set(named)) < len(named):
        twice = next(name for name in named if named.count(name) > 1)
        raise BadPackage(f"{path.name} names two columns {twice[:60]!r}.")
    return header


@dataclass(frozen=True)
class Glance:
    """A table's columns and its first rows, for a person to look at."""

    header: list[str]
    rows: list[dict[str, str]]


def look_at(path: Path, most: int = 3) -> Glance:
    """Raises BadPackage when it is no table."""
    rows = (line.cells for line in lines_of(path) if isinstance(line, Line))
    return Glance([name for name in header_of(path) if name], list(islice(rows, most)))
