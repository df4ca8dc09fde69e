"""Understanding a question before any engine sees it: place words, open now, need words in the field's and the street's words.

Nothing here decides for the person: each thing understood is named in a sentence and can be taken out again.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from babel import Locale
from babel.dates import format_datetime
from flask_babel import get_locale

from portal.directory.terms import EVERY
from portal.geo import Located, locate
from portal.search import sentences
from portal.search.parts import OPEN_NOW, Part, parts_of
from portal.search.question import ROOM, Question
from portal.search.tokens import Token, is_spanish, tokens_of
from portal.search.whereabouts import Whereabouts, asks_near_me, place_among
from portal.search.words import fold
from portal.store.language import gettext as _

MOST_SAID = 3  # kinds of care that are named of a guess
IsName = Callable[[Sequence[str], bool], bool]
Guesses = Literal[
    "none", "crisis", "sentence", "any"
]  # of which words a need may be guessed that no phrase names


@dataclass(frozen=True)
class Understood:
    """A sentence for the page, and the question as it would be without this part."""

    sentence: str
    field: str
    code: str = ""
    without: Question | None = None


@dataclass(frozen=True)
class Meaning:
    """What both engines are asked.

    prefer_language: "es" when the words are Spanish: services that speak it come first, none is left out. asks_near_me:
    "near me" was said and no place is known. guessed: of "place", "open", "need" and "crisis", what was taken from words that
    may mean something else (a city that nothing announces, a need that no phrase names, any crisis) or less (open now, where
    hours may not be known): to be let go of before an answer stays empty.
    """

    question: Question
    parts: tuple[Part, ...] = ()
    place: Located | None = None
    open_now: bool = False
    understood: tuple[Understood, ...] = ()
    care: tuple[str, ...] = field(default=())  # care codes, asked or understood: for the tally alone
    prefer_language: str = ""
    asks_near_me: bool = False
    guessed: tuple[str, ...] = ()

    @property
    def needed(self) -> tuple[Part, ...]:
        """Parts that an answer lacks where it has them not."""
        return tuple(part for part in self.parts if not part.besides)


def understand(
    question: Question, state: str | None, is_name: IsName | None = None, places: bool = True, guesses: Guesses = "sentence"
) -> Meaning:  # fmt: skip
    """Raises PlaceUnknown or PlaceAmbiguous for `near`; a place among the words that is not known stays a word.

    `is_name(words, whole)` tells whether the words are a name that a listing or an agency has or, not `whole`, the beginning
    of one: then a city among them is part of it. Without `places` none is looked for among the words.
    """
    place = locate(question.near, state) if question.near else None
    words = fold(question.words)
    tokens = tokens_of(words)
    notes: list[Understood] = []
    found = _place_in(words, tokens, question, state) if places and place is None and words else None
    if found and is_name and _is_in_a_name(found, words, tokens, is_name):
        notes.append(_said_name(found, words, question))
    elif found:
        place = found.place
        notes.append(_said_place(found, words, question))
        tokens = [each for each in tokens if each.last <= found.first or each.first >= found.last]
    parts, need = _parts(words, tokens, question, is_name, guesses)
    guessed: tuple[str, ...] = ("place",) if found and place is found.place and not found.sure else ()
    # a time that was chosen outranks a word for it
    moments = [token for token in tokens if token.codes == OPEN_NOW and not question.open_at]
    if moments and not question.open_now:
        guessed += ("open",)
        notes.append(Understood(_("Open now"), "q", "open", less(question, moments[0].words)))
    notes += [_said(part, question, need) for part in parts if part.codes]
    cares = {code for part in parts for group, code in part.codes if group == "care"} | set(question.care)
    return Meaning(
        question=question,
        parts=tuple(parts),
        place=place,
        open_now=question.open_now or bool(moments),
        understood=tuple(notes + _asked(question, place)),
        care=tuple(sorted(cares)),
        guessed=(*guessed, need) if need else guessed,
        prefer_language="es" if is_spanish(words, tokens) else "",
        asks_near_me=place is None and asks_near_me(words),
    )


def label(group: str, code: str) -> str:
    """A code in words of the page's language."""
    if group == "language":
        names = (get_locale() or Locale("en")).languages
        return _("American Sign Language") if code == "ase" else str(names.get(code, code))
    return str(EVERY[group].get(code, code)) if group in EVERY else code


def _place_in(
    words: Sequence[str], tokens: Sequence[Token], question: Question, state: str | None
) -> Whereabouts | None:
    meaning_words = [token for token in tokens if token.codes]

    def taken(first: int, last: int) -> bool:
        return any(token.first < last and first < token.last for token in meaning_words)

    return place_among(words, question.words, state, taken)


