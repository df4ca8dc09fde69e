"""Rows of a CSV file from a stranger, in bounded memory: its letters, its lines and its cells are not taken on trust."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from portal.exchange.intake.records import BadPackage, Mended, Rejected

MOST_LINE = 1_000_000  # characters
MOST_CELL = 250_000
MOST_COLUMNS = 500
MOST_ROWS = 5_000_000
BLOCK = 1 << 20
OLD_LETTERS = "the file is not UTF-8; it was read as Windows-1252"
GUARDED = re.compile(
    r"'(?='?[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])"
)  # against a spreadsheet that takes it for a formula
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def encoding_of(stream: IO[bytes], name: str) -> tuple[str, Mended | None]:
    """By its mark, else UTF-8 where all of it is that, else Windows-1252, which is said. Reads the stream to its end."""
    block = stream.read(BLOCK)
    marked = next((encoding for mark, encoding in _MARKS if block.startswith(mark)), None)
    if marked:
        return marked, None
    if block.count(0) > len(block) // 10:
        raise BadPackage(
            f"{name} is no text, or text of two bytes a letter without a mark. Save it as UTF-8."
        )
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block:
            decoder.decode(block)
            block = stream.read(BLOCK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252", Mended(name, 0, OLD_LETTERS)
    return "utf-8", None


@dataclass
class Sheet:
    """A CSV file's header and its rows: (line number, {column: cell}). A line that is no row is yielded as Rejected."""

    name: str
    stream: IO[bytes]
    encoding: str
    header: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        csv.field_size_limit(MOST_CELL)
        self._line = 0
        errors = "strict" if self.encoding.startswith("utf-16") else "replace"
        self._text = io.TextIOWrapper(self.stream, self.encoding, errors, newline="")
        self._reader = csv.reader(self._lines(), strict=True)
        first = next(self._parsed(), None)
        if isinstance(first, Rejected):
            raise BadPackage(f"{self.name}, line {first.row}: {first.reason}.")
        if not first:
            raise BadPackage(f"{self.name} is empty.")
        self.header = ["_".join(cell.strip().strip("\ufeff").lower().split()) for cell in first[1]]
        if len(self.header) > MOST_COLUMNS:
            raise BadPackage(f"{self.name} has more than {MOST_COLUMNS} columns.")
        twice = {cell for cell in self.header if cell and self.header.count(cell) > 1}
        if twice:
            raise BadPackage(f"{self.name}, line 1: the column {min(twice)} is there twice.")

    def rows(self) -> Iterator[tuple[int, dict[str, str]] | Rejected]:
        width, count = len(self.header), 0
        for found in self._parsed():
            if isinstance(found, Rejected):
                yield found
                continue
            line, cells = found
            count += 1
            if count > MOST_ROWS:
                raise BadPackage(f"{self.name} has more than {MOST_ROWS:,} rows.")
            if not any(cell and not cell.isspace() for cell in cells):
                continue
            if len(cells) > width and any(cell.strip() for cell in cells[width:]):
                yield Rejected(self.name, line, f"has {len(cells)} cells where there are {width} columns")
                continue
            yield line, {name: _bare(cell) for name, cell in zip(self.header, cells, strict=False) if name}

    def _parsed(self) -> Iterator[tuple[int, list[str]] | Rejected]:
        """Each row with the number of its first line."""
        while True:
            line = self._line + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                why = str(error)
                if "field larger" in why:
                    raise BadPackage(
                        f"{self.name}, line {line}: a cell holds more than {MOST_CELL:,} characters."
                    ) from error
                if "end of data" in why:
                    raise BadPackage(
                        f"{self.name}, line {line}: a quotation mark is never closed."
                    ) from error
                yield Rejected(self.name, line, f"is no CSV: {why}")
                continue
            except UnicodeError as error:
                raise BadPackage(
                    f"{self.name}, line {line}: its letters cannot be read ({self.encoding})."
                ) from error
            if cells:
                yield line, cells

    def _lines(self) -> Iterator[str]:
        while text := self._text.readline(MOST_LINE + 1):
            self._line += 1
            if len(text) > MOST_LINE:
                raise BadPackage(f"{self.name}, line {self._line}: longer than {MOST_LINE:,} characters.")
            yield text


def _bare(cell: str) -> str:
    """The words without the apostrophe that an export puts before what looks like a formula."""
    return cell[1:] if GUARDED.match(cell) else cell
