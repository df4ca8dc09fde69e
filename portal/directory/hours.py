"""Hours of a listing: open now in words, a week in words, and the plain text in which a person edits them. No database.

Federal holidays are not guessed: a place that says "Mon-Fri" may well be open on Labor Day, or not. The notice says so.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from portal.store import Refused
from portal.store.language import gettext as _

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
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
LOOK_AHEAD = 8  # days: a weekly schedule repeats within it
WHOLE_DAY = (time(0, 0), time(0, 0))

Interval = tuple[time, time]
Week = dict[str, list[Interval]]


class Hours(Protocol):
    """What a schedule row must have; a light tuple will do as well as the model."""

    @property
    def byday(self) -> str: ...
    @property
    def opens_at(self) -> time | None: ...
    @property
    def closes_at(self) -> time | None: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_to(self) -> date | None: ...


@dataclass(frozen=True)
class OpenState:
    """`open` None means that the hours are unknown. `until` is when it closes, `next` when it opens; both in UTC."""

    open: bool | None
    words: str
    until: datetime | None = None
    next: datetime | None = None


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


@lru_cache(maxsize=200)
def zone(name: str) -> ZoneInfo | None:
    """The IANA zone, or None when there is no such zone."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return None


def open_state(schedules: Iterable[Hours], time_zone: str, now: datetime) -> OpenState:
    """Is it open at `now` (aware), by the clock on its own wall? Overnight, split and whole-day hours, and both DST nights.

    Without a schedule that still holds, `open` is None: unknown is not closed.
    """
    where = zone(time_zone)
    today = now.astimezone(where).date() if where else now.date()
    rows = [row for row in schedules if row.valid_to is None or row.valid_to >= today]
    if where is None or not rows:
        return OpenState(None, _("Hours unknown: call first"))
    spans = _spans(rows, where, today)
    for start, end in spans:
        if start <= now < end:
            if end - now >= timedelta(days=LOOK_AHEAD - 2):
                return OpenState(True, _("Open 24 hours"))
            closes = end.astimezone(where)
            return OpenState(
                True, _("Open until %(when)s", when=_when(closes, now.astimezone(where))), until=end
            )
    coming = next((start for start, _end in spans if start > now), None)
    if coming is None:
        return OpenState(False, _("Closed"))
    opens = coming.astimezone(where)
    day = _("today") if opens.date() == today else day_name(DAYS[opens.weekday()])
    at = "12 am" if opens.time() == time(0) else time_words(opens.time())
    words = _("Closed. Opens %(time)s %(day)s", time=at, day=day)
    return OpenState(False, words, next=coming)


def open_then(schedules: Iterable[Hours], time_zone: str, moment: datetime, now: datetime) -> OpenState:
    """The same at a moment that somebody chose (aware, on the clock they chose it by), and named: `Open Sunday at 9 pm`,
    `Closed Sunday, Nov 29 at 9 pm` where it is a week or more from `now`."""
    state = open_state(schedules, time_zone, moment)
    if state.open is None:
        return state
    day = day_name(DAYS[moment.weekday()])
    if moment.date() - now.astimezone(moment.tzinfo).date() >= timedelta(days=7):
        day = format_date(moment.date(), "EEEE, MMM d", locale=get_locale() or "en")
    said = {"day": day, "time": time_words(moment.time())}
    words = _("Open %(day)s at %(time)s", **said) if state.open else _("Closed %(day)s at %(time)s", **said)
    return replace(state, words=words)


def is_open(schedules: Iterable[Hours], time_zone: str, now: datetime) -> bool:
    """Whether `open_state` would say that it is open, and nothing more: some twenty times as fast."""
    where = zone(time_zone)
    if where is None:
        return False
    today = now.astimezone(where).date()
    rows = [row for row in schedules if row.valid_to is None or row.valid_to >= today]
    return any(start <= now < end for start, end in _each_span(rows, where, today, range(-1, 1)))


def _when(moment: datetime, now: datetime) -> str:
    """The time alone while nobody can mistake the day: today, or within 12 hours; the weekday with it otherwise."""
    words = time_words(moment.time())
    if moment - now < timedelta(hours=12) or moment.date() == now.date():
        return words
    # Midnight closes the day before: "midnight Friday" is the end of Friday.
    day = (moment - timedelta(seconds=1)).weekday()
    return f"{words} {day_name(DAYS[day])}"


def _spans(rows: Sequence[Hours], where: ZoneInfo, today: date) -> list[tuple[datetime, datetime]]:
    """Open spans in UTC from yesterday on, merged where one runs into the next."""
    found = _each_span(rows, where, today, range(-1, LOOK_AHEAD))
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _each_span(
    rows: Sequence[Hours], where: ZoneInfo, today: date, offsets: range
) -> Iterator[tuple[datetime, datetime]]:
    """Of these days, counted from today: each line's span in UTC, as it stands."""
    for offset in offsets:
        day = today + timedelta(days=offset)
        code = DAYS[day.weekday()]
        for row in rows:
            if row.opens_at is None or row.closes_at is None:  # words alone
                continue
            if code not in row.byday or (row.valid_from and day < row.valid_from):
                continue
            if row.valid_to and day > row.valid_to:
                continue
            last = day if row.closes_at > row.opens_at else day + timedelta(days=1)
            start = datetime.combine(day, row.opens_at, where).astimezone(UTC)
            end = datetime.combine(last, row.closes_at, where).astimezone(UTC)
            if end > start:
                yield start, end


