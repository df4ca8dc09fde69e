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
    def opens_at(self) -> time: ...
    @property
    def closes_at(self) -> time: ...


@dataclass(frozen=True)
class Hours:
    """A week of opening hours. holidays: US federal holidays (and their observed days) are closed."""

    zone: str
    week: Week
    holidays: bool = True

    @classmethod
    def usual(cls, zone: str = "America/Chicago") -> "Hours":
        """Monday to Friday, 8 to 17, federal holidays out."""
        return cls.of_community({day: ["08:00", "17:00"] for day in DAYS[:5]}, zone)

    @classmethod
    def of_community(cls, business_hours: Mapping[str, Any], zone: str) -> "Hours":
        """From a community's setting `{"mon": ["08:00", "17:00"], ...}`; an empty one is the usual week."""
        week = tuple((_span(business_hours[day]),) if business_hours.get(day) else () for day in DAYS)
        return cls(zone, week) if any(week) else cls.usual(zone)

    @classmethod
    def of_listing(cls, rows: Iterable[Row], zone: str) -> "Hours | None":
        """From a listing's schedules; None when its hours are unknown. It says itself when it closes, holidays included."""
        days: list[list[tuple[int, int]]] = [[] for _day in DAYS]
        for row in rows:
            opens, closes = _minutes(row.opens_at), _minutes(row.closes_at)
            for code in row.byday.split(","):
                index = ("MO", "TU", "WE", "TH", "FR", "SA", "SU").index(code)
                if closes > opens:
                    days[index].append((opens, closes))
                    continue
                days[index].append((opens, MIDNIGHT))
                if opens > closes > 0:
                    days[(index + 1) % 7].append((0, closes))
        week = tuple(tuple(sorted(set(spans))) for spans in days)
        return cls(zone, week, holidays=False) if any(week) else None

    def to_json(self) -> dict[str, Any]:
        return {
            "zone": self.zone,
            "week": [[list(span) for span in day] for day in self.week],
            "holidays": self.holidays,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Hours":
        week = tuple(tuple((span[0], span[1]) for span in day) for day in stored["week"])
        return cls(stored["zone"], week, stored["holidays"])

    def open_at(self, moment: datetime) -> bool:
        """Is `moment` (aware) inside these hours?"""
        local = moment.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        return any(opens <= minute < closes for opens, closes in self._spans(local.date()))

    def business_days_after(self, start: datetime, days: int) -> datetime:
        """The same time of day, `days` open days later, in UTC. From outside the hours, the clock starts at the next opening;
        a time at which the last day is not open moves into that day's hours."""
        zone = ZoneInfo(self.zone)
        first = self._next_open(start.astimezone(zone))
        day = first.date()
        for _step in range(days):
            day = self._next_day(day)
        minute = first.hour * 60 + first.minute
        minute = _into(self._spans(day), minute)
        wall = datetime.combine(day, time(0)) + timedelta(minutes=minute)
        return (wall + timedelta(seconds=first.second)).replace(tzinfo=zone).astimezone(UTC)

    def _spans(self, day: date) -> tuple[tuple[int, int], ...]:
        if self.holidays and day in _federal(day.year):
            return ()
        return self.week[day.weekday()]

    def _next_open(self, local: datetime) -> datetime:
        day = local.date()
        minute = local.hour * 60 + local.minute
        for opens, closes in self._spans(day):
            if opens <= minute < closes:
                return local
            if minute < opens:
                return datetime.combine(day, time(opens // 60, opens % 60))
        following = self._next_day(day)
        opens = self._spans(following)[0][0]
        return datetime.combine(following, time(opens // 60, opens % 60))

    def _next_day(self, day: date) -> date:
        for step in range(1, LOOK_AHEAD):
            following = day + timedelta(days=step)
            if self._spans(following):
                return following
        return day + timedelta(days=1)


def in_business_hours(moment: datetime, business_hours: Mapping[str, Any], time_zone: str) -> bool:
    """Is `moment` inside the community's business hours? Federal holidays are outside."""
    return Hours.of_community(business_hours, time_zone).open_at(moment)


def _into(spans: tuple[tuple[int, int], ...], minute: int) -> int:
    """`minute` when it lies in a span, else the next opening of the day, else the day's last close."""
    for opens, closes in spans:
        if minute <= closes:
            return max(minute, opens)
    return spans[-1][1] if spans else minute


def _span(pair: Any) -> tuple[int, int]:
    opens, closes = (_minutes(time.fromisoformat(text)) for text in pair)
    return opens, closes if closes > opens else MIDNIGHT


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


@cache
def _federal(year: int) -> frozenset[date]:
    """US federal holidays of a year with their observed days, from the `holidays` package."""
    return frozenset(holidays.country_holidays("US", years=year))
