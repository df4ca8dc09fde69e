"""4,500 words for made-up listings: words of the field first, then words nobody ever wrote, drawn by Zipf's law.

The same seed gives the same words and the same draws, on every machine.
"""

import random
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

SIZE = 4500
_FIELD = """
services health treatment care center support community recovery program family counseling mental adult client
outpatient crisis help individual group staff team clinic behavioral people assessment substance peer access therapy
resident hour resource need women children home housing medical medication youth alcohol drug referral shelter
emergency detox addiction residential inpatient case management trauma veteran insurance medicaid appointment walk
evaluation psychiatric prevention education safe stabilization hospital opioid methadone food legal transport intake
nurse physician license partner church county city regional foundation house hope harbor bridge river valley cornerstone
pathway journey haven beacon summit horizon unity grace mercy wellness anxiety depression bipolar suicide overdose
naloxone pantry meal clothing job training school parenting pregnant infant senior disability wheelchair spanish
interpreter confidential hotline mobile response respite court probation reentry jail eviction rent utility bus dental
"""
_ONSETS = "b br c ch cl d dr f fl g gl gr h j k l m n p pl pr qu r s sh sl st t th tr v w y z"
_VOWELS = "a e i o u ai ea oa oo"
_CODAS = "b ck d ft g l ld lm m mp n nd nk p r rd rk rm rn rt s sk st t th x"
ONSETS, VOWELS, CODAS = _ONSETS.split(), _VOWELS.split(), _CODAS.split()


def vocabulary(seed: int = 1) -> list[str]:
    """SIZE different words, the commonest first. Words of the field hold the first ranks."""
    chance = random.Random(seed)
    words = list(dict.fromkeys(_FIELD.split()))
    known = set(words)
    while len(words) < SIZE:
        word = "".join(
            chance.choice(ONSETS) + chance.choice(VOWELS) + (chance.choice(CODAS) if at else "")
            for at in range(chance.choice((2, 2, 3)))
        )
        if word not in known:
            known.add(word)
            words.append(word)
    return words


class Draws:
    """An endless draw of words: the n-th commonest comes up 1/n as often as the commonest."""

    def __init__(self, words: list[str], chance: np.random.Generator) -> None:
        self.words = words
        self.chance = chance
        shares = 1.0 / np.arange(1, len(words) + 1)
        self.cumulated: NDArray[np.float64] = np.cumsum(shares / shares.sum())

    def texts(self, lengths: list[int]) -> Iterator[str]:
        """One text for each length, in words."""
        drawn = np.searchsorted(self.cumulated, self.chance.random(sum(lengths))).tolist()
        at, words, last = 0, self.words, len(self.words) - 1
        for length in lengths:
            yield " ".join([words[min(word, last)] for word in drawn[at : at + length]])
            at += length
