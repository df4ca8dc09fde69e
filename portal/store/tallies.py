"""Counts kept as rows that only go up, safe at once from two sides."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Table, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.store.database import Base, engine_name


def add_one(session: Session, model: type[Base], key: Mapping[str, Any], counts: tuple[str, ...]) -> None:
    """One more in each of `counts` of the row with this key, which is made if it is not there, in the open transaction."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - a mapped class has one
    insert = postgresql.insert if engine_name() == "postgresql" else sqlite.insert
    blank = {column.name: 0 for column in table.columns if column.name not in key}
    session.execute(insert(table).values(**key, **blank).on_conflict_do_nothing())
    session.execute(
        update(table)
        .where(*(table.c[name] == value for name, value in key.items()))
        .values({name: table.c[name] + 1 for name in counts})
    )


def add_many(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], counts: tuple[str, ...]
) -> None:
    """So many more as each row says of all of `counts` beside its whole key; in one statement, so that the lock is short."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - a mapped class has one
    put = (postgresql.insert if engine_name() == "postgresql" else sqlite.insert)(table)
    more = {name: table.c[name] + put.excluded[name] for name in counts}
    session.connection().execute(
        put.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=more), rows
    )


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def months_before(month: date, count: int) -> date:
    """The first of the month so many months before this one.

    >>> months_before(date(2026, 2, 1), 3)
    datetime.date(2025, 11, 1)
    """
    months = month.year * 12 + month.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)
