"""Understanding a question before any engine sees it: place words, open now, need words in the field's and the street's words.

Nothing here decides for the person: each thing understood is named in a sentence and can be taken out again.
"""

from dataclasses import dataclass, field, replace

from flask_babel import gettext as _

from portal.directory.terms import GROUPS
from portal.geo import STATES, Located, PlaceAmbiguous, PlaceUnknown, locate
from portal.search.question import Question
from portal.search.synonyms import LONGEST_PHRASE, Codes, phrases
from portal.search.words import MOST_WORDS, STOP, fold, stem

PLACE_WORDS = ("near", "around", "in", "at", "cerca", "en")
LONGEST_PLACE = 4  # words
MOST_TRIES = 8  # look-ups of a place among the words


@dataclass(frozen=True)
class Part:
    """One thing to look for: a word or phrase. A listing matches by its text, or by carrying one of the codes."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    codes: Codes = ()

    @property
    def text(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True)
class Understood:
    """A sentence for the page, and the question as it would be without this part."""

    sentence: str
    field: str
    code: str = ""
    without: Question | None = None


@dataclass(frozen=True)
class Meaning:
    """What both engines are asked."""

    question: Question
    parts: tuple[Part, ...] = ()
    place: Located | None = None
    open_now: bool = False
    understood: tuple[Understood, ...] = ()
    care: tuple[str, ...] = field(default=())  # care codes, asked or understood: for the tally alone
    prefer_language: str = ""  # the question's own language, where the words tell: ranks, never filters


def understand(question: Question, state: str | None) -> Meaning:
    """Raises PlaceUnknown or PlaceAmbiguous for `near`; a place among the words that is not known stays a word."""
    place = locate(question.near, state) if question.near else None
    words = fold(question.words)
    notes: list[Understood] = []
    if place is None:
        place, words, note = _place_among(words, question, state)
        notes += [note] if note else []
    parts, open_now = _parts(words)
    if open_now and not question.open_now:
        notes.append(Understood(_("Open now"), "q", "open", _less(question, _open_words(words))))
    for part in parts:
        if part.codes:
            notes.append(_said(part, question))
    cares = {code for part in parts for group, code in part.codes if group == "care"} | set(question.care)
    return Meaning(
        question=question,
        parts=tuple(parts[:MOST_WORDS]),
        place=place,
        open_now=question.open_now or open_now,
        understood=tuple(notes + _asked(question, place)),
        care=tuple(sorted(cares)),
    )


def label(group: str, code: str) -> str:
    return str(GROUPS[group][code]) if group in GROUPS else code


def _said(part: Part, question: Question) -> Understood:
    labels = ", ".join(label(group, code) for group, code in part.codes)
    sentence = _("“%(words)s” as: %(labels)s", words=part.text, labels=labels)
    return Understood(sentence, "q", part.text, _less(question, part.words))


def _asked(question: Question, place: Located | None) -> list[Understood]:
    """The filters that were ticked, each removable."""
    notes = []
    if question.near and place:
        name = (
            place.text
            if not place.approximate
            else _("%(kind)s of %(text)s", kind=place.kind, text=place.text)
        )
        sentence = _("Within %(miles)s miles of %(place)s", miles=question.within, place=name)
        notes.append(Understood(sentence, "near", "", question.without("near")))
    if question.open_now:
        notes.append(Understood(_("Open now"), "open", "now", question.without("open")))
    for name, codes in (
        ("care", question.care), ("for", question.for_), ("pay", question.pay),
        ("access", question.access), ("language", question.language),
    ):  # fmt: skip
        notes += [Understood(label(name, code), name, code, question.without(name, code)) for code in codes]
    return notes


def _less(question: Question, gone: tuple[str, ...]) -> Question:
    """The question without these words (compared folded)."""
    left = list(gone)
    kept = []
    for word in question.words.split():
        pieces = fold(word)
        if pieces and all(piece in left for piece in pieces):
            for piece in pieces:
                left.remove(piece)
        else:
            kept.append(word)
    return replace(question, words=" ".join(kept), page=1)


def _place_among(
    words: list[str], question: Question, state: str | None
) -> tuple[Located | None, list[str], Understood | None]:
    """A ZIP among the words, or a city after "in" or "near"."""
    tries = 0
    for start, word in enumerate(words):
        after = start + (2 if words[start : start + 2] == ["cerca", "de"] else 1)
        sizes = range(min(LONGEST_PLACE, len(words) - after), 0, -1) if word in PLACE_WORDS else ()
        spans = [(after, after + size) for size in sizes]
        if len(word) == 5 and word.isdecimal() and word.isascii():
            spans = [(start, start + 1)]
        for first, last in spans:
            text = " ".join(words[first:last])
            if tries == MOST_TRIES or not _may_be_a_place(text):
                continue
            tries += 1
            try:
                place = locate(text, state, suggest=False)
            except (PlaceUnknown, PlaceAmbiguous):
                continue
            gone = tuple(words[start:last])
            sentence = _("Within %(miles)s miles of %(place)s", miles=question.within, place=text.title())
            note = Understood(sentence, "q", "near", _less(question, gone))
            return place, words[:start] + words[last:], note
    return None, words, None


def _may_be_a_place(text: str) -> bool:
    """Keeps "in crisis" and "near me" from asking the gazetteer."""
    known = tuple(stem(word) for word in text.split())
    return text != "me" and known not in phrases() and not (len(text) < 3 and text.upper() not in STATES)


def _parts(words: list[str]) -> tuple[list[Part], bool]:
    """Words grouped by the longest phrase of the synonym table; stop words dropped where they stand alone."""
    table, parts, open_now, at = phrases(), [], False, 0
    while at < len(words):
        for size in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
            some = tuple(words[at : at + size])
            codes = table.get(tuple(stem(word) for word in some), ())
            if codes or size == 1:
                break
        at += size
        if codes == (("open", "now"),):
            open_now = True
        elif codes or some[0] not in STOP:
            part = Part(some, tuple(stem(word) for word in some if word not in STOP or codes), codes)
            if part not in parts:
                parts.append(part)
    return parts, open_now


def _open_words(words: list[str]) -> tuple[str, ...]:
    table = phrases()
    for size in range(LONGEST_PHRASE, 0, -1):
        for at in range(len(words) - size + 1):
            some = tuple(words[at : at + size])
            if table.get(tuple(stem(word) for word in some)) == (("open", "now"),):
                return some
    return ()
