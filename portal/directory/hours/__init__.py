"""Hours of a listing: typed, kept as HSDS schedules, and asked whether it is open now. No database but in rows.py."""

from portal.directory.hours.closing import Shut, closed_between, closed_until, shut_of
from portal.directory.hours.lines import DAYS, Interval, Line, line_in, line_of, line_out, lines_of
from portal.directory.hours.now import OpenState, is_open, open_state, open_then
from portal.directory.hours.reading import Reading, read_hours
from portal.directory.hours.timetable import Timetable, days_off, weekly_lines
from portal.directory.hours.typed import (
    hours_text,
    hours_words,
    is_plain_week,
    parse_hours,
    parse_time,
    said_words,
)
from portal.directory.hours.wall import moment_of, zone
from portal.directory.hours.words import (
    DAY_LABELS,
    DAY_SHORT,
    HoursLine,
    Week,
    day_name,
    hours_lines,
    time_words,
    week_of,
)

__all__ = [
    "DAYS",
    "DAY_LABELS",
    "DAY_SHORT",
    "HoursLine",
    "Interval",
    "Line",
    "OpenState",
    "Reading",
    "Shut",
    "Timetable",
    "Week",
    "closed_between",
    "closed_until",
    "day_name",
    "days_off",
    "hours_lines",
    "hours_text",
    "hours_words",
    "is_open",
    "is_plain_week",
    "line_in",
    "line_of",
    "line_out",
    "lines_of",
    "moment_of",
    "open_state",
    "open_then",
    "parse_hours",
    "parse_time",
    "read_hours",
    "said_words",
    "shut_of",
    "time_words",
    "week_of",
    "weekly_lines",
    "zone",
]
