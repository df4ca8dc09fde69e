"""Reads of requests: the team's list, one's own unit's, and one request as the reader's side sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import LazyString
from sqlalchemy import ColumnElement, case, select

from portal.accounts import names_of
from portal.directory.models import Organization
from portal.programs.access import AGENCY, roles_in
from portal.programs.dispatch.access import sides_of
from portal.programs.dispatch.custody import held_by_request
from portal.programs.dispatch.options import DispatchOptions, options_for
from portal.programs.dispatch.rules import MOVES, OPEN, STATES, WITHDRAWN, Side, hold, may
from portal.programs.models import ResponseProgram, TeamRequest
from portal.programs.preset import Preset
from portal.programs.settings import effective
from portal.store import Actor, clock, db

LISTED = 100


@dataclass(frozen=True)
class RequestView:
    """A request as one side sees it. moves: the steps that the reader may take now. reference: for the asking unit alone.
    hold: of a transfer, how long the caller has waited in all. why: in words. minutes: from asking to each step."""

    row: TeamRequest
    preset: Preset
    options: DispatchOptions
    sides: frozenset[Side]
    state_words: LazyString
    moves: tuple[tuple[str, LazyString], ...]
    asker: str
    asked_by: str
    assigned: str
    taken_by: str
    reference: str
    why: str
    hold: timedelta | None
    minutes: tuple[tuple[str, int], ...]
    may_take_over: bool
    may_settle: bool
    version: int

    @property
    def open(self) -> bool:
        return self.row.state in OPEN


def request_for(actor: Actor, request_id: UUID) -> RequestView | None:
    """The request, for who stands on one of its sides; None for all others."""
    row = db.session.get(TeamRequest, request_id)
    if row is None or not sides_of(actor, row):
        return None
    return _views(actor, [row])[0]


def requests_for(actor: Actor, program: ResponseProgram) -> list[RequestView]:
    """What the team was asked: the open ones on top, then the newest; for who works in the program."""
    if not roles_in(actor, program):
        return []
    return _views(actor, _rows(TeamRequest.program_id == program.id))


def requests_of_unit(actor: Actor) -> list[RequestView]:
    """What the actor's own units have asked of teams."""
    mine = TeamRequest.asker_organization_id.in_(actor.organizations(*AGENCY))
    return _views(actor, _rows((TeamRequest.asked_by == actor.account_id) | mine))


def _rows(which: ColumnElement[bool]) -> Sequence[TeamRequest]:
    return db.session.scalars(
        select(TeamRequest)
        .where(which)
        .order_by(
            case((TeamRequest.state.in_(OPEN), 0), else_=1), TeamRequest.asked_at.desc(), TeamRequest.id
        )
        .limit(LISTED)
    ).all()


def _views(actor: Actor, rows: Sequence[TeamRequest]) -> list[RequestView]:
    people = {code for row in rows for code in (row.asked_by, row.assigned_to, row.custody_by) if code}
    names, now = names_of(people), clock.now()
    units = dict(
        db.session.execute(
            select(Organization.id, Organization.name).where(
                Organization.id.in_({row.asker_organization_id for row in rows})
            )
        ).all()
    )
    return [_view(actor, row, names, units, now) for row in rows]


def _view(
    actor: Actor, row: TeamRequest, names: dict[UUID, str], units: dict[UUID, str], now: datetime
) -> RequestView:
    sides, options = sides_of(actor, row), options_for(row.program) or DispatchOptions()
    asker = "asker" in sides
    return RequestView(
        row=row,
        preset=effective(row.program),
        options=options,
        sides=sides,
        state_words=STATES[row.state],
        moves=tuple((code, MOVES[code].label) for code in MOVES if may(code, row.way, row.state, sides)),
        asker=units.get(row.asker_organization_id, ""),
        asked_by=names.get(row.asked_by, ""),
        assigned=names.get(row.assigned_to, "") if row.assigned_to else "",
        taken_by=names.get(row.custody_by, "") if row.custody_by else "",
        reference=row.reference if asker else "",
        why=_why(options, row),
        hold=_hold(row, now) if row.way == "transfer" else None,
        minutes=_minutes(row),
        may_take_over="team" in sides
        and row.state in ("accepted", "en_route", "on_scene")
        and row.custody_at is None
        and row.task_id is not None,
        may_settle=asker and _may_settle(row),
        version=row.version,
    )


def _hold(row: TeamRequest, now: datetime) -> timedelta:
    return hold(row.asked_at, row.accepted_at, row.returned_at, row.taken_back_at, row.ended_at, now)


def _may_settle(row: TeamRequest) -> bool:
    task = row.task
    return task is not None and task.state == "open" and not held_by_request(db.session(), task.id)


def _why(options: DispatchOptions, row: TeamRequest) -> str:
    """The code of a reason in the program's words."""
    words = {choice.code: choice.label for choice in (*options.refusals, *options.returns)}
    question = options.question(row.why)
    if row.state == "kept_out" and question is not None:
        return question.instead or question.label
    return words.get(row.why) or str(WITHDRAWN.get(row.why, ""))


def _minutes(row: TeamRequest) -> tuple[tuple[str, int], ...]:
    """Whole minutes from asking to each step that was taken."""
    steps = ("accepted_at", "en_route_at", "on_scene_at", "custody_at", "ended_at")
    return tuple(
        (name, int((getattr(row, name) - row.asked_at).total_seconds() // 60))
        for name in steps
        if getattr(row, name) is not None
    )
