"""Keeping the second engine's tables: the worker brings them up to the change feed, in short turns.

A turn is one transaction that holds the row of `search_mark`: of several workers on several hosts one writes, the others
skip; a worker that is killed leaves the last turn whole, and the next one goes on from there. A listing's rows are replaced
in place, so search goes on while everything is looked at again. Only another format or another community's listings throw all
away and start over; meanwhile search answers from the directory's own tables. While workers of two releases run, the older
stands back, unless the newer is gone for good.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from flask import current_app
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.search import postgres_engine
from portal.search import postgres_sql as sql
from portal.search.facts import Row, Shared
from portal.search.harvest import changed_since, harvest, stands
from portal.search.postgres_models import SearchMark, SearchShared
from portal.search.postgres_records import (
    FORMAT,
    card_out,
    outranks,
    records_of,
    shared_rows,
    shared_with,
    sizes,
    text_of,
    tsvector,
)
from portal.store import db, write

log = logging.getLogger(__name__)

BATCH = 500  # listings a turn
LONGEST_TURN = 2.0  # seconds of turns before the worker's other jobs get theirs
CHECK_EVERY = 60.0  # seconds: that nothing was lost from the tables
ABANDONED = 600.0  # seconds in which a newer worker that has something to do did nothing
_NEWER = "search_postgres_newer"  # (stamp, since when) of tables that a newer release writes
_TAKEN_OVER = "search_postgres_taken_over"  # the newer format that this process may throw away
_CHECKED = "search_postgres_checked"
_SHARED = "search_postgres_shared"  # what this process last wrote, under this name in app.extensions


@dataclass
class Turn:
    """What one transaction does. `known`: what the facts of these listings were before, for those that were there."""

    session: Session
    mark: SearchMark
    shared: Shared
    known: dict[int, bytes] = field(default_factory=dict)


def catch_up() -> int:
    """Bring the tables up to the change feed, or go on building them; returns how many listings were looked at.

    Does nothing while another process is writing. Stops after LONGEST_TURN seconds, to be called again.
    """
    db.session.rollback()  # see what was committed since
    if _stands_back():
        return 0
    if _lost():
        return _turn(anew=True) or 0
    seen, until = 0, time.monotonic() + LONGEST_TURN
    while not up_to_date() and time.monotonic() < until:
        looked = _turn()
        if looked is None:
            break
        seen += looked
    return seen


def rebuild() -> int:
    """Look at every listing again, while search goes on; returns how many there are. 0 when another process is writing.

    Where the tables have lost something they are emptied first, and the directory's own tables answer meanwhile. Asked by
    hand, so it takes the tables of a newer release over, too: after going back to an older one.
    """
    current_app.extensions[_TAKEN_OVER] = db.session.scalar(select(SearchMark.format))
    current_app.extensions.pop(_CHECKED, None)
    lost = _lost()
    if _turn(sweep=not lost, anew=lost) is None:
        return 0
    while not up_to_date():
        if _turn() is None:
            return 0
    return db.session.scalar(select(SearchMark.listings)) or 0


def up_to_date() -> bool:
    """Whether the tables hold all that the feed tells. Two SELECTs."""
    mark = db.session.execute(select(*SearchMark.__table__.columns)).one_or_none()
    here = stands()
    return (
        mark is not None
        and (mark.format, mark.community, mark.cursor, mark.whole) == (FORMAT, here.community, None, True)
        and mark.change == here.change
    )


def _stands_back() -> bool:
    """Whether the tables are a newer release's: two that each build them their way would do so for ever. Not for longer than
    ABANDONED where nobody follows the feed any more: then whoever wrote them is gone."""
    mark = db.session.execute(select(*SearchMark.__table__.columns)).one_or_none()
    waiting = current_app.extensions.pop(_NEWER, None)
    if mark is None or not outranks(mark.format) or mark.format == current_app.extensions.get(_TAKEN_OVER):
        return False
    if mark.whole and mark.cursor is None and mark.change == stands().change:
        return True
    now = time.monotonic()
    if waiting is None:
        log.warning("the search tables are kept by a newer release: this worker stands back")
    if waiting is None or waiting[0] != mark.stamp:
        waiting = (mark.stamp, now)
    if now - waiting[1] < ABANDONED:
        current_app.extensions[_NEWER] = waiting
        return True
    log.error("the newer release that kept the search tables is gone: they are built again")
    current_app.extensions[_TAKEN_OVER] = mark.format
    return False


def _lost() -> bool:
    """Whether rows are missing that should be there. They are counted once a minute, and read when the process begins."""
    now, checked = time.monotonic(), current_app.extensions.get(_CHECKED)
    if checked is not None and now - checked < CHECK_EVERY:
        return False
    current_app.extensions[_CHECKED] = now
    lost = bool(db.session.scalar(text(sql.LOST))) or (checked is None and not postgres_engine.readable())
    if lost:
        log.error("the search tables have lost rows: all are written again")
    return lost


def _turn(sweep: bool = False, anew: bool = False) -> int | None:
    """One transaction's worth of work: how many listings were looked at, None when another process is writing."""
    shared = current_app.extensions.pop(_SHARED, None)
    with write() as session:
        mark = _claim(session)
        if mark is None:
            return None
        if outranks(mark.format) and mark.format != current_app.extensions.get(_TAKEN_OVER):
            return None
        here = stands()
        mark.stamp += 1
        fits = (mark.format, mark.community) == (FORMAT, here.community) and mark.change <= here.change
        if anew or not fits:
            _start_over(session, mark, here.community, here.change)
        elif sweep:
            mark.cursor = 0
        turn = Turn(session, mark, _shared(session, mark, shared))
        seen = _follow(turn)
        if mark.cursor is not None:
            seen += _sweep(turn)
        kept = (mark.epoch, mark.shared, turn.shared)
    current_app.extensions[_SHARED] = kept
    return seen


