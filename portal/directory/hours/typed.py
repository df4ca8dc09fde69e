"""The hours of a listing as the text that an edit carries: what was typed where it says it all, else written out. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any

from portal.directory.hours.holidays import ENGLISH, FEDERAL, MAJOR, STATE
from portal.directory.hours.lines import APPOINTMENT, DAYS, Line, lines_of
from portal.directory.hours.reading import read_hours
from portal.directory.hours.typed_times import clock_of
from portal.directory.hours.words import DAY_SHORT, Week, week_of
from portal.store import Refused
from portal.store.language import gettext as _

_GROUPS = {STATE: "holidays", FEDERAL: "federal holidays", MAJOR: "major holidays"}


def said_words(rows: Iterable[Any]) -> str:
    """The words that stand beside the rows of a listing, each once."""
    return "\n".join(dict.fromkeys(filter(None, ((row.description or "").strip() for row in rows))))


def hours_words(rows: Iterable[Any]) -> str:
    """What the edit page shows of these schedules: the words as typed, while they mean these rows and nothing else or cannot
    be read at all; else the rows written out, so that read_hours finds them in it again."""
    rows = list(rows)
    said, lines = said_words(rows), lines_of(rows)
    if not rows:
        return ""
    if said and (lines_of(read_hours(said).lines) == lines or all(line.words_alone for line in lines)):
        return said
    return written_out(lines)


def written_out(lines: Sequence[Line]) -> str:
    """Lines as text. A rule that has no words of ours (weeks or days of the year) is left out."""
    parts: dict[str, list[Line]] = {}
    for line in lines:
        parts.setdefault(_heading(line), []).append(line)
    text = []
    for heading in sorted(parts):
        if heading:
            text.append(heading)
        weekly = [line for line in parts[heading] if line.weekly and line.byday]
        text += [f"{DAY_SHORT[day]} {said}" for day in DAYS if (said := _of_day(weekly, day))]
        text += [
            said for line in parts[heading] if not (line.weekly and line.byday) and (said := _rule(line))
        ]
    text += [f"Closed {_holidays(codes)}" for codes in sorted({line.closed_on for line in lines} - {""})]
    if any(line.appointment and not line.byday and line.weekly for line in lines):
        text.append("Other times by appointment")
    return "\n".join(text)


def hours_text(week: Week) -> str:
    """A plain week as text: a line a day, `Mon 09:00-17:00, 18:00-20:00`, `Tue 24 hours`."""
    lines = [Line(day, opens, closes) for day, spans in week.items() for opens, closes in spans]
    return written_out(lines)


def parse_hours(text: str) -> Week:
    """The other way, of a plain week. A day without a line is closed; no line at all is unknown.

    Raises Refused with the words that could not be read, or are more than a week.
    """
    reading = read_hours(text)
    if not reading.understood or not is_plain_week(reading.lines):
        left = reading.left or text.strip().splitlines()[0]
        raise Refused(_("These hours could not be read: %(line)s", line=left[:60]), "hours")
    return week_of(reading.lines)


def is_plain_week(lines: Iterable[Line]) -> bool:
    """Whether seven days with their times say it all."""
    return all(
        line.timed and line == Line(line.byday, line.opens_at, line.closes_at) and line.byday
        for line in lines
    )


def parse_time(text: str) -> time | None:
    """`17:00`, `5 pm`, `noon`; None for anything else. `9` alone: morning or evening?"""
    clock = clock_of(text.strip().lower().replace(".", "").replace(" m", "m"))
    if clock is None or not (clock.half or ":" in text) or clock.hour > 23:
        return None
    return time(clock.minutes // 60 % 24, clock.minutes % 60)


def _heading(line: Line) -> str:
    if line.season:
        return " - ".join(
            f"{date(2000, int(end[:2]), int(end[3:])):%B} {int(end[3:])}" for end in line.season.split("/")
        )
    if line.valid_from and line.valid_to:
        return f"{_dated(line.valid_from)} - {_dated(line.valid_to)}"
    if line.valid_to:
        return f"Until {_dated(line.valid_to)}"
    return f"Starting {_dated(line.valid_from)}" if line.valid_from and line.interval == 1 else ""


def _dated(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _of_day(lines: Sequence[Line], day: str) -> str:
    of_day = sorted(
        (line for line in lines if day in line.byday.split(",")), key=lambda line: line[1:3] != (None, None)
    )
    spans = [_span(line) for line in of_day if not line.appointment]
    visits = [f"{_span(line)} {APPOINTMENT}".strip() for line in of_day if line.appointment]
    return f"\n{DAY_SHORT[day]} ".join(filter(None, (", ".join(sorted(spans)), *visits)))


def _span(line: Line) -> str:
    if line.opens_at is None or line.closes_at is None:
        return ""
    if line.opens_at == line.closes_at:
        return "24 hours"
    return f"{line.opens_at:%H:%M}-{line.closes_at:%H:%M}"


def _rule(line: Line) -> str:
    """`2nd Tue, last Fri 17:00-19:00`; empty where we have no words for it."""
    if line.byweekno or line.byyearday or line.times or line.until or not (line.byday or line.bymonthday):
        return ""
    codes = [code for code in line.byday.split(",") if code]
    if line.freq == "WEEKLY" and line.interval == 2 and line.dtstart:
        days = f"Every other {', '.join(DAY_SHORT[code] for code in codes)} starting {_dated(line.dtstart)}"
    elif line.freq == "MONTHLY" and line.interval == 1 and codes and not line.bymonthday:
        if any(code in DAYS or code[:-2] not in _NTH for code in codes):
            return ""
        days = ", ".join(f"{_NTH[code[:-2]]} {DAY_SHORT[code[-2:]]}" for code in codes)
    elif line.freq == "MONTHLY" and line.interval == 1 and line.bymonthday:
        days = " and ".join(_ordinal(number) for number in line.bymonthday.split(",")) + " of the month"
    else:
        return ""
    return f"{days} {_span(line)} {line.attending_type and APPOINTMENT}".strip()


_NTH = {"1": "1st", "2": "2nd", "3": "3rd", "4": "4th", "5": "5th", "-1": "last"}


def _ordinal(number: str) -> str:
    if number == "-1":
        return "last"
    last = "" if number in ("11", "12", "13") else number[-1]
    return number + {"1": "st", "2": "nd", "3": "rd"}.get(last, "th")


def _holidays(codes: str) -> str:
    return ", ".join(_GROUPS.get(code) or ENGLISH[code] for code in codes.split(","))
