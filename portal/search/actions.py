"""Keeping what search reads up to date: the worker's verbs."""

from portal.search import pack_index, postgres_index
from portal.search.which import on_postgres


def catch_up() -> int:
    """Bring what search reads up to the change feed; returns how many listings were looked at."""
    return postgres_index.catch_up() if on_postgres() else pack_index.catch_up()


def rebuild() -> int:
    """Make anew what search reads, while search goes on; returns how many listings it holds, 0 when another is at it."""
    return postgres_index.rebuild() if on_postgres() else pack_index.rebuild()
