"""A package as one stream of records, whatever its version and form."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from portal.exchange.intake.hsds import older
from portal.exchange.intake.hsds.csv_rows import Sheet, encoding_of
from portal.exchange.intake.hsds.json_objects import is_list, objects
from portal.exchange.intake.hsds.nested import NOT_TAKEN, records_of, table_like, table_named
from portal.exchange.intake.hsds.package import Package, Part
from portal.exchange.intake.records import BadPackage, Mended, Record, Rejected, Stream
from portal.exchange.intake.tables import SAID_OF, TABLES

NO_HSDS = "a file that is nothing of HSDS was left out"
TWICE = "the package has CSV and JSON; of the two forms this one was left out"
MOST_JOINED = 500_000  # rows of the two small tables of before that become texts of services


def read_package(package: Package) -> Stream:
    """Records in the order of the files. Raises BadPackage where a file is not sound, or none is HSDS."""
    for name in package.left_out:
        yield Mended(name, 0, TWICE)
    taken = 0
    sheets = _Sheets(package)
    for part in package.parts:
        found = _json(package, part) if part.kind == "json" else sheets.read(part)
        first = next(found, None)
        if first is None:
            continue
        if not (isinstance(first, Mended) and first.what == NO_HSDS):
            taken += 1
        yield first
        yield from found
    if not taken and not sheets.known:
        raise BadPackage(
            f"{package.name} holds nothing of HSDS: no file of it has the columns or the objects."
        )


def _json(package: Package, part: Part) -> Iterator[Record | Rejected | Mended]:
    stem = PurePosixPath(part.name).stem
    by_name = table_named(stem)
    told = False
    with package.opened(part) as stream:
        for key, row, found in objects(stream, part.name):
            table = (table_named(key) if is_list(key) and key != "contents" else "") or by_name
            if not table and isinstance(found, dict):
                table = table_like(found)
            if table:
                yield from records_of(table, found, part.name, row)
            elif not told:
                told = True
                yield Mended(part.name, row, NO_HSDS if row <= 1 else NOT_TAKEN)


class _Sheets:
    """CSV files of a package. Two tables of before are texts of services today, and are read first."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._joined: defaultdict[str, list[str]] = defaultdict(list)
        self._paid: defaultdict[str, list[str]] = defaultdict(list)
        self.known = 0
        for part in package.parts:
            into = {"eligibility": self._joined, "payment": self._paid}.get(
                older.FILES.get(_stem(part), ("", {}))[0]
            )
            if into is not None and part.kind == "csv":
                self._join(part, into)

    def _join(self, part: Part, into: defaultdict[str, list[str]]) -> None:
        encoding, _ = self._encoding(part)
        with self._package.opened(part) as stream:
            for at, found in enumerate(Sheet(part.name, stream, encoding).rows()):
                if at > MOST_JOINED:
                    raise BadPackage(f"{part.name} has more than {MOST_JOINED:,} rows.")
                if isinstance(found, Rejected):
                    continue
                cells = found[1]
                text = cells.get("eligibility") or cells.get("payment") or cells.get("payment_accepted") or ""
                if cells.get("service_id") and text.strip():
                    into[cells["service_id"].strip()].append(text.strip())
        self.known += 1

    def _encoding(self, part: Part) -> tuple[str, Mended | None]:
        with self._package.opened(part) as stream:
            return encoding_of(stream, part.name)

    def read(self, part: Part) -> Iterator[Record | Rejected | Mended]:
        encoding, note = self._encoding(part)
        with self._package.opened(part) as stream:
            sheet = Sheet(part.name, stream, encoding)
            stem = _stem(part)
            table = table_named(stem)
            said: dict[str, str] = {}
            if not table or stem in older.FILES:
                table, said = older.table_of(stem, sheet.header)
            if table in ("eligibility", "payment"):
                return
            if table != "holiday" and not (table and _fits(table, sheet.header)):
                yield Mended(part.name, 1, NO_HSDS)
                return
            self.known += 1
            if note:
                yield note
            if table == "holiday":
                yield from (
                    found if isinstance(found, Rejected) else Mended(part.name, found[0], older.HOLIDAY)
                    for found in sheet.rows()
                )
            else:
                yield from self._rows(sheet, table, said)

    def _rows(self, sheet: Sheet, table: str, said: dict[str, str]) -> Iterator[Record | Rejected | Mended]:
        fields = {column: column for column in sheet.header if _is_field(table, column)}
        fields |= older.renamed(table, sheet.header)
        lists = older.LISTS.get(table, {})
        used = {*fields, *lists, *older.PRIVATE, "id", "taxonomy_id", "location_id", "email", "audience", "accepted_payments", "virtual", "country_prefix", "vanity_number", "organization_id"}  # fmt: skip
        for column in sheet.header:
            if column and column not in used:
                yield Mended(sheet.name, 1, older.LOST, column)
        key_column = next((column for column, field in fields.items() if field == "id"), "id")
        for found in sheet.rows():
            if isinstance(found, Rejected):
                yield found
                continue
            row, cells = found
            key = cells.get(key_column, "").strip()
            if key.isdigit() and _stem_of(sheet.name) in older.TWO_OF_ONE:
                key = f"{_stem_of(sheet.name)}:{key}"  # two files of before are one table today
            values: dict[str, Any] = {
                field: cells[column] for column, field in fields.items() if column in cells and field != "id"
            }
            values = {**said, **values}
            older.corrected(table, values, cells, key)
            if table == "service":
                self._add(values, key)
            yield Record(table, key, values, sheet.name, row)
            yield from older.more(table, cells, key, sheet.name, row)

    def _add(self, values: dict[str, Any], key: str) -> None:
        for field, joined, before in (
            ("eligibility_description", self._joined, ""),
            ("fees_description", self._paid, "Payment: "),
        ):
            if key in joined:
                texts = [values.get(field) or "", before + ", ".join(joined[key])]
                values[field] = "\n".join(filter(None, texts))


def _stem(part: Part) -> str:
    return _stem_of(part.name)


def _stem_of(name: str) -> str:
    return PurePosixPath(name).stem.lower().replace("-", "_").replace(" ", "_")


def _is_field(table: str, column: str) -> bool:
    about = TABLES[table]
    return column in about.fields or column in about.references or column in SAID_OF.get(table, ())


def _fits(table: str, header: list[str]) -> bool:
    """Whether a file has what its rows cannot do without, under today's name or an older one."""
    names = {older.RENAMED.get(table, {}).get(column, column) for column in header} | set(header)
    return all(name in names for name in TABLES[table].needs) and any(
        _is_field(table, name) for name in names
    )