def _is_in_a_name(found: Whereabouts, words: Sequence[str], tokens: Sequence[Token], is_name: IsName) -> bool:
    """Whether the words of a place belong to a name: never a ZIP, nor a place that nothing else was said with. One that "in" or
    "near" announces only where all the words are the whole name."""
    said = words[found.first : found.last]
    if len(said) == len(words) or any(word.isdecimal() for word in said):
        return False
    return is_name(words, found.sure)


def _parts(
    words: Sequence[str], tokens: Sequence[Token], question: Question, is_name: IsName | None, guesses: Guesses
) -> tuple[list[Part], str]:  # fmt: skip
    """What is to be looked for, and whether it was guessed. Words as typed are no sentence, nor are those of a name."""
    parts = parts_of(tokens, 0 if question.exactly else len(words))
    said = [word for token in tokens for word in token.words]
    if question.exactly or guesses == "none" or (parts and all(part.codes for part in parts)):
        return parts, ""
    if sentences.is_plea(said):
        return sentences.read(said, parts)
    if (
        not parts
        or not (guesses == "any" or sentences.is_sentence(said))
        or (is_name and is_name(words, False))
    ):
        return parts, ""
    return sentences.read(said, parts, freely=not sentences.is_sentence(said), guesses=guesses != "crisis")


def _said(part: Part, question: Question, need: str) -> Understood:
    labels = ", ".join(label(group, code) for group, code in part.codes if group != "field")
    if part.text == sentences.GUESSED:
        first = [label(group, code) for group, code in part.codes if group == "care"][:MOST_SAID]
        perhaps = _("Perhaps: %(labels)s", labels=", ".join(first))
        sentence = _("Help in any crisis") if need == sentences.CRISIS else perhaps
        return Understood(sentence, "q", "guess", replace(question, exactly=True, page=1))
    sentence = _("“%(words)s” as: %(labels)s", words=part.text, labels=labels)
    return Understood(sentence, "q", part.text, less(question, part.text.split()))


def _said_place(found: Whereabouts, words: Sequence[str], question: Question) -> Understood:
    sentence = _("Within %(miles)s miles of %(place)s", miles=question.within, place=_place_name(found.place))
    return Understood(sentence, "q", "near", less(question, words[found.first : found.last]))


def _said_name(found: Whereabouts, words: Sequence[str], question: Question) -> Understood:
    """The words as a name; without it, the place is a place."""
    sentence = _("“%(words)s” as a name", words=question.words)
    without = replace(less(question, words[found.first : found.last]), near=_place_name(found.place))
    return Understood(sentence, "q", "name", without)


def _place_name(place: Located) -> str:
    if place.kind == "city" and place.state:
        return f"{place.city}, {place.state}"
    return place.text if place.kind == "county" else place.text.title()


def _asked(question: Question, place: Located | None) -> list[Understood]:
    """The filters that were ticked, each removable."""
    notes = []
    if question.near and place:
        name = (
            place.text
            if not place.approximate
            else _("%(kind)s of %(text)s", kind=place.kind, text=place.text)
        )
        if place.kind == "point":
            name = _("where you are")
        sentence = _("Within %(miles)s miles of %(place)s", miles=question.within, place=name)
        notes.append(Understood(sentence, "near", "", question.without("near")))
    if question.open_now:
        notes.append(Understood(_("Open now"), "open", "now", question.without("open")))
    if question.open_at:
        notes.append(Understood(_open_at(question.open_at), "open", "at", question.without("open")))
    for code in question.availability:
        sentence = _("Room: %(words)s", words=ROOM[code])
        notes.append(Understood(sentence, "room", code, question.without("room", code)))
    for name, codes in (
        ("care", question.care), ("for", question.for_), ("pay", question.pay),
        ("access", question.access), ("language", question.language),
    ):  # fmt: skip
        notes += [Understood(label(name, code), name, code, question.without(name, code)) for code in codes]
    if question.exactly:
        notes.append(Understood(_("Words as typed"), "exact", "1", question.without("exact")))
    return notes


def _open_at(moment: str) -> str:
    """`Open Monday, Nov 23, 9:00 PM`."""
    when = format_datetime(datetime.fromisoformat(moment), "EEEE, MMM d, h:mm a", locale=get_locale() or "en")
    return _("Open %(when)s", when=when)


def less(question: Question, gone: Sequence[str]) -> Question:
    """The question without these words (compared folded)."""
    left = Counter(gone)
    kept = []
    for word in question.words.split():
        pieces = Counter(fold(word))
        if pieces and pieces <= left:
            left -= pieces
        else:
            kept.append(word)
    return replace(question, words=" ".join(kept), page=1)
