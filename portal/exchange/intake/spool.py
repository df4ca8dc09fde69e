"""The records of one run on disk, checked one by one, so that memory stays bounded however many there are and in whatever
order they come. A private SQLite file that is gone with the run."""

import hashlib
import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from portal.exchange.intake.records import Mended, Record, Rejected
from portal.exchange.intake.tables import CODES, KEPT, NAMES, SAID_OF, TABLES, Table, check_row
from portal.exchange.intake.values import BadValue, text_of

MOST_KEY = 200  # characters
REPEATED = "one id says two things; the first was kept"
MOST_KEPT = 100  # mended rows of a kind that are listed; all are counted
NO_DETAIL = (
    "address",
    "location",
    "contact",
)  # what may be of a confidential place is not repeated in a list

_TABLES = """
CREATE TABLE record (n INTEGER PRIMARY KEY, code INTEGER, ref TEXT UNIQUE, file INTEGER, row INTEGER, body TEXT,
                     home TEXT, other TEXT, lost INTEGER DEFAULT 0);
CREATE TABLE rejected (file INTEGER, row INTEGER, reason TEXT);
CREATE TABLE mended (file INTEGER, row INTEGER, what TEXT, detail TEXT);
CREATE TABLE late (kind TEXT, id TEXT, field TEXT, named TEXT);
CREATE TABLE named (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE seen (code INTEGER, ref TEXT PRIMARY KEY) WITHOUT ROWID;
"""


@dataclass(slots=True)
class Row:
    """A checked record. `names`: field -> ref of each row that it names; `values` as kept (days and moments as text)."""

    table: str
    key: str
    ref: str
    values: dict[str, Any]
    names: dict[str, str]
    file: str
    row: int
    n: int = 0
    again: bool = False
    home: str = ""


def ref_of(table: str, key: str) -> str:
    return f"{CODES[table]}:{key}"


def split_ref(ref: str) -> tuple[str, str]:
    code, _, key = ref.partition(":")
    return NAMES[int(code)], key


