"""What is asked: read once from a form, checked, and never changed after."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from portal.directory.terms import GROUPS
from portal.geo import on_earth
from portal.store import Refused, clock
from portal.store.language import gettext as _

LONGEST_WORDS = 200  # characters; the rest of a longer text is not read
LONGEST_NEAR = 200
LAST_PAGE = 500
PAGE_SIZE = 20
DEFAULT_WITHIN = 25  # miles
FURTHEST = 500  # miles
# Values of the filter "room for one person now", in words.
ROOM = {"yes": _l("Yes"), "limited": _l("Limited room"), "unknown": _l("Not known"), "no": _l("No room")}
GONE_BY = timedelta(days=1)  # how long ago "open at" may lie: a page that lay open, any time zone
AHEAD = timedelta(days=366)  # how far ahead

# field of the form -> field of the question
GROUP_FIELDS = {"care": "care", "for": "for_", "pay": "pay", "access": "access"}
FILTERS = GROUP_FIELDS | {"language": "language", "room": "availability"}
# field that a refusal names -> the fields of the form that it was read from
READ_FROM = {"near": ("near", "lat", "lon"), "within": ("within", "radius"), "open": ("open", "open_at")}

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_DIGITS = re.compile(r"[0-9]{1,4}")
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{0,20})?")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:00)?")


@dataclass(frozen=True)
class Question:
    """Several values of one filter mean "or", several filters mean "and".

    within: miles. open_at: `2026-11-22T21:00` by the community's clock, "" when not asked; never together with open_now.
    availability: of yes, limited, unknown, no, as it is shown now (it fades). exactly: words are taken as typed.
    sort: `near` puts the nearest first, whatever else speaks for a listing; "" the best.
    """

    words: str = ""
    near: str = ""
    within: int = DEFAULT_WITHIN
    open_now: bool = False
    open_at: str = ""
    care: tuple[str, ...] = ()
    for_: tuple[str, ...] = ()
    pay: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    availability: tuple[str, ...] = ()
    exactly: bool = False
    sort: str = ""
    page: int = 1

    @classmethod
    def from_args(cls, args: MultiDict[str, str]) -> Self:
        """From a form or a query string. Raises Refused with the field to blame.

        `lat` and `lon` may stand for `near`, `radius` for `within`. `open` is now, a time, or `at` with the time in
        `open_at`. `exact=1` turns correction off. A page holds 20: any other `per_page` is refused.
        """
        values: dict[str, Any] = {
            field: _codes(args, name, tuple(GROUPS[name])) for name, field in GROUP_FIELDS.items()
        }
        now, at = _open(args)
        _whole(
            args, ("per_page",), PAGE_SIZE, range(PAGE_SIZE, PAGE_SIZE + 1), _("A page holds 20 services.")
        )
        return cls(
            words=_clean(args.get("q", ""))[:LONGEST_WORDS].strip(),
            near=_near(args),
            within=_whole(
                args, READ_FROM["within"], DEFAULT_WITHIN, range(1, FURTHEST + 1),
                _("Miles are a whole number from 1 to 500."),
            ),
            open_now=now,
            open_at=at,
            language=_languages(args),
            availability=_codes(args, "room", tuple(ROOM)),
            exactly=_exactly(args),
            sort=_sort(args),
            page=_whole(args, ("page",), 1, range(1, LAST_PAGE + 1), _("There is no such page.")),
            **values,
        )  # fmt: skip

    @classmethod
    def readable(cls, args: MultiDict[str, str]) -> Self:
        """As much of a form as can be asked: for showing it again, filled, beside what was wrong. Raises nothing."""
        kept: MultiDict[str, str] = MultiDict(args)
        while kept:
            try:
                return cls.from_args(kept)
            except Refused as refused:
                blamed = refused.field or ""
                taken = [kept.poplist(name) for name in READ_FROM.get(blamed, (blamed,))]
                if not any(taken):
                    break
        return cls()

    def as_args(self) -> list[tuple[str, str]]:
        """The other way, for links: only what differs from a plain question."""
        pairs = [("q", self.words), ("near", self.near)]
        if self.within != DEFAULT_WITHIN:
            pairs.append(("within", str(self.within)))
        pairs.append(("open", "now" if self.open_now else self.open_at))
        for name, field in FILTERS.items():
            pairs += [(name, code) for code in getattr(self, field)]
        pairs.append(("exact", "1" if self.exactly else ""))
        pairs.append(("sort", self.sort))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return [(name, value) for name, value in pairs if value]

    def without(self, field: str, code: str = "") -> "Question":
        """The same question less one filter (or one of its codes), from its first page.

        `field` as in the form (`for`, `room`, `open`, `near`, `exact`) or as in the question (`for_`, `availability`).
        """
        plain: dict[str, dict[str, Any]] = {
            "open": {"open_now": False, "open_at": ""},
            "near": {"near": ""},
            "within": {"within": DEFAULT_WITHIN},
            "exact": {"exactly": False},
        }
        if field in plain:
            return replace(self, page=1, **plain[field])
        name = FILTERS.get(field, field)
        kept = tuple(value for value in getattr(self, name) if code and value != code)
        changed: dict[str, Any] = {name: kept, "page": 1}
        return replace(self, **changed)

    @property
    def filters(self) -> int:
        """How many values are ticked, hours left aside."""
        return sum(len(getattr(self, field)) for field in FILTERS.values())


def _clean(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())


def _each(args: MultiDict[str, str], name: str) -> list[str]:
    return list(dict.fromkeys(filter(None, args.getlist(name))))


def _codes(args: MultiDict[str, str], name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    asked = _each(args, name)
    for code in asked:
        if code not in known:
            raise Refused(_("One of the filters is not known here. Please choose from the list."), name)
    return tuple(asked)


def _languages(args: MultiDict[str, str]) -> tuple[str, ...]:
    asked = _each(args, "language")
    if len(asked) > 10 or not all(_LANGUAGE.fullmatch(code) for code in asked):
        raise Refused(_("This language is not known here. Please choose from the list."), "language")
    return tuple(asked)


def _whole(
    args: MultiDict[str, str], names: tuple[str, ...], default: int, allowed: range, sentence: str
) -> int:
    text = next((said for said in (args.get(name, "").strip() for name in names) if said), "")
    if not text:
        return default
    if not _DIGITS.fullmatch(text) or int(text) not in allowed:
        raise Refused(sentence, names[0])
    return int(text)


def _sort(args: MultiDict[str, str]) -> str:
    text = args.get("sort", "")
    if text not in ("", "best", "near"):
        raise Refused(_("Results are sorted by “best” or “near”."), "sort")
    return "" if text == "best" else text


def _exactly(args: MultiDict[str, str]) -> bool:
    text = args.get("exact", "")
    if text not in ("", "1"):
        raise Refused(_("Exact is 1 or nothing."), "exact")
    return text == "1"


def _open(args: MultiDict[str, str]) -> tuple[bool, str]:
    """(open now, open at). A time left in the form's field counts only while "at" is chosen."""
    text = args.get("open", "").strip()
    if text == "now":
        return True, ""
    if text == "at" or "open" not in args:
        at = args.get("open_at", "").strip()
        if text == "at" and not at:
            raise Refused(_("Choose the day and the time, or choose “Open now”."), "open")
        text = at
    return False, _moment(text) if text else ""


