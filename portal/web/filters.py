"""The filters of the search page: their order, their words, and how many services each value would find."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.directory.terms import GROUPS
from portal.search import Question
from portal.search.question import ROOM

LANGUAGES = ("en", "es", "ase", "ar", "so", "ku", "vi", "zh")
MOST_LANGUAGES = 14  # beside the ticked ones

Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Choice:
    """One tick box. `count` None: not counted."""

    code: str
    label: Any
    count: int | None
    ticked: bool


@dataclass(frozen=True)
class Group:
    """`name` is the field of the form."""

    name: str
    legend: str
    choices: list[Choice]

    @property
    def ticked(self) -> str:
        return ", ".join(str(each.label) for each in self.choices if each.ticked)


def filter_groups(question: Question, counts: Counts) -> list[Group]:
    """In the order in which a responder asks: is there room, what kind, for whom, how one gets in, language, paying.

    Where values were counted, those that would find nothing are left out, unless ticked.
    """
    plain = (
        ("room", _("Room for one person now"), "availability", ROOM, question.availability),
        ("care", _("Kind of help"), "care", GROUPS["care"], question.care),
        ("for", _("Who it is for"), "for", GROUPS["for"], question.for_),
        ("access", _("Getting in"), "access", GROUPS["access"], question.access),
        ("language", _("Language"), "language", _languages(question, counts), question.language),
        ("pay", _("Paying"), "pay", GROUPS["pay"], question.pay),
    )
    groups = []
    for name, legend, counted, labels, ticked in plain:
        known = counts.get(counted)
        choices = [
            Choice(code, label, None if known is None else known.get(code, 0), code in ticked)
            for code, label in labels.items()
        ]
        choices = [each for each in choices if each.ticked or each.count != 0]
        if choices:
            groups.append(Group(name, legend, choices))
    return groups


def _languages(question: Question, counts: Counts) -> dict[str, str]:
    """The usual ones first, then those that most services speak, then whatever else is ticked."""
    spoken = counts.get("language", {})
    others = sorted((code for code in spoken if spoken[code]), key=lambda code: (-spoken[code], code))
    codes = [*dict.fromkeys((*LANGUAGES, *others))][:MOST_LANGUAGES]
    return {code: language_name(code) for code in dict.fromkeys((*codes, *question.language))}


def language_name(code: str) -> str:
    """The language in the page's own; the code itself when Babel does not know it."""
    if code == "ase":
        return _("American Sign Language")
    names = (get_locale() or Locale("en")).languages
    return str(names.get(code, code))