class Spool:
    """Rows by ref, what hangs on which, and what was said of them. Close it, or use it in a `with`."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="handrail-intake-")
        self.db = sqlite3.connect(str(Path(self._folder.name) / "spool.db"), isolation_level=None)
        self.db.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;" + _TABLES
        )
        self.db.execute("BEGIN")
        self._files: list[str] = []
        self._numbers: dict[str, int] = {}
        self.mended: Counter[str] = Counter()
        self.read: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self._said: list[tuple[int, int, str, str]] = []
        self.unreadable = 0  # rows of which nobody knows what they were
        self.homes: set[int] = set()  # tables that anything hangs on

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()
        self._folder.cleanup()

    # What comes in

    def take(self, record: Record | Rejected | Mended) -> None:
        if isinstance(record, Record):
            self._take(record)
        elif isinstance(record, Rejected):
            self.unreadable += 1
            self.reject(record.file, record.row, record.reason)
        else:
            self.say(record.file, record.row, record.what, record.detail)

    def _take(self, record: Record) -> None:
        table = TABLES.get(record.table)
        if table is None:
            self.reject(record.file, record.row, f"{record.table} is nothing that HSDS knows")
            return
        self.read[record.table] += 1
        key = str(record.key).strip() if record.key is not None else ""
        if not key and record.table not in (*KEPT, "service_at_location"):
            key = _made_key(record)
        notes: list[tuple[str, str]] = []
        names: dict[str, str] = {}
        try:
            if not key or len(key) > MOST_KEY or not key.isprintable():
                raise BadValue("has no id" if not key else "has an id that is none")
            values = _checked(record, table, lambda what, detail: notes.append((what, detail)))
            names = _names(record, table)
        except BadValue as bad:
            self.reject(record.file, record.row, str(bad), record.table)
            if key and len(key) <= MOST_KEY:
                self.db.execute(
                    "INSERT OR IGNORE INTO seen VALUES (?, ?)",
                    (CODES[record.table], ref_of(record.table, key)),
                )
            return
        ref = ref_of(record.table, key)
        self.put(Row(record.table, key, ref, values, names, record.file, record.row, again=record.again))
        for what, detail in notes:
            self.say(record.file, record.row, what, "" if record.table in NO_DETAIL else detail)

    def put(self, row: Row) -> None:
        """One checked row. The same one again, as nested JSON has it, adds what it says more; one that says something else
        is rejected."""
        home = _home(row.table, row.names)
        cursor = self.db.execute(
            "INSERT OR IGNORE INTO record (code, ref, file, row, body, home, other) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                CODES[row.table], row.ref, self._file(row.file), row.row,
                json.dumps([row.values, row.names], ensure_ascii=False, separators=(",", ":")),
                home or None, row.names.get(TABLES[row.table].owner),
            ),
        )  # fmt: skip
        self._has_more(home)
        if not cursor.rowcount:
            self._again(row)

    def _again(self, row: Row) -> None:
        n, body = self.db.execute("SELECT n, body FROM record WHERE ref = ?", (row.ref,)).fetchone()
        values, names = json.loads(body)
        self.read[row.table] -= 1
        more = {
            name: value
            for name, value in row.values.items()
            if values.get(name) in (None, "") and value not in (None, "")
        }
        other = {
            name
            for name, value in row.values.items()
            if value not in (None, "") and name not in more and values.get(name) != value
        }
        if other and row.again:
            self.say(row.file, row.row, REPEATED, f"{row.table}: {', '.join(sorted(other))}")
        elif other:
            self.read[row.table] += 1
            self.reject(
                row.file,
                row.row,
                f"this id was given before with another {', '.join(sorted(other))}",
                row.table,
            )
            return
        further = {name: ref for name, ref in row.names.items() if name not in names}
        if more or further:
            names |= further
            home = _home(row.table, names)
            body = json.dumps([values | more, names], ensure_ascii=False, separators=(",", ":"))
            self.db.execute(
                "UPDATE record SET body = ?, other = ?, home = ? WHERE n = ?",
                (body, names.get(TABLES[row.table].owner), home or None, n),
            )
            self._has_more(home)

    def _has_more(self, home: str) -> None:
        if home:
            self.homes.add(int(home.partition(":")[0]))

    # What is said

    def reject(self, file: str, row: int, reason: str, table: str = "") -> None:
        self.db.execute("INSERT INTO rejected VALUES (?, ?, ?)", (self._file(file), row, reason))
        self.lost[table] += 1

    def drop(self, row: Row, reason: str) -> None:
        """Reject a row that was taken; what hangs on it goes as it is come to."""
        self.db.execute("UPDATE record SET lost = 1 WHERE n = ?", (row.n,))
        self.reject(row.file, row.row, reason, row.table)

    def change(self, row: Row, values: dict[str, Any]) -> None:
        """A row that was taken says this instead."""
        body = json.dumps([row.values | values, row.names], ensure_ascii=False, separators=(",", ":"))
        self.db.execute("UPDATE record SET body = ? WHERE n = ?", (body, row.n))

    def say(self, file: str, row: int, what: str, detail: str = "") -> None:
        self.mended[what] += 1
        if self.mended[what] <= MOST_KEPT:
            self._said.append((self._file(file), row, what, detail))

    def rejected(self) -> Iterator[Rejected]:
        for file, row, reason in self.db.execute(
            "SELECT file, row, reason FROM rejected ORDER BY file, row, rowid"
        ):
            yield Rejected(self._files[file], row, reason)

    def told(self) -> Iterator[Mended]:
        for file, row, what, detail in sorted(self._said):
            yield Mended(self._files[file], row, what, detail)

    # What is asked

    def finish_reading(self) -> None:
        """Rows are found by what they hang on from here on."""
        self.db.execute("CREATE INDEX record_home ON record (home) WHERE home IS NOT NULL")
        self.db.execute("CREATE INDEX record_other ON record (other) WHERE other IS NOT NULL")
        self.db.execute("CREATE INDEX record_code ON record (code, n)")
        self.db.execute("ANALYZE")

    def roots(self, table: str, size: int) -> Iterator[list[Row]]:
        """All rows of a table in portions, in the order in which they came."""
        last = 0
        while found := self.db.execute(_ROOTS, (CODES[table], last, size)).fetchall():
            last = found[-1][0]
            yield [self._row(each) for each in found]

    def hanging_on(self, refs: Iterable[str]) -> list[Row]:
        """Everything that hangs on these rows, what hangs on that, and so on; parents first."""
        level, found = list(refs), []
        while level:
            asked = [ref for ref in level if int(ref.partition(":")[0]) in self.homes]
            rows = [self._row(each) for each in self.db.execute(_HANGING, (json.dumps(asked),))]
            found += rows
            level = [row.ref for row in rows]
        return found

    def there(self, refs: Iterable[str]) -> set[str]:
        """Which of these rows there are."""
        return {ref for (ref,) in self.db.execute(_THERE, (json.dumps(list(refs)),))}

    def name_all(self, tables: Iterable[str], id_of: Callable[[str], UUID]) -> None:
        """Prepares `unnamed`: the ids of everything of these tables that the source named, rejected rows too."""
        for table in tables:
            refs = self.db.execute(_NAMED, (CODES[table], CODES[table]))
            self.db.executemany(
                "INSERT OR IGNORE INTO named VALUES (?)", ((id_of(ref).hex,) for (ref,) in refs.fetchall())
            )

    def unnamed(self, ids: Iterable[UUID]) -> list[UUID]:
        """Which of these the source did not name at all."""
        return [
            UUID(found) for (found,) in self.db.execute(_UNNAMED, (json.dumps([each.hex for each in ids]),))
        ]

    def defer(self, rows: Iterable[tuple[str, UUID, str, str]]) -> None:
        """References (table, id, column, ref) to write when everything is there."""
        self.db.executemany(
            "INSERT INTO late VALUES (?, ?, ?, ?)",
            ((kind, found.hex, name, ref) for kind, found, name, ref in rows),
        )

    def deferred(self, size: int) -> Iterator[list[tuple[str, UUID, str, str]]]:
        """Those of them whose row and whose other row there are, in portions; then they are forgotten."""
        cursor = self.db.execute(
            "SELECT kind, id, field, named FROM late WHERE EXISTS (SELECT 1 FROM record WHERE ref = named AND NOT lost)"
        )
        while found := cursor.fetchmany(size):
            yield [(kind, UUID(row_id), name, ref) for kind, row_id, name, ref in found]
        self.db.execute("DELETE FROM late")

    def count(self, table: str) -> int:
        found: int = self.db.execute(_COUNT, (CODES[table],)).fetchone()[0]
        return found

    def total(self) -> int:
        found: int = self.db.execute("SELECT count(*) FROM record WHERE NOT lost").fetchone()[0]
        return found

    def row(self, ref: str) -> Row | None:
        found = self.db.execute(_ONE, (ref,)).fetchone()
        return self._row(found) if found else None

    def _row(self, found: tuple[Any, ...]) -> Row:
        n, ref, file, row, body, home, other = found
        values, names = json.loads(body)
        table, key = split_ref(ref)
        owner = TABLES[table].owner
        if owner and other:
            names[owner] = other
        return Row(table, key, ref, values, names, self._files[file], row, n, home=home or "")

    def file(self, number: int) -> str:
        return self._files[number]

    def _file(self, name: str) -> int:
        if name not in self._numbers:
            self._numbers[name] = len(self._files)
            self._files.append(name)
        return self._numbers[name]


_ROOTS = "SELECT n, ref, file, row, body, home, other FROM record WHERE code = ? AND n > ? AND NOT lost ORDER BY n LIMIT ?"
_HANGING = (
    "SELECT n, ref, file, row, body, home, other FROM record"
    " WHERE NOT lost AND home IN (SELECT value FROM json_each(?)) ORDER BY n"
)
_ONE = "SELECT n, ref, file, row, body, home, other FROM record WHERE ref = ? AND NOT lost"
_THERE = "SELECT ref FROM record WHERE NOT lost AND ref IN (SELECT value FROM json_each(?))"
_NAMED = "SELECT ref FROM record WHERE code = ? UNION SELECT ref FROM seen WHERE code = ?"
_UNNAMED = "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM named)"
_COUNT = "SELECT count(*) FROM record WHERE code = ? AND NOT lost"


def _made_key(record: Record) -> str:
    """Of a row that has no id in its source: what it says."""
    said = sorted((name, str(value)) for name, value in record.values.items() if value not in (None, ""))
    return f"={hashlib.sha256(repr(said).encode('utf-8', 'replace')).hexdigest()[:32]}"


def _checked(record: Record, table: Table, note: Callable[[str, str], None]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, kind in table.fields.items():
        if name in record.values:
            try:
                values[name] = kind(record.values[name], note)
            except BadValue as bad:
                raise BadValue(
                    f"{name} {bad}" if record.table not in NO_DETAIL else f"{name} is not sound"
                ) from bad
    for name in table.needs:
        if name not in values:
            raise BadValue(f"{name} is missing")
    check_row(record.table, values, note)
    return values


def _names(record: Record, table: Table) -> dict[str, str]:
    """field -> ref of the rows that this one names. `*`: the row that an attribute or a change is said of."""
    names = {}
    for name, other in table.references.items():
        key = text_of(record.values.get(name), _silent)
        if key:
            names[name] = ref_of(other, key)
    said = SAID_OF.get(record.table)
    if said:
        entity, key = (text_of(record.values.get(name), _silent) for name in said)
        if entity not in CODES or not key:
            raise BadValue(f"{said[0]} is no table of HSDS" if key else f"{said[1]} is missing")
        names["*"] = ref_of(entity, key)
    return names


def _home(table: str, names: dict[str, str]) -> str:
    """The row that this one is written with: the nearest of those that it names."""
    if table in SAID_OF:
        return names.get("*", "")
    return next((names[name] for name in TABLES[table].parents if name in names), "")


def _silent(_what: str, _detail: str) -> None:
    return None
