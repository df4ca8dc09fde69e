"""What an editor may type: each field's limits, and which wait for a steward. Pure: text in, clean text out, or Refused.

Nothing typed is trusted: control characters, lone surrogates and direction overrides are refused, a link must be http or
https, and the public words of a confidential listing may not hold a street, a ZIP or a point (privacy rule P9).
"""

import re
import unicodedata
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from portal.directory import areas
from portal.directory.said import language_name, split_name
from portal.directory.terms import GROUPS
from portal.directory.typed import CLEANERS, TICKED
from portal.store import Refused
from portal.store.language import gettext as _


@dataclass(frozen=True)
class Field:
    """A line or a paragraph of the edit page. `waits` fields stay as they are until a steward agrees; `careful` ones do when
    the edit comes from somebody whom a mailbox alone speaks for. `public` says that the words are shown to anybody, so a
    confidential listing's are searched for an address; `said` that they can be said in another language."""

    label: object
    most: int = 2000
    lines: bool = False
    waits: bool = False
    careful: bool = False
    public: bool = True
    said: bool = False


# In the order of the page.
FIELDS: dict[str, Field] = {
    "name": Field(_l("Name of the service"), most=200, waits=True, said=True),
    "alternate_name": Field(_l("Also called"), most=200),
    "alert": Field(_l("Notice for now (closures, holidays)"), most=300, said=True),
    "hours": Field(_l("Hours"), most=600, lines=True),
    "phone": Field(_l("Phone"), most=60, careful=True, public=False),
    "intake_phone": Field(_l("Intake phone"), most=60, careful=True, public=False),
    "crisis_phone": Field(_l("Crisis phone"), most=60, waits=True, public=False),
    "hotline_phone": Field(_l("Hotline"), most=60, waits=True, public=False),
    "text_phone": Field(_l("Number for texts"), most=60, careful=True, public=False),
    "tty_phone": Field(_l("TTY"), most=60, careful=True, public=False),
    "fax_phone": Field(_l("Fax"), most=60, careful=True, public=False),
    "address": Field(_l("Address"), most=400, lines=True, waits=True, public=False),
    "more": Field(_l("What is special at this place"), lines=True, said=True),
    "transportation": Field(_l("Getting there"), most=1000, lines=True, said=True),
    "service_areas": Field(_l("Area served"), most=120_000, lines=True, waits=True),
    "care": Field(_l("Kind of help"), most=1000, waits=True, public=False),
    "for_whom": Field(_l("Made for"), most=1000, public=False),
    "ages": Field(_l("Ages"), most=40, careful=True, public=False),
    "eligibility_description": Field(_l("Who can come"), lines=True, careful=True, said=True),
    "description": Field(_l("What you do"), most=4000, lines=True, said=True),
    "payment": Field(_l("Ways to pay"), most=1000, public=False),
    "fees_description": Field(_l("What it costs"), most=1000, lines=True, said=True),
    "application_process": Field(_l("How to start"), lines=True, said=True),
    "languages": Field(_l("Languages"), most=400),
    "interpretation_services": Field(_l("Interpreters"), most=400, said=True),
    "access": Field(_l("Access"), most=1000, public=False),
    "documents": Field(_l("What to bring"), most=1000, lines=True, said=True),
    "capacity": Field(_l("Free places"), most=400, lines=True),
    "url": Field(_l("Website"), most=500, careful=True, public=False),
    "email": Field(_l("Public e-mail"), most=254, careful=True, public=False),
    "desk_email": Field(_l("E-mail of the desk that answers referrals"), most=254, public=False),
}


def waiting_fields(vouched: bool) -> frozenset[str]:
    """The fields that wait for a steward, in whatever language. `vouched`: a human has let the editor speak for the
    organization."""
    return frozenset(name for name, field in FIELDS.items() if field.waits or (field.careful and not vouched))


# Directional overrides and isolates can make one name read as another.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
MOST_MARKS = 4  # combining marks in a row; no living language stacks more


def field_label(name: str) -> str:
    """What the field is called: `What you do`, or `What you do (Spanish)`; the name itself for what is no field."""
    base, language = split_name(name)
    label = str(FIELDS[base].label) if base in FIELDS else base
    return f"{label} ({language_name(language)})" if language else label


def field_words(name: str, text: str) -> str:
    """The text of a field as a person reads it: of what is ticked the labels, not the codes."""
    labels = GROUPS.get(TICKED.get(name, ""), {})
    return ", ".join(str(labels.get(code, code)) for code in text.split(", ")) if labels and text else text


def tidy(text: str) -> str:
    """Line ends as one sort, no blanks around: what is compared to find out whether anything changed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def clean_text(name: str, text: str, confidential: bool = False) -> str:
    """The text as it may be stored under this field. Raises Refused(sentence, field)."""
    base, language = split_name(name)
    field = FIELDS.get(base)
    if field is None or (language and not field.said):
        raise Refused(_("There is no such field."), name)
    value = tidy(text)
    if not field.lines:
        value = " ".join(value.split("\n")).replace("\t", " ")
    check_characters(name, value)
    if len(value) > field.most:
        raise Refused(_("Too long: at most %(most)s characters.", most=field.most), name)
    own = CLEANERS.get(base)
    value = own(value) if own and (value or not language) else value
    if name == areas.FIELD:
        value = areas.clean_areas(value, confidential)
    if confidential:
        if base in ("address", "transportation"):
            raise Refused(_("This place is confidential. Its address is not kept here at all."), name)
        if field.public and looks_like_address(value):
            raise Refused(
                _(
                    "This place is confidential, and these words look like an address or ZIP code. Take it out."
                ),
                name,
            )
    return value


def check_characters(name: str, value: str) -> None:
    """Refused, blaming the field `name`, for what no person types or what makes one name read as another."""
    marks = 0
    for letter in value:
        kind = unicodedata.category(letter)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        code = ord(letter)
        bad = kind in ("Cs", "Co") or (kind == "Cc" and letter not in "\n\t")
        if (
            bad
            or letter in _OVERRIDES
            or code & 0xFFFE == 0xFFFE
            or 0xFDD0 <= code <= 0xFDEF
            or marks > MOST_MARKS
        ):
            raise Refused(_("There is a character here that cannot be kept. Type the words again."), name)


_NUMBERED = re.compile(
    r"\b\d{1,6}(?:-\d{1,4})?-?[a-z]?\s+(?:(?:[nsew]|ne|nw|se|sw)\.?\s+)?(?:[\w.'’-]+\s+){0,4}?"
    r"(?:st|street|ave|avenue|av|blvd|boulevard|rd|road|dr|drive|ln|lane|ct|court|cir|circle|pl|place|pkwy|parkway"
    r"|hwy|highway|pike|ter|terrace|trl|trail|way|sq|square|loop|aly|alley|xing|crossing|broadway)\b",
    re.IGNORECASE,
)
_ZIP = re.compile(r"(?<![\d$.,/-])\d{5}(?:-\d{4})?(?![\d/]|[.,]\d)")
_POINT = re.compile(r"-?\d{1,3}\.\d{3,}\s*[,; ]\s*-?\d{1,3}\.\d{3,}")


def looks_like_address(text: str) -> bool:
    """A street number before a street word, a ZIP, or a latitude and longitude. Errs on the side of yes."""
    folded = unicodedata.normalize("NFKC", text)
    return any(pattern.search(folded) for pattern in (_NUMBERED, _ZIP, _POINT))