def week_of(schedules: Iterable[Hours]) -> Week:
    """Intervals of each weekday that has any, in the order of the day."""
    week: Week = {}
    for row in schedules:
        for code in row.byday.split(","):
            if code in DAY_SHORT and row.opens_at is not None and row.closes_at is not None:
                week.setdefault(code, []).append((row.opens_at, row.closes_at))
    return {day: sorted(set(week[day])) for day in DAYS if day in week}


def hours_lines(schedules: Iterable[Hours]) -> tuple[HoursLine, ...]:
    """A week in words, equal neighbours in one line; empty when the hours are unknown."""
    week = week_of(schedules)
    if not week:
        return ()
    words = [_day_words(week.get(day, [])) for day in DAYS]
    if len(set(words)) == 1:
        return (HoursLine(_("Every day"), words[0]),)
    lines, first = [], 0
    for index in range(1, 8):
        if index < 7 and words[index] == words[first]:
            continue
        days = day_name(DAYS[first])
        if index - first > 1:
            days = _("%(first)s to %(last)s", first=days, last=day_name(DAYS[index - 1]))
        lines.append(HoursLine(days, words[first]))
        first = index
    return tuple(lines)


def _day_words(intervals: list[Interval]) -> str:
    if not intervals:
        return _("Closed")
    if any(opens == closes for opens, closes in intervals):
        return _("Open 24 hours")
    return ", ".join(
        _("%(opens)s to %(closes)s", opens=time_words(opens), closes=time_words(closes))
        for opens, closes in intervals
    )


def hours_text(week: Week) -> str:
    """The week as the plain text that an edit carries: a line a day, `Mon 09:00-17:00, 18:00-20:00`, `Tue 24 hours`."""
    lines = []
    for day in DAYS:
        spans = week.get(day)
        if not spans:
            continue
        if any(opens == closes for opens, closes in spans):
            lines.append(f"{DAY_SHORT[day]} 24 hours")
        else:
            lines.append(
                f"{DAY_SHORT[day]} " + ", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in spans)
            )
    return "\n".join(lines)


_LINE = re.compile(r"([A-Za-z]{3})[a-z]*(?:\s*-\s*([A-Za-z]{3})[a-z]*)?[:\s]\s*(.+)")


def parse_hours(text: str) -> Week:
    """The other way: also takes `Mon-Fri 9am-5pm`. A day without a line is closed; no line at all is unknown.

    Raises Refused with the line that could not be read.
    """
    codes = {name.lower(): day for day, name in DAY_SHORT.items()}
    week: Week = {}
    for line in filter(None, (piece.strip() for piece in text.splitlines())):
        found = _LINE.fullmatch(line)
        first = codes.get(found[1].lower()) if found else None
        last = codes.get((found[2] or found[1]).lower()) if found else None
        if not found or not first or not last:
            raise Refused(_("These hours could not be read: %(line)s", line=line[:60]), "hours")
        start, span = DAYS.index(first), (DAYS.index(last) - DAYS.index(first)) % 7
        intervals = _intervals(found[3], line)
        for step in range(span + 1):
            day = DAYS[(start + step) % 7]
            if day in week:
                raise Refused(_("%(day)s is written twice.", day=day_name(day)), "hours")
            week[day] = intervals
    return {day: spans for day, spans in week.items() if spans}


def _intervals(text: str, line: str) -> list[Interval]:
    folded = text.strip().lower()
    if folded in ("24 hours", "24h", "open 24 hours"):
        return [WHOLE_DAY]
    if folded == "closed":
        return []
    found = []
    for part in folded.split(","):
        ends = [parse_time(piece) for piece in part.split("-")]
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            raise Refused(_("These hours could not be read: %(line)s", line=line[:60]), "hours")
        if ends[0] == ends[1] != time(0):
            raise Refused(
                _("It opens and closes at the same time. Say 24 hours if it never closes."), "hours"
            )
        found.append((ends[0], ends[1]))
    found.sort()
    for (_opens, closes), (opens, _closes) in zip(found, found[1:], strict=False):
        if closes > opens or closes <= _opens:
            raise Refused(_("Two times of one day overlap: %(line)s", line=line[:60]), "hours")
    return found


_TIME = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::00)?\s*(am|pm)?")


def parse_time(text: str) -> time | None:
    """`17:00`, `5 pm`, `noon`; None for anything else."""
    folded = text.strip().lower().replace(".", "")
    if folded in ("noon", "midnight"):
        return time(12 if folded == "noon" else 0)
    found = _TIME.fullmatch(folded)
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    elif found[2] is None:
        return None  # "9" alone: morning or evening?
    return time(hour, minute) if hour < 24 and minute < 60 else None
