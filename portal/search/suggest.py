"""What somebody may be about to type: needs in the page's language, names of agencies and services. Pure: no database.

Names lie in one run of bytes, and every place where a word begins in one flat array, sorted by what follows. What has been
typed is found there by bisection, whichever word of the name it begins. 200,000 names of five words take 20 MB.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from portal.search.synonyms import sayings
from portal.search.words import fold

KINDS = ("need", "agency", "service")
CALLED, LONGEST_CALLED = (
    10,
    3,
)  # weight of what a need is called, and its words at most; those after it weigh one less each
SHORTEST = 2  # letters typed before anything is suggested
LONGEST = 60  # characters of what is typed that are looked at
MOST = 8
SORTED = 32  # bytes by which the beginnings of words are sorted
BLANK = 32  # as a byte
MOST_TRIED = 200  # names looked through for words typed in another order
LETTERS = {"en": ("en", "short"), "es": ("es", "short")}  # the page's language -> kinds of the table of needs

# What is typed about abuse is never asked of the server while it is typed: static/suggest.js has the same list, and keeps
# still from the first letter that may become one of these.
QUIET = (
    "abus", "domestic", "violen", "dv", "ipv", "rape", "rapist", "assault", "stalk", "traffick", "beat me", "beats me",
    "hit me", "hits me", "maltrat", "violaci", "golpe", "acos", "me pega", "molest", "kill me", "matarme",
    "me quiere",
)  # fmt: skip

Array = npt.NDArray[Any]


class Name(NamedTuple):
    """What is suggested. `weight`: how many listings have it."""

    text: str
    kind: str  # one of KINDS
    weight: int = 1


class Names:
    """Many names, the weightiest first. Not changed after it is made; safe to share among threads."""

    def __init__(self, names: Iterable[Name]) -> None:
        merged: dict[tuple[str, str], Name] = {}
        for name in names:
            key = (" ".join(fold(name.text)), name.kind)
            if key[0]:
                weight = name.weight + (merged[key].weight if key in merged else 0)
                merged[key] = Name(merged[key].text if key in merged else name.text, name.kind, weight)
        ordered = sorted(merged.items(), key=lambda each: (-each[1].weight, each[0]))
        self._keep(
            folded=[key[0].encode() for key, _name in ordered],
            texts=[name.text.encode("utf-8", "replace") for _key, name in ordered],
            kinds=np.array([KINDS.index(name.kind) for _key, name in ordered], np.uint8),
            weights=np.array([name.weight for _key, name in ordered], np.int32),
        )

    def _keep(self, folded: list[bytes], texts: list[bytes], kinds: Array, weights: Array) -> None:
        self._folded, self._at = _run(folded)
        self._texts, self._text_at = _run(texts)
        self._kinds, self._weights = kinds, weights
        letters = np.frombuffer(self._folded, np.uint8)
        begins = np.flatnonzero((letters != BLANK) & (np.concatenate([[BLANK], letters[:-1]]) <= BLANK))
        beginnings = np.array(
            [self._folded[at : at + SORTED].split(b"\n")[0] for at in begins.tolist()], f"S{SORTED}"
        )
        order = np.argsort(beginnings, kind="stable")
        self._begins = begins[order].astype(np.int32)
        self._number()

    def _number(self) -> None:
        """Of each beginning, whose name it is: less for weightier names, and more for a word that is not the first."""
        owner = np.searchsorted(self._at, self._begins, "right").astype(np.int32) - 1
        self._owner = owner
        self._score = owner + len(self) * (self._begins != self._at[owner]).astype(np.int32)

    def __len__(self) -> int:
        return len(self._kinds)

    def name(self, number: int) -> Name:
        text = self._texts[self._text_at[number] : self._text_at[number + 1] - 1]
        return Name(text.decode(), KINDS[self._kinds[number]], int(self._weights[number]))

    def begins(self, typed: str, most: int = MOST) -> list[Name]:
        """Names of which a word begins with what is typed, or whose words begin with all that is typed; best first.

        Those that begin with it come before those that have it inside, then the weightier. Case, accents and apostrophes
        make no difference. Empty for fewer than SHORTEST letters.
        """
        words = fold(typed[:LONGEST])
        key = " ".join(words)
        if len(key) < SHORTEST or not len(self):
            return []
        numbers = self._best(key.encode(), most)
        if len(numbers) < most and len(words) > 1:
            numbers += [each for each in self._with_all(words, most) if each not in numbers]
        return [self.name(number) for number in numbers[:most]]

    def _best(self, key: bytes, most: int) -> list[int]:
        first, last = self._span(key)
        scores = self._score[first:last]
        if len(key) > SORTED:
            scores = scores[[self._folded.startswith(key, int(at)) for at in self._begins[first:last]]]
        enough = 4 * most  # a name may hold the same word more than once
        if len(scores) > enough:
            scores = np.partition(scores, enough)[:enough]
        return list(dict.fromkeys(int(score) % len(self) for score in np.sort(scores)))[:most]

    def _with_all(self, words: Sequence[str], most: int) -> list[int]:
        """Names with a word for each word typed, in any order."""
        spans = [self._span(word.encode()) for word in words]
        first, last = min(spans, key=lambda span: span[1] - span[0])
        scores = self._score[first:last]
        if len(scores) > MOST_TRIED:
            scores = np.partition(scores, MOST_TRIED)[:MOST_TRIED]
        found = []
        for number in dict.fromkeys(int(score) % len(self) for score in np.sort(scores)):
            text = b" " + self._folded[self._at[number] : self._at[number + 1] - 1]
            if all(b" " + word.encode() in text for word in words):
                found.append(number)
                if len(found) == most:
                    break
        return found

    def _span(self, key: bytes) -> tuple[int, int]:
        """The beginnings that start with this (with its first SORTED bytes)."""
        key = key[:SORTED]
        return self._bisect(key, False), self._bisect(key, True)

    def _bisect(self, key: bytes, after: bool) -> int:
        low, high, size = 0, len(self._begins), len(key)
        while low < high:
            middle = (low + high) // 2
            at = int(self._begins[middle])
            here = self._folded[at : at + size].split(b"\n")[0]
            if here < key or (after and here == key):
                low = middle + 1
            else:
                high = middle
        return low


def names_in(listings: Iterable[tuple[str, str]]) -> Names:
    """From (agency, service) of each listing that anybody may find. Never a place's name: a confidential one has one too."""
    agencies: Counter[str] = Counter()
    services: Counter[str] = Counter()
    for agency, service in listings:
        agencies[agency] += 1
        services[service] += 1
    both = (("agency", agencies), ("service", services))
    return Names(Name(text, kind, count) for kind, counts in both for text, count in counts.items())


