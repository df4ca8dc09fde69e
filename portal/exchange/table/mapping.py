"""The mapping file: read, checked against the words of HSDS, and used to make records of a row. docs/mappings.md explains it.

    {"name": "County list", "source": "county",
     "files": {"*": [
        {"table": "organization", "key": "{Agency}", "fields": {"name": "{Agency}"}},
        {"table": "phone", "key": "{Id} {n}", "each": {"from": "Phones", "split": ";"},
         "fields": {"organization_id": "{Agency}", "number": "{each}"}}]}}

A value is a text in which {column} stands for a cell, or an object: {"from": column, "split": ", ", "part": 2, "after": "is ",
"before": " ", "words": {"Y": "yes"}, "else": "{another column}"}, worked in this order. Plain texts only, no patterns and no code: it comes from outside.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.exchange.intake.records import BadPackage, Record
from portal.exchange.intake.tables import TABLES

MOST_TEXT = 200_000  # characters of a mapping
MOST_MADE = 200  # records of one object that a row may make
NEEDED = {
    "organization": ("name",),
    "service": ("name", "organization_id"),
    "service_at_location": ("service_id", "location_id"),
}
ALWAYS = {"attribute": ("link_id", "link_entity", "taxonomy_term_id")}
ROWS = (
    "organization",
    "service",
    "location",
    "service_at_location",
    "attribute",
)  # made even where they say nothing
_SLOT = re.compile(r"\{([^{}]*)\}")

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Value:
    """One field's text from a row's cells."""

    text: str
    split: str = ""
    part: int = 0
    after: str = ""
    before: str = ""
    words: Mapping[str, str] | None = None
    otherwise: str = ""

    @property
    def columns(self) -> list[str]:
        return _SLOT.findall(self.text + self.otherwise)

    @property
    def tells(self) -> bool:
        """Whether it is the row's own and not the same in every row."""
        return bool(self.columns) and self.words is None

    def of(self, cells: Cells) -> str:
        text = _SLOT.sub(lambda slot: cells[slot[1]], self.text).strip()
        if self.split:
            parts = text.split(self.split)
            at = self.part - 1 if self.part > 0 else self.part
            text = parts[at].strip() if -len(parts) <= at < len(parts) else ""
        if self.after:
            text = text.partition(self.after)[2].strip()
        if self.before:
            text = text.partition(self.before)[0].strip()
        if self.words is not None:
            text = self.words.get(text, self.words.get("*", text))
        return text or _SLOT.sub(lambda slot: cells[slot[1]], self.otherwise).strip()


@dataclass(frozen=True)
class Made:
    """An HSDS object that each row makes, one or several (`each`), where `when` holds: column -> texts that it may have, or
    none for any text at all."""

    table: str
    key: Value
    fields: Mapping[str, Value]
    each: tuple[str, str] | None = None
    when: Mapping[str, tuple[str, ...]] | None = None

    @property
    def _names(self) -> set[str]:
        return {*TABLES[self.table].references, *ALWAYS.get(self.table, ())}

    def records(self, cells: Cells, file: str, row: int) -> Iterator[Record]:
        """Nothing where the key comes out empty, or, of a hanging row (a phone, an address), all that is the row's own."""
        if self.when and not all(
            cells[name] in texts if texts else cells[name] for name, texts in self.when.items()
        ):
            return
        parts = [""]
        if self.each:
            parts = [part for part in map(str.strip, cells[self.each[0]].split(self.each[1])) if part][
                :MOST_MADE
            ]
        for number, part in enumerate(parts, 1):
            seen = {**cells, "each": part, "n": str(number)}
            key = " ".join(self.key.of(seen).split())  # who names a row is not to miss it by a blank
            values = {name: value.of(seen) for name, value in self.fields.items()}
            values |= {name: " ".join(values[name].split()) for name in self._names & values.keys()}
            says = any(
                values[name] for name, value in self.fields.items() if value.tells and name not in self._names
            )
            whole = all(values[name] for name in TABLES[self.table].needs if name in values)
            if key and (self.table in ROWS or (says and whole)):
                yield Record(self.table, key, values, file, row)


@dataclass(frozen=True)
class TableMap:
    """A checked mapping: what each file's rows make. `*` is the only file of a mapping for one table."""

    name: str
    source: str
    files: Mapping[str, tuple[Made, ...]]

    def columns(self, file: str) -> set[str]:
        """Those that it reads in this file."""
        found: set[str] = set()
        for made in self.files[file]:
            found |= {name for value in (made.key, *made.fields.values()) for name in value.columns}
            found |= {made.each[0]} if made.each else set()
            found |= set(made.when or ())
        return found - {"each", "n"}


