"""Sentences about a person: what is told beside the need forbids no answer, and a need that no phrase names is guessed.

"my son hasnt slept in four days and is talking to the tv" holds one thing to look for and many words that stand in no listing.
A name or a plain keyword is no sentence. Pure but for whoever tells names.
"""

from collections.abc import Sequence
from dataclasses import replace

from portal.search.guessing import Guess, guess
from portal.search.parts import Part
from portal.search.synonyms import Codes
from portal.search.words import EMPTY, MOST_WORDS, fold

SHORTEST = 3  # words, one of them about somebody
LONG = 5  # words, two of them such as no name is made of
# Who takes anybody in any crisis: what a sentence gets that nothing explains.
ANY_CRISIS: Codes = (("care", "crisis_center"), ("care", "mobile_crisis"), ("care", "crisis_line"))
GUESSED = "?"  # the text of a part that was guessed: folded words never have a question mark
CRISIS, NEED = "crisis", "need"  # of Meaning.guessed

_PERSON = """
i im ive id ill me my myself mine we were weve our us he hes him his himself she shes her hers herself they theyre them their
themselves you your someone somebody anyone nobody everyone is are was has have had cant wont doesnt dont didnt isnt
arent hasnt havent wasnt keeps says said thinks wants need needs tried trying
yo me mi mis mio mia nos nosotros nuestro nuestra el ella ellos ellas se le les lo su sus te tu esta estoy estan estamos es
soy son fue ha he han hemos tengo tiene tienen tenemos quiero quiere quieren puedo puede necesito necesita dice dicen cree
alguien nadie anda ando
"""
_ABOUT = frozenset(fold(_PERSON))
_TELLING = EMPTY - frozenset("a an the of and for at in to by on first best good next one two de del la el los las y para en".split())


def is_sentence(words: Sequence[str]) -> bool:
    """Whether folded words tell something rather than name it."""
    return is_about_somebody(words) or (len(words) >= LONG and sum(word in _TELLING for word in words) >= 2)


def is_about_somebody(words: Sequence[str]) -> bool:
    return len(words) >= SHORTEST and not _ABOUT.isdisjoint(words)


def read(words: Sequence[str], parts: Sequence[Part], freely: bool = False) -> tuple[list[Part], str]:
    """The parts of a sentence, those that are only told beside the need marked so, and what was guessed: NEED, CRISIS or "".

    words: folded, without those of a place. `freely`: whatever the words are a need may be guessed; nothing else answers.
    """
    if any(group in ("care", "topic") for part in parts for group, _code in part.codes):
        return [replace(part, besides=not part.codes) for part in parts], ""
    found = guess(words)
    plain = [part if part.codes else replace(part, besides=True, unfinished=False) for part in parts]
    if found and found.sure:
        return [_guessed(found), *plain][:MOST_WORDS], NEED
    if freely or not is_about_somebody(words):
        return list(parts), ""
    return [Part((), (), ANY_CRISIS, GUESSED), *plain][:MOST_WORDS], CRISIS


def _guessed(found: Guess) -> Part:
    return Part((), (), found.codes, GUESSED, loosely=True)
