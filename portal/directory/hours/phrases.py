"""One clause of hours in words: its tokens gathered into days, times, dates and the words that say what of them.

Raises Unread at the first thing that is not understood: half an answer about opening hours is a wrong one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from portal.directory.hours.lines import DAYS
from portal.directory.hours.tokens import DAY_CODES, LETTERS, MONTHS, ORDINALS, Token
from portal.directory.hours.typed_times import Clock, clock_of

WEEKDAYS, WEEKEND = DAYS[:5], DAYS[5:]
DAY_KINDS = ("day", "letters", "days", "ordinal", "everyother", "every")
HOLIDAY_KINDS = ("state", "federal", "major", "holiday")
LAST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Unread(ValueError):  # noqa: N818 - what happened, not what went wrong
    """This cannot be read as hours."""


@dataclass
class Days:
    """weekly: weekdays. nth: "2TU". mdays: days of the month. other: every other week."""

    weekly: list[str] = field(default_factory=list)
    nth: list[str] = field(default_factory=list)
    mdays: list[int] = field(default_factory=list)
    other: bool = False


@dataclass(frozen=True)
class Phrase:
    """kind: days, times, allday, off, closed, except, lunch, appt, apptonly, otherappt, openholiday, holiday (text: its code),
    season (text: as in Line), dates. `comma`: one stands before it."""

    kind: str
    comma: bool = False
    text: str = ""
    days: Days = field(default_factory=Days)
    spans: tuple[tuple[Clock, Clock], ...] = ()
    dates: tuple[date | None, date | None] = (None, None)


class Clause:
    """Reads the tokens of one clause from left to right."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = list(tokens)
        self.at = 0
        self.comma = False

    def phrases(self) -> list[Phrase]:
        found: list[Phrase] = []
        while self.at < len(self.tokens):
            kind = self.tokens[self.at].kind
            if kind in ("comma", "and", "noise"):
                self.comma = self.comma or kind == "comma"
                self.at += 1
                continue
            before, self.comma = self.comma, False
            found += [replace(phrase, comma=before) for phrase in self._next(kind)]
        return found

    def _next(self, kind: str) -> list[Phrase]:
        if kind in DAY_KINDS:
            return [Phrase("days", days=self._days())]
        if kind == "time":
            return [Phrase("times", spans=(self._span(),))]
        if kind in ("month", "day_of_month", "date", "starting", "dash"):
            return [self._dates()]
        token = self._take()
        if kind == "alltime":
            return [Phrase("days", days=Days(list(DAYS))), Phrase("allday")]
        if kind in HOLIDAY_KINDS:
            code = next(
                (name for name in token.groups if kind == "holiday" and not re.fullmatch(r"k\d+", name)), kind
            )
            return [Phrase("holiday", text=code)]
        if kind in ("allday", "closed", "except", "lunch", "appt", "apptonly", "otherappt", "openholiday"):
            return [Phrase(kind)]
        raise Unread(token.text)

    def _take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def _kind(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at].kind if at < len(self.tokens) else ""

    def _skip(self, *kinds: str) -> None:
        while self._kind() in kinds:
            self.at += 1

    # days

    def _days(self) -> Days:
        days, every = Days(), False
        while True:
            kind = self._kind()
            if kind == "every":
                every = True
                self.at += 1
            elif kind == "everyother":
                days.other = True
                self.at += 1
            elif kind == "ordinal":
                self._ordinals(days, every)
            elif kind == "days":
                days.weekly += _set_of(self._take().text)
            elif kind in ("day", "letters"):
                days.weekly += self._range()
            else:
                break
            self._between_days()
        if self._kind() == "ofmonth":
            self.at += 1
            if not days.nth and not days.mdays:
                raise Unread("of the month")
        if bool(days.weekly) + bool(days.nth) + bool(days.mdays) != 1:
            raise Unread("days of two sorts")
        return days

    def _between_days(self) -> None:
        """A comma or "and" between two days belongs to them; before a time it does not."""
        ahead = 0
        while self._kind(ahead) in ("comma", "and", "noise"):
            ahead += 1
        if ahead and self._kind(ahead) in ("day", "letters", "days", "ordinal"):
            self.at += ahead

    def _ordinals(self, days: Days, every: bool) -> None:
        numbers = []
        while self._kind() == "ordinal":
            token = self._take()
            number = ORDINALS.get(token.text) or int(re.sub(r"\D", "", token.text))
            numbers.append(number)
            ahead = 0
            while self._kind(ahead) in ("comma", "and", "noise"):
                ahead += 1
            if self._kind(ahead) == "ordinal" or (
                self._kind(ahead) in ("day", "ofmonth") and self._only_noise(ahead)
            ):
                self.at += ahead
        if self._kind() == "day":
            if any(number > 5 for number in numbers):
                raise Unread("that many weeks")
            code = _day(self._take().text)
            self._skip("noise") if self._kind(1) == "ofmonth" else None
            if every and self._kind() != "ofmonth":
                raise Unread("every second: of the month, or every two weeks?")
            days.nth += [f"{number}{code}" for number in numbers]
        elif self._kind() == "ofmonth":
            days.mdays += [31 if number == -1 else number for number in numbers if number != -1] or [-1]
        else:
            raise Unread("first of what?")

    def _only_noise(self, ahead: int) -> bool:
        return all(token.kind == "noise" for token in self.tokens[self.at : self.at + ahead])

    def _range(self) -> list[str]:
        first = self._codes()
        if self._kind() == "dash" and self._kind(1) in ("day", "letters"):
            self.at += 1
            last = self._codes()
            start = DAYS.index(first[-1])
            span = (DAYS.index(last[0]) - start) % 7
            return first[:-1] + [DAYS[(start + step) % 7] for step in range(span + 1)] + last[1:]
        return first

    def _codes(self) -> list[str]:
        token = self._take()
        if token.kind == "day":
            return [_day(token.text)]
        return [LETTERS[letters] for letters in re.findall(r"tu|th|sa|su|m|t|w|f", token.text)]

    # times

    def _span(self) -> tuple[Clock, Clock]:
        between = self.at > 0 and self.tokens[self.at - 1].text == "between"
        opens = clock_of_token(self._take())
        joined = self._kind() == "dash" or (between and self._kind() == "and")
        if not joined or self._kind(1) != "time":
            raise Unread("a time alone")
        self.at += 1
        return opens, clock_of_token(self._take())

    # dates

    def _dates(self) -> Phrase:
        if self._kind() in ("starting", "dash"):
            opening = self._take().kind == "starting"
            self._skip("noise")
            day = _date(self._take()) if self._kind() in ("date", "day_of_month") else None
            if not isinstance(day, date):
                raise Unread("a day without its year")
            return Phrase("dates", dates=(day, None) if opening else (None, day))
        first = self._take()
        if self._kind() == "dash" and self._kind(1) == first.kind:
            self.at += 1
            return _between(first, self._take())
        if first.kind == "month":
            return _between(first, first)
        raise Unread("one day alone")