def _claim(session: Session) -> SearchMark | None:
    """The mark, locked until this turn ends; None while another process holds it."""
    session.execute(text(sql.FIRST_MARK))
    query = select(SearchMark).with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return session.scalar(query)


def _start_over(session: Session, mark: SearchMark, community: str, change: int) -> None:
    log.info("the search tables are built from the start")
    for statement in sql.EMPTY:
        session.execute(text(statement))
    mark.format, mark.community, mark.epoch = FORMAT, community, uuid4().hex
    mark.change, mark.cursor, mark.whole, mark.listings, mark.shared = change, 0, False, 0, 0


def _shared(session: Session, mark: SearchMark, kept: tuple[str, int, Shared] | None) -> Shared:
    """All shared facts: as this process left them, or read again where another process wrote since."""
    if kept and kept[:2] == (mark.epoch, mark.shared):
        return kept[2]
    query = select(SearchShared.kind, SearchShared.number, SearchShared.value)
    rows = session.execute(query.order_by(SearchShared.number)).tuples()
    return shared_with(Shared(), rows)


def _follow(turn: Turn) -> int:
    """Look at what the feed names next."""
    changes = changed_since(turn.mark.change, BATCH)
    if changes:
        _write(turn, sorted({listing for _change, listing in changes}))
        turn.mark.change = changes[-1][0]
    return len(changes)


def _sweep(turn: Turn) -> int:
    """Look at the next listings by number, and drop what is no listing any more."""
    mark, column = turn.mark, d.ServiceAtLocation.number
    query = select(column).where(column > mark.cursor).order_by(column).limit(BATCH)
    numbers = list(turn.session.scalars(query))
    last = numbers[-1] if len(numbers) == BATCH else None
    found = turn.session.scalars(text(sql.BETWEEN), {"after": mark.cursor, "last": last})
    _write(turn, sorted({*numbers, *found}), anew=True)
    mark.cursor = last
    if last is None:
        turn.session.execute(text(sql.COUNT_WORDS), {"stamp": mark.stamp})
        turn.session.execute(text(sql.FORGET_WORDS), {"stamp": mark.stamp})
        mark.listings = turn.session.scalar(text(sql.LISTINGS)) or 0
        mark.whole = True
        log.info("the search tables are whole: %s listings", mark.listings)
    return len(numbers)


def _write(turn: Turn, numbers: Sequence[int], anew: bool = False) -> None:
    """Everything that search keeps of these listings, as they are now; words only where they changed, or all `anew`."""
    found = turn.session.execute(text(sql.KNOWN), {"numbers": list(numbers)})
    turn.known = {number: bytes(facts) for number, facts in found}
    rows = list(harvest(numbers))
    gone = sorted(turn.known.keys() - {row.number for row in rows})
    _write_texts(turn, [row for row in rows if anew or _text_differs(turn, row)], gone)
    _write_facts(turn, rows, gone)
    if gone:
        turn.session.execute(text(sql.DROP_CARDS), {"numbers": gone})
    cards = {"numbers": [row.number for row in rows], "cards": [card_out(row.card) for row in rows]}
    turn.session.execute(text(sql.PUT_CARDS), cards)
    turn.mark.listings += len({row.number for row in rows} - turn.known.keys()) - len(gone)


def _text_differs(turn: Turn, row: Row) -> bool:
    known = turn.known.get(row.number)
    return known is None or text_of(known) != row.checksum


def _write_facts(turn: Turn, rows: Iterable[Row], gone: Iterable[int]) -> None:
    before = sizes(turn.shared)
    records: dict[int, bytes | None] = {**records_of(rows, turn.shared), **dict.fromkeys(gone)}
    stamp = turn.mark.stamp
    fresh = [
        {"kind": kind, "number": number, "stamp": stamp, "value": value}
        for kind, number, value in shared_rows(turn.shared, before)
    ]
    if fresh:
        turn.session.execute(insert(SearchShared), fresh)
        turn.mark.shared += len(fresh)
    values = {"numbers": list(records), "facts": list(records.values()), "stamp": stamp}
    turn.session.execute(text(sql.PUT_FACTS), values)


def _write_texts(turn: Turn, rows: Sequence[Row], gone: Sequence[int]) -> None:
    """The words, and how many listings use each. While nothing is whole yet, the last sweep counts them all at once."""
    numbers = [row.number for row in rows]
    whole: dict[str, Any] = {"numbers": [*numbers, *gone], "stamp": turn.mark.stamp}
    if not whole["numbers"]:
        return
    if turn.mark.whole:
        turn.session.execute(text(sql.COUNT_LESS), whole)
    if gone:
        turn.session.execute(text(sql.DROP_TEXTS), {"numbers": list(gone)})
    texts = {"numbers": numbers, "words": [tsvector(row.text) for row in rows]}
    turn.session.execute(text(sql.PUT_TEXTS), texts)
    if turn.mark.whole:
        turn.session.execute(text(sql.COUNT_MORE), whole)
