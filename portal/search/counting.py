"""Counting what was looked for, coarsely, without a write in any search.

Counts are kept in this process and written together, at most every five seconds, by a thread of their own. A process that
is killed loses the last five seconds; one that ends writes them.
"""

import atexit
import logging
import os
import threading
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from flask import Flask, current_app
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.directory import Wanted, add_wanted
from portal.search.answer import Answer
from portal.search.models import SearchTally
from portal.search.question import Question
from portal.store import clock, write
from portal.store.tallies import month_of

log = logging.getLogger(__name__)

EVERY = 5.0  # seconds
LISTINGS_EVERY = 60.0  # seconds: a row for each listing that was shown
MOST_KEPT = 2000  # different ones that wait to be written; more are counted without their care and area
MOST_LISTINGS = 20_000  # different ones; more are not counted


class Looked(NamedTuple):
    """All that is remembered of a search."""

    day: date
    care: str
    area: str
    found: bool


class _Counts:
    """What waits in this process, behind one lock."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting: Counter[Looked] = Counter()
        self.wanted: Counter[Wanted] = Counter()
        self.writer: threading.Thread | None = None
        self.stopped = threading.Event()

    def add(self, looked: Looked, times: int = 1) -> None:
        with self.lock:
            if looked not in self.waiting and len(self.waiting) >= MOST_KEPT:
                looked = Looked(looked.day, "", "", looked.found)
            self.waiting[looked] += times

    def take(self) -> Counter[Looked]:
        with self.lock:
            taken, self.waiting = self.waiting, Counter()
            return taken

    def want(self, counts: Mapping[Wanted, int]) -> None:
        with self.lock:
            for wanted, times in counts.items():
                if wanted in self.wanted or len(self.wanted) < MOST_LISTINGS:
                    self.wanted[wanted] += times

    def take_wanted(self) -> Counter[Wanted]:
        with self.lock:
            taken, self.wanted = self.wanted, Counter()
            return taken

    def start(self, app: Flask) -> None:
        """Once a process: the thread that writes. Tests write by hand."""
        if self.writer is not None or app.testing:
            return
        with self.lock:
            if self.writer is None:
                self.writer = threading.Thread(target=self._write_on, args=(app,), name="tally", daemon=True)
                self.writer.start()
                atexit.register(self._write_last, app)

    def _write_on(self, app: Flask) -> None:
        turns = 0
        while not self.stopped.wait(EVERY):
            turns += 1
            try:
                with app.app_context():
                    write_tallies()
                    if turns * EVERY % LISTINGS_EVERY == 0:
                        write_wanted()
            except Exception:
                log.exception("searches were not counted yet")

    def _write_last(self, app: Flask) -> None:
        self.stopped.set()
        with app.app_context():
            write_tallies()
            write_wanted()


_counts = _Counts()


def begin_anew() -> None:
    """Forget what waits. In a process just forked: the thread stayed behind, and what waits is the parent's to write."""
    global _counts
    _counts = _Counts()


os.register_at_fork(after_in_child=begin_anew)


def tally(question: Question, answer: Answer) -> None:
    """Count that somebody looked: the day, care codes, a three-digit ZIP area, whether anything was found; and of each listing
    shown the month. Neither knows of the other. Never fails, and writes nothing now; see write_tallies."""
    place = answer.place
    area = (place.zip[:3] or place.state) if place else ""
    _counts.add(Looked(clock.now().date(), ",".join(answer.care), area, bool(answer.total)))
    month = month_of(clock.now().date())
    _counts.want({Wanted(hit.listing.number, month, "shown"): 1 for hit in answer.hits})
    _counts.start(current_app._get_current_object())  # type: ignore[attr-defined]


def opened_page(number: int) -> None:
    """Count that a listing's page was opened, by month alone. Never fails, and writes nothing now; see write_wanted."""
    _counts.want({Wanted(number, month_of(clock.now().date()), "opened"): 1})
    _counts.start(current_app._get_current_object())  # type: ignore[attr-defined]


def write_wanted() -> int:
    """Write how often listings were shown and opened, in one transaction; returns how many listings' counts. On failure they
    wait on and 0 comes back."""
    taken = _counts.take_wanted()
    if not taken:
        return 0
    try:
        add_wanted(taken)
    except SQLAlchemyError as error:
        log.info("listings were not counted yet: %s", type(error).__name__)
        _counts.want(taken)
        return 0
    return len(taken)


def write_tallies() -> int:
    """Write what waits in this process, in one transaction; returns how many searches that were. On failure they wait on
    and 0 comes back."""
    taken = _counts.take()
    if not taken:
        return 0
    try:
        with write() as session:
            for looked, times in taken.items():
                _put(session, looked, times)
    except SQLAlchemyError as error:
        log.info("searches were not counted yet: %s", type(error).__name__)
        for looked, times in taken.items():
            _counts.add(looked, times)
        return 0
    return taken.total()


def _put(session: Session, looked: Looked, times: int) -> None:
    same = [getattr(SearchTally, name) == value for name, value in looked._asdict().items()]
    done = session.execute(update(SearchTally).where(*same).values(count=SearchTally.count + times))
    if not getattr(done, "rowcount", 0):
        session.add(SearchTally(**looked._asdict(), count=times))
        session.flush()
