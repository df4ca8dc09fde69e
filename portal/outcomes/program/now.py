"""How a program stands this minute, for its agency's supervisors: numbers, and the calls that are still open. Nobody is named."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, select

from portal.directory import community
from portal.programs import effective
from portal.programs.dispatch.rules import CUSTODY
from portal.programs.models import District, Encounter, ProgramTask, ResponseProgram, Signature
from portal.programs.preset import Preset
from portal.programs.rules import DISPOSITIONS
from portal.store import Actor, clock, db

LISTED = 30
SIGNED_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class OpenCall:
    """A call that has not ended. district: its name, empty where none was said."""

    id: UUID
    received_at: datetime
    district: str
    on_scene: bool


@dataclass(frozen=True)
class Owed:
    """What one role owes: open tasks, those due by this time tomorrow, and those that are late."""

    role: str
    open: int
    soon: int
    late: int


@dataclass(frozen=True)
class Now:
    """since: the community's last midnight (UTC). open: how many calls go on, of which the oldest are listed. ends, places: of the
    calls received since midnight, in words, the most first. unsigned: ended calls of the last 7 days that miss a signature."""

    program: ResponseProgram
    preset: Preset
    since: datetime
    received: int
    open: int
    calls: tuple[OpenCall, ...]
    ends: tuple[tuple[str, int], ...]
    places: tuple[tuple[str, int], ...]
    unsigned: int
    owed: tuple[Owed, ...]


def program_now(actor: Actor, program_id: UUID) -> Now | None:
    """The program as it stands; None for who does not supervise at its agency."""
    program = db.session.get(ResponseProgram, program_id)
    if (
        program is None
        or actor.kind != "account"
        or program.organization_id not in actor.organizations("supervisor")
    ):
        return None
    preset, now = effective(program), clock.now()
    since = _midnight(now)
    mine = Encounter.program_id == program.id
    today = (mine, Encounter.received_at >= since)
    ends = _counted(Encounter.disposition, *today)
    names = {row.id: row.name for row in db.session.execute(select(District.id, District.name))}
    return Now(
        program=program,
        preset=preset,
        since=since,
        received=sum(ends.values()),
        open=db.session.scalar(select(func.count()).where(mine, Encounter.disposition == "")) or 0,
        calls=_open_calls(mine),
        ends=_most_first({str(DISPOSITIONS[code]): number for code, number in ends.items() if code}),
        places=_most_first(
            {names[at]: number for at, number in _counted(Encounter.district_id, *today).items() if at}
        ),
        unsigned=_unsigned(preset, mine, now),
        owed=_owed(program, preset, now),
    )


def _midnight(now: datetime) -> datetime:
    there = now.astimezone(ZoneInfo(community().time_zone))
    return there.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def _counted(column: Any, *where: ColumnElement[bool]) -> dict[Any, int]:
    rows = db.session.execute(select(column, func.count()).where(*where).group_by(column))
    return {value: number for value, number in rows}  # noqa: C416 - rows are no pairs to mypy


def _most_first(found: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _open_calls(mine: ColumnElement[bool]) -> tuple[OpenCall, ...]:
    rows = db.session.execute(
        select(Encounter.id, Encounter.received_at, District.name, Encounter.on_scene_at)
        .join(District, District.id == Encounter.district_id, isouter=True)
        .where(mine, Encounter.disposition == "")
        .order_by(Encounter.received_at, Encounter.id)
        .limit(LISTED)
    )
    return tuple(OpenCall(id_, at, name or "", scene is not None) for id_, at, name, scene in rows)


def _unsigned(preset: Preset, mine: ColumnElement[bool], now: datetime) -> int:
    if preset.signatures < 2:
        return 0
    signed = (
        select(func.count())
        .where(Signature.encounter_id == Encounter.id)
        .correlate(Encounter)
        .scalar_subquery()
    )
    ended = (mine, Encounter.disposition != "", Encounter.recorded_at >= now - SIGNED_WITHIN)
    query = select(func.count()).select_from(Encounter).where(*ended, signed < preset.signatures)
    return db.session.scalar(query) or 0


def _owed(program: ResponseProgram, preset: Preset, now: datetime) -> tuple[Owed, ...]:
    late, soon = ProgramTask.due_at < now, ProgramTask.due_at < now + timedelta(days=1)
    rows = db.session.execute(
        select(
            ProgramTask.role,
            func.count(),
            func.sum(case((soon & ~late, 1), else_=0)),
            func.sum(case((late, 1), else_=0)),
        )
        .where(
            ProgramTask.program_id == program.id,
            ProgramTask.state == "open",
            ProgramTask.opens_at <= now,
            ProgramTask.step
            != CUSTODY,  # an officer who waits for a team owes nothing that a list could hold
        )
        .group_by(ProgramTask.role)
    )
    words = {role.code: role.label for role in preset.roles}
    return tuple(
        sorted((Owed(words.get(role, role), *counts) for role, *counts in rows), key=lambda one: one.role)
    )
