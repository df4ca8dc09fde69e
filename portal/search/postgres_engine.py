"""The engine of installs on PostgreSQL: the database keeps the index, this process keeps the facts and the words it was asked for.

Nothing but the database is needed: any number of web processes on any number of hosts. Every question begins with one row,
`search_mark`; what has a newer stamp than this process knows is fetched, and nothing else. Facts of 200,000 listings are 20 MB
and half a second, once a process. Which listings have a word, the server's GIN index says, once; then it is kept and mended.
Filters, distance, ranking and counts are the same code as for the other engine, on the same arrays.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeGuard

import numpy as np
from flask import current_app
from sqlalchemy import Row, select, text

from portal.directory import Listing, listing_of
from portal.search import postgres_sql as sql
from portal.search.arrays import Damaged, Rows
from portal.search.facts import Facts, Shared
from portal.search.postgres_models import SearchMark
from portal.search.postgres_records import (
    FORMAT,
    card_in,
    changed,
    facts_of,
    postings_of,
    quoted,
    shared_with,
)
from portal.search.spelling import Lexicon
from portal.search.words_engine import Postings, WordsEngine
from portal.store import db

log = logging.getLogger(__name__)

Mark = Row[Any]  # of search_mark
MOST_KEPT = 6_000_000  # postings of 5 bytes in a process
TRIES = 3
MOST_MENDED = 2_000  # listings with new texts; with more, the words are asked for again


class Words:
    """The postings that were asked for, by stem. Rows keep their places while facts are renewed, and so do these."""

    def __init__(self, kept: Mapping[str, Postings] | None = None) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Postings] = OrderedDict(kept or {})
        self._size = sum(len(rows) for rows, _counts in self._kept.values())

    def of(self, stem: str, facts: Facts) -> Postings:
        with self._lock:
            if stem in self._kept:
                self._kept.move_to_end(stem)
                return self._kept[stem]
        data = db.session.scalar(text(sql.POSTINGS), {"word": quoted(stem)})
        numbers, counts = postings_of(bytes(data or b""))
        rows = facts.rows_of(numbers).astype(np.int32)
        found = rows[rows >= 0], counts[rows >= 0]  # the rest is newer than the facts, and comes with them
        with self._lock:
            if stem not in self._kept:
                self._kept[stem] = found
                self._size += len(rows)
            while self._size > MOST_KEPT and len(self._kept) > 1:
                _stem, (rows, _counts) = self._kept.popitem(last=False)
                self._size -= len(rows)
        return found

    def mended(self, numbers: Rows, before: Facts, after: Facts) -> "Words":
        """The same after the texts of these listings have changed."""
        if not len(numbers):
            return self
        if len(numbers) > MOST_MENDED:
            return Words()
        with self._lock:
            kept = dict(self._kept)
        values = {"numbers": numbers.tolist(), "stems": list(kept)}
        fresh: dict[str, list[tuple[int, int]]] = {stem: [] for stem in kept}
        for number, stem, count in db.session.execute(text(sql.POSTINGS_OF), values):
            fresh[stem].append((number, count))
        gone = before.rows_of(numbers)
        return Words({stem: _mended(old, gone, fresh[stem], after) for stem, old in kept.items()})


def _mended(old: Postings, gone: Rows, fresh: Sequence[tuple[int, int]], facts: Facts) -> Postings:
    stays = ~np.isin(old[0], gone)
    more = np.array(fresh, np.int64).reshape(-1, 2)
    rows = facts.rows_of(more[:, 0]).astype(old[0].dtype)
    more, rows = more[rows >= 0], rows[rows >= 0]
    counts = np.concatenate([old[1][stays], more[:, 1].astype(old[1].dtype)])
    return np.concatenate([old[0][stays], rows]), counts


class PostgresEngine(WordsEngine):
    """How the listings stood at one stamp. Never changed but for what it has looked up; several threads may ask it."""

    def __init__(self, mark: Mark, facts: Facts, words: Words, vocabulary: Mapping[str, int]) -> None:
        self.mark = mark
        self.facts = facts
        self._words = words
        self.vocabulary = vocabulary  # stem -> listings
        self._lexicon: Lexicon | None = None

    @property
    def change(self) -> int:
        return int(self.mark.change)

    def knows(self, stem: str) -> bool:
        return self.vocabulary.get(stem, 0) > 0

    def lexicon(self) -> Lexicon:
        """Made when first asked for, and kept while the same stems are in use: only its counts may lag behind."""
        if self._lexicon is None:
            stems = sorted(stem for stem, count in self.vocabulary.items() if count > 0)
            self._lexicon = Lexicon(stems, [self.vocabulary[stem] for stem in stems])
        return self._lexicon

    def listings(self, rows: Sequence[int], now: datetime) -> Mapping[int, Listing]:
        numbers = {int(self.facts.columns["number"][row]): row for row in rows}
        found = db.session.execute(text(sql.CARDS), {"numbers": list(numbers)}).tuples()
        return {numbers[number]: listing_of(card_in(card), now) for number, card in found}

    def postings(self, stem: str) -> Postings:
        return self._words.of(stem, self.facts)

    def renewed(self, mark: Mark) -> "PostgresEngine":
        """The engine at a later stamp of the same epoch. Raises Damaged when what is stored does not fit."""
        since = {"stamp": self.mark.stamp}
        records = _pairs(sql.NEW_FACTS, since)
        shared = shared_with(self.facts.shared, db.session.execute(text(sql.NEW_SHARED), since).tuples())
        facts = changed(self.facts, records, shared)
        numbers = np.fromiter(records, np.int64, len(records))
        was, now = (_texts(each, numbers) for each in (self.facts, facts))
        counts = _pairs(sql.NEW_WORDS, since)
        vocabulary = {**self.vocabulary, **counts} if counts else self.vocabulary
        words = self._words.mended(numbers[was != now], self.facts, facts)
        engine = PostgresEngine(mark, facts, words, vocabulary)
        if all(self.knows(stem) == engine.knows(stem) for stem in counts):
            engine._lexicon = self._lexicon
        return engine


def _texts(facts: Facts, numbers: Rows) -> Rows:
    """Checksums of the texts of these listings, -1 for what is not there."""
    rows = facts.rows_of(numbers)
    return np.where(rows >= 0, facts.columns["text"][rows].astype(np.int64), -1) if facts.size else rows


def opened(mark: Mark) -> PostgresEngine:
    """The engine from everything that is stored. Raises Damaged when that is not what the mark says, or has changed since."""
    since = {"stamp": 0}
    data = bytes(db.session.scalar(text(sql.ALL_FACTS)) or b"")
    shared = shared_with(Shared(), db.session.execute(text(sql.NEW_SHARED), since).tuples())
    facts = facts_of(data, shared)
    if len(facts) != mark.listings:
        raise Damaged("the search tables hold another number of listings than they say")
    return PostgresEngine(mark, facts, Words(), _pairs(sql.NEW_WORDS, since))


def _pairs(statement: str, values: Mapping[str, Any]) -> dict[Any, Any]:
    return dict(db.session.execute(text(statement), values).tuples().all())


class Holder:
    """The engine of this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.engine: PostgresEngine | None = None


