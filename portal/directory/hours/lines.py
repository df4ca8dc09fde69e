"""One line of a listing's hours, as HSDS holds it, and the days on which it stands. No database.

A line is weekly unless it says otherwise. Everything that is more than a week (nth weekdays, days of the month, every other
week, counts) is an RRULE and is left to dateutil; a plain week is one look at the weekday.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from dateutil import rrule

from portal.directory.hours.holidays import closed_days

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PLAIN_FIELDS = 5  # byday, opens, closes, valid from, valid to: a plain week has no more
MOST_WORDS = 600  # characters of hours in words that are shown
WHOLE_DAY = (time(0, 0), time(0, 0))
EARLIEST = 1900  # no rule of ours begins before
APPOINTMENT = "by appointment"  # what the parser writes into attending_type

Interval = tuple[time, time]


class Line(NamedTuple):
    """`byday`: "MO,TU"; of a month "2TU,-1FR". Times are None where there are words alone, or an appointment at no set time;
    `closes_at` at or before `opens_at` runs past midnight, equal times are the whole day.

    season: "06-01/08-31", every year. closed_on: holidays on which it does not open, see holidays.py. attending_type:
    APPOINTMENT, or empty whatever else a source says there. The others are the columns of the same name in HSDS.
    """

    byday: str
    opens_at: time | None = None
    closes_at: time | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    freq: str = "WEEKLY"
    interval: int = 1
    dtstart: date | None = None
    until: date | None = None
    times: int | None = None  # `count` in HSDS
    wkst: str = ""
    byweekno: str = ""
    bymonthday: str = ""
    byyearday: str = ""
    season: str = ""
    closed_on: str = ""
    attending_type: str = ""

    @property
    def timed(self) -> bool:
        return self.opens_at is not None and self.closes_at is not None

    @property
    def appointment(self) -> bool:
        """Whether one has to have an appointment in these hours."""
        return bool(self.attending_type)

    @property
    def walk_in(self) -> bool:
        return self.timed and not self.attending_type

    @property
    def words_alone(self) -> bool:
        """Hours that a person has to read: nothing is known of them but that there are some."""
        return not self.timed and not self.appointment

    @property
    def first_day(self) -> date | None:
        return max(filter(None, (self.valid_from, self.dtstart)), default=None)

    @property
    def last_day(self) -> date | None:
        return min(filter(None, (self.valid_to, self.until)), default=None)

    @property
    def weekly(self) -> bool:
        """A plain week, with or without a first day, a last day and a season."""
        return self[5:7] == ("WEEKLY", 1) and self[9:14] == (None, "", "", "", "")


FIELDS = Line._fields
_COLUMNS = tuple({"times": "count"}.get(name, name) for name in FIELDS)
_EMPTY = Line("")
_NTH = re.compile(r"[+-]?[1-5]?(MO|TU|WE|TH|FR|SA|SU)")
_DATES = frozenset(("valid_from", "valid_to", "dtstart", "until"))
_TIMES = frozenset(("opens_at", "closes_at"))


def line_of(row: Any) -> Line:
    """From a row of the table `schedule`, or anything with some of its attributes. A rule that nobody could follow becomes
    words alone, so that it is called unknown and never open."""
    held = row._asdict() if hasattr(row, "_asdict") else None  # a tuple's `count` is something else
    values = (held.get(name) if held is not None else getattr(row, name, None) for name in _COLUMNS)
    found = Line._make(empty if value is None else value for value, empty in zip(values, _EMPTY, strict=True))
    asked = APPOINTMENT if found.attending_type and _needs_appointment(found.attending_type) else ""
    return sound(found._replace(attending_type=asked))


def lines_of(rows: Iterable[Any]) -> tuple[Line, ...]:
    """In a stable order."""
    lines = [row if isinstance(row, Line) else line_of(row) for row in rows]
    return tuple(sorted(lines, key=lambda line: tuple(map(str, line))))


def sound(line: Line) -> Line:
    """The line with what HSDS leaves open filled in; without its times when the rule makes no sense."""
    if not line.byday and line.weekly and line.opens_at is None:
        return line
    codes = [code for code in re.split(r"[,\s]+", line.byday.upper()) if code]
    nth = any(code not in DAYS for code in codes)
    freq = "MONTHLY" if nth or line.freq == "MONTHLY" else "WEEKLY"
    every = line.interval or 1
    line = line._replace(byday=",".join(codes), freq=freq, interval=every)
    if not codes and freq == "WEEKLY" and line.dtstart and not (line.bymonthday or line.byyearday):
        line = line._replace(byday=DAYS[line.dtstart.weekday()])
    if not codes and freq == "MONTHLY" and line.dtstart and not (line.bymonthday or line.byyearday):
        line = line._replace(bymonthday=str(line.dtstart.day))
    known = all(_NTH.fullmatch(code) for code in codes) and _numbers_fit(line)
    some = line.byday or line.bymonthday or line.byyearday or line.byweekno
    began = line.dtstart is not None and line.dtstart.year >= EARLIEST
    anchored = began or (line.dtstart is None and every == 1 and line.times is None)
    if known and some and anchored and line.wkst in ("", *DAYS) and every > 0 and (line.times or 0) >= 0:
        return line
    return _EMPTY


def falls_on(line: Line, day: date, state: str = "") -> bool:
    """Whether the line stands on this day, of a place in this state: by its rule, its dates, its season and its holidays."""
    first, last = line.first_day, line.last_day
    if first and day < first or last and day > last:
        return False
    if line.weekly:
        if DAYS[day.weekday()] not in line.byday:
            return False
    elif day not in _days_of((*line[5:8], *line[9:14], line.byday), day.year):
        return False
    if line.season and not in_season(line.season, day):
        return False
    return not (line.closed_on and day in closed_days(line.closed_on, state, day.year))


def in_season(season: str, day: date) -> bool:
    """`06-01/08-31` holds both days; `11-15/03-15` runs over the new year."""
    first, _slash, last = season.partition("/")
    here = f"{day:%m-%d}"
    return first <= here <= last if first <= last else here >= first or here <= last


def line_out(line: Line) -> list[str | int | None]:
    """As JSON can hold it: a plain week is its first five fields."""
    values = [
        _clock(value) if isinstance(value, time) else value.isoformat() if isinstance(value, date) else value
        for value in line
    ]
    while len(values) > PLAIN_FIELDS and values[-1] == _EMPTY[len(values) - 1]:
        values.pop()
    return values


@lru_cache(20_000)
def line_in(values: tuple[Any, ...]) -> Line:
    """The other way."""
    found = []
    for name, value in zip(FIELDS, values, strict=False):
        if value is not None and name in _DATES:
            value = date.fromisoformat(value)
        elif value is not None and name in _TIMES:
            value = time.fromisoformat(value)
        found.append(value)
    return Line._make((*found, *_EMPTY[len(found) :]))


@lru_cache(2000)
def _clock(at: time) -> str:
    """`09:00`; seconds only where there are any."""
    return at.isoformat("auto" if at.second or at.microsecond else "minutes")


@lru_cache(2000)
def _needs_appointment(attending_type: str) -> bool:
    folded = attending_type.casefold()
    return bool(
        re.search(
            r"\b(by|only by) (prior )?app(oin)?t|app(oin)?tments? (only|needed|required|necessary)", folded
        )
    )


def _numbers_fit(line: Line) -> bool:
    """Days of the month, of the year and weeks, within what dateutil takes."""
    for text, most in ((line.bymonthday, 31), (line.byyearday, 366), (line.byweekno, 53)):
        try:
            if any(not 1 <= abs(int(part)) <= most for part in text.split(",") if part.strip()):
                return False
        except ValueError:
            return False
    return True


@lru_cache(4000)
def _days_of(rule: Sequence[Any], year: int) -> frozenset[date]:
    """The days of a year on which a rule falls, worked out once."""
    freq, interval, dtstart, count, wkst, byweekno, bymonthday, byyearday, byday = rule
    first, last = datetime(year, 1, 1), datetime(year, 12, 31)  # noqa: DTZ001 - days, not moments
    start = first if dtstart is None else datetime.combine(dtstart, time())
    if start > last:
        return frozenset()
    if count is None and start < first:
        start = _nearer(start, first, freq, interval)
    days = rrule.rrule(
        rrule.MONTHLY if freq == "MONTHLY" else rrule.WEEKLY,
        dtstart=start,
        interval=interval,
        wkst=DAYS.index(wkst) if wkst else None,
        until=last,  # always, so that a rule which never falls comes to an end
        bymonthday=_numbers(bymonthday),
        byyearday=_numbers(byyearday),
        byweekno=_numbers(byweekno),
        byweekday=[_weekday(code) for code in byday.split(",")] if byday else None,
    )
    return frozenset(each.date() for each in islice(days, count) if each >= first)


def _nearer(start: datetime, first: datetime, freq: str, interval: int) -> datetime:
    """Whole steps later, but before `first`: a rule that began long ago is not walked through."""
    if freq == "WEEKLY":
        step = timedelta(weeks=interval)
        return start + max(0, (first - start) // step - 1) * step
    months = (first.year - start.year) * 12 + first.month - start.month
    skipped = max(0, months // interval - 1) * interval
    if not skipped:
        return start
    month = start.month - 1 + skipped
    return datetime(start.year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001


def _numbers(text: str) -> list[int] | None:
    return [int(part) for part in text.split(",") if part.strip()] or None


def _weekday(code: str) -> rrule.weekday:
    day = rrule.weekday(DAYS.index(code[-2:]))
    return day(int(code[:-2])) if code[:-2] else day
