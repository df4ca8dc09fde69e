"""What an engine must do. Two do it: pack_engine.py (a Whoosh index in flat arrays) and the one that asks PostgreSQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from portal.directory import Listing
from portal.search.arrays import Rows, Scores
from portal.search.facts import Facts
from portal.search.spelling import Lexicon
from portal.search.understand import Part


@dataclass(frozen=True)
class Found:
    """Rows whose text matches, each once, and how well (above 0): shape (k,) both."""

    rows: Rows
    scores: Scores


class Engine(Protocol):
    """Where words are looked up. `facts` hold every listing that may be chosen."""

    @property
    def facts(self) -> Facts: ...

    @property
    def change(self) -> int | None:
        """The last change of the feed that is in; None: all of them, it was read this moment."""
        ...

    def matches(self, part: Part) -> Found:
        """Rows whose text matches all words of the part."""
        ...

    def knows(self, stem: str) -> bool:
        """Whether a listing uses this very stem."""
        ...

    def lexicon(self) -> Lexicon:
        """The stems that listings use; it may lag behind by what was edited last."""
        ...

    def listings(self, rows: Sequence[int], now: datetime) -> Mapping[int, Listing]:
        """What anybody may see of these rows, by row; a row that is gone meanwhile is left out."""
        ...