def current(community: str) -> PostgresEngine | None:
    """The engine as the tables stand now; None while they are not whole. One SELECT when nothing changed.

    While one thread fetches what is new, the others answer from what they have.
    """
    holder: Holder = current_app.extensions.setdefault("search_postgres", Holder())
    engine, mark = holder.engine, _mark()
    if not _usable(mark, community):
        return None
    if engine is None or not _same(engine.mark, mark):
        if not holder.lock.acquire(blocking=engine is None or engine.mark.epoch != mark.epoch):
            return engine
        try:
            if holder.engine is engine:  # else another thread was first
                holder.engine = _renewed(engine, mark)
            engine = holder.engine
        finally:
            holder.lock.release()
    return engine


def readable() -> bool:
    """Whether all that is stored can be read. True too while nothing is said to be whole."""
    mark = _mark()
    return not _usable(mark, mark.community if mark else "") or _renewed(None, mark) is not None


def distrust(error: BaseException) -> None:
    """The tables could not be used: read them again for the next question, and use the directory's own for this one."""
    log.error("the search tables cannot be used: %s", type(error).__name__)
    db.session.rollback()
    current_app.extensions.pop("search_postgres", None)


def _mark() -> Mark | None:
    return db.session.execute(select(*SearchMark.__table__.columns)).one_or_none()


def _usable(mark: Mark | None, community: str) -> TypeGuard[Mark]:
    return mark is not None and mark.whole and (mark.format, mark.community) == (FORMAT, community)


def _same(one: Mark, other: Mark) -> bool:
    return (one.epoch, one.stamp) == (other.epoch, other.stamp)


def _renewed(engine: PostgresEngine | None, mark: Mark) -> PostgresEngine | None:
    if engine is not None and engine.mark.epoch == mark.epoch and engine.mark.stamp < mark.stamp:
        try:
            return engine.renewed(mark)
        except Damaged as error:
            log.warning("%s", error)
    for _try in range(TRIES):
        try:
            return opened(mark)
        except Damaged as error:
            log.warning("%s", error)
        newer = _mark()
        if newer is None or _same(newer, mark):
            return None
        mark = newer  # the worker was writing meanwhile
    return None