def _moment(text: str) -> str:
    """A local time to the minute, checked against the calendar and for being soon enough to mean something."""
    wrong = Refused(
        _("This is not a day and a time. Choose them again, for example 2026-11-22 and 21:00."), "open"
    )
    if not _MOMENT.fullmatch(text):
        raise wrong
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise wrong from error
    now = clock.now().replace(tzinfo=None)
    if moment < now - GONE_BY:
        raise Refused(_("That time has gone by. Choose one that is still to come."), "open")
    if moment > now + AHEAD:
        raise Refused(_("Hours are not known that far ahead. Choose a day within a year."), "open")
    return moment.isoformat(timespec="minutes")


def _near(args: MultiDict[str, str]) -> str:
    near = _clean(args.get("near", ""))
    lat, lon = args.get("lat", "").strip(), args.get("lon", "").strip()
    if lat or lon:
        if not (_DEGREES.fullmatch(lat) and _DEGREES.fullmatch(lon)):
            raise Refused(_("A position is two numbers: latitude and longitude."), "near")
        point = float(lat), float(lon)
        if not on_earth(*point):
            raise Refused(_("This position is not on earth."), "near")
        return near or f"{point[0]:.5f}, {point[1]:.5f}"
    if len(near) > LONGEST_NEAR:
        raise Refused(_("The place is too long. A ZIP code, or a city and state, is enough."), "near")
    return near
