"""What an editor may type: each field's limits, and which wait for a steward. Pure: text in, clean text out, or Refused.

Nothing typed is trusted: control characters, lone surrogates and direction overrides are refused, a link must be http or
https, and the public words of a confidential listing may not hold a street, a ZIP or a point (privacy rule P9).
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from babel import Locale
from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l

from portal.directory import areas
from portal.directory.hours import hours_text, parse_hours
from portal.store import Refused
from portal.store.language import gettext as _


@dataclass(frozen=True)
class Field:
    """A line or a paragraph of the edit page. `waits` fields stay as they are until a steward agrees; `public` says that
    the words are shown to anybody, so a confidential listing's are searched for an address."""

    label: object
    most: int = 2000
    lines: bool = False
    waits: bool = False
    public: bool = True


# In the order of the page.
FIELDS: dict[str, Field] = {
    "name": Field(_l("Name of the service"), most=200, waits=True),
    "alert": Field(_l("Notice for now (closures, holidays)"), most=300),
    "hours": Field(_l("Hours"), most=600, lines=True, public=False),
    "phone": Field(_l("Phone"), most=60, public=False),
    "intake_phone": Field(_l("Intake phone"), most=60, public=False),
    "crisis_phone": Field(_l("Crisis phone"), most=60, waits=True, public=False),
    "address": Field(_l("Address"), most=400, lines=True, waits=True, public=False),
    "service_areas": Field(_l("Area served"), most=120_000, lines=True, waits=True),
    "eligibility_description": Field(_l("Who can come"), lines=True),
    "description": Field(_l("What you do"), most=4000, lines=True),
    "fees_description": Field(_l("What it costs"), most=1000, lines=True),
    "application_process": Field(_l("How to start"), lines=True),
    "languages": Field(_l("Languages"), most=400),
    "interpretation_services": Field(_l("Interpreters"), most=400),
    "documents": Field(_l("What to bring"), most=1000, lines=True),
    "url": Field(_l("Website"), most=500, public=False),
    "desk_email": Field(_l("E-mail of the desk that answers referrals"), most=254, public=False),
}
WAITING_FIELDS = frozenset(name for name, field in FIELDS.items() if field.waits)

# Directional overrides and isolates can make one name read as another.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
MOST_MARKS = 4  # combining marks in a row; no living language stacks more


def tidy(text: str) -> str:
    """Line ends as one sort, no blanks around: what is compared to find out whether anything changed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def clean_text(name: str, text: str, confidential: bool = False) -> str:
    """The text as it may be stored under this field. Raises Refused(sentence, field)."""
    field = FIELDS.get(name)
    if field is None:
        raise Refused(_("There is no such field."), name)
    value = tidy(text)
    if not field.lines:
        value = " ".join(value.split("\n")).replace("\t", " ")
    check_characters(name, value)
    if len(value) > field.most:
        raise Refused(_("Too long: at most %(most)s characters.", most=field.most), name)
    own = _CLEANERS.get(name)
    value = own(value) if own else value
    if name == areas.FIELD:
        value = areas.clean_areas(value, confidential)
    if confidential:
        if name == "address":
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


_PHONE = re.compile(
    r"(\+?[0-9][0-9 ().-]*?)(?:\s*(?:x|ext\.?|extension)\s*([A-Za-z0-9 -]{1,20}))?", re.IGNORECASE
)


def split_phone(text: str) -> tuple[str, str]:
    """`615-555-0123 x 12` -> number and extension. Raises Refused for what no phone could dial."""
    found = _PHONE.fullmatch(
        text.strip().replace("(", "", 1) if text.strip().startswith("(") else text.strip()
    )
    digits = re.sub(r"\D", "", found[1]) if found else ""
    # Three digits are lines like 988 and 211, five or six are text codes.
    if not found or not 3 <= len(digits) <= 15 or len(digits) == 4:
        raise Refused(_("Write the phone like 615-555-0123, or 615-555-0123 x 12."), None)
    number = found[1].strip()
    if text.strip().startswith("("):
        number = "(" + number
    return number, (found[2] or "").strip()


def join_phone(number: str, extension: str) -> str:
    return f"{number} x {extension}" if extension else number


def _phone(name: str) -> Callable[[str], str]:
    def cleaner(value: str) -> str:
        if not value:
            return ""
        try:
            return join_phone(*split_phone(value))
        except Refused as refused:
            raise Refused(refused.reason, name) from refused

    return cleaner


_TOWN = re.compile(r"(?P<city>[^,\d][^,]*),\s*(?P<state>[A-Za-z]{2})\.?\s*(?P<zip>\d{5}(?:-\d{4})?)?")


def split_address(text: str) -> dict[str, str]:
    """Two or three lines: street, (suite), `Nashville, TN 37203`. Raises Refused."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    town = _TOWN.fullmatch(lines[-1]) if len(lines) in (2, 3) else None
    if town is None:
        raise Refused(
            _("Write the street on one line and, below it, the town like Nashville, TN 37203."), "address"
        )
    return {
        "address_1": lines[0],
        "address_2": lines[1] if len(lines) == 3 else "",
        "city": town["city"].strip(),
        "state_province": town["state"].upper(),
        "postal_code": town["zip"] or "",
    }


def _address(value: str) -> str:
    if not value:
        raise Refused(_("Write the address."), "address")
    parts = split_address(value)
    last = f"{parts['city']}, {parts['state_province']} {parts['postal_code']}".strip()
    return "\n".join(filter(None, (parts["address_1"], parts["address_2"], last)))


@cache
def _language_codes() -> dict[str, str]:
    names = Locale("en").languages
    return {str(name).casefold(): code for code, name in names.items() if "_" not in code} | {"asl": "ase"}


def split_languages(text: str) -> list[tuple[str, str]]:
    """`Spanish, ASL` -> (name, ISO code) pairs by name. Raises Refused for a language that has no code."""
    names, codes = Locale("en").languages, _language_codes()
    found: dict[str, str] = {}
    for word in filter(None, (piece.strip() for piece in re.split(r"[,;\n]", text))):
        code = codes.get(word.casefold())
        if code is None:
            raise Refused(
                _("We do not know this language: %(word)s. Write its English name.", word=word[:40]),
                "languages",
            )
        found[str(names[code])] = code
    return sorted(found.items())


def _name(value: str) -> str:
    if not value:
        raise Refused(_("A service needs a name."), "name")
    return value


def _url(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/@]+\.[^\s@]+", value, re.IGNORECASE):
        raise Refused(_("Write the website like https://example.org."), "url")
    return value


def _email(value: str) -> str:
    if not value:
        return ""
    try:
        found = validate_email(
            value, check_deliverability=False, globally_deliverable=False, allow_smtputf8=False
        )
    except EmailNotValidError as error:
        raise Refused(_("Write one e-mail address, like desk@example.org."), "desk_email") from error
    return found.normalized


_CLEANERS: dict[str, Callable[[str], str]] = {
    "name": _name,
    "hours": lambda value: hours_text(parse_hours(value)),
    "phone": _phone("phone"),
    "intake_phone": _phone("intake_phone"),
    "crisis_phone": _phone("crisis_phone"),
    "address": _address,
    "languages": lambda value: ", ".join(name for name, _code in split_languages(value)),
    "documents": lambda value: "\n".join(filter(None, (line.strip() for line in value.split("\n")))),
    "url": _url,
    "desk_email": _email,
}
