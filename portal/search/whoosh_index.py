"""The words of listings in a Whoosh index: writing it (the worker alone) and reading postings from it.

No query language: terms are asked for one by one, so nothing that a stranger types is ever parsed. A posting list is
unpacked once into flat arrays and kept, as scoring needs nothing else of Whoosh. The files are pickles that only this
install writes; they are never taken from elsewhere.
"""

import math
import threading
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from whoosh import fields, index

from portal.search.facts import Facts
from portal.search.words import neighbors
from portal.search.words import stem as stemmed

FIELD = "words"
MOST_SEGMENTS = 12  # then small ones are merged
SATURATION = 1.2  # BM25's k1; a name that says a word thrice is not thrice as right
MOST_EXPANDED = 30  # terms that an unfinished word may stand for
SHORTEST_UNFINISHED = 3
SHORTEST_MISTYPED = 5
LONGEST_MISTYPED = 20
CACHED_POSTINGS = 2_000_000  # entries of 8 bytes

Postings = tuple[Any, Any]  # rows (array of ints), scores (array of floats)


def create(folder: Path) -> Any:
    """A new empty index in a folder that exists."""
    schema = fields.Schema(
        number=fields.NUMERIC(int, bits=64, shift_step=0, unique=True, stored=True, sortable=True),
        **{FIELD: fields.KEYWORD()},
    )
    return index.create_in(str(folder), schema)


def open_folder(folder: Path) -> Any:
    return index.open_dir(str(folder), readonly=True)


def apply(
    folder: Path, texts: Iterable[tuple[int, list[str]]], gone: Iterable[int], fresh: bool = False
) -> int:
    """Write texts and remove listings in one commit; returns the new generation. Raises LockError with a second writer."""
    ix = index.open_dir(str(folder))
    try:
        writer = ix.writer(limitmb=64)
        try:
            for number in gone:
                writer.delete_by_term("number", number)
            for number, words in texts:
                put = writer.add_document if fresh else writer.update_document
                put(**{"number": number, FIELD: words})
        except BaseException:
            writer.cancel()
            raise
        writer.commit(merge=fresh or len(writer.segments) > MOST_SEGMENTS)
        return int(ix.latest_generation())
    finally:
        ix.close()


class Words:
    """Postings of one generation, by row of `facts`. Any error of Whoosh comes out of its methods as it is."""

    def __init__(self, folder: Path, facts: Facts) -> None:
        self._index = open_folder(folder)
        self._reader = self._index.reader()
        self.generation = int(self._index.latest_generation())
        self._lock = threading.Lock()
        self._cache: OrderedDict[str, Postings] = OrderedDict()
        self._cached = 0
        self._lexicon: list[str] | None = None
        self.seat(facts)

    def seat(self, facts: Facts) -> None:
        """Find the row of each document. The same words may be kept while only facts change: rows are stable."""
        numbers = self._reader.column_reader("number")
        row_of = facts.row_of
        self._row = array("l", (row_of.get(numbers[doc], -1) for doc in range(self._reader.doc_count_all())))
        self._all = max(1, self._reader.doc_count())

    def close(self) -> None:
        self._reader.close()
        self._index.close()

    def documents(self) -> int:
        return int(self._reader.doc_count())

    def postings(self, stem: str) -> Postings:
        """Rows that have this very stem, and how well (BM25 without length)."""
        with self._lock:
            found = self._cache.get(stem)
            if found is None:
                found = self._unpack(stem)
                self._cache[stem] = found
                self._cached += len(found[0])
                while self._cached > CACHED_POSTINGS and len(self._cache) > 1:
                    self._cached -= len(self._cache.popitem(last=False)[1][0])
            else:
                self._cache.move_to_end(stem)
            return found

    def meant(self, stem: str, word: str) -> tuple[str, ...]:
        """The stems to ask for: this one; else those it begins; else those one slip away. Empty when there are none."""
        lexicon = self._terms()
        if _has(lexicon, stem):
            return (stem,)
        if len(word) >= SHORTEST_UNFINISHED:
            first = bisect_left(lexicon, word)
            last = bisect_left(lexicon, word + "\uffff")
            if last > first:
                return tuple(lexicon[first : min(last, first + MOST_EXPANDED)])
        if SHORTEST_MISTYPED <= len(stem) <= LONGEST_MISTYPED and stem.isascii():
            # by the stem first; then by the word, since a slip may have kept an ending from coming off
            close = {near for near in neighbors(stem) if _has(lexicon, near)}
            close = close or {end for end in map(stemmed, neighbors(word)) if _has(lexicon, end)}
            return tuple(sorted(close))
        return ()

    def _terms(self) -> list[str]:
        with self._lock:
            if self._lexicon is None:
                self._lexicon = sorted(term.decode() for term in self._reader.lexicon(FIELD))
            return self._lexicon

    def _unpack(self, stem: str) -> Postings:
        rows, scores = array("l"), array("f")
        if (FIELD, stem) not in self._reader:
            return rows, scores
        matcher = self._reader.postings(FIELD, stem)
        while matcher.is_active():
            row = self._row[matcher.id()]
            if row >= 0:
                rows.append(row)
                scores.append(matcher.weight())
            matcher.next()
        rarity = math.log(1 + (self._all - len(rows) + 0.5) / (len(rows) + 0.5))
        for at, weight in enumerate(scores):
            scores[at] = rarity * weight * (SATURATION + 1) / (weight + SATURATION)
        return rows, scores


def _has(terms: list[str], term: str) -> bool:
    at = bisect_left(terms, term)
    return at < len(terms) and terms[at] == term
