"""Rows that hang on one of several kinds of parent, as HSDS lets phones, contacts and schedules do."""

from collections.abc import Iterator

from sqlalchemy import CheckConstraint, Index, text

Parents = Iterator[CheckConstraint | Index]


def hangs_on(table: str, *columns: str, indexed: tuple[str, ...] = ()) -> Parents:
    """At least one parent is named (a source may say of one phone that it is the service's and the place's). `indexed`:
    columns that few rows fill, each with an index of those rows alone; the others say `index=True` themselves."""
    yield CheckConstraint(" OR ".join(f"{column} IS NOT NULL" for column in columns), name="has_parent")
    for column in indexed:
        filled = text(f"{column} IS NOT NULL")
        yield Index(f"ix_{table}_{column}", column, sqlite_where=filled, postgresql_where=filled)
