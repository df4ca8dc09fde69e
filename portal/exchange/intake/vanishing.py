"""What a source no longer names: marked, never deleted; and where it is too much at once, a human says so first."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from portal.exchange.intake.spool import Spool
from portal.exchange.intake.tables import KEPT
from portal.exchange.intake.wanting import Wanting
from portal.exchange.intake.writing import count_of, live_rows, mark_vanished
from portal.store import db, write

MANY_GONE = 0.10  # more than this share of a source's services or listings gone at once, and more than FEW_GONE of them,
FEW_GONE = 2  # waits for a human's word
LOOK = 5_000
MARK = 100  # rows a transaction
ORDER = ("service_at_location", "service", "location", "program", "organization")


def vanish(
    spool: Spool, wanting: Wanting, source: str, now: datetime, dry: bool, accept: bool
) -> tuple[int, int]:
    """Returns (marked, held), in listings and services."""
    spool.name_all((*KEPT, "service_at_location"), wanting.id_of)
    gone = {table: list(_gone(spool, table, source)) for table in ORDER}
    session = db.session()
    live = {table: count_of(session, table, source) for table in ("service", "service_at_location")}
    session.rollback()
    counted = len(gone["service"]) or len(gone["service_at_location"])
    many = any(len(gone[table]) > max(FEW_GONE, MANY_GONE * count) for table, count in live.items())
    unread = 0 < counted <= spool.unreadable  # they may be among the rows that could not be read
    if (many or unread) and not accept:
        return 0, counted
    if not dry:
        for table in ORDER:
            for start in range(0, len(gone[table]), MARK):
                with write() as locked:
                    mark_vanished(locked, table, gone[table][start : start + MARK], source, now)
    return counted, 0


def _gone(spool: Spool, table: str, source: str) -> Iterator[UUID]:
    after = None
    while True:
        session = db.session()
        found = live_rows(session, table, source, after, LOOK)
        session.rollback()
        if not found:
            return
        after = found[-1]
        yield from spool.unnamed(found)
