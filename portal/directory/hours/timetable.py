"""All that decides whether a listing is open, as one value that pages, search and clocks share. No database."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from portal.directory.hours.closing import Shut
from portal.directory.hours.holidays import closed_days
from portal.directory.hours.lines import Line, in_season
from portal.directory.hours.now import OpenState, is_open, open_state, open_then
from portal.directory.hours.wall import DAY


class Timetable(NamedTuple):
    """All that decides whether a listing is open: its zone, its lines, the state whose holidays it keeps, its closures."""

    zone: str
    lines: tuple[Line, ...]
    state: str = ""
    closures: tuple[Shut, ...] = ()

    @property
    def known(self) -> bool:
        """Whether there are times at all, and not words or appointments alone."""
        return any(line.timed for line in self.lines)

    def is_open(self, now: datetime) -> bool:
        return bool(self.lines) and is_open(self.lines, self.zone, now, self.state, self.closures)

    def open_state(self, now: datetime) -> OpenState:
        return open_state(self.lines, self.zone, now, self.state, self.closures)

    def open_then(self, moment: datetime, now: datetime) -> OpenState:
        return open_then(self.lines, self.zone, moment, now, self.state, self.closures)


def weekly_lines(table: Timetable, today: date) -> list[Line]:
    """The plain week that holds today: no months, no season but this one, appointments included, since somebody is there."""
    return [
        line
        for line in table.lines
        if line.timed
        and line.weekly
        and (line.first_day is None or line.first_day <= today)
        and (line.last_day is None or line.last_day >= today)
        and (not line.season or in_season(line.season, today))
    ]


def days_off(table: Timetable, today: date) -> frozenset[date]:
    """The days of this year and the next on which it is closed whatever its week says: holidays, and closures of whole days."""
    codes = {line.closed_on for line in table.lines if line.timed and line.closed_on}
    off = {
        day
        for each in codes
        for year in (today.year, today.year + 1)
        for day in closed_days(each, table.state, year)
    }
    for closure in table.closures:
        day = closure.begins.date() + (DAY if closure.begins.time() > time(0) else timedelta(0))
        while day < closure.ends.date():
            off.add(day)
            day += DAY
    return frozenset(off)
