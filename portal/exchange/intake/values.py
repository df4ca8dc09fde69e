"""One value of a source as the directory keeps it: each kind is a function of what came and of a place to say what was done.

Raises BadValue, in words for the list of rejected rows, where the row cannot do without; elsewhere a bad value is left out
and said. Days, times and moments stay ISO texts until they are written.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from portal.exchange.intake.mending import mend

Note = Callable[[str, str], None]  # what was done, to what
Kind = Callable[[Any, Note], Any]

MOST_RAW = 250_000  # characters of any value before it is looked at
LEFT_OUT = "a value that is none was left out"
_SHOWN = 60


class BadValue(Exception):  # noqa: N818
    """Why one row cannot be taken."""


def text_of(value: Any, note: Note) -> str:
    """Any plain value as tidy text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        whole = (
            value.is_integer()
            if isinstance(value, float)
            else value == int(value)
            if value == value
            else False
        )
        return str(int(value)) if whole else str(value)
    if not isinstance(value, str):
        raise BadValue(f"a list or an object stands where a text belongs: {shown(value)}")
    if len(value) > MOST_RAW:
        raise BadValue(f"a value of {len(value):,} characters is far too long")
    text, done = mend(value)
    for what in done:
        note(what, text[:_SHOWN])
    return text


def shown(value: Any) -> str:
    text = " ".join(str(value)[:200].split())
    return f'"{text[:_SHOWN]}{"…" if len(text) > _SHOWN else ""}"'


def words(most: int = 4000, lines: bool = False, needed: bool = False) -> Kind:
    """Text of at most so many characters; a longer one is cut at a word and that is said."""

    def clean(value: Any, note: Note) -> str:
        text = text_of(value, note)
        if not lines and "\n" in text:
            text = " ".join(text.split())
        if len(text) > most:
            note("a text that was too long was cut", shown(text))
            text = text[: most - 1].rsplit(None, 1)[0].rstrip() + "…"
        if needed and not text:
            raise BadValue("is empty")
        return text

    return clean


def email(value: Any, note: Note) -> str:
    text = " ".join(text_of(value, note).split())
    found = _mail(text.removeprefix("mailto:")) if text else ""
    if text and not found:
        note(LEFT_OUT, f"e-mail {shown(text)}")
    return found


@lru_cache(10_000)
def _mail(text: str) -> str:
    if len(text) > 254:
        return ""
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        return ""


def uri(value: Any, note: Note) -> str:
    """A link to the web, http or https; `www.example.org` gets its beginning. Anything else is no link and is left out."""
    text = "".join(text_of(value, note).split())
    found = _web(text) if text else ""
    if text and not found:
        note(LEFT_OUT, f"link {shown(text)}")
    elif found != text:
        note("a link got its beginning, http://", shown(found))
    return found


_BARE = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?::[0-9]{1,5})?(?:[/?#].*)?", re.IGNORECASE)


@lru_cache(10_000)
def _web(text: str) -> str:
    if len(text) > 2000:
        return ""
    if _BARE.fullmatch(text):
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        sound = (
            parts.scheme in ("http", "https") and parts.hostname and not parts.username and parts.port != 0
        )
    except ValueError:
        return ""
    return text if sound else ""


def number(low: float, high: float, whole: bool = False, needed: bool = False) -> Kind:
    def clean(value: Any, note: Note) -> float | int | None:
        text = text_of(value, note)
        if not text:
            if needed:
                raise BadValue("is empty")
            return None
        try:
            found = float(Decimal(text.replace(",", "").lstrip("$£€ ")))
        except (InvalidOperation, OverflowError):
            found = float("nan")
        if not low <= found <= high:
            if needed:
                raise BadValue(f"{shown(text)} is not a number from {low:g} to {high:g}")
            note(LEFT_OUT, f"number {shown(text)}")
            return None
        return int(found) if whole else found

    return clean


def amount(value: Any, note: Note) -> str | None:
    found = number(0, 10_000_000)(value, note)
    return None if found is None else str(Decimal(str(found)).quantize(Decimal("0.01")).normalize() + 0)


_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_NAMED = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def day(needed: bool = False) -> Kind:
    """A day: ISO, or as Americans write it with four digits of the year. `needed`: a wrong one spoils the row (a closing
    that never ends is worse than none); else it is left out."""

    def clean(value: Any, note: Note) -> str | None:
        text = text_of(value, note)
        if not text:
            return None
        found = _day(text)
        if found is None:
            if needed:
                raise BadValue(f"{shown(text)} is not a day (write 2026-12-31)")
            note(LEFT_OUT, f"day {shown(text)}")
        elif not text.startswith(found):
            note("a day was written as 2026-12-31", shown(text))
        return found

    return clean


@lru_cache(10_000)
def _day(text: str) -> str | None:
    if found := _ISO.fullmatch(text):
        year, month, of_month = map(int, found.groups())
    elif found := _US.fullmatch(text):
        month, of_month, year = map(int, found.groups())
    elif (found := _NAMED.fullmatch(text)) and found[1].lower()[:3] in _MONTHS:
        month, of_month, year = _MONTHS.index(found[1].lower()[:3]) + 1, int(found[2]), int(found[3])
    else:
        return None
    try:
        return date(year, month, of_month).isoformat() if 1000 <= year <= 9998 else None
    except ValueError:
        return None


def moment(needed: bool = False) -> Kind:
    """A moment with its zone (UTC where none is named); one that is still to come is left out."""

    def clean(value: Any, note: Note) -> str | None:
        text = text_of(value, note)
        if not text:
            if needed:
                raise BadValue("is empty")
            return None
        found = _moment(text)
        if found is None:
            if needed:
                raise BadValue(f"{shown(text)} is not a moment (write 2026-12-31T08:00:00Z)")
            note(LEFT_OUT, f"moment {shown(text)}")
        return found

    return clean


def _moment(text: str) -> str | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        only = _day(text)
        found = datetime.fromisoformat(only) if only else None  # type: ignore[assignment]
    if found is None or not 1000 <= found.year <= 9998:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


_PLAIN_CLOCK = re.compile(r"[0-2]?\d:[0-5]\d(?::[0-5]\d)?$")
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?(?:[:.](\d{2})(?:\.\d+)?)?\s*([ap])?\.?\s*m?\.?\s*(?:Z|[+-]\d{2}:?\d{0,2})?",
    re.IGNORECASE,
)


def clock(value: Any, note: Note) -> str | None:
    """A time of day: 09:00, 9:00 AM, 9am, noon, midnight, 24:00. A zone behind it is left away: hours are of the place."""
    text = text_of(value, note)
    if not text:
        return None
    found = _clock(text.lower())
    if found is None:
        raise BadValue(f"{shown(text)} is not a time (write 09:00)")
    if not _PLAIN_CLOCK.match(text):
        note("a time was written as 09:00", shown(text))
    return found


@lru_cache(10_000)
def _clock(text: str) -> str | None:
    if text in ("noon", "midnight", "12 noon", "12 midnight"):
        return "12:00:00" if "noon" in text else "00:00:00"
    found = _CLOCK.fullmatch(text)
    if found is None or (found[2] is None and found[4] is None and not text.isdigit()):
        return None
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[4] == "p" else 0)
    if hour == 24 and not minute:
        hour = 0
    try:
        return time(hour, minute, second).isoformat()
    except ValueError:
        return None


