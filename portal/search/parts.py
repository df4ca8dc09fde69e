"""What is to be looked for: the words and phrases of a question, each with what it means. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.search.synonyms import Codes
from portal.search.tokens import Token
from portal.search.words import BESIDE, EMPTY, GENERIC, MOST_WORDS, STOP, stem

OPEN_NOW: Codes = (("open", "now"),)


@dataclass(frozen=True)
class Part:
    """One thing to look for: a word or phrase. A listing matches by its text, or by carrying one of the codes.

    `words` and `stems` stand beside each other and leave out what no index holds; `text` is the part as it was typed.
    """

    words: tuple[str, ...]
    stems: tuple[str, ...]
    codes: Codes = ()
    text: str = ""
    loosely: bool = False  # the codes are only near: who says the very words is a better answer
    unfinished: bool = False  # the last word, in no phrase: it may be the beginning of another
    besides: bool = (
        False  # told in a sentence that asks for something else: it raises a listing, and none lacks it
    )


def parts_of(tokens: Sequence[Token], end: int) -> list[Part]:
    """Words that every service has count only where nothing else means something. `end`: how many words there are, where the
    last may be typed half."""
    meaningful = any(token.codes and token.codes != OPEN_NOW for token in tokens)
    named = any(not token.codes and token.words[0] not in EMPTY | GENERIC for token in tokens)
    cares = any(
        group in ("care", "topic") for token in tokens if not _is_faint(token) for group, _code in token.codes
    )
    parts: list[Part] = []
    for token in tokens:
        if token.codes == OPEN_NOW or token.silent or (token.codes and cares and _is_faint(token)):
            continue
        if not token.codes and _is_idle(token.words[0], meaningful, named):
            continue
        words = tuple(word for word in token.words if word not in STOP)
        unfinished = token.last == end and not token.codes and token.words[0] not in BESIDE
        part = Part(
            words, tuple(map(stem, words)), token.codes, " ".join(token.words), token.loosely, unfinished
        )
        if part not in parts:
            parts.append(part)
    return parts[:MOST_WORDS]


def _is_idle(word: str, meaningful: bool, named: bool) -> bool:
    """Whether a word decides nothing: an empty one, or one that every service has beside a word that tells more."""
    return word in EMPTY or (meaningful and word in BESIDE) or (named and word in GENERIC)


def _is_faint(token: Token) -> bool:
    """Whether it means something only while nothing else does: "a bed" is a shelter's, "detox, needs a bed" is not."""
    return all(word in BESIDE or word in EMPTY for word in token.words)
