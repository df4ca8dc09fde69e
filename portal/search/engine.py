"""What an engine must do. Three do it: pack_engine.py (a Whoosh index in flat arrays), postgres_engine.py (tables of the
database), and fallback.py while there is neither."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.directory import Listing
from portal.search.arrays import Rows, Scores
from portal.search.facts import Facts
from portal.search.parts import Part
from portal.search.spelling import Lexicon


@dataclass(frozen=True)
class Found:
    """Rows whose text matches, each once, and how well (above 0): shape (k,) both."""

    rows: Rows
    scores: Scores


class Engine(ABC):
    """Where words are looked up. `facts` hold every listing that may be chosen."""

    facts: Facts

    @property
    @abstractmethod
    def change(self) -> int | None:
        """The last change of the feed that is in; None: all of them, it was read this moment."""

    @abstractmethod
    def matches(self, part: Part) -> Found:
        """Rows whose text matches all words of the part."""

    @abstractmethod
    def knows(self, stem: str) -> bool:
        """Whether a listing uses this very stem."""

    @abstractmethod
    def lexicon(self) -> Lexicon:
        """The stems that listings use; it may lag behind by what was edited last."""

    @abstractmethod
    def listings(self, rows: Sequence[int], now: datetime) -> Mapping[int, Listing]:
        """What anybody may see of these rows, by row; a row that is gone meanwhile is left out."""

    @abstractmethod
    def may_be_called(self, words: Sequence[str]) -> Sequence[int]:
        """A few rows that have all these folded words where names count, the likeliest first; the last word may be typed
        half. Their order is not looked at: called.py does."""
