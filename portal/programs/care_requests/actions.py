"""The verbs: a service asks, the team takes it, goes, and says how it ended; the service says whether they are back in care."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.programs.access import preset_of, roles_in
from portal.programs.care_requests.settings import CareRequests, care_requests_of
from portal.programs.cases.steps import owe_step
from portal.programs.models import CareRequest, ProgramTask, ResponseProgram, TaskAttempt
from portal.programs.models.care_request import CARE_ENDS, CARE_GROUNDS
from portal.programs.persons import ToldPerson, seal
from portal.programs.rules import ATTEMPT_RESULTS, MEANS
from portal.referrals import NotHere
from portal.referrals.wording import checked
from portal.store import Actor, Conflict, Refused, audit, clock, limits, write

LONGEST_PLACE = 120
SENDERS = ("provider", "responder", "dispatcher", "supervisor")
# What the team's end of a request means for the task of its visits.
TASK_ENDS = {"back_in_care": "connected", "brought": "connected", "spoke": "contact", "refused": "refused"}


@dataclass(frozen=True)
class CareAsk:
    """kind, ground: of the closed lists. place: where the person may be found, coarse or as the asker knows it. due_at: of a
    civil order, its own day."""

    kind: str
    ground: str
    person: ToldPerson = field(default_factory=ToldPerson)
    place: str = ""
    due_at: datetime | None = None


def ask_care(actor: Actor, program_id: UUID, asked: CareAsk) -> UUID:
    """Ask the team. Seals the person and the place, and makes the visits owed. Audited. Refused for a kind that this asker's role
    does not ask, a civil order without its day, and a ground that does not belong to it."""
    with write() as session:
        program = session.get(ResponseProgram, program_id)
        settings = care_requests_of(preset_of(program)) if program is not None else None
        if program is None or settings is None or program.turned_off_at is not None:
            raise NotHere
        mine = roles_in(actor, program)
        if not any(mine & set(roles) for roles in settings.kinds.values()):
            raise NotHere
        if not mine & set(settings.kinds.get(asked.kind, ())):
            raise Refused(_("Choose one of the list."), "kind")
        now = clock.now()
        _check(asked, now)
        limits.spend("send", str(actor.account_id))
        place = checked(asked.place, "place", LONGEST_PLACE)
        person_id = seal(session, asked.person, now)
        task = owe_step(session, program, asked.kind, now, asked.due_at)
        row = CareRequest(
            community_id=program.community_id,
            program_id=program.id,
            kind=asked.kind,
            ground=asked.ground,
            organization_id=_home(actor, program),
            asked_by=actor.account_id,
            asked_at=now,
            due_at=task.due_at,
            person_id=person_id,
            place=place or None,
            task_id=task.id,
        )
        session.add(row)
        session.flush()
        audit.append(actor, "ask_care", "care_request", row.id, asked.ground)
        return row.id


def take_care(actor: Actor, request_id: UUID, *, version: int) -> None:
    """The team takes it on; the actor has its visits."""
    with write() as session:
        row = _of_team(session, actor, request_id, version, "asked")
        row.state, row.taken_at, row.version = "taken", clock.now(), row.version + 1
        row.task.account_id = actor.account_id
        audit.append(actor, "take_care", "care_request", row.id)


def log_visit(actor: Actor, request_id: UUID, means: str, result: str, *, version: int) -> None:
    """One try, of those who went: kept with the task of this request."""
    if means not in MEANS:
        raise Refused(_("Choose one."), "means")
    if result not in ATTEMPT_RESULTS or result == "answered":
        raise Refused(_("Choose one."), "result")
    with write() as session:
        row = _of_team(session, actor, request_id, version, "taken")
        limits.spend("note", str(actor.account_id))
        now = clock.now()
        session.add(
            TaskAttempt(
                task_id=row.task_id,
                at=now,
                means=means,
                result=result,
                roles=sorted(roles_in(actor, row.program) - {"supervisor"}),
                account_id=actor.account_id,
                recorded_at=now,
            )
        )
        row.version += 1
        audit.append(actor, "log_visit", "care_request", row.id, result)


def end_care(actor: Actor, request_id: UUID, result: str, *, version: int) -> None:
    """How it ended for the team. Refused before a try. What the person said or did is nowhere."""
    if result not in CARE_ENDS or result in ("", "withdrawn"):
        raise Refused(_("Choose one."), "result")
    with write() as session:
        row = _of_team(session, actor, request_id, version, "taken")
        if not session.scalar(select(TaskAttempt.id).where(TaskAttempt.task_id == row.task_id).limit(1)):
            raise Refused(_("First record a visit."), "result")
        _end(session, actor, row, result)
        audit.append(actor, "end_care", "care_request", row.id, result)


def withdraw_care(actor: Actor, request_id: UUID, *, version: int) -> None:
    """The asker no longer needs it. Before its end."""
    with write() as session:
        row = _mine(session, actor, request_id, version)
        if row.state == "ended":
            raise Conflict(_("This has ended already."))
        _end(session, actor, row, "withdrawn")
        audit.append(actor, "withdraw_care", "care_request", row.id)


def confirm_care(actor: Actor, request_id: UUID, answer: str, *, version: int) -> None:
    """The asker's own word, once the team has ended it: the person is back in care, or is not. It may be put right."""
    if answer not in ("yes", "no"):
        raise Refused(_("Choose one."), "answer")
    with write() as session:
        row = _mine(session, actor, request_id, version)
        if row.state != "ended" or row.result == "withdrawn":
            raise Conflict(_("The team has not ended it yet."))
        row.confirmed, row.confirmed_at, row.version = answer, clock.now(), row.version + 1
        audit.append(actor, "confirm_care", "care_request", row.id, answer)


