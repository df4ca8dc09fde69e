"""Reads of requests of services: the team's queue by deadline, the asker's own; and the one read that opens who it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.directory.models import Organization
from portal.programs.access import preset_of, program_for, roles_in
from portal.programs.care_requests.actions import asks
from portal.programs.care_requests.settings import care_requests_of
from portal.programs.models import CareRequest, ResponseProgram, TaskAttempt
from portal.programs.persons import MetPerson
from portal.programs.persons.opening import unsealed
from portal.store import Actor, audit, clock, db, write

LISTED = 100


@dataclass(frozen=True)
class CareRequestView:
    """A request without the person. mine: the reader's service asked it. team: the reader may go. visits: each try, oldest
    first; the asker sees how many, and no more."""

    id: UUID
    program: ResponseProgram
    kind: str
    ground: str
    asker: str
    asked_at: datetime
    due_at: datetime
    late: bool
    state: str
    result: str
    confirmed: str
    mine: bool
    team: bool
    visits: tuple[TaskAttempt, ...]
    tries: int
    version: int


@dataclass(frozen=True)
class OpenedRequest:
    """Who it is, and where they may be found."""

    person: MetPerson | None
    place: str


def may_ask_care(actor: Actor, program: ResponseProgram) -> tuple[str, ...]:
    """The kinds that the actor may ask of this program."""
    settings = care_requests_of(preset_of(program))
    mine = roles_in(actor, program)
    return tuple(kind for kind, roles in settings.kinds.items() if mine & set(roles)) if settings else ()


def care_requests_for(actor: Actor, program_id: UUID) -> Sequence[CareRequestView] | None:
    """Open ones first, nearest deadline first: all for the team, for a service its own. None for who has no part in it."""
    program = program_for(actor, program_id)
    settings = care_requests_of(preset_of(program)) if program else None
    if program is None or settings is None:
        return None
    team = bool(roles_in(actor, program) & set(settings.team))
    if not team and not may_ask_care(actor, program):
        return None
    rows = db.session.scalars(
        select(CareRequest)
        .where(CareRequest.program_id == program.id)
        .order_by(CareRequest.ended_at.is_not(None), CareRequest.due_at, CareRequest.id)
        .limit(LISTED)
    )
    return [_view(actor, row, team) for row in rows if team or asks(actor, row)]


def care_request_for(actor: Actor, request_id: UUID) -> CareRequestView | None:
    """One request, for the team and for the service that asked."""
    row = db.session.get(CareRequest, request_id)
    if row is None:
        return None
    team = _in_team(actor, row)
    return _view(actor, row, team) if team or asks(actor, row) else None


def open_care_request(actor: Actor, request_id: UUID) -> OpenedRequest | None:
    """Who it is, for the team once it has taken the request on, until it has ended; and for whoever asked. None for all others.
    Writes one audit row."""
    row = db.session.get(CareRequest, request_id)
    if row is None or not ((_in_team(actor, row) and row.state == "taken") or asks(actor, row)):
        return None
    with write() as session:
        audit.append(actor, "open_care_request", "care_request", row.id)
        return OpenedRequest(unsealed(session, row.person_id), row.place or "")


def _in_team(actor: Actor, row: CareRequest) -> bool:
    settings = care_requests_of(preset_of(row.program))
    return settings is not None and bool(roles_in(actor, row.program) & set(settings.team))


def _view(actor: Actor, row: CareRequest, team: bool) -> CareRequestView:
    visits = tuple(
        db.session.scalars(
            select(TaskAttempt).where(TaskAttempt.task_id == row.task_id).order_by(TaskAttempt.at)
        )
    )
    return CareRequestView(
        id=row.id,
        program=row.program,
        kind=row.kind,
        ground=row.ground,
        asker=db.session.get_one(Organization, row.organization_id).name,
        asked_at=row.asked_at,
        due_at=row.due_at,
        late=row.state != "ended" and clock.now() > row.due_at,
        state=row.state,
        result=row.result,
        confirmed=row.confirmed,
        mine=asks(actor, row),
        team=team,
        visits=visits if team else (),
        tries=len(visits),
        version=row.version,
    )
