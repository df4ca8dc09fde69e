"""200 mixed questions for made-up listings, each as a query string that a browser would send.

Nine kinds, the commonest way to ask and the dearest to answer side by side; the same seed asks the same.
"""

import random
from typing import NamedTuple
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from bench.generator import Spot, cities
from bench.vocabulary import vocabulary
from portal.directory.terms import GROUPS
from portal.search import Question

COUNT = 200
SHARES = {
    "common word": 26,
    "several words": 26,
    "rare word": 22,
    "unfinished word": 20,
    "mistyped word": 18,
    "words + 10 miles": 26,
    "words + 10 miles + filters + open now": 22,
    "nearest 20": 20,
    "counts beside filters": 20,
}
COUNTED = "counts beside filters"


class Asked(NamedTuple):
    """A question of the mix; `counts` says whether the numbers beside the filters are wanted too."""

    kind: str
    query: str
    question: Question
    counts: bool


def mixed(seed: int = 1) -> list[Asked]:
    """The same 200 for the same seed and gazetteer, the kinds shuffled. Needs an app context."""
    chance = random.Random(seed)
    asker = _Asker(chance, vocabulary(seed), cities())
    asked = [(kind, asker.ask(kind)) for kind, share in SHARES.items() for _ in range(share)]
    chance.shuffle(asked)
    return [
        Asked(kind, urlencode(pairs), Question.from_args(MultiDict(pairs)), kind == COUNTED)
        for kind, pairs in asked
    ]


class _Asker:
    def __init__(self, chance: random.Random, words: list[str], places: list[list[Spot]]) -> None:
        self.chance = chance
        self.common, self.middle = words[:120], words[120:1200]
        self.rare, self.typed = words[2500:], [word for word in words[40:1500] if len(word) > 6]
        self.places = places

    def ask(self, kind: str) -> list[tuple[str, str]]:
        chance = self.chance
        if kind in ("common word", COUNTED):
            return [("q", chance.choice(self.common))]
        if kind == "several words":
            return [
                (
                    "q",
                    " ".join([chance.choice(self.common), *chance.sample(self.middle, chance.randint(1, 2))]),
                )
            ]
        if kind == "rare word":
            return [("q", chance.choice(self.rare))]
        if kind == "unfinished word":
            word = chance.choice(self.typed)
            return [("q", word[: chance.randint(4, len(word) - 1)])]
        if kind == "mistyped word":
            return [("q", self._mistyped(chance.choice(self.typed)))]
        if kind == "nearest 20":
            return [*self._place(), ("within", str(chance.choice((10, 25, 25, 50)))), ("sort", "near")]
        pairs = [("q", chance.choice(self.common)), *self._place(), ("within", "10")]
        if kind == "words + 10 miles":
            return pairs
        filters = [(group, code) for group in ("care", "pay") for code in self._codes(group)]
        return [*pairs, *filters, ("open", "now")]

    def _codes(self, group: str) -> list[str]:
        return sorted(set(self.chance.choices(list(GROUPS[group])[:6], k=2)))

    def _place(self) -> list[tuple[str, str]]:
        """A ZIP as typed, or a point as a phone sends it."""
        spot = self.chance.choice(self.places[int(len(self.places) ** self.chance.random()) - 1])
        if self.chance.random() < 0.5:
            return [("near", spot.code)]
        lat, lon = spot.lat + self.chance.gauss(0, 0.03), spot.lon + self.chance.gauss(0, 0.03)
        return [("near", f"{lat:.4f}, {lon:.4f}")]

    def _mistyped(self, word: str) -> str:
        """Two letters swapped, one left out, or one doubled; never the first."""
        at = self.chance.randint(1, len(word) - 3)
        slips = (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        )
        return self.chance.choice(slips)
