"""The hours and closures of listings in the database: read for cards, and written from the words of an edit."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, or_, select

from portal.directory import models as d
from portal.directory.hours.holidays import closed_in_english, closed_on_in
from portal.directory.hours.lines import MOST_WORDS, Line, line_of, line_out
from portal.directory.hours.reading import read_hours
from portal.store import clock, db

# How notes of ours begin. They say what our own columns hold, for who reads an export; and are read again from one.
MADE_NOTES = ("Closed on ", "Only from ")
_SEASON = re.compile(r"Only from ([A-Z][a-z]+ \d{1,2}) to ([A-Z][a-z]+ \d{1,2})\.")

_AT, _SCHEDULE, _CLOSURE, _SERVICE = (
    model.__table__.c for model in (d.ServiceAtLocation, d.Schedule, d.Closure, d.Service)
)
_COLUMNS = (
    "byday", "opens_at", "closes_at", "valid_from", "valid_to", "freq", "interval", "dtstart", "until", "count", "wkst",
    "byweekno", "bymonthday", "byyearday", "season", "closed_on", "attending_type", "description", "notes", "id",
)  # fmt: skip
_ASKED = _AT.number.in_(bindparam("numbers", expanding=True))


def _schedules(*parents: Any) -> Select[Any]:
    columns = (_SCHEDULE[name] for name in _COLUMNS)
    return select(_AT.number, *columns).join(d.Schedule.__table__, *parents).where(_ASKED)


_OWN = _schedules(_SCHEDULE.service_at_location_id == _AT.id)
_SERVICES = _schedules(_SCHEDULE.service_id == _AT.service_id).where(
    _SCHEDULE.service_at_location_id.is_(None),
    or_(_SCHEDULE.location_id.is_(None), _SCHEDULE.location_id == _AT.location_id),
)
_PLACES = _schedules(_SCHEDULE.location_id == _AT.location_id).where(
    _SCHEDULE.service_at_location_id.is_(None), _SCHEDULE.service_id.is_(None)
)
_CLOSED = (
    select(_AT.number, *(_CLOSURE[name] for name in ("begins_on", "begins_at", "ends_on", "ends_at", "words", "words_es")))
    .join(d.Service.__table__, _SERVICE.id == _AT.service_id)
    .join(
        d.Closure.__table__,
        or_(_CLOSURE.service_at_location_id == _AT.id, _CLOSURE.organization_id == _SERVICE.organization_id),
    )
    .where(_ASKED, _CLOSURE.lifted_at.is_(None), _CLOSURE.ends_on >= bindparam("since"))
)  # fmt: skip


@dataclass
class Kept:
    """hours: lines as JSON, see lines.line_out. said: the words beside them. closures: [begins, ends, words, words in Spanish],
    ISO times by the wall clock of the place."""

    hours: list[list[Any]] = field(default_factory=list)
    said: str = ""
    closures: list[list[str]] = field(default_factory=list)


def kept_hours(numbers: Sequence[int]) -> defaultdict[int, Kept]:
    """Of listings by number: their own schedules, else their service's, else their place's; and closures that are not over.

    Two SELECTs; four where some have no hours of their own.
    """
    found: defaultdict[int, Kept] = defaultdict(Kept)
    without = list(numbers)
    for query in (_OWN, _SERVICES, _PLACES):
        if not without:
            break
        rows: defaultdict[int, list[Any]] = defaultdict(list)
        for row in db.session.execute(query, {"numbers": without}).all():
            rows[row[0]].append(row)
        for number, some in rows.items():
            some.sort(key=lambda row: str(row.id))
            found[number] = Kept(_lines(some), _said(some))
        without = [number for number in without if number not in rows]
    since = clock.now().date() - timedelta(days=2)  # over in every zone
    for number, begins_on, begins_at, ends_on, ends_at, *words in db.session.execute(
        _CLOSED, {"numbers": list(numbers), "since": since}
    ):
        begins = f"{begins_on}T{(begins_at or time()):%H:%M}"
        ends = f"{ends_on}T{ends_at:%H:%M}" if ends_at else f"{ends_on + timedelta(days=1)}T00:00"
        found[number].closures.append([begins, ends, *words])
    for kept in found.values():
        kept.closures.sort()
    return found


def schedules_of(text: str) -> list[d.Schedule]:
    """Rows for the hours that these words mean, not yet in a session; words that cannot be read are one row of words alone."""
    said = text.strip()[:MOST_WORDS]
    if not said:
        return []
    reading = read_hours(said)
    if not reading.understood:
        return [d.Schedule(freq="", description=said)]
    rows = []
    for line in reading.lines:
        values = line._asdict()
        values["count"] = values.pop("times")
        values["interval"] = line.interval if line.interval != 1 else None
        rows.append(d.Schedule(**values, description=said, notes=_notes(line)))
    return rows


def _notes(line: Line) -> str:
    season = ""
    if line.season:
        first, last = (date.fromisoformat(f"2000-{end}") for end in line.season.split("/"))
        season = f"Only from {first:%B} {first.day} to {last:%B} {last.day}."
    return " ".join(filter(None, (season, closed_in_english(line.closed_on))))


def _season_in(notes: str) -> str:
    found = _SEASON.match(notes)
    try:
        ends = (
            [datetime.strptime(f"2000 {end} +0000", "%Y %B %d %z") for end in found.groups()] if found else []
        )
    except ValueError:
        return ""
    return "/".join(f"{end:%m-%d}" for end in ends)


def _lines(rows: Sequence[Any]) -> list[list[Any]]:
    lines = []
    for row in rows:
        line = line_of(row)
        if line.timed and not line.closed_on and (row.notes or row.description):
            line = line._replace(closed_on=closed_on_in(f"{row.description}. {row.notes}"))
        if line.timed and not line.season and row.notes:
            line = line._replace(season=_season_in(row.notes))
        lines.append(line_out(line))
    if len(lines) > 1:
        lines.sort(key=lambda line: [str(part or "") for part in line])
    return lines


def _said(rows: Sequence[Any]) -> str:
    words = [row.description.strip() for row in rows]
    words += [row.notes.strip() for row in rows if not row.notes.startswith(MADE_NOTES)]
    return "\n".join(dict.fromkeys(filter(None, words)))[:MOST_WORDS]
