"""Business hours and business days, on the wall clock of a zone: across DST changes and US federal holidays. No database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import holidays

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60
LOOK_AHEAD = 60  # days: longer than any closed stretch that a listing's week or a holiday makes
Week = tuple[tuple[tuple[int, int], ...], ...]  # per weekday, spans in minutes of that day


class Row(Protocol):
    """What a schedule row of the directory has."""

    @property
    def byday(self) -> str: ...
    @property
    def opens_at(self) -> time | None: ...
    @property
    def closes_at(self) -> time | None: ...


@dataclass(frozen=True)
class Hours:
    """A week of opening hours. holidays: US federal holidays (and their observed days) are closed. closed: further days on
    which nobody is there, as the community has written them down."""

    zone: str
    week: Week
    holidays: bool = True
    closed: frozenset[date] = frozenset()

    @classmethod
    def usual(cls, zone: str = "America/Chicago") -> "Hours":
        """Monday to Friday, 8 to 17, federal holidays out."""
        return cls(zone, _USUAL)

    @classmethod
    def of_community(
        cls, business_hours: Mapping[str, Any], zone: str, closures: Iterable[str] = ()
    ) -> "Hours":
        """From a community's settings: `{"mon": ["08:00", "17:00"], ...}`, of which an empty one is the usual week, and the
        days on which it is closed beside federal holidays, `2026-12-24`."""
        week = tuple((_span(business_hours[day]),) if business_hours.get(day) else () for day in DAYS)
        closed = frozenset(date.fromisoformat(day) for day in closures)
        return cls(zone, week if any(week) else _USUAL, closed=closed)

    @classmethod
    def of_listing(cls, rows: Iterable[Row], zone: str, closed: Iterable[date] = ()) -> "Hours | None":
        """From a listing's weekly schedules; None when its hours are unknown. It says itself when it closes: `closed` are its
        holidays and the days of its closures."""
        days: list[list[tuple[int, int]]] = [[] for _day in DAYS]
        weekdays = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
        for row in rows:
            if row.opens_at is None or row.closes_at is None:  # words alone
                continue
            opens, closes = _minutes(row.opens_at), _minutes(row.closes_at)
            for index in (weekdays.index(code) for code in row.byday.split(",") if code in weekdays):
                if closes > opens:
                    days[index].append((opens, closes))
                    continue
                days[index].append((opens, MIDNIGHT))
                if opens > closes > 0:
                    days[(index + 1) % 7].append((0, closes))
        week = tuple(tuple(sorted(set(spans))) for spans in days)
        return cls(zone, week, holidays=False, closed=frozenset(closed)) if any(week) else None

    def to_json(self) -> dict[str, Any]:
        return {
            "zone": self.zone,
            "week": [[list(span) for span in day] for day in self.week],
            "holidays": self.holidays,
            "closed": sorted(day.isoformat() for day in self.closed),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Hours":
        week = tuple(tuple((span[0], span[1]) for span in day) for day in stored["week"])
        closed = frozenset(date.fromisoformat(day) for day in stored.get("closed", ()))
        return cls(stored["zone"], week, stored["holidays"], closed)

    def open_at(self, moment: datetime) -> bool:
        """Is `moment` (aware) inside these hours?"""
        local = moment.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        return any(opens <= minute < closes for opens, closes in self._spans(local.date()))

    def business_days_after(self, start: datetime, days: int) -> datetime:
        """The same time of day, `days` open days later, in UTC. From outside the hours, the clock starts at the next opening;
        a time at which the last day is not open moves into that day's hours.

        An hour that comes twice is meant as it comes first; a time that the clocks skip is the moment to which they jump.
        """
        first = self._next_open(start.astimezone(ZoneInfo(self.zone)))
        day = first.date()
        for _step in range(days):
            day = self._next_day(day)
        wanted = timedelta(
            hours=first.hour, minutes=first.minute, seconds=first.second, microseconds=first.microsecond
        )
        return _moment(day, _into(self._spans(day), wanted), self.zone)

    def is_holiday(self, day: date) -> bool:
        """Is everything closed on this day, whatever the week says?"""
        return day in self.closed or (self.holidays and day in _federal(day.year))

    def _spans(self, day: date) -> tuple[tuple[int, int], ...]:
        return () if self.is_holiday(day) else self.week[day.weekday()]

    def _next_open(self, local: datetime) -> datetime:
        """`local` when it is open then, else the next opening; naive, on the zone's wall clock."""
        day, wall = local.date(), local.replace(tzinfo=None)
        minute = local.hour * 60 + local.minute
        for opens, closes in self._spans(day):
            if minute < closes:
                return max(wall, datetime.combine(day, time(0)) + timedelta(minutes=opens))
        following = self._next_day(day)
        spans = self._spans(following)
        return datetime.combine(following, time(0)) + timedelta(minutes=spans[0][0] if spans else 0)

    def _next_day(self, day: date) -> date:
        """The next day with hours; the next of all where none comes for a long time: a clock never stands still."""
        for step in range(1, LOOK_AHEAD):
            following = day + timedelta(days=step)
            if self._spans(following):
                return following
        return day + timedelta(days=1)


def in_business_hours(moment: datetime, business_hours: Mapping[str, Any], time_zone: str) -> bool:
    """Is `moment` inside the community's business hours? Federal holidays are outside."""
    return Hours.of_community(business_hours, time_zone).open_at(moment)


def _into(spans: tuple[tuple[int, int], ...], wanted: timedelta) -> timedelta:
    """The time of day itself when it lies in a span, else the next opening of the day, else the day's last close."""
    for opens, closes in spans:
        if wanted <= timedelta(minutes=closes):
            return max(wanted, timedelta(minutes=opens))
    return timedelta(minutes=spans[-1][1]) if spans else wanted


def _moment(day: date, after_midnight: timedelta, zone: str) -> datetime:
    """This time of day there, in UTC."""
    where = ZoneInfo(zone)
    wall = datetime.combine(day, time(0), where) + after_midnight
    found = wall.astimezone(UTC)
    there = found.astimezone(where)
    if there.replace(tzinfo=None) == wall.replace(tzinfo=None):
        return found
    # The clocks skip this time: `found` lies as far behind their jump as the time lies within what they skip.
    moment = wall.replace(fold=1, second=0, microsecond=0).astimezone(UTC)
    while moment.astimezone(where).utcoffset() != there.utcoffset():
        moment += timedelta(minutes=1)
    return moment


def _span(pair: Any) -> tuple[int, int]:
    opens, closes = (_minutes(time.fromisoformat(text)) for text in pair)
    return opens, closes if closes > opens else MIDNIGHT


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


_USUAL: Week = tuple(((8 * 60, 17 * 60),) if day in DAYS[:5] else () for day in DAYS)


@cache
def _federal(year: int) -> frozenset[date]:
    """US federal holidays of a year with their observed days, from the `holidays` package."""
    return frozenset(holidays.country_holidays("US", years=year))