def clock_of_token(token: Token) -> Clock:
    text = re.sub(r"12 ?(?:noon|n)\b", "noon", token.text)
    text = re.sub(r"12 ?midnight", "midnight", text)
    clock = clock_of(
        text
        if text in ("noon", "midnight", "mediodia", "medianoche")
        else re.sub(r"[ .](?=[ap m.])|\.$", "", text)
    )
    if clock is None:
        raise Unread(token.text)
    return clock


def _day(text: str) -> str:
    return DAY_CODES[text[:2]]


def _set_of(text: str) -> list[str]:
    if re.match(r"week ?day|business|entre", text):
        return list(WEEKDAYS)
    if re.match(r"week ?end|fin", text):
        return list(WEEKEND)
    return list(DAYS)


def _between(first: Token, last: Token) -> Phrase:
    """`Jun - Aug` and `June 1 to August 31` come every year; with a year they are those days alone."""
    if first.kind == "month":
        months = [MONTHS.index(token.text[:3]) for token in (first, last)]
        return Phrase("season", text=f"{months[0] + 1:02d}-01/{months[1] + 1:02d}-{LAST_DAYS[months[1]]:02d}")
    ends = [_date(first), _date(last)]
    begins, finishes = ends
    if isinstance(finishes, date) and isinstance(begins, tuple):
        year = finishes.year if begins <= (finishes.month, finishes.day) else finishes.year - 1
        begins = _real(year, *begins)
    if isinstance(begins, date) and isinstance(finishes, date):
        if begins > finishes:
            raise Unread("it ends before it begins")
        return Phrase("dates", dates=(begins, finishes))
    if isinstance(begins, tuple) and isinstance(finishes, tuple):
        return Phrase("season", text="/".join(f"{month:02d}-{day:02d}" for month, day in (begins, finishes)))
    raise Unread("one year of two")


def _date(token: Token) -> date | tuple[int, int]:
    """The day; (month, day) where no year is said."""
    held = token.groups
    if "iso" in held:
        return _parsed(held["iso"], "%Y-%m-%d")
    if "us" in held:
        return _parsed(held["us"], "%m/%d/%Y")
    month, day = MONTHS.index(held["month"][:3]) + 1, int(held["mday"])
    if "year" in held:
        return _real(int(held["year"]), month, day)
    _real(2000, month, day)
    return month, day


def _parsed(text: str, form: str) -> date:
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, not a moment
    except ValueError as error:
        raise Unread(text) from error


def _real(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Unread(f"{month}/{day}") from error
