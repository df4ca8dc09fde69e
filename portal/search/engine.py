"""What an engine must do, and the one that reads the Whoosh index with the facts beside it.

`current()` is this process's view of PORTAL_HOME/index. It is renewed when the worker has written a new file of facts,
and is None while there is no index to trust; then the database answers (fallback.py) and the worker builds a new one.
"""

import logging
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from flask import current_app

from portal.search.facts import About, Damaged, Facts, load
from portal.search.understand import Part
from portal.search.whoosh_index import Words

log = logging.getLogger(__name__)

FACTS_FILE = "facts.bin"
DAMAGED_FILE = "damaged"


class Engine(Protocol):
    """Where words are looked up. `facts` hold every listing that may be found."""

    @property
    def facts(self) -> Facts: ...

    def matches(self, part: Part) -> Mapping[int, float]:
        """Row -> how well its text matches all words of the part."""
        ...

    def slips(self, part: Part) -> tuple[str, ...]:
        """What a word was taken for when nothing is spelled like it."""
        ...


@dataclass
class WhooshEngine:
    facts: Facts
    words: Words
    about: About

    def matches(self, part: Part) -> Mapping[int, float]:
        found: dict[int, float] | None = None
        for stem, word in zip(part.stems, part.words, strict=False):
            scores: dict[int, float] = {}
            for meant in self.words.meant(stem, word):
                rows, values = self.words.postings(meant)
                if not scores:
                    scores = dict(zip(rows, values, strict=True))
                else:
                    for row, value in zip(rows, values, strict=True):
                        scores[row] = max(value, scores.get(row, 0.0))
            if found is None:
                found = scores
            else:
                small, large = sorted((found, scores), key=len)
                found = {row: small[row] + large[row] for row in small if row in large}
            if not found:
                break
        return found or {}

    def slips(self, part: Part) -> tuple[str, ...]:
        meant = [
            stem for at, stem in enumerate(part.stems) for stem in self.words.meant(stem, part.words[at])
        ]
        return tuple(stem for stem in meant if stem not in part.stems)


class Holder:
    """The engine of this process and which file it came from."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.stamp: tuple[int, int] | None = None
        self.engine: WhooshEngine | None = None


def index_dir() -> Path:
    folder: Path = current_app.extensions["settings"].index_dir
    return folder


def current() -> WhooshEngine | None:
    """The newest engine that can be trusted, or None. Costs one stat when nothing changed."""
    holder: Holder = current_app.extensions.setdefault("search_holder", Holder())
    path = index_dir() / FACTS_FILE
    try:
        found = os.stat(path)
    except OSError:
        return None
    if (index_dir() / DAMAGED_FILE).exists():
        return None
    stamp = (found.st_mtime_ns, found.st_ino)
    with holder.lock:
        if holder.stamp != stamp:
            holder.engine, holder.stamp = _opened(path, holder.engine), stamp
        return holder.engine


def distrust(error: BaseException) -> None:
    """The index could not be read: leave a mark for the worker, which builds a new one, and use the database until then."""
    log.error("the search index cannot be read and will be rebuilt: %s", type(error).__name__)
    try:
        index_dir().mkdir(parents=True, exist_ok=True)
        (index_dir() / DAMAGED_FILE).touch()
    except OSError:
        log.warning("the index folder cannot be written from here")


def _opened(path: Path, old: WhooshEngine | None) -> WhooshEngine | None:
    try:
        facts, about = load(path)
    except FileNotFoundError:
        return None  # swapped this moment; the next request finds the new one
    except Damaged as error:
        distrust(error)
        return None
    try:
        if old and (old.about["folder"], old.about["generation"]) == (about["folder"], about["generation"]):
            old.words.seat(facts)
            return WhooshEngine(facts, old.words, about)
        return WhooshEngine(facts, Words(path.parent / about["folder"], facts), about)
    except Exception as error:  # noqa: BLE001 - a damaged pickle can raise anything
        distrust(error)
        return None
