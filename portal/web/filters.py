"""The filters of the search page: their order, their words, and how many services each value would find."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from babel import Locale
from markupsafe import Markup

from portal.directory.terms import GROUPS
from portal.search import Question
from portal.search.question import ROOM
from portal.store.language import gettext as _
from portal.store.language import locale
from portal.web.remembered import Pieces

LANGUAGES = ("en", "es", "ase", "ar", "so", "ku", "vi", "zh")
MOST_LANGUAGES = 14  # beside the ticked ones

Counts = Mapping[str, Mapping[str, int]]


class Choice(NamedTuple):
    """One tick box. `finds` None: not counted."""

    code: str
    label: str
    finds: int | None
    ticked: bool


@dataclass(frozen=True)
class Group:
    """`name` is the field of the form."""

    name: str
    legend: str
    choices: list[Choice]

    @property
    def ticked(self) -> str:
        return ", ".join(each.label for each in self.choices if each.ticked)

    @property
    def boxes(self) -> Markup:
        piece = Pieces("parts/boxes.html")
        return Markup("".join(piece("box", self.name, *each) for each in self.choices))  # noqa: S704 - macros have escaped it


def filter_groups(question: Question, counts: Counts) -> list[Group]:
    """In the order in which a responder asks: is there room, what kind, for whom, how one gets in, language, paying.

    Where values were counted, those that would find nothing are left out, unless ticked.
    """
    labels = _labels(locale())
    plain = (
        ("room", _("Room for one person now"), "availability", labels["room"], question.availability),
        ("care", _("Kind of help"), "care", labels["care"], question.care),
        ("for", _("Who it is for"), "for", labels["for"], question.for_),
        ("access", _("Getting in"), "access", labels["access"], question.access),
        ("language", _("Language"), "language", _languages(question, counts), question.language),
        ("pay", _("Paying"), "pay", labels["pay"], question.pay),
    )
    groups = []
    for name, legend, counted, words, ticked in plain:
        known = counts.get(counted)
        choices = []
        for code, label in words.items():
            count = None if known is None else known.get(code, 0)
            if count != 0 or code in ticked:
                choices.append(Choice(code, label, count, code in ticked))
        if choices:
            groups.append(Group(name, legend, choices))
    return groups


@cache
def _labels(_locale: Any) -> dict[str, dict[str, str]]:
    """Code -> label in the language of this moment, looked up once for each."""
    return {
        name: {code: str(label) for code, label in codes.items()}
        for name, codes in (GROUPS | {"room": ROOM}).items()
    }


def _languages(question: Question, counts: Counts) -> dict[str, str]:
    """The usual ones first, then those that most services speak, then whatever else is ticked."""
    spoken = counts.get("language", {})
    others = sorted((code for code in spoken if spoken[code]), key=lambda code: (-spoken[code], code))
    codes = [*dict.fromkeys((*LANGUAGES, *others))][:MOST_LANGUAGES]
    return {code: language_name(code) for code in dict.fromkeys((*codes, *question.language))}


def language_name(code: str) -> str:
    """The language in the page's own; the code itself when Babel does not know it."""
    return _language_name(code, locale() or Locale("en"))


@lru_cache(1000)
def _language_name(code: str, language: Locale) -> str:
    return _("American Sign Language") if code == "ase" else str(language.languages.get(code, code))
