"""Each step of a request: one conditional UPDATE on its state and version, its event, and who is told."""

from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.programs.dispatch import letters
from portal.programs.dispatch.access import sides_of
from portal.programs.dispatch.custody import let_go, take_custody
from portal.programs.dispatch.events import note
from portal.programs.dispatch.options import DispatchOptions, options_for
from portal.programs.dispatch.rules import MOVES, WITHDRAWN, may
from portal.programs.encounters import record_encounter
from portal.programs.facts import EncounterFacts
from portal.programs.models import TeamRequest
from portal.programs.preset import length
from portal.programs.settings import effective
from portal.referrals import NotHere
from portal.store import Actor, Conflict, Refused, audit, clock, write

# A step that the other side hears of.
TELLS_ASKER = ("accept", "refuse", "return")
TELLS_TEAM = ("withdraw", "take_back")


@dataclass(frozen=True)
class End:
    """How a request ended, in the program's own words: an outcome of the preset, what was given, and whether the person may be
    contacted again. facts: answers to the preset's yes-no questions that the page asked."""

    outcome: str
    services: tuple[str, ...] = ()
    contact_consent: str = ""
    language: str = ""
    facts: dict[str, bool | int | str | None] | None = None


def move_request(
    actor: Actor, request_id: UUID, move: str, *, version: int, why: str = "", custody: bool = False
) -> None:
    """Take one step of rules.MOVES but `end`. why: the code of a refusal, a return or a withdrawal. custody: with `accept` and
    `arrive`, the team has the person from now on, and the asker's task closes. The other side is told. NotHere for who stands on
    neither side, Refused for a reason that is none, Conflict when it is no longer the time for it or somebody was faster."""
    with write() as session:
        row, options = standing_request(session, actor, request_id)
        if move == "end" or move not in MOVES:
            raise Refused(_("Choose one of the steps."))
        _check_why(options, move, why)
        if move in ("refuse", "withdraw") and row.custody_at is not None:
            raise Conflict(_("The team has taken over. It ends with how it went."))
        step(session, actor, row, move, version, why)
        now = clock.now()
        if move == "accept":
            row.assigned_to = row.assigned_to or actor.account_id
        if move == "return":
            row.answer_by, row.told_at = now + length(options.answer_within), None
            if row.accepted_at is not None and options.returned:
                _record(actor, row, End(options.returned))
        if move == "take_back":
            row.ended_at = now
        if custody and move in ("accept", "arrive"):
            take_custody(session, actor, row, now)
        session.flush()
        audit.append(actor, f"{move}_request", "team_request", row.id, why)
        if move in TELLS_ASKER:
            letters.tell_asker(row, move)
        if move in TELLS_TEAM and row.assigned_to is not None:
            letters.tell_team(row, move)


def take_over(actor: Actor, request_id: UUID, *, version: int) -> str:
    """The team has the person from now on: the asker's task closes, and both have the receipt, whose number is returned. Conflict
    when there is nothing to take over, or somebody has."""
    with write() as session:
        row, _options = standing_request(session, actor, request_id)
        if "team" not in sides_of(actor, row):
            raise NotHere
        if row.state not in ("accepted", "en_route", "on_scene") or row.custody_at is not None:
            raise _overtaken()
        _claim(session, row, (row.state,), version, row.state)
        take_custody(session, actor, row, clock.now())
        session.flush()
        audit.append(actor, "take_over", "team_request", row.id)
        return row.receipt


def end_request(actor: Actor, request_id: UUID, given: End, *, version: int) -> UUID:
    """It is over: an encounter of the program is recorded with its outcome and the times of the request, and owes what the preset
    says. Returns its id. The asker keeps their task unless the team took over."""
    with write() as session:
        row, options = standing_request(session, actor, request_id)
        if options.ended and given.outcome not in (*options.ended, options.sent):
            raise Refused(_("Choose how it ended."), "outcome")
        step(session, actor, row, "end", version, given.outcome)
        found = _record(actor, row, given)
        audit.append(actor, "end_request", "team_request", row.id)
        letters.tell_asker(row, "end")
        return found


def settle_custody(actor: Actor, request_id: UUID, why: str, *, version: int) -> None:
    """No team has it, and the asker ends their own task with a coded reason. Conflict while a team may still take over."""
    with write() as session:
        row, _options = standing_request(session, actor, request_id)
        if "asker" not in sides_of(actor, row):
            raise NotHere
        _claim(session, row, (row.state,), version, row.state)
        let_go(session, actor, row, why, clock.now())
        audit.append(actor, "settle_custody", "team_request", row.id, why)


def standing_request(session: Session, actor: Actor, request_id: UUID) -> tuple[TeamRequest, DispatchOptions]:
    """The request, for who stands on one of its sides. NotHere otherwise."""
    row = session.get(TeamRequest, request_id)
    options = options_for(row.program) if row is not None else None
    if row is None or options is None or not sides_of(actor, row):
        raise NotHere
    return row, options


def step(session: Session, actor: Actor, row: TeamRequest, move: str, version: int, why: str) -> None:
    """The row moved on, stamped and noted. Conflict when the table does not allow it now, or somebody was faster."""
    if not may(move, row.way, row.state, sides_of(actor, row)):
        raise _overtaken()
    found, now = MOVES[move], clock.now()
    _claim(session, row, found.sources, version, found.target)
    setattr(row, found.stamp, getattr(row, found.stamp) or now)
    row.why = why if move in ("refuse", "return", "withdraw") else row.why
    note(session, row, move, actor.account_id, now, why)


def _claim(session: Session, row: TeamRequest, sources: tuple[str, ...], version: int, target: str) -> None:
    """One row changed means that the step is ours."""
    done = session.execute(
        update(TeamRequest)
        .where(TeamRequest.id == row.id, TeamRequest.version == version, TeamRequest.state.in_(sources))
        .values(state=target, version=version + 1)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise _overtaken()
    session.refresh(row)


def _record(actor: Actor, row: TeamRequest, given: End) -> UUID:
    """The encounter that a request leaves behind, with its times."""
    now = clock.now()
    preset = effective(row.program)
    facts = {
        code: answer
        for code, answer in (given.facts or {}).items()
        if preset.field(code) and answer is not None
    }
    found = record_encounter(
        actor,
        row.program_id,
        EncounterFacts(
            source=row.source,
            received_at=row.asked_at,
            outcome=given.outcome,
            dispatched_at=row.accepted_at,
            on_scene_at=row.on_scene_at,
            cleared_at=now,
            district_id=row.district_id,
            language=given.language or row.language,
            contact_consent=given.contact_consent,
            services=given.services,
            facts=facts,
        ),
    )
    row.encounter_id = found
    return found


def _check_why(options: DispatchOptions, move: str, why: str) -> None:
    known = {
        "refuse": {choice.code for choice in options.refusals},
        "return": {choice.code for choice in options.returns},
        "withdraw": set(WITHDRAWN),
    }.get(move, {""})
    if why not in known:
        raise Refused(_("Choose why."), "why")


def _overtaken() -> Conflict:
    return Conflict(_("This has changed since you opened it. Look again before you act."))
