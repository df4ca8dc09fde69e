"""What people call things: need words in English, Spanish and slang, each with the codes it means. Read from needs.txt.

Phrases are compared by stems, so plurals need no line of their own; Spanish ones by a lighter stem besides, which takes a
plural and a gender off (`medicas` as `medico`). Empty words inside a phrase count only when the words around them differ.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portal.search.words import EMPTY, fold, stem

FILE = Path(__file__).with_name("needs.txt")
KINDS = ("en", "es", "short", "said", "dicho")
SPANISH = ("es", "dicho")
LONGEST_SPAN = 8  # words of a question, empty ones too, that may be one phrase

# Words whose stem is another word's: "house" is no "housing".
ITSELF = frozenset(["house", "houses", "meet", "meets", "parent"])
NEGATIONS = frozenset(["no", "not", "without", "sin", "ni", "off", "out", "wont", "cant", "dont"])

# Spanish says in a verb's last letter who does it: "me quiere matar" is a threat, "me quiero matar" is suicide. A word after one
# of the pronouns, and each of the others, is compared as it is written.
PRONOUNS = frozenset(["me", "te", "se", "le", "les", "nos", "lo"])
VERBS = frozenset(["quiero", "quiere", "quieren"])

Codes = tuple[tuple[str, str], ...]
Stems = tuple[str, ...]

_HEADING = re.compile(r"(~ )?[a-z_]+:[a-z_]+( [a-z_]+:[a-z_]+)*")


@dataclass(frozen=True)
class Saying:
    """One phrase of the table, as written there. `kind` is one of KINDS."""

    text: str
    kind: str
    codes: Codes
    reason: str
    line: int
    loosely: bool = False  # the codes are only near: under a heading that begins with "~"


@dataclass(frozen=True)
class Match:
    """What a run of words means, whether the run is Spanish, and whether the codes are only near what is meant."""

    codes: Codes
    spanish: bool
    loosely: bool = False


def read(text: str) -> Iterator[Saying]:
    """Every phrase of a table. Raises ValueError with the line to look at."""
    codes: Codes = ()
    loosely = False
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if not line[0].isspace():
            if not _HEADING.fullmatch(line.rstrip()):
                raise ValueError(f"line {number}: a heading is group:code group:code, ~ before it")
            loosely = line.startswith("~")
            pairs = (code.split(":") for code in line.removeprefix("~").split())
            codes = tuple((group, code) for group, code in pairs)
            continue
        kind, phrases_text, reason = ([part.strip() for part in line.split("|")] + ["", ""])[:3]
        if kind not in KINDS or not codes or not reason or line.count("|") != 2:
            raise ValueError(f"line {number}: a line is kind | phrase, phrase | reason, under a heading")
        for phrase in phrases_text.split(","):
            if not fold(phrase):
                raise ValueError(f"line {number}: an empty phrase")
            yield Saying(phrase.strip(), kind, codes, reason, number, loosely)


@cache
def sayings() -> tuple[Saying, ...]:
    """Every phrase of our table, in its order."""
    return tuple(read(FILE.read_text(encoding="utf-8")))


@cache
def exact_phrases() -> dict[Stems, Saying]:
    """Phrases by their folded words as written: these win over stems (`medication` is not `medical`)."""
    return {tuple(fold(saying.text)): saying for saying in reversed(sayings())}


@cache
def phrases() -> dict[Stems, Saying]:
    """Phrases by their stems; each whole, and without its empty words where two others are left."""
    return _by_stems(sayings(), stem)


@cache
def spanish_phrases() -> dict[Stems, Saying]:
    """The same for Spanish alone, by the light stem."""
    return _by_stems([saying for saying in sayings() if saying.kind in SPANISH], spanish_stem)


def match(words: Sequence[str]) -> Match | None:
    """What a run of folded words means as a whole; None when it is no phrase of the table."""
    if not words or (len(words) == 1 and words[0] in ITSELF):
        return None
    loose = () if words[0] in EMPTY or words[-1] in EMPTY else filled(words)
    for run in (words, loose):
        if run:
            spanish = spanish_phrases().get(key(run, spanish_stem))
            found = exact_phrases().get(tuple(run)) or phrases().get(key(run, stem)) or spanish
            if found:
                return Match(found.codes, spanish is not None and not _is_english(run), found.loosely)
    return None


@cache
def single_words() -> list[tuple[str, Codes]]:
    """(folded word, codes) of the phrases of one word, sorted."""
    return sorted((words[0], saying.codes) for words, saying in exact_phrases().items() if len(words) == 1)


@cache
def may_begin() -> frozenset[str]:
    """Words and stems, of both kinds, that a phrase begins with: most words of a question begin none."""
    return frozenset(key[0] for key in phrases()) | frozenset(key[0] for key in spanish_phrases())


@cache
def written() -> dict[str, list[str]]:
    """Stem -> the words of the table that have it, the shortest first: for showing and for spelling."""
    forms: dict[str, set[str]] = {}
    for saying in sayings():
        for word in fold(saying.text):
            forms.setdefault(stem(word), set()).add(word)
    return {name: sorted(words, key=lambda word: (len(word), word)) for name, words in forms.items()}


def filled(words: Sequence[str]) -> Sequence[str]:
    """The words that say something, when they are at least two and not all of them; else none. None beside a "no" either."""
    if not NEGATIONS.isdisjoint(words):
        return ()
    kept = [word for word in words if word not in EMPTY]
    return kept if 2 <= len(kept) < len(words) else ()


def spanish_stem(word: str) -> str:
    """A folded Spanish word less its plural and its gender: `clinicas`, `adicciones`, `medico` -> `clinic`, `adiccion`, `medic`.

    What is left has at least four letters, else the word stays whole.
    """
    if not (word.isascii() and word.isalpha()):
        return word
    bare = word
    if bare.endswith("s") and len(bare) > 4:
        bare = bare[:-1]
    if bare[-1:] in ("a", "e", "o") and len(bare) > 4:
        bare = bare[:-1]
    return bare


def key(words: Sequence[str], stemmed: Callable[[str], str]) -> Stems:
    """What phrases are compared by: stems, but of verbs that tell who does what to whom the words themselves."""
    before = ("", *words)
    return tuple(
        word if word in VERBS or before[at] in PRONOUNS else stemmed(word) for at, word in enumerate(words)
    )


def _by_stems(some: Sequence[Saying], stemmed: Callable[[str], str]) -> dict[Stems, Saying]:
    found: dict[Stems, Saying] = {}
    every = [(fold(saying.text), saying) for saying in some]
    for words, saying in every:
        found.setdefault(key(words, stemmed), saying)
    for words, saying in every:
        if filled(words):
            found.setdefault(key(filled(words), stemmed), saying)
    return found


@cache
def _english() -> frozenset[Stems]:
    every = ((saying, fold(saying.text)) for saying in sayings() if saying.kind not in SPANISH)
    return frozenset(key(run, stem) for _saying, words in every for run in (words, filled(words)) if run)


def _is_english(run: Sequence[str]) -> bool:
    return key(run, stem) in _english()