def suggestions(typed: str, language: str, names: Names, most: int = MOST) -> list[Name]:
    """Needs of the page's language and names, needs first and at most half of the list while there are names. Empty for what
    is, or may become, a word about abuse; and no suggestion is one."""
    if is_quiet(typed):
        return []
    needs = need_names(language if language in LETTERS else "en").begins(typed, most)
    known = {fold_text(need.text) for need in needs}
    others = [name for name in names.begins(typed, 2 * most) if fold_text(name.text) not in known]
    others = [name for name in others if not says_abuse(name.text)][:most]
    room = max(most - len(others), most // 2)
    return (needs[:room] + others)[:most]


@cache
def need_names(language: str) -> Names:
    """The phrases of the table of needs that may be shown to anybody who types, in this language. What stands first in its line
    comes first: it is what the need is called; the rest is what people say."""
    seen: Counter[int] = Counter()
    names = []
    for saying in sayings():
        place, seen[saying.line] = seen[saying.line], seen[saying.line] + 1
        shown = saying.kind in LETTERS[language] and len(saying.text) > SHORTEST
        if shown and not _is_hidden(saying.text, saying.codes):
            short = len(saying.text.split()) <= LONGEST_CALLED
            names.append(Name(saying.text, "need", max(1, CALLED - place) if short else 1))
    return Names(names)


def is_quiet(typed: str) -> bool:
    """Whether this is about abuse, or the last words of it are the beginning of such a word."""
    words = fold(typed)
    if says_abuse(typed):
        return True
    tails = (" ".join(words[at:]) for at in range(max(0, len(words) - 2), len(words)))
    return any(quiet.startswith(tail) for tail in tails for quiet in QUIET)


def says_abuse(text: str) -> bool:
    said = " " + fold_text(text)
    return any(" " + quiet in said for quiet in QUIET)


def fold_text(text: str) -> str:
    return " ".join(fold(unicodedata.normalize("NFC", text)))


def _is_hidden(text: str, codes: Sequence[tuple[str, str]]) -> bool:
    """What would tell somebody who looks over a shoulder more than was asked."""
    return says_abuse(text) or any(code in ("victim_service", "abuse_survivors") for _group, code in codes)


def _run(parts: list[bytes]) -> tuple[bytes, Array]:
    """Parts in one run, each with a line's end; and where each begins, and the end of all."""
    lengths = np.array([len(part) + 1 for part in parts], np.int64)
    return b"".join(part + b"\n" for part in parts), np.concatenate([[0], np.cumsum(lengths)]).astype(
        np.int32
    )