def read_mapping(text: str) -> TableMap:
    """Raises BadPackage with the first thing that is wrong, and where."""
    if len(text) > MOST_TEXT:
        raise BadPackage(f"The mapping is longer than {MOST_TEXT:,} characters.")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise BadPackage(f"The mapping is not JSON{where}.") from error
    found = _object(found, "The mapping", {"name", "source", "files"})
    name, source = _text(found, "name", "The mapping"), _text(found, "source", "The mapping")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", source):
        raise BadPackage(
            "The mapping's source is a short name of small letters, digits and hyphens, like county-list."
        )
    files = found.get("files")
    if not isinstance(files, dict) or not files:
        raise BadPackage("The mapping's files say what each file's rows make; use \"*\" for a single one.")
    return TableMap(name, source, {str(file): _all_made(str(file), rows) for file, rows in files.items()})


def _all_made(file: str, rows: Any) -> tuple[Made, ...]:
    if not isinstance(rows, list) or not rows:
        raise BadPackage(f"The mapping for {file} is a list of objects to make.")
    return tuple(_made(f"Object {number} of {file}", row) for number, row in enumerate(rows, 1))


def _made(where: str, row: Any) -> Made:
    row = _object(row, where, {"table", "key", "fields", "each", "when"})
    table = _text(row, "table", where)
    if table not in TABLES:
        raise BadPackage(f"{where}: there is no HSDS object {table[:40]!r}. There are: {', '.join(TABLES)}.")
    known = {*TABLES[table].fields, *TABLES[table].references, *ALWAYS.get(table, ())}
    fields = row.get("fields")
    if not isinstance(fields, dict):
        raise BadPackage(f"{where}: fields is an object of HSDS field and value.")
    for name in (*fields, *NEEDED.get(table, ())):
        if name not in known:
            raise BadPackage(
                f"{where}: {table} has no field {name[:40]!r}. It has: {', '.join(sorted(known))}."
            )
        if name not in fields:
            raise BadPackage(f"{where}: {table} needs {name}.")
    return Made(
        table,
        _value(row.get("key"), f"{where}, key"),
        {name: _value(value, f"{where}, {name}") for name, value in fields.items()},
        _each(row["each"], where) if "each" in row else None,
        _when(row["when"], where) if "when" in row else None,
    )


def _value(value: Any, where: str) -> Value:
    if isinstance(value, str):
        return Value(value)
    value = _object(value, where, {"from", "split", "part", "after", "before", "words", "else"})
    texts = {name: _text(value, name, where) for name in ("split", "after", "before") if name in value}
    part = value.get("part", 1 if "split" in value else 0)
    if not isinstance(part, int) or isinstance(part, bool) or ("split" in value and not part):
        raise BadPackage(f"{where}: part is a number from 1, or from -1 counted from the end.")
    words = value.get("words")
    if words is not None and not (
        isinstance(words, dict) and all(isinstance(word, str) for word in words.values())
    ):
        raise BadPackage(f"{where}: words is an object of text and text.")
    otherwise = _text(value, "else", where) if "else" in value else ""
    return Value(
        "{" + _text(value, "from", where) + "}", part=part, words=words, otherwise=otherwise, **texts
    )


def _each(value: Any, where: str) -> tuple[str, str]:
    value = _object(value, f"{where}, each", {"from", "split"})
    return _text(value, "from", where), _text(value, "split", where)


def _when(value: Any, where: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict) or not all(isinstance(texts, list) for texts in value.values()):
        raise BadPackage(f'{where}: when is an object of column and texts, like {{"Open": ["Yes"]}}.')
    return {str(name): tuple(map(str, texts)) for name, texts in value.items()}


def _object(value: Any, where: str, known: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadPackage(f"{where} is an object in braces.")
    for name in value:
        if name not in known:
            raise BadPackage(f"{where}: {name[:40]!r} is not known here. Known: {', '.join(sorted(known))}.")
    return value


def _text(value: dict[str, Any], name: str, where: str) -> str:
    found = value.get(name)
    if not isinstance(found, str) or not found:
        raise BadPackage(f"{where}: {name} is missing or no text.")
    return found
