"""Sentences about a person: what is told beside the need forbids no answer, and a need that no phrase names is guessed.

"my son hasnt slept in four days and is talking to the tv" holds one thing to look for and many words that stand in no listing.
A name or a plain keyword is no sentence. Pure.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from portal.search.guessing import Guess, either, guess
from portal.search.parts import Part
from portal.search.synonyms import Codes, match
from portal.search.words import BESIDE, EMPTY, MOST_WORDS, fold, stem

SHORTEST = 3  # words, one of them about somebody
LONG = 5  # words, two of them such as no name is made of
GUESSED = "?"  # the text of a part that was guessed: no word of a question has a question mark
CRISIS, NEED = "crisis", "need"  # of Meaning.guessed: any crisis, one need or two
ANY_CRISIS = "mental health crisis"  # the phrase whose codes take anybody in any crisis

_PERSON = """
i im ive id ill me my myself mine we were weve our us he hes him his himself she shes her hers herself they theyre them their
themselves you your someone somebody anyone nobody everyone is are was has have had cant wont doesnt dont didnt isnt
arent hasnt havent wasnt keeps says said thinks wants need needs tried trying
yo me mi mis mio mia nos nosotros nuestro nuestra el ella ellos ellas se le les lo su sus te tu esta estoy estan estamos es
soy son fue ha he han hemos tengo tiene tienen tenemos quiero quiere quieren puedo puede necesito necesita dice dicen cree
alguien nadie anda ando
"""
_ABOUT = frozenset(fold(_PERSON))
_IN_NAMES = "a an the of and for at in to by on first best good next one two de del la el los las y para en"
_TELLING = EMPTY - frozenset(fold(_IN_NAMES))
_HELP = frozenset(fold("help ayuda ayúdame ayúdenme ayúdeme socorro auxilio emergency emergencia sos"))


def is_sentence(words: Sequence[str]) -> bool:
    """Whether folded words tell something rather than name it."""
    return is_about_somebody(words) or (len(words) >= LONG and sum(word in _TELLING for word in words) >= 2)


def is_about_somebody(words: Sequence[str]) -> bool:
    return len(words) >= SHORTEST and not _ABOUT.isdisjoint(words)


def is_plea(words: Sequence[str]) -> bool:
    """Whether folded words say nothing but "help"."""
    return not _HELP.isdisjoint(words) and all(
        word in EMPTY or word in BESIDE or word in _HELP for word in words
    )


def read(
    words: Sequence[str], parts: Sequence[Part], freely: bool = False, guesses: bool = True
) -> tuple[list[Part], str]:
    """The parts of a sentence, those that are only told beside the need marked so, and what was guessed: NEED, CRISIS or "".

    words: folded, without those of a place. `freely`: nothing answers the words as they are, so they need be no sentence.
    Without `guesses` a need is not looked for, any crisis is.
    """
    if any(_cares(part.codes) for part in parts):
        return _weighed(words, parts)
    plain = [part if part.codes else replace(part, besides=True, unfinished=False) for part in parts]
    found = guess(words) if guesses and not is_plea(words) else None
    if found and freely and found.certain:
        return [_guessed(found, parts)], NEED
    if found and found.sure and not freely:
        return [_guessed(found), *plain][:MOST_WORDS], NEED
    about = is_about_somebody(words) or is_plea(words)
    if about or (freely and (len(words) >= SHORTEST or not _ABOUT.isdisjoint(words))):
        return [_any_crisis(), *plain][:MOST_WORDS], CRISIS
    return list(parts), ""


def _weighed(words: Sequence[str], parts: Sequence[Part]) -> tuple[list[Part], str]:
    """Where single words are all that was understood, and all the words together tell of another need, it is either."""
    told = [replace(part, besides=not part.codes) for part in parts]
    needs = [part for part in told if _cares(part.codes)]
    if any(len(part.words) > 1 for part in needs) or not is_about_somebody(words):
        return told, ""
    found = guess(words)
    if not found or not found.sure or any(_alike(found.codes, part.codes) for part in needs):
        return told, ""
    codes = found.codes
    for part in needs:
        codes = either(codes, part.codes)
    beside = [replace(part, besides=part.besides or part in needs) for part in told]
    return [Part((), (), codes, GUESSED), *beside][:MOST_WORDS], NEED


def _cares(codes: Codes) -> list[tuple[str, str]]:
    return [pair for pair in codes if pair[0] in ("care", "topic")]


def _alike(one: Codes, other: Codes) -> bool:
    """Whether the two best answers of both have one in common."""
    return not set(_cares(one)[:2]).isdisjoint(_cares(other)[:2])


def _guessed(found: Guess, parts: Sequence[Part] = ()) -> Part:
    """A part with the codes; of keywords, it is what they mean together."""
    words = tuple(word for part in parts for word in part.words)
    return Part(words, tuple(map(stem, words)), found.codes, GUESSED, loosely=True)


@cache
def _any_crisis() -> Part:
    found = match(fold(ANY_CRISIS))
    return Part((), (), found.codes if found else (), GUESSED)
