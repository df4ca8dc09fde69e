"""Counts by the month, kept as rows that only go up: nothing of any request is in them."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.directory.models import Community
from portal.store import Base, clock, engine_name


def add_one(session: Session, model: type[Base], key: Mapping[str, Any], counts: tuple[str, ...]) -> None:
    """One more in each of `counts` of the row with this key, which is made if it is not there. Safe at once from two sides."""
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


def today_in(community: Community) -> date:
    """The date on the community's calendar."""
    return clock.now().astimezone(ZoneInfo(community.time_zone)).date()


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)
