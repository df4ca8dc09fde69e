"""The words of a question in runs: the longest phrases of the table of needs, ages, and single words. Pure."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from portal.search.synonyms import LONGEST_SPAN, Codes, match, may_begin, single_words, spanish_stem
from portal.search.words import BESIDE, EMPTY, stem

SHORTEST_BEGUN = 5  # letters of a word that is taken for the beginning of a need
YOUTH, OLDER = 17, 60  # years: up to, from

# Words that only a question in Spanish has; "la", "casa" and "para" stand in American names too.
_SPANISH = """
necesito necesita necesitamos necesitan busco busca buscando buscamos quiero quiere queremos ayuda ayudar ayudame donde tengo
tiene tenemos estoy esta estamos una unos unas cerca noche ahora hola gracias favor hijo hija esposo esposa hermano
hermana amigo amiga alguien gente porque cuando muy puedo puede
"""
SPANISH_WORDS = frozenset(_SPANISH.split())
_OF_AGE = frozenset(["year", "years", "yr", "yrs", "yo", "ano", "anos"])
_OLD = frozenset(["old", "de", "edad"])


@dataclass(frozen=True)
class Token:
    """Words from `first` up to `last` of the question, and what they mean together. `silent`: understood, and asks nothing."""

    words: tuple[str, ...]
    first: int
    last: int
    codes: Codes = ()
    spanish: bool = False
    silent: bool = False
    loosely: bool = False  # the codes are only near what is meant


def tokens_of(words: Sequence[str]) -> list[Token]:
    """Every word in exactly one token, in order; the longest phrase that begins at a word wins."""
    tokens: list[Token] = []
    at = 0
    while at < len(words):
        token = (
            _age(words, at) or _phrase(words, at) or _unfinished(words, at) or Token((words[at],), at, at + 1)
        )
        tokens.append(token)
        at = token.last
    return tokens


def is_spanish(words: Sequence[str], tokens: Sequence[Token]) -> bool:
    """Whether the question is recognizably in Spanish."""
    return any(token.spanish for token in tokens) or any(word in SPANISH_WORDS for word in words)


def _phrase(words: Sequence[str], at: int) -> Token | None:
    if may_begin().isdisjoint((words[at], stem(words[at]), spanish_stem(words[at]))):
        return None
    for last in range(min(at + LONGEST_SPAN, len(words)), at, -1):
        found = match(words[at:last])
        if found:
            return Token(tuple(words[at:last]), at, last, found.codes, found.spanish, loosely=found.loosely)
    return None


def _unfinished(words: Sequence[str], at: int) -> Token | None:
    """The last word, typed to less than its end, where all that it may become means the same."""
    if at < len(words) - 1 or len(words[at]) < SHORTEST_BEGUN or words[at] in EMPTY or words[at] in BESIDE:
        return None
    single = single_words()
    first = last = bisect_left(single, (words[at],))
    while last < len(single) and single[last][0].startswith(words[at]):
        last += 1
    meant = {codes for _word, codes in single[first:last]}
    return Token((words[at],), at, at + 1, meant.pop()) if len(meant) == 1 else None


def _age(words: Sequence[str], at: int) -> Token | None:
    """ "16 year old", "15 yo", "13 anos de edad": for youth and for older adults; other ages ask nothing."""
    word, after = words[at], words[at + 1 : at + 2]
    if not (word.isascii() and word.isdecimal() and len(word) <= 2 and after and after[0] in _OF_AGE):
        return None
    last = at + 2
    while last < len(words) and last < at + 4 and words[last] in _OLD:
        last += 1
    years = int(word)
    codes: Codes = (
        (("for", "youth"),) if years <= YOUTH else (("for", "older_adults"),) if years >= OLDER else ()
    )
    return Token(tuple(words[at:last]), at, last, codes, after[0].startswith("ano"), not codes)