def _end(session: Session, actor: Actor, row: CareRequest, result: str) -> None:
    now = clock.now()
    row.state, row.result, row.ended_at, row.version = "ended", result, now, row.version + 1
    task = session.get_one(ProgramTask, row.task_id)
    if task.state == "open":
        task.state = "closed" if result == "withdrawn" else "done"
        if result == "not_found":
            task.state = "unreachable"
        task.close_reason = "not_owed" if result == "withdrawn" else ""
        task.result = TASK_ENDS.get(result, "unreachable" if result == "not_found" else "")
        if result == "other_end":
            task.result = "other_end"
        task.closed_at, task.closed_by, task.version = now, actor.account_id, task.version + 1


def _check(asked: CareAsk, now: datetime) -> None:
    if asked.ground not in CARE_GROUNDS or (asked.ground == "civil_order") != (asked.kind == "civil_order"):
        raise Refused(_("Choose on what ground you may say who it is."), "ground")
    if asked.kind == "civil_order" and asked.due_at is None:
        raise Refused(_("Say by when."), "due_at")
    if asked.due_at is not None and asked.due_at <= now:
        raise Refused(_("This time has passed."), "due_at")


def _home(actor: Actor, program: ResponseProgram) -> UUID:
    """Whom the asker works for: the agency itself, or the service."""
    mine = actor.organizations(*SENDERS)
    return program.organization_id if program.organization_id in mine or not mine else min(mine)


def _row(session: Session, request_id: UUID) -> CareRequest:
    row = session.scalar(
        select(CareRequest).where(CareRequest.id == request_id).with_for_update(of=CareRequest)
    )
    if row is None:
        raise NotHere
    return row


def _of_team(session: Session, actor: Actor, request_id: UUID, version: int, state: str) -> CareRequest:
    row = _row(session, request_id)
    settings: CareRequests | None = care_requests_of(preset_of(row.program))
    if settings is None or not roles_in(actor, row.program) & set(settings.team):
        raise NotHere
    if row.version != version or row.state != state:
        raise _changed()
    return row


def _mine(session: Session, actor: Actor, request_id: UUID, version: int) -> CareRequest:
    """For those of the asking organization whose role asks."""
    row = _row(session, request_id)
    if not asks(actor, row):
        raise NotHere
    if row.version != version:
        raise _changed()
    return row


def asks(actor: Actor, row: CareRequest) -> bool:
    """The actor works where the request came from, in a role that asks for such."""
    settings = care_requests_of(preset_of(row.program))
    roles = settings.kinds.get(row.kind, ()) if settings else ()
    home = row.organization_id in actor.organizations(*SENDERS) or row.asked_by == actor.account_id
    return home and bool(roles_in(actor, row.program) & set(roles))


def _changed() -> Conflict:
    return Conflict(_("Somebody changed this meanwhile. Look at what stands now."))
