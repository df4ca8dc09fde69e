"""From text to the stems that are indexed and asked for: one way for both."""

import re
import unicodedata
from functools import lru_cache

from whoosh.lang.porter import stem as porter

LONGEST_WORD = 40  # characters
MOST_WORDS = 8  # of a question

# Words that say nothing about which service is meant, in English and Spanish.
_GAP = re.compile(r"[^a-z0-9]+")
_STOP = """
a an and any are at be by can do for from get has have help i im in is it me my need needs of on or our please so some
someone that the there this to us we where who with you your looking find want wants got
un una el la los las de del en y o para por con que mi necesito busco quiero ayuda donde hay tengo estoy
"""
STOP = frozenset(_STOP.split())


def fold(text: str) -> list[str]:
    """Words of a text: lower case, accents off, apostrophes dropped, "&" as "and", everything else a gap."""
    plain = text.replace("&", " and ").replace("'", "").replace("’", "").casefold()
    if plain.isascii():
        return [word[:LONGEST_WORD] for word in _GAP.sub(" ", plain).split()]
    letters = (c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    kept = "".join(c if c.isalnum() else " " for c in letters)
    return [word[:LONGEST_WORD] for word in kept.split()]


@lru_cache(maxsize=5_000)
def stem(word: str) -> str:
    """English stem: plurals and endings off. Words with digits or other scripts stay as they are."""
    if len(word) < 3 or not (word.isascii() and word.isalpha()):
        return word
    return str(porter(word))


def stems(text: str) -> list[str]:
    """What a listing's text is indexed by: every word but the empty ones, stemmed."""
    return [stem(word) for word in fold(text) if word not in STOP]


def neighbors(word: str) -> set[str]:
    """Everything one typing slip away: a letter dropped, doubled, swapped or mistaken (about 55 times its length)."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    found = {left + right[1:] for left, right in cuts if right}
    found.update(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1)
    found.update(left + letter + right[1:] for left, right in cuts if right for letter in letters)
    found.update(left + letter + right for left, right in cuts for letter in letters)
    found.discard(word)
    return found
