"""Is it open? By the clock on its own wall, its weeks and months, its holidays and its closures. No database.

What is not known is never called closed, and never open: hours in words, appointments and a time zone that does not exist.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.directory.hours.closing import Shut, Span, closed_until, dated, shut_spans
from portal.directory.hours.holidays import holiday_name
from portal.directory.hours.lines import DAYS, Line, falls_on, line_of, lines_of
from portal.directory.hours.wall import DAY, moment_of, steady, zone
from portal.directory.hours.words import day_name, time_words
from portal.store.language import gettext as _

LOOK_AHEAD = 8  # days: a plain week repeats within it
LOOK_FAR = (60, 370)  # days: months, seasons and closures may be longer
NOON = time(12)


@dataclass(frozen=True)
class OpenState:
    """`open` None means that it is not known. `until` is when it closes, `next` when it opens; both in UTC."""

    open: bool | None
    words: str
    until: datetime | None = None
    next: datetime | None = None


def open_state(
    schedules: Iterable[Any], time_zone: str, now: datetime, state: str = "", closures: Sequence[Shut] = ()
) -> OpenState:
    """Is it open at `now` (aware)? Overnight, split and whole-day hours, both DST nights, holidays of its state (two letters).

    Without a schedule that still holds, `open` is None: unknown is not closed. Under a closure it is closed, whatever its hours.
    """
    where = zone(time_zone)
    if where is None:
        return OpenState(None, _("Hours unknown: call first"))
    today = now.astimezone(where).date()
    lines = [line for line in lines_of(schedules) if line.last_day is None or line.last_day >= today - DAY]
    walk_in = [line for line in lines if line.walk_in]
    held = [line for line in lines if line.last_day is None or line.last_day >= today]
    shut = shut_spans(closures, where)
    spans = _spans(walk_in, where, today, state, shut, LOOK_AHEAD)
    running = next((span for span in spans if span[0] <= now < span[1]), None)
    closure = next(
        (each for each, (start, end) in zip(closures, shut, strict=True) if start <= now < end), None
    )
    if closure is None and running:
        return _open_until(running[1], now, where)
    if closure is None and not held:
        return OpenState(None, _("Hours unknown: call first"))
    coming = _coming(spans, walk_in, where, today, now, state, shut)
    if closure is not None:
        return OpenState(False, closed_until(closure, now.astimezone(where)), next=coming)
    asked = _to_be_asked(held, where, today, now, state, coming)
    if asked is not None:
        return asked
    closed = _closed_words(walk_in, today, state)
    if coming is None:
        return OpenState(False, closed)
    opens = coming.astimezone(where)
    at = "12 am" if opens.time() == time(0) else time_words(opens.time())
    words = _(
        "%(closed)s. Opens %(time)s %(day)s",
        closed=closed,
        time=at,
        day=_day_words(opens, now.astimezone(where)),
    )
    return OpenState(False, words, next=coming)


def open_then(
    schedules: Iterable[Any], time_zone: str, moment: datetime, now: datetime, state: str = "", closures: Sequence[Shut] = ()
) -> OpenState:  # fmt: skip
    """The same at a moment that somebody chose (aware, on the clock they chose it by), and named: `Open Sunday at 9 pm`,
    `Closed Sunday, Nov 29 at 9 pm` where it is a week or more from `now`."""
    found = open_state(schedules, time_zone, moment, state, closures)
    if found.open is None:
        return found
    day = day_name(DAYS[moment.weekday()])
    if moment.date() - now.astimezone(moment.tzinfo).date() >= timedelta(days=7):
        day = dated(moment.date())
    said = {"day": day, "time": time_words(moment.time())}
    words = _("Open %(day)s at %(time)s", **said) if found.open else _("Closed %(day)s at %(time)s", **said)
    return replace(found, words=words)


def is_open(
    lines: Iterable[Any], time_zone: str, now: datetime, state: str = "", closures: Sequence[Shut] = ()
) -> bool:
    """Whether `open_state` would say that it is open, and nothing more: a hundred times as fast."""
    where = zone(time_zone)
    if where is None:
        return False
    there = now.astimezone(where)
    today, at = there.date(), there.time()
    if closures and any(start <= now < end for start, end in shut_spans(closures, where)):
        return False
    lines = [line if type(line) is Line else line_of(line) for line in lines]
    if steady(where, today) is None:
        return any(start <= now < end for start, end in _each_span(lines, where, today, range(-1, 1), state))
    for line in lines:
        opens, closes = line.opens_at, line.closes_at
        if opens is None or closes is None or line.attending_type:
            continue
        if opens < closes:
            if opens <= at < closes and falls_on(line, today, state):
                return True
        elif (at >= opens and falls_on(line, today, state)) or (
            at < closes and falls_on(line, today - DAY, state)
        ):
            return True
    return False


def _open_until(end: datetime, now: datetime, where: ZoneInfo) -> OpenState:
    if end - now >= timedelta(days=LOOK_AHEAD - 2):
        return OpenState(True, _("Open 24 hours"))
    closes, there = end.astimezone(where), now.astimezone(where)
    words = time_words(closes.time())
    # The time alone while nobody can mistake the day: today, or within 12 hours; the weekday with it otherwise.
    if end - now >= timedelta(hours=12) and closes.date() != there.date():
        # Midnight closes the day before: "midnight Friday" is the end of Friday.
        words = f"{words} {day_name(DAYS[(closes - timedelta(seconds=1)).weekday()])}"
    return OpenState(True, _("Open until %(when)s", when=words), until=end)


def _to_be_asked(
    held: Sequence[Line], where: ZoneInfo, today: date, now: datetime, state: str, coming: datetime | None
) -> OpenState | None:
    """What stands where it is not open and yet not plainly closed: by appointment now, or hours that are words."""
    visits = [line for line in held if line.appointment and line.byday + line.bymonthday]
    timed = [line._replace(attending_type="") for line in visits if line.timed]
    for start, end in _each_span(timed, where, today, range(-1, 1), state):
        if start <= now < end:
            until = time_words(end.astimezone(where).time())
            return OpenState(None, _("By appointment until %(time)s: call first", time=until), next=coming)
    if any(not line.timed and falls_on(line, today, state) for line in visits):
        return OpenState(None, _("By appointment: call first"), next=coming)
    if any(line.words_alone for line in held):
        return OpenState(None, _("Call to confirm the hours"), next=coming)
    if not any(line.walk_in for line in held):
        return OpenState(None, _("By appointment only: call first"))
    return None


def _closed_words(lines: Sequence[Line], today: date, state: str) -> str:
    """`Closed`, or on a holiday that keeps it closed `Closed for Labor Day`."""
    for line in lines:
        if line.closed_on and falls_on(line._replace(closed_on=""), today, state):
            name = holiday_name(line.closed_on, state, today)
            if name:
                return _("Closed for %(holiday)s", holiday=name)
    return _("Closed")


def _day_words(opens: datetime, there: datetime) -> str:
    if opens.date() == there.date():
        return _("today")
    if opens.date() - there.date() > timedelta(days=7):
        return dated(opens.date())
    return day_name(DAYS[opens.weekday()])


def _coming(
    spans: Sequence[Span], lines: Sequence[Line], where: ZoneInfo, today: date, now: datetime, state: str, shut: Sequence[Span]
) -> datetime | None:  # fmt: skip
    """When it opens next. Only rules that are more than a week, holidays and closures make it look far ahead."""
    for days in (LOOK_AHEAD, *LOOK_FAR):
        found = spans if days == LOOK_AHEAD else _spans(lines, where, today, state, shut, days)
        start = next((start for start, _end in found if start > now), None)
        if start is not None:
            return start
        far = any(not line.weekly or line.season or line.closed_on or line.first_day for line in lines)
        if not far and not shut:
            return None
    return None


def _spans(
    lines: Sequence[Line], where: ZoneInfo, today: date, state: str, shut: Sequence[Span], days: int
) -> list[Span]:
    """Open spans in UTC from yesterday on, merged where one runs into the next, less the closures."""
    merged: list[Span] = []
    for start, end in sorted(_each_span(lines, where, today, range(-1, days), state)):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    for begins, ends in shut:
        merged = [part for span in merged for part in _less(span, begins, ends)]
    return merged


def _less(span: Span, begins: datetime, ends: datetime) -> Iterator[Span]:
    start, end = span
    if ends <= start or end <= begins:
        yield span
        return
    if start < begins:
        yield start, begins
    if ends < end:
        yield ends, end


def _each_span(
    lines: Sequence[Line], where: ZoneInfo, today: date, offsets: range, state: str
) -> Iterator[Span]:
    """Of these days, counted from today: each line's span in UTC, as it stands. Appointments are left out."""
    for offset in offsets:
        day = today + timedelta(days=offset)
        for line in lines:
            opens, closes = line.opens_at, line.closes_at
            if opens is None or closes is None or line.attending_type:
                continue
            if not falls_on(line, day, state):
                continue
            last = day if closes > opens else day + DAY
            start, end = moment_of(where, day, opens), moment_of(where, last, closes)
            if end > start:
                yield start, end
