"""What is tried before an answer stays empty: words as they were probably meant, and less of what was only guessed.

Each is said, and a correction is undone in one tap.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from portal.search.answer import Answer
from portal.search.answering import answer_with
from portal.search.called import names_of
from portal.search.engine import Engine
from portal.search.harvest import Stands
from portal.search.sentences import CRISIS, NEED
from portal.search.spelling import SHORTEST, Lexicon, correct, need_words, one_slip
from portal.search.understand import Meaning, understand
from portal.search.words import fold, stem
from portal.store.language import gettext as _

RARE = 3  # listings: a word that so few use may be their own slip of typing
MUCH_COMMONER = 30  # times
LONG_ENOUGH = 7  # letters of a word in a sentence that may be a need misspelled


def answer_kindly(engine: Engine, meaning: Meaning, now: datetime, here: Stands, counts: bool) -> Answer:
    """The answer. A word that nobody uses is read as the word it was probably meant to be; an answer to some of
    the words is tried again with rare words read as common ones, an empty one without what was only guessed from the words."""
    strange = [] if meaning.question.exactly else _strange(engine, meaning)
    slips = correct(strange, engine.lexicon()) if strange else []
    if CRISIS in meaning.guessed:
        slips = _misspelled_needs(meaning)
    if slips:
        answer = _corrected(engine, meaning, slips, now, here, counts)
        return answer if answer.total else _guessed(engine, meaning, answer, now, here, counts)
    answer = answer_with(engine, meaning, now, here, counts)
    if answer.total and not answer.any_word:
        return answer
    rare = [] if meaning.question.exactly else list(_misspelled_there(engine, meaning))
    if rare:
        other = _corrected(engine, meaning, rare, now, here, counts)
        if other.total and not other.any_word:
            return other
    if not answer.total:
        answer = _with_less(engine, meaning, now, here, counts) or answer
    return _guessed(engine, meaning, answer, now, here, counts) if not answer.whole else answer


def _guessed(
    engine: Engine, meaning: Meaning, answer: Answer, now: datetime, here: Stands, counts: bool
) -> Answer:  # fmt: skip
    """The answer to the need that words which no service has all of may stand for; where that is not known either, the answer
    that was."""
    if NEED in meaning.guessed or CRISIS in meaning.guessed:
        return answer
    bolder = understand(meaning.question, here.state or None, names_of(engine), guesses="any")
    if NEED not in bolder.guessed and (answer.total or CRISIS not in bolder.guessed):
        return answer
    other = answer_with(engine, bolder, now, here, counts)
    if not other.total:
        other = _with_less(engine, bolder, now, here, counts) or other
    return other if other.whole else answer


def _in_any_crisis(
    engine: Engine, meaning: Meaning, now: datetime, here: Stands, counts: bool
) -> Answer | None:
    """The answer for a sentence whose guessed need nobody here meets."""
    wider = understand(meaning.question, here.state or None, names_of(engine), guesses="crisis")
    return answer_with(engine, wider, now, here, counts) if CRISIS in wider.guessed else None


def _corrected(
    engine: Engine, meaning: Meaning, slips: Sequence[tuple[str, str]], now: datetime, here: Stands, counts: bool
) -> Answer:  # fmt: skip
    question, meant = meaning.question, dict(slips)
    words = " ".join(_put_right(word, meant) for word in question.words.split())
    other = understand(replace(question, words=words), here.state or None, names_of(engine))
    answer = answer_with(engine, other, now, here, counts)
    if not answer.total:
        answer = _with_less(engine, other, now, here, counts) or answer
    said = [
        _("No service says “%(typed)s”. Showing “%(meant)s”.", typed=typed, meant=right)
        if not engine.knows(stem(typed))
        else _("Showing “%(meant)s” for “%(typed)s”.", typed=typed, meant=right)
        for typed, right in slips
    ]
    back = (_("Search for “%(words)s” as typed", words=question.words), replace(question, exactly=True))
    return replace(answer, question=question, notice=(*said, *answer.notice), did_you_mean=back)


def _put_right(word: str, meant: dict[str, str]) -> str:
    folded = "".join(fold(word))
    return meant.get(folded, word)


def _strange(engine: Engine, meaning: Meaning) -> list[str]:
    """Words that mean nothing to us and that no listing uses."""
    return [word for stem, word in _plain(meaning) if not engine.knows(stem)]


def _misspelled_there(engine: Engine, meaning: Meaning) -> Iterator[tuple[str, str]]:
    """Words that a few listings use and that are one slip from a word that very many use."""
    lexicon = engine.lexicon()
    for own, word in _plain(meaning):
        count = lexicon.count(own)
        if not 0 < count <= RARE or len(word) < SHORTEST:
            continue
        best = _commonest(lexicon, word)
        if best and lexicon.count(best) >= MUCH_COMMONER * count:
            yield word, lexicon.written(best, word)


def _misspelled_needs(meaning: Meaning) -> list[tuple[str, str]]:
    """Long words of a sentence that nothing explains, one slip from a need. Any other word of it may be right as it stands."""
    words = [
        word for part in meaning.parts if part.besides for word in part.words if len(word) >= LONG_ENOUGH
    ]
    needs = need_words()
    found = [
        (word, form)
        for word in words
        for near in needs.near(word)[:1]
        for form in [needs.written(near, word)]
    ]
    return [(word, form) for word, form in found if one_slip(word, form) and word[0] == form[0]]


def _commonest(lexicon: Lexicon, word: str) -> str:
    near = [name for name in lexicon.near(word) if name[0] == word[0]]
    return max(near, key=lambda name: (lexicon.count(name), name), default="")


def _plain(meaning: Meaning) -> list[tuple[str, str]]:
    parts = [part for part in meaning.needed if not part.codes]
    return [pair for part in parts for pair in zip(part.stems, part.words, strict=False)]


def _with_less(engine: Engine, meaning: Meaning, now: datetime, here: Stands, counts: bool) -> Answer | None:
    """The answer without a need that was only guessed, then without a place that may have been a name. None when that finds
    nothing either. What was ticked or typed as a place stays."""
    if NEED in meaning.guessed or CRISIS in meaning.guessed:
        plain = understand(meaning.question, here.state or None, names_of(engine), guesses="none")
        answer = answer_with(engine, plain, now, here, counts)
        if not answer.total:
            answer = _with_less(engine, plain, now, here, counts) or answer
        return answer if answer.total else _in_any_crisis(engine, meaning, now, here, counts)
    if "place" in meaning.guessed and meaning.place:
        wider = understand(meaning.question, here.state or None, places=False)
        answer = answer_with(engine, wider, now, here, counts)
        if answer.total:
            said = _(
                "Nothing fits near %(place)s. These match the words wherever they are.",
                place=meaning.place.text,
            )
            return replace(answer, notice=(said, *answer.notice))
    return None
