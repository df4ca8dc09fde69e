"""Hours in words: a time, a day, and a listing's lines as a page shows them. No database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from portal.directory.hours.holidays import closed_words
from portal.directory.hours.lines import DAYS, Interval, Line, lines_of
from portal.store.language import gettext as _

DAY_SHORT = dict(zip(DAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
DAY_LABELS = {
    "MO": _l("Monday"),
    "TU": _l("Tuesday"),
    "WE": _l("Wednesday"),
    "TH": _l("Thursday"),
    "FR": _l("Friday"),
    "SA": _l("Saturday"),
    "SU": _l("Sunday"),
}
NTH = {
    "1": _l("first"),
    "2": _l("second"),
    "3": _l("third"),
    "4": _l("fourth"),
    "5": _l("fifth"),
    "-1": _l("last"),
}

Week = dict[str, list[Interval]]


@dataclass(frozen=True)
class HoursLine:
    """`Monday to Friday`, `9 am to 5 pm`."""

    days: str
    words: str


def day_name(day: str) -> str:
    return str(DAY_LABELS[day])


def time_words(at: time) -> str:
    """`9 am`, `8:30 pm`, `noon`, `midnight`."""
    if (at.hour, at.minute) == (0, 0):
        return _("midnight")
    if (at.hour, at.minute) == (12, 0):
        return _("noon")
    hour = at.hour % 12 or 12
    minute = f":{at.minute:02d}" if at.minute else ""
    return f"{hour}{minute} {'am' if at.hour < 12 else 'pm'}"


def week_of(schedules: Iterable[Any]) -> Week:
    """Intervals of each weekday that has any, in the order of the day. Plain weeks alone; what is more is left out."""
    week: Week = {}
    for line in lines_of(schedules):
        if line.opens_at is not None and line.closes_at is not None and line.weekly:
            for code in line.byday.split(","):
                week.setdefault(code, []).append((line.opens_at, line.closes_at))
    return {day: sorted(set(week[day])) for day in DAYS if day in week}


def hours_lines(schedules: Iterable[Any]) -> tuple[HoursLine, ...]:
    """A week in words, equal neighbours in one line; then what is of a month, of a season, by appointment, on holidays. Empty
    when the hours are unknown, or words that could not be read."""
    lines = [line for line in lines_of(schedules) if not line.words_alone]
    found: list[HoursLine] = []
    for _part_of, some in groupby(sorted(lines, key=_part), key=_part):
        of_part = list(some)
        when = _part_words(of_part[0])
        weekly = [line for line in of_part if line.weekly and line.byday]
        others = [line for line in of_part if not (line.weekly and line.byday)]
        week = list(_week_lines(weekly, when)) if weekly else []
        if any(line.byday or line.bymonthday for line in others):
            # A Tuesday without hours of its own is not closed where the second Tuesday is open.
            week = [line for line in week if line.words != _("Closed")]
        found += week
        found += [HoursLine(_joined(when, _rule_words(line)), _line_words(line)) for line in others]
    codes = sorted({line.closed_on for line in lines if line.closed_on})
    found += [HoursLine(closed_words(each), _("Closed")) for each in codes]
    return tuple(found)


def _part(line: Line) -> tuple[str, str, str]:
    """Which part of the year, or which dates, a line is of."""
    return (line.season, str(line.valid_from or ""), str(line.valid_to or ""))


def _part_words(line: Line) -> str:
    if line.season:
        first, last = line.season.split("/")
        return _("%(first)s to %(last)s", first=_month_day(first), last=_month_day(last))
    if line.valid_from and line.valid_to:
        return _("%(first)s to %(last)s", first=_dated(line.valid_from), last=_dated(line.valid_to))
    if line.valid_to:
        return _("Until %(day)s", day=_dated(line.valid_to))
    return _("From %(day)s", day=_dated(line.valid_from)) if line.valid_from else ""


def _joined(when: str, days: str) -> str:
    return f"{when}, {days}" if when else days


def _week_lines(lines: Sequence[Line], when: str) -> Iterable[HoursLine]:
    week: dict[str, list[Line]] = {}
    for line in lines:
        for code in line.byday.split(","):
            week.setdefault(code, []).append(line)
    words = [_day_words(week.get(day, [])) for day in DAYS]
    if len(set(words)) == 1:
        yield HoursLine(_joined(when, _("Every day")), words[0])
        return
    first = 0
    for index in range(1, 8):
        if index < 7 and words[index] == words[first]:
            continue
        days = day_name(DAYS[first])
        if index - first > 1:
            days = _("%(first)s to %(last)s", first=days, last=day_name(DAYS[index - 1]))
        yield HoursLine(_joined(when, days), words[first])
        first = index


def _day_words(lines: Sequence[Line]) -> str:
    if not lines:
        return _("Closed")
    ordered = sorted(lines, key=lambda line: (line.appointment, line.opens_at or time()))
    return ", ".join(dict.fromkeys(_line_words(line) for line in ordered))


def _line_words(line: Line) -> str:
    if line.opens_at is None or line.closes_at is None:
        return _("by appointment")
    if line.opens_at == line.closes_at:
        words = _("Open 24 hours")
    else:
        words = _(
            "%(opens)s to %(closes)s", opens=time_words(line.opens_at), closes=time_words(line.closes_at)
        )
    return _("%(hours)s by appointment", hours=words) if line.appointment else words


def _rule_words(line: Line) -> str:
    """`Second Tuesday of the month`, `Every 2 weeks: Tuesday`, `Day 1, 15 of the month`."""
    if not line.byday and line.weekly:
        return _("Other times")
    if line.freq == "MONTHLY":
        days = ", ".join(_nth_words(code) for code in line.byday.split(",") if code)
        days = days or _("day %(days)s", days=line.bymonthday.replace("-1", _("last")).replace(",", ", "))
        words = _("%(days)s of the month", days=days)
        if line.interval > 1:
            words = _("%(days)s, every %(months)s months", days=words, months=line.interval)
        return words[:1].upper() + words[1:]
    days = ", ".join(day_name(code) for code in line.byday.split(",") if code)
    if line.interval > 1:
        days = _("Every %(weeks)s weeks: %(days)s", weeks=line.interval, days=days)
    return (
        days if days and not (line.byweekno or line.byyearday or line.bymonthday) else _("On some days: ask")
    )


def _nth_words(code: str) -> str:
    nth, day = code[:-2].lstrip("+"), code[-2:]
    if not nth:
        return _("every %(day)s", day=day_name(day))
    return _("%(nth)s %(day)s", nth=str(NTH.get(nth, nth)), day=day_name(day))


def _month_day(text: str) -> str:
    month, day = text.split("-")
    return format_date(date(2000, int(month), int(day)), "MMMM d", locale=get_locale() or "en")


def _dated(day: date) -> str:
    return format_date(day, "MMM d, yyyy", locale=get_locale() or "en")
