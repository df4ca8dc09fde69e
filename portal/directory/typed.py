"""Plain words of a field to what is stored, and back: phones, addresses, languages, ages, free places. Pure; Refused for the rest."""

import re
from collections.abc import Callable, Iterable
from functools import cache

from babel import Locale
from email_validator import EmailNotValidError, validate_email

from portal.directory.terms import GROUPS
from portal.store import Refused
from portal.store.language import gettext as _

# Field -> group of directory.terms: what is ticked, not typed. Its text is the codes with commas.
TICKED = {"care": "care", "for_whom": "for", "payment": "pay", "access": "access"}
PHONE_TYPES = {
    "phone": "voice",
    "intake_phone": "intake",
    "crisis_phone": "crisis",
    "hotline_phone": "hotline",
    "text_phone": "text",
    "tty_phone": "tty",
    "fax_phone": "fax",
}

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


def _email(name: str) -> Callable[[str], str]:
    def cleaner(value: str) -> str:
        if not value:
            return ""
        try:
            found = validate_email(
                value, check_deliverability=False, globally_deliverable=False, allow_smtputf8=False
            )
        except EmailNotValidError as error:
            raise Refused(_("Write one e-mail address, like desk@example.org."), name) from error
        return found.normalized

    return cleaner


_YEARS = r"(\d{1,3})"
_AGES = (
    (re.compile(rf"{_YEARS}\s*(?:\+|and (?:older|over|up)|or older)", re.IGNORECASE), (True, False)),
    (re.compile(rf"(?:up to|to)\s*(?:age\s*)?{_YEARS}", re.IGNORECASE), (False, True)),
    (re.compile(rf"{_YEARS}\s*(?:-|–|to|through)\s*{_YEARS}", re.IGNORECASE), (True, True)),
)


def split_ages(text: str) -> tuple[int | None, int | None]:
    """`18-64`, `18+`, `up to 17` -> youngest and oldest, in years; nothing -> not said. Raises Refused."""
    if not text:
        return None, None
    for pattern, ends in _AGES:
        found = pattern.fullmatch(text.strip())
        if found:
            years = iter(int(each) for each in found.groups())
            least, most = (next(years) if given else None for given in ends)
            if max(least or 0, most or 0) <= 120 and (least is None or most is None or least <= most):
                return least, most
    raise Refused(_("Write ages like 18-64, 18+ or up to 17."), "ages")


def join_ages(least: int | None, most: int | None) -> str:
    """The other way. A youngest of 0 is nobody left out.

    >>> join_ages(18, None), join_ages(0, 17), join_ages(13, 17), join_ages(None, None)
    ('18+', 'up to 17', '13-17', '')
    """
    if least and most is not None:
        return f"{least}-{most}"
    if most is not None:
        return f"up to {most}"
    return f"{least}+" if least else ""


def split_codes(name: str, text: str) -> list[str]:
    """The codes of a ticked field, each once, in the order of the lists. Raises Refused for one that there is not."""
    known = GROUPS[TICKED[name]]
    asked = {code for code in re.split(r"[,\s]+", text) if code}
    if not asked <= known.keys():
        raise Refused(_("There is no such choice."), name)
    return [code for code in known if code in asked]


def join_codes(codes: Iterable[str]) -> str:
    return ", ".join(codes)


_ROOM = re.compile(r"(\d{1,5})(?:\s+of\s+(\d{1,5}))?\s+([^\W\d][\w '’/()-]{0,59})")


def split_capacity(text: str) -> list[tuple[int, int | None, str]]:
    """`3 of 12 beds`, a line each -> (free, of how many, of what), each unit once. Raises Refused."""
    found: dict[str, tuple[int, int | None, str]] = {}
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        read = _ROOM.fullmatch(line)
        free, most = (int(read[1]), int(read[2]) if read[2] else None) if read else (0, 0)
        if read is None or (most is not None and free > most) or read[3].casefold() in found:
            raise Refused(
                _("Write free places like 3 of 12 beds, each kind on a line of its own."), "capacity"
            )
        found[read[3].casefold()] = (free, most, " ".join(read[3].split()))
    return list(found.values())


def join_capacity(rows: Iterable[tuple[float, float | None, str]]) -> str:
    return "\n".join(
        f"{free:g} of {most:g} {unit}" if most is not None else f"{free:g} {unit}"
        for free, most, unit in rows
    )


def _ticks(name: str) -> Callable[[str], str]:
    return lambda value: join_codes(split_codes(name, value))


# What a field's text must pass, beside the limits that fields.FIELDS gives it.
CLEANERS: dict[str, Callable[[str], str]] = {
    "name": _name,
    "hours": lambda value: value,  # any words: what cannot be read is shown as it is, with "call to confirm"
    **{name: _phone(name) for name in PHONE_TYPES},
    **{name: _ticks(name) for name in TICKED},
    "address": _address,
    "ages": lambda value: join_ages(*split_ages(value)),
    "capacity": lambda value: join_capacity(split_capacity(value)),
    "languages": lambda value: ", ".join(name for name, _code in split_languages(value)),
    "documents": lambda value: "\n".join(filter(None, (line.strip() for line in value.split("\n")))),
    "url": _url,
    "email": _email("email"),
    "desk_email": _email("desk_email"),
}
