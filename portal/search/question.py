"""What is asked: read once from a form, checked, and never changed after."""

import re
from dataclasses import dataclass, replace
from typing import Any, Self

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from portal.directory.terms import GROUPS
from portal.geo import on_earth
from portal.store import Refused

LONGEST_WORDS = 200  # characters; the rest of a longer text is not read
LONGEST_NEAR = 200
LAST_PAGE = 500
PAGE_SIZE = 20
DEFAULT_WITHIN = 25  # miles

# field of the form -> field of the question
GROUP_FIELDS = {"care": "care", "for": "for_", "pay": "pay", "access": "access"}

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_DIGITS = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True)
class Question:
    """`within` in miles. Several values of one filter mean "or", several filters mean "and"."""

    words: str = ""
    near: str = ""
    within: int = DEFAULT_WITHIN
    open_now: bool = False
    care: tuple[str, ...] = ()
    for_: tuple[str, ...] = ()
    pay: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    page: int = 1

    @classmethod
    def from_args(cls, args: MultiDict[str, str]) -> Self:
        """From a form or a query string. Raises Refused with the field to blame. `lat` and `lon` may stand for `near`."""
        words = " ".join(args.get("q", "").replace("\x00", " ").split())[:LONGEST_WORDS]
        values: dict[str, Any] = {
            field: _codes(args, name, tuple(GROUPS[name])) for name, field in GROUP_FIELDS.items()
        }
        return cls(
            words=words,
            near=_near(args),
            within=_whole(args, "within", DEFAULT_WITHIN, 500, _("Miles are a whole number from 1 to 500.")),
            open_now=_open(args),
            language=_languages(args),
            page=_whole(args, "page", 1, LAST_PAGE, _("There is no such page.")),
            **values,
        )

    def as_args(self) -> list[tuple[str, str]]:
        """The other way, for links: only what differs from a plain question."""
        pairs = [("q", self.words), ("near", self.near)]
        if self.within != DEFAULT_WITHIN:
            pairs.append(("within", str(self.within)))
        pairs.append(("open", "now" if self.open_now else ""))
        for name, field in (*GROUP_FIELDS.items(), ("language", "language")):
            pairs += [(name, code) for code in getattr(self, field)]
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return [(name, value) for name, value in pairs if value]

    def without(self, field: str, code: str = "") -> "Question":
        """The same question less one filter (or one of its codes), from its first page."""
        if field == "open":
            return replace(self, open_now=False, page=1)
        if field == "near":
            return replace(self, near="", page=1)
        name = GROUP_FIELDS.get(field, field)
        kept = tuple(value for value in getattr(self, name) if code and value != code)
        changed: dict[str, Any] = {name: kept, "page": 1}
        return replace(self, **changed)


def _codes(args: MultiDict[str, str], name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    asked = list(dict.fromkeys(filter(None, args.getlist(name))))
    for code in asked:
        if code not in known:
            raise Refused(_("One of the filters is not known here. Please choose from the list."), name)
    return tuple(asked)


def _languages(args: MultiDict[str, str]) -> tuple[str, ...]:
    asked = list(dict.fromkeys(filter(None, args.getlist("language"))))
    if len(asked) > 10 or not all(_LANGUAGE.fullmatch(code) for code in asked):
        raise Refused(_("This language is not known here. Please choose from the list."), "language")
    return tuple(asked)


def _whole(args: MultiDict[str, str], name: str, default: int, most: int, sentence: str) -> int:
    text = args.get(name, "").strip()
    if not text:
        return default
    if not _DIGITS.fullmatch(text) or not 1 <= int(text) <= most:
        raise Refused(sentence, name)
    return int(text)


def _open(args: MultiDict[str, str]) -> bool:
    text = args.get("open", "")
    if text not in ("", "now"):
        raise Refused(_("Open is “now” or nothing."), "open")
    return text == "now"


def _near(args: MultiDict[str, str]) -> str:
    near = " ".join(args.get("near", "").split())
    lat, lon = args.get("lat", "").strip(), args.get("lon", "").strip()
    if lat or lon:
        try:
            point = float(lat), float(lon)
        except ValueError as error:
            raise Refused(_("A position is two numbers: latitude and longitude."), "near") from error
        if not on_earth(*point):
            raise Refused(_("This position is not on earth."), "near")
        return near or f"{point[0]:.5f}, {point[1]:.5f}"
    if len(near) > LONGEST_NEAR:
        raise Refused(_("The place is too long. A ZIP code, or a city and state, is enough."), "near")
    return near
