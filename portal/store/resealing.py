"""Every sealed value under the newest key: what `portal keys rotate` does.

Sealed columns are found by their type, in every table there is, so a new one is never forgotten. A batch is one
transaction; a value that was changed meanwhile is left to the next look. Whatever ends it in the middle, the next run goes
on with what is left: a value names its key. A value that no key opens is reported by table and id, and stays as it is.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from flask import current_app
from sqlalchemy import Column, CursorResult, Text, and_, or_, select, type_coerce, update
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.schema import Table

from portal.store import audit
from portal.store.actor import Actor
from portal.store.database import Base, db, write
from portal.store.sealed import SealedText, SealKeys

BATCH = 200


@dataclass
class Resealed:
    """What was done. moved: table.column -> values sealed anew. broken: (table.column, id) that no key opens. in_use: key id
    -> values that it seals now, each of them opened. unused: listed key ids that seal nothing any more."""

    moved: Counter[str] = field(default_factory=Counter)
    broken: list[tuple[str, str]] = field(default_factory=list)
    in_use: Counter[str] = field(default_factory=Counter)
    unused: list[str] = field(default_factory=list)


def reseal(actor: Actor, after_batch: Callable[[str, int], None] | None = None) -> Resealed:
    """Seal every value with the first of PORTAL_SEAL_KEYS, then open each one. after_batch hears of every stored batch:
    table.column and how many. Audited, by the key's id."""
    keys: SealKeys = current_app.extensions["seal_keys"]
    result = Resealed()
    for table, column in sealed_columns():
        name = f"{table.name}.{column.name}"
        for moved in _reseal_column(keys, table, column):
            result.moved[name] += moved
            if after_batch is not None:
                after_batch(name, moved)
    _verify(keys, result)
    with write():
        audit.append(actor, "rotate_keys", "seal_key", keys.keys[0][0])
    result.unused = [key_id for key_id, _key in keys.keys[1:] if key_id not in result.in_use]
    return result


def sealed_columns() -> list[tuple[Table, Column[Any]]]:
    """Every sealed column of every table, in the tables' order."""
    return [
        (table, column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, SealedText)
    ]


def _reseal_column(keys: SealKeys, table: Table, column: Column[Any]) -> Iterator[int]:
    """Batch by batch, in the order of the primary key; yields how many values each batch has moved."""
    raw, label = type_coerce(column, Text), cast(SealedText, column.type).label
    current = keys.keys[0][0]
    last: tuple[Any, ...] | None = None
    while True:
        with write() as session:
            rows = session.execute(
                select(*table.primary_key, raw.label("sealed"))
                .where(
                    raw.is_not(None), ~raw.startswith(f"{current}:", autoescape=True), *_after(table, last)
                )
                .order_by(*table.primary_key)
                .limit(BATCH)
            ).all()
            moved = 0
            for *identity, sealed in rows:
                opened = _opened(keys, sealed, label)
                if opened is None:
                    continue  # told by the second look
                done = session.execute(
                    update(table)
                    .where(_is(table, tuple(identity)), raw == sealed)
                    .values({column.name: opened})
                )
                moved += cast(CursorResult[Any], done).rowcount
        if not rows:
            return
        last = tuple(rows[-1][:-1])
        yield moved


def _verify(keys: SealKeys, result: Resealed) -> None:
    """Open every value, in batches; what does not open is named, what does is counted under its key."""
    for table, column in sealed_columns():
        raw, label = type_coerce(column, Text), cast(SealedText, column.type).label
        last: tuple[Any, ...] | None = None
        while True:
            rows = db.session.execute(
                select(*table.primary_key, raw.label("sealed"))
                .where(raw.is_not(None), *_after(table, last))
                .order_by(*table.primary_key)
                .limit(BATCH)
            ).all()
            db.session.rollback()
            for *identity, sealed in rows:
                if _opened(keys, sealed, label) is None:
                    name = f"{table.name}.{column.name}"
                    result.broken.append((name, ",".join(str(part) for part in identity)))
                else:
                    result.in_use[sealed.partition(":")[0]] += 1
            if not rows:
                break
            last = tuple(rows[-1][:-1])


def _opened(keys: SealKeys, sealed: str, label: str) -> str | None:
    """None when no listed key opens it, or it is no sealed value at all."""
    try:
        return keys.open(sealed, label)
    except ValueError:
        return None


def _after(table: Table, last: tuple[Any, ...] | None) -> list[ColumnElement[bool]]:
    """Rows whose primary key comes after this one."""
    if last is None:
        return []
    columns = list(table.primary_key)
    steps = [
        and_(*(columns[before] == last[before] for before in range(at)), columns[at] > last[at])
        for at in range(len(columns))
    ]
    return [or_(*steps)]


def _is(table: Table, identity: tuple[Any, ...]) -> ColumnElement[bool]:
    return and_(*(column == value for column, value in zip(table.primary_key, identity, strict=True)))
