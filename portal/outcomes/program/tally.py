"""The encounters of a scope, counted once by everything that they are counted by: many measures read the same few cells.

As known at the cut: what was recorded later is not there, and what was corrected later stands as it stood.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, String, case, cast, func, select

from portal.outcomes.program.metric import ProgramScope
from portal.programs.models import Encounter, EncounterVersion
from portal.store import db, engine_name

COUNTED = (
    "district_id",
    "source",
    "response_type",
    "meets_criteria",
    "disposition",
    "outcome",
    "met_before",
    "contact_consent",
    "referral_refused",
    "arrest_would",
    "ed_would",
)


@dataclass(frozen=True)
class Cell:
    """So many encounters that are alike in all of this. month: 0, 1, 2 of the scope's months, in the community's time."""

    month: int
    district_id: UUID | None
    source: str
    response_type: str
    meets_criteria: bool
    disposition: str
    outcome: str
    met_before: str
    contact_consent: str
    referral_refused: str
    arrest_would: str
    ed_would: str
    number: int


def cells(scope: ProgramScope) -> tuple[Cell, ...]:
    """The scope's encounters; one grouped SELECT, once a report. Those that do not meet the criteria are in it too."""
    held = scope.known.get("cells")
    if held is None:
        found = _sorted_out(scope) if engine_name() == "sqlite" else _grouped(scope)
        for values in corrected(scope):
            found[month_place(scope, values["received_at"]), *(values[name] for name in COUNTED)] += 1
        scope.known["cells"] = held = tuple(Cell(*(*key, number)) for key, number in found.items())
    return tuple(held)


def _grouped(scope: ProgramScope) -> Counter[tuple[Any, ...]]:
    keys = [month_of(scope), *(getattr(Encounter, name) for name in COUNTED)]
    rows = db.session.execute(select(*keys, func.count()).where(*standing(scope)).group_by(*keys))
    return Counter({tuple(key): number for *key, number in rows})


def _sorted_out(scope: ProgramScope) -> Counter[tuple[Any, ...]]:
    """The same for SQLite, which groups by sorting every row: a million of them take twice as long as counting their keys here,
    as one text each."""
    texts = [func.coalesce(cast(getattr(Encounter, name), String), "") for name in COUNTED]
    key: ColumnElement[str] = cast(month_of(scope), String)
    for each in texts:
        key = key + "|" + each
    found: Counter[tuple[Any, ...]] = Counter()
    for text, number in Counter(db.session.scalars(select(key).where(*standing(scope)))).items():
        month, *values = text.split("|")
        kept: dict[str, Any] = dict(zip(COUNTED, values, strict=True))
        kept["district_id"] = UUID(kept["district_id"]) if kept["district_id"] else None
        kept["meets_criteria"] = kept["meets_criteria"] == "1"
        found[int(month), *(kept[name] for name in COUNTED)] += number
    return found


def counted(scope: ProgramScope, chosen: Callable[[Cell], bool] = lambda cell: True) -> int:
    """How many encounters of the scope meet the criteria and are chosen: M01 and its parts."""
    return sum(cell.number for cell in cells(scope) if cell.meets_criteria and chosen(cell))


def services(scope: ProgramScope) -> Counter[str]:
    """How many of the encounters that meet the criteria were given each service; one encounter may count under several."""
    found: Counter[str] = Counter()
    codes = cast(Encounter.services, String)  # as they stand there: the same ones are the same text
    rows = db.session.execute(
        select(codes, func.count())
        .where(*standing(scope), Encounter.meets_criteria.is_(True))
        .group_by(codes)
    )
    for text, number in rows:
        for code in msgspec.json.decode(text, type=list[str]):
            found[code] += number
    for values in corrected(scope):
        if values["meets_criteria"]:
            found.update(values["services"])
    return found


def standing(scope: ProgramScope) -> list[ColumnElement[bool]]:
    """Encounters of the scope whose row says what was known at the cut. Those corrected since are in `corrected`."""
    return [
        Encounter.program_id == scope.program.id,
        Encounter.received_at >= scope.start,
        Encounter.received_at < scope.end,
        Encounter.changed_at <= scope.cut,
    ]


def corrected(scope: ProgramScope) -> Iterable[dict[str, Any]]:
    """The coded values, as they stood at the cut, of the scope's encounters that were recorded by then and changed since. The
    id of the encounter is `id`; moments are UTC, districts are ids."""
    held = scope.known.get("corrected")
    if held is None:
        first = (
            select(func.min(EncounterVersion.number).label("number"))
            .join(Encounter, Encounter.id == EncounterVersion.encounter_id)
            .where(
                Encounter.program_id == scope.program.id,
                Encounter.recorded_at <= scope.cut,
                Encounter.changed_at > scope.cut,
                EncounterVersion.until > scope.cut,
            )
            .group_by(EncounterVersion.encounter_id)
            .subquery()
        )
        rows = db.session.execute(
            select(EncounterVersion.encounter_id, EncounterVersion.values).join(
                first, first.c.number == EncounterVersion.number
            )
        )
        stood = [_read(encounter_id, values) for encounter_id, values in rows]
        held = scope.known["corrected"] = tuple(
            values for values in stood if scope.start <= values["received_at"] < scope.end
        )
    return tuple(held)


def month_name(scope: ProgramScope, month: int) -> str:
    """A month of the scope (0, 1, 2) in words."""
    first = scope.start.astimezone(scope.zone).date()
    return str(format_date(first.replace(month=first.month + month), "MMMM y"))


def _read(encounter_id: UUID, values: dict[str, Any]) -> dict[str, Any]:
    found = dict(values, id=encounter_id)
    for name in ("received_at", "dispatched_at", "on_scene_at", "cleared_at"):
        found[name] = datetime.fromisoformat(values[name]).astimezone(UTC) if values.get(name) else None
    found["district_id"] = UUID(values["district_id"]) if values.get("district_id") else None
    return found


def month_of(scope: ProgramScope) -> ColumnElement[int]:
    """The same of each call, in the database."""
    second, third = _month_starts(scope)
    return case((Encounter.received_at < second, 0), (Encounter.received_at < third, 1), else_=2)


def month_place(scope: ProgramScope, moment: datetime) -> int:
    """In which month of the scope a moment lies: 0, 1, 2."""
    return sum(moment >= start for start in _month_starts(scope))


def _month_starts(scope: ProgramScope) -> tuple[datetime, datetime]:
    """When the second and the third month of the quarter begin, in the community's time."""
    first = scope.start.astimezone(scope.zone)
    second, third = (datetime(first.year, first.month + i, 1, tzinfo=scope.zone) for i in (1, 2))
    return second.astimezone(UTC), third.astimezone(UTC)


def places(scope: ProgramScope) -> dict[UUID, str]:
    """The districts in which the program worked before the scope's end, by the day on which each began, with that day in
    words; nothing where it is one or none."""
    last = scope.end.astimezone(scope.zone).date()
    began: dict[UUID, tuple[date, str]] = {}
    for each in scope.program.districts:
        if each.since < last and each.district_id not in began:
            began[each.district_id] = (each.since, each.district.name)
    if len(began) < 2:
        return {}
    return {
        district: _("%(district)s, since %(day)s", district=name, day=format_date(since, "medium"))
        for district, (since, name) in sorted(began.items(), key=lambda item: (item[1], item[0]))
    }
