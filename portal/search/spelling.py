"""What a mistyped word may have meant: the words that listings use, and those one slip away. Pure: no index, no database.

A slip is one letter dropped, doubled, mistaken, or two neighbors swapped. It is found with a deletion dictionary: two words
one slip apart become the same word when a letter is taken out of one or of both. The dictionary is two flat arrays (a hash
of each word less a letter, sorted, and whose it is): 60,000 stems take 5 MB and one tenth of a second, once and when first
needed; a look-up is a few bisections, whatever the size of the vocabulary.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from portal.search.synonyms import written
from portal.search.words import STOP, fold, stem

SHORTEST = 5  # letters of a word that may be mistyped; shorter ones have too many neighbors
LONGEST = 20
FIRST_LETTER_MAY_SLIP = 7  # letters; in shorter words another first letter is another word
SHORTEST_BEGUN = (
    5  # letters of a word that is taken for the beginning of a need, when no listing has one that begins so
)
SHORTEST_UNFINISHED = 3  # letters of a word that may be the beginning of another

# What may be missing at the end of a word whose stem is shorter than what is typed of it.
ENDINGS = (
    "y", "ty", "ity", "ies", "es", "s", "e", "ed", "ng", "ing", "g", "n", "on", "ion", "tion", "ation", "c", "cs", "l", "al",
    "ly", "ty", "nt", "ent", "ment", "t", "r", "er", "rs", "ve", "ive", "ous", "us", "ness", "ess", "ss", "sm", "ism", "m",
)  # fmt: skip

_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2**64
_POWERS = np.array([pow(_BASE, n, 2**64) for n in range(LONGEST + 2)], dtype=np.uint64)
_UNPOWER = np.uint64(pow(_BASE, -1, 2**64))
_MIX = np.uint64(0xD6E8FEB86659FD93)

Counts = Sequence[int] | npt.NDArray[np.int32]


class Lexicon:
    """The stems that listings use, sorted, and how many listings use each.

    `forms` tells how a stem is written out (`emerg` -> `emergency`), in one way or several: the first is shown to people, and
    all are looked at for slips beside the stem itself, since a slip near the end keeps the ending from coming off.
    """

    def __init__(
        self, stems: Sequence[str], counts: Counts, forms: Mapping[str, str | Sequence[str]] | None = None
    ) -> None:
        if len(stems) != len(counts):
            raise ValueError("one count a stem")
        self.stems = stems
        self.counts = np.asarray(counts, dtype=np.int32)
        self.forms = forms or {}
        self._slips: Slips | None = None

    def __len__(self) -> int:
        return len(self.stems)

    def has(self, name: str) -> bool:
        """Whether a listing uses this stem."""
        return self._row(name) >= 0

    def count(self, name: str) -> int:
        """Listings that use this stem, 0 when none does."""
        row = self._row(name)
        return int(self.counts[row]) if row >= 0 else 0

    def begins(self, word: str, most: int) -> list[str]:
        """Stems that begin with the word, the commonest first, at most so many. For what is not typed to its end."""
        first = bisect_left(self.stems, word)
        last = bisect_left(self.stems, word + "\U0010ffff", lo=first)
        if first == last or most < 1:
            return []
        order = np.argsort(-self.counts[first:last], kind="stable")[:most]
        return [self.stems[first + int(row)] for row in order]

    def completes(self, word: str, most: int) -> list[str]:
        """Stems of words that begin so: `begins`, else those that are shorter than what is typed ("emergenc", "housi")."""
        found = self.begins(word, most)
        if found or len(word) < SHORTEST:
            return found
        return [name for name in dict.fromkeys(stem(word + ending) for ending in ENDINGS) if self.has(name)][
            :most
        ]

    def near(self, word: str) -> list[str]:
        """Stems of words one slip from this (folded) word, best first: those with its first letter, then the commonest.

        Empty for a word that has digits, or is shorter than SHORTEST or longer than LONGEST. The word's own stem is never
        among them.
        """
        if not (SHORTEST <= len(word) <= LONGEST and word.isascii() and word.isalpha()):
            return []
        if self._slips is None:
            self._slips = Slips(self.stems, self.forms)
        own, short = stem(word), len(word) < FIRST_LETTER_MAY_SLIP
        rows = self._slips.of(word)
        if own != word and len(own) >= SHORTEST - 1:
            rows |= self._slips.of(own)
        found = [
            (self.stems[row][0] != word[0], -int(self.counts[row]), self.stems[row])
            for row in rows
            if self.stems[row] != own
        ]
        return [name for other, _count, name in sorted(found) if not (other and short and name[0] != word[1])]

    def written(self, name: str, typed: str = "") -> str:
        """A stem as a word to show: its form, else the stem with the ending of what was typed."""
        forms = _each(self.forms.get(name, ()))
        if forms:
            return min(forms, key=lambda form: not one_slip(form, typed))
        own = stem(typed)
        return name + typed[len(own) :] if typed and typed.startswith(own) else name

    def _row(self, name: str) -> int:
        at = bisect_left(self.stems, name)
        return at if at < len(self.stems) and self.stems[at] == name else -1


class Slips:
    """The deletion dictionary of a vocabulary: `of(word)` gives the rows of its stems that are one slip away."""

    def __init__(self, stems: Sequence[str], forms: Mapping[str, str | Sequence[str]]) -> None:
        self._words: list[str] = []
        rows: list[int] = []
        for row, name in enumerate(stems):
            for word in {name, *_each(forms.get(name, ()))}:
                if SHORTEST - 1 <= len(word) <= LONGEST + 1 and word.isascii() and word.isalpha():
                    self._words.append(word)
                    rows.append(row)
        self._rows = np.array(rows, dtype=np.int32)
        keys, places = [], []
        for start in range(
            0, len(self._words), 8_192
        ):  # in parts, so that what is only passed through stays small
            hashes, at = _hashes(self._words[start : start + 8_192])
            keys.append(hashes)
            places.append(at + np.int32(start))
        every = np.concatenate(keys) if keys else np.zeros(0, np.uint32)
        order = np.argsort(every, kind="stable")
        self._keys = every[order]
        self._places = (np.concatenate(places) if places else np.zeros(0, np.int32))[order]

    def of(self, word: str) -> set[int]:
        hashes, _at = _hashes([word])
        first = np.searchsorted(self._keys, hashes, "left")
        last = np.searchsorted(self._keys, hashes, "right")
        places = {int(n) for a, z in zip(first, last, strict=True) for n in self._places[a:z]}
        return {int(self._rows[n]) for n in places if one_slip(word, self._words[n])}


def _each(forms: str | Sequence[str]) -> Sequence[str]:
    return (forms,) if isinstance(forms, str) else forms


def one_slip(one: str, other: str) -> bool:
    """Whether two words are exactly one slip apart.

    >>> one_slip("detoz", "detox"), one_slip("detxo", "detox"), one_slip("detx", "detox"), one_slip("detox", "detox")
    (True, True, True, False)
    """
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1 or one == other:
        return False
    at = next((n for n, letter in enumerate(one) if letter != other[n]), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return swapped or one[at + 1 :] == other[at + 1 :]


def correct(words: Iterable[str], lexicon: Lexicon) -> list[tuple[str, str]]:
    """(typed, meant) for each word that nothing is spelled like, and that begins a need or is one slip from a known word.

    Left as they are: words that a listing uses, that begin one, that the table of needs knows, and the empty ones; short
    words, numbers and ZIP codes. `meant` is a word to show and to ask for; the commonest is taken.
    """
    folded = [word for typed in words for word in fold(typed)]
    pairs = ((word, _meant(word, lexicon)) for word in folded if word not in STOP)
    return [(word, meant) for word, meant in pairs if meant]


def _meant(word: str, lexicon: Lexicon) -> str:
    if _is_known(word, lexicon):
        return ""
    needs = need_words()
    begun = needs.begins(word, 1) if len(word) >= SHORTEST_BEGUN else []
    if begun:
        return needs.written(begun[0], word)
    near = {*lexicon.near(word)[:4], *needs.near(word)[:4]}
    if not near:
        return ""
    best = min(near, key=lambda name: (name[0] != word[0], -lexicon.count(name) - needs.count(name), name))
    return (needs if needs.has(best) and best not in lexicon.forms else lexicon).written(best, word)


def _is_known(word: str, lexicon: Lexicon) -> bool:
    if lexicon.has(stem(word)) or lexicon.has(word) or need_words().has(stem(word)):
        return True
    if len(word) < SHORTEST_UNFINISHED or lexicon.begins(word, 1):
        return True
    if not lexicon.completes(word, 1):
        return False
    needs = (
        need_words()
    )  # "emergenc" is half of one, "withdrawel" a slip from one: only put right it means a need
    return all(needs.written(name, word).startswith(word) for name in needs.near(word))


@cache
def need_words() -> Lexicon:
    """The words of the table of needs, each counted once, so that a misspelled need is known before any listing names it."""
    stems = sorted(written())
    return Lexicon(stems, np.ones(len(stems), np.int32), written())


def _hashes(words: Sequence[str]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int32]]:
    """Of ASCII words: hashes of each and of each less one letter, and beside them which word they are of."""
    width = max(map(len, words))
    letters = np.frombuffer("".join(word.ljust(width, "\0") for word in words).encode(), dtype=np.uint8)
    letters = letters.reshape(len(words), width)
    sums = np.zeros((len(words), width + 1), dtype=np.uint64)
    np.cumsum(letters.astype(np.uint64) * _POWERS[:width], axis=1, dtype=np.uint64, out=sums[:, 1:])
    whole = sums[:, -1:]
    less = sums[:, :-1] + (whole - sums[:, 1:]) * _UNPOWER
    at, _letter = np.nonzero(letters)
    hashes = np.concatenate([whole[:, 0], less[letters != 0]]) * _MIX
    places = np.concatenate([np.arange(len(words)), at]).astype(np.int32)
    return (hashes >> np.uint64(32)).astype(np.uint32), places
