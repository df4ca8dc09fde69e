"""Reading an .xlsx workbook from a stranger: a zip of XML, read as a stream, within limits that are checked before unpacking.

Why not a library: docs/decisions/0005-reading-workbooks.md. Only values are read; formulas, styles and links are never looked at.
"""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from xml.parsers import expat

MB = 1024 * 1024
MOST_FILE = 32 * MB
MOST_DIRECTORY = MB  # bytes of the zip's own list of entries
MOST_ENTRIES = 500
MOST_UNPACKED = 128 * MB
MOST_RATIO = 200  # unpacked bytes a packed byte; XML of real books is at 5 to 20
MOST_STRINGS = 1_000_000
MOST_ROWS = 200_000
MOST_TEXT = 32_767  # characters in a cell, as in the format's own specification
BLOCK = 65_536

_END = b"PK\x05\x06"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_COLUMN = re.compile(r"[A-Z]{1,3}")


class BadWorkbook(Exception):  # noqa: N818
    """A workbook that cannot be taken, in one sentence for a person. Nothing was written."""


class Workbook:
    """An open workbook: `sheets` by name, `rows(name)` as a stream. Close it, or use it in a `with`.

    Raises BadWorkbook when the file is cut short, encrypted, larger than the limits, or no workbook; while reading, too.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        _check_before_unpacking(path)
        try:
            self._zip = zipfile.ZipFile(path)
            self._check_entries()
            self.sheets = self._find_sheets()
            self._strings = self._read_strings()
        except (zipfile.BadZipFile, OSError, zlib.error, NotImplementedError, ValueError) as error:
            raise BadWorkbook(f"{self.name} is cut short, damaged or not an .xlsx workbook.") from error

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def rows(self, sheet: str) -> Iterator[tuple[int, dict[str, str]]]:
        """(row number in the sheet, {column letter: text}) for each row that has a value."""
        reader = _RowReader(self._strings, self.name)
        yielded = 0
        for _ in self._parse(self.sheets[sheet], reader.handlers()):
            yielded += len(reader.done)
            if yielded > MOST_ROWS:
                raise BadWorkbook(f"{self.name} has more than {MOST_ROWS:,} rows.")
            yield from reader.done
            reader.done.clear()

    def _check_entries(self) -> None:
        entries = self._zip.infolist()
        names = {entry.filename for entry in entries}
        if len(entries) > MOST_ENTRIES or len(names) != len(entries):
            raise BadWorkbook(f"{self.name} is not a plain workbook: it has too many parts.")
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise BadWorkbook(f"{self.name} is encrypted. Save it without a password first.")
        for entry in entries:
            if entry.file_size > MB and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
                raise BadWorkbook(f"{self.name} unpacks to far more than it should and was not opened.")
        if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise BadWorkbook(
                f"{self.name} unpacks to more than {MOST_UNPACKED // MB} MB and was not opened."
            )
        if "xl/workbook.xml" not in names:
            raise BadWorkbook(f"{self.name} is not an .xlsx workbook.")

    def _find_sheets(self) -> dict[str, str]:
        """Sheet name -> part's path in the zip, in the book's order."""
        targets: dict[str, str] = {}
        found: dict[str, str] = {}

        def relation(tag: str, attributes: dict[str, str]) -> None:
            if tag.endswith("Relationship"):
                target = attributes.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
                targets[attributes.get("Id", "")] = path

        def sheet(tag: str, attributes: dict[str, str]) -> None:
            if tag == "sheet" and attributes.get("r:id") in targets:
                found[attributes.get("name", "")] = targets[attributes["r:id"]]

        for _ in self._parse("xl/_rels/workbook.xml.rels", _Handlers(start=relation)):
            pass
        for _ in self._parse("xl/workbook.xml", _Handlers(start=sheet)):
            pass
        return found

    def _read_strings(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self._zip.namelist():
            return []
        reader = _StringReader(self.name)
        for _ in self._parse("xl/sharedStrings.xml", reader.handlers()):
            pass
        return reader.done

    def _parse(self, part: str, handlers: "_Handlers") -> Iterator[None]:
        """Feed one part to expat in blocks, pausing after each, so that nothing whole stands in memory."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = handlers.start
        parser.EndElementHandler = handlers.end
        parser.CharacterDataHandler = handlers.text
        parser.StartDoctypeDeclHandler = self._refuse_declarations
        parser.EntityDeclHandler = self._refuse_declarations
        try:
            with self._zip.open(part) as stream:
                while block := stream.read(BLOCK):
                    parser.Parse(block, False)
                    yield
                parser.Parse(b"", True)
                yield
        except KeyError as error:
            raise BadWorkbook(f"{self.name} lacks a part that a workbook must have.") from error
        except (
            zipfile.BadZipFile,
            OSError,
            EOFError,
            zlib.error,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise BadWorkbook(f"{self.name} is cut short or damaged.") from error
        except (expat.ExpatError, ValueError, IndexError, LookupError) as error:
            raise BadWorkbook(f"{self.name} is not a sound workbook: its XML cannot be read.") from error

    def _refuse_declarations(self, *_: object) -> None:
        raise BadWorkbook(f"{self.name} declares entities, which a workbook never needs, and was not read.")


def _check_before_unpacking(path: Path) -> None:
    """Size, kind and the zip's end record, which bounds what zipfile will hold in memory."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise BadWorkbook(f"{path.name} is not a file.")
        if found.st_size > MOST_FILE:
            raise BadWorkbook(f"{path.name} is larger than {MOST_FILE // MB} MB.")
        with path.open("rb") as file:
            head = file.read(4)
            file.seek(max(0, found.st_size - BLOCK))
            tail = file.read()
    except OSError as error:
        raise BadWorkbook(f"{path.name} cannot be opened: {error.strerror}.") from error
    if head == _OLD_OFFICE:
        raise BadWorkbook(
            f"{path.name} is encrypted or in the old .xls format. Save it as .xlsx without a password first."
        )
    end = tail.rfind(_END)
    if head[:2] != b"PK" or end < 0 or len(tail) < end + 22:
        raise BadWorkbook(f"{path.name} is cut short, damaged or not an .xlsx workbook.")
    entries, directory_size = struct.unpack("<HI", tail[end + 10 : end + 16])
    if entries > MOST_ENTRIES or directory_size > MOST_DIRECTORY:
        raise BadWorkbook(f"{path.name} is not a plain workbook: it has too many parts.")


def _nothing(*_: object) -> None:
    return None


@dataclass(frozen=True)
class _Handlers:
    start: Callable[[str, dict[str, str]], None] = _nothing
    end: Callable[[str], None] = _nothing
    text: Callable[[str], None] = _nothing


class _StringReader:
    """xl/sharedStrings.xml -> list; phonetic runs (`rPh`) are left out, rich text runs are joined."""

    def __init__(self, name: str) -> None:
        self.done: list[str] = []
        self._name = name
        self._parts: list[str] = []
        self._taking = False
        self._phonetic = False

    def handlers(self) -> _Handlers:
        return _Handlers(self._start, self._end, self._text)

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        if tag == "t":
            self._taking = not self._phonetic
        elif tag == "rPh":
            self._phonetic = True

    def _end(self, tag: str) -> None:
        if tag == "t":
            self._taking = False
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "si":
            text = "".join(self._parts)
            self._parts.clear()
            if len(text) > MOST_TEXT or len(self.done) >= MOST_STRINGS:
                raise BadWorkbook(f"{self._name} holds more text than a workbook may.")
            self.done.append(text)

    def _text(self, data: str) -> None:
        if self._taking:
            self._parts.append(data)


class _RowReader:
    """A worksheet part -> rows in `done`."""

    def __init__(self, strings: list[str], name: str) -> None:
        self.done: list[tuple[int, dict[str, str]]] = []
        self._strings = strings
        self._name = name
        self._cells: dict[str, str] = {}
        self._row = 0
        self._column = ""
        self._kind = ""
        self._parts: list[str] = []
        self._taking = False

    def handlers(self) -> _Handlers:
        return _Handlers(self._start, self._end, self._text)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            found = _COLUMN.match(attributes.get("r", ""))
            self._column = found.group() if found else ""
            self._kind = attributes.get("t", "")
        elif tag == "v" or (tag == "t" and self._kind == "inlineStr"):
            self._taking = True
        elif tag == "row":
            self._row = int(attributes.get("r", self._row + 1))

    def _end(self, tag: str) -> None:
        if tag == "v" or tag == "t":
            self._taking = False
        elif tag == "c" and self._parts:
            text = "".join(self._parts)
            self._parts.clear()
            if len(text) > MOST_TEXT:
                raise BadWorkbook(f"{self._name} holds more text than a workbook may.")
            if self._column:
                self._cells[self._column] = self._strings[int(text)] if self._kind == "s" else text
        elif tag == "row":
            if self._cells:
                self.done.append((self._row, self._cells))
            self._cells = {}

    def _text(self, data: str) -> None:
        if self._taking:
            self._parts.append(data)