def one_of(known: tuple[str, ...], otherwise: str | None = None, **also: str) -> Kind:
    """A word of a closed list. Another one becomes `otherwise`, and that is said; without it the row is rejected."""

    def clean(value: Any, note: Note) -> str:
        text = text_of(value, note)
        found = (
            text if text in known else text.lower() if text.lower() in known else also.get(text.lower(), "")
        )
        if text.upper() in known:
            found = text.upper()
        if found or not text and otherwise is not None:
            return found or otherwise or ""
        if otherwise is None:
            raise BadValue(f"{shown(text)} is none of: {', '.join(known)}")
        note(f"an unknown word became {otherwise or 'nothing'}", shown(text))
        return otherwise

    return clean


_NUMBER = re.compile(r"[0-9A-Za-z +().,/#*&:\-\u2010-\u2015]{1,60}")
_EXTENSION = re.compile(r"(.{0,40}\d\w{0,12})[\s,;]+(?:x|ext\.?|extension)\s*(\S.{0,20})", re.IGNORECASE)


def phone_number(value: Any, note: Note) -> str:
    """A number as it is printed. Raises BadValue for what nobody could dial."""
    text = " ".join(text_of(value, note).strip("\"'").split())
    if not _NUMBER.fullmatch(text) or not any(letter.isdigit() for letter in text):
        raise BadValue("is empty" if not text else f"{shown(text)} is not a phone number")
    return text


def split_extension(number_text: str) -> tuple[str, str]:
    """`555-0100 ext. 12` in its two parts."""
    found = _EXTENSION.fullmatch(number_text)
    return (found[1].strip(), found[2].strip()) if found else (number_text, "")


DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKDAYS = {name: code for code, long in zip(DAYS, ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), strict=True) for name in (long, long[:3], long[:2])} | {"tues": "TU", "thur": "TH", "thurs": "TH", "weds": "WE"}  # fmt: skip
_BYDAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")


def byday(value: Any, note: Note) -> str:
    """RRULE days: `MO,TU`, `1MO`; names of weekdays become their codes."""
    text = text_of(value, note)
    if not text:
        return ""
    found = []
    for part in re.split(r"[,;/\s]+", text.strip("[]")):
        code = part.strip("\"'").upper()
        code = _WEEKDAYS.get(code.lower(), code)
        if not _BYDAY.fullmatch(code):
            raise BadValue(f"{shown(text)} are not days of the week (write MO,TU,WE)")
        found.append(code)
    return ",".join(dict.fromkeys(found))


_NUMBERS = re.compile(r"-?[0-9]{1,3}(?:,-?[0-9]{1,3}){0,80}")


def numbers(value: Any, note: Note) -> str:
    """RRULE's lists of numbers: `1,15,-1`."""
    text = text_of(value, note).replace(" ", "")
    if text and not _NUMBERS.fullmatch(text):
        raise BadValue(f"{shown(text)} is not a list of numbers (write 1,15)")
    return text
