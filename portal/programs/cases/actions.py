"""The verbs of a case: open it by hand, take it, the person's yes or no, the plan, its end."""

from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.programs.access import kinds_in, preset_of
from portal.programs.cases.frequent import open_anew
from portal.programs.cases.settings import Cases, cases_of
from portal.programs.cases.touches import close_touches, owe_touch
from portal.programs.models import Encounter, ProgramCase, ResponseProgram
from portal.programs.models.case import CASE_ENDS
from portal.referrals import NotHere
from portal.referrals.wording import checked
from portal.store import Actor, Conflict, Refused, audit, clock, write

LONGEST_PLAN = 500


def open_case(actor: Actor, program_id: UUID, encounter_id: UUID) -> UUID:
    """Open a case by hand for the person of a meeting of the same agency. Refused where nobody is known again; Conflict when a
    case is open."""
    try:
        with write() as session:
            program = session.get(ResponseProgram, program_id)
            row = session.get(Encounter, encounter_id)
            if program is None or row is None or row.organization_id != program.organization_id:
                raise NotHere
            _of_the_team(actor, program)
            if row.client_id is None:
                raise Refused(_("A case needs somebody who is known again: a full name and a date of birth."))
            return open_anew(session, actor, program, row, "referred", clock.now()).id
    except IntegrityError as error:
        raise Conflict(_("A case is open already.")) from error


def take_case(actor: Actor, case_id: UUID, *, version: int) -> None:
    """The actor has it in hand now."""
    with write() as session:
        row, _cases = _standing(session, actor, case_id, version)
        row.account_id = actor.account_id
        row.version += 1
        audit.append(actor, "take_case", "program_case", row.id)


def record_case_consent(actor: Actor, case_id: UUID, answer: str, *, version: int) -> None:
    """The person says yes or no to a plan that the next responder sees, and to being called every week. Yes holds for the
    preset's days and makes the first touch owed. No, or taking it back, erases the plan's words at once and what is owed."""
    if answer not in ("yes", "no"):
        raise Refused(_("Choose one."), "answer")
    with write() as session:
        row, cases = _standing(session, actor, case_id, version)
        now = clock.now()
        row.consent, row.consent_at, row.version = answer, now, row.version + 1
        if answer == "yes":
            row.consent_until = now + timedelta(days=cases.plan_days)
            owe_touch(session, row, cases, now)
        else:
            _forget_plan(row)
            close_touches(session, row, now, actor)
        audit.append(actor, "record_case_consent", "program_case", row.id, answer)


def write_plan(actor: Actor, case_id: UUID, helps: str, avoid: str, *, version: int) -> None:
    """What helps this person, and what to leave: words that the next responder reads. Refused before the person's yes, and for
    what no plan holds (charges, records)."""
    with write() as session:
        row, _cases = _standing(session, actor, case_id, version)
        if not agreed(row, clock.now()):
            raise Refused(_("First ask the person. There is no plan without their yes."))
        words = checked(helps, "helps", LONGEST_PLAN)
        if not words:
            raise Refused(_("Write what helps."), "helps")
        row.plan_helps, row.plan_avoid = words, checked(avoid, "avoid", LONGEST_PLAN) or None
        row.plan_at, row.version = clock.now(), row.version + 1
        audit.append(actor, "write_plan", "program_case", row.id)


def close_case(actor: Actor, case_id: UUID, reason: str, *, version: int) -> None:
    """It ends, for a coded reason. The plan is shown to nobody any more; its words go by their clock."""
    if reason not in CASE_ENDS or not reason:
        raise Refused(_("Choose one."), "reason")
    with write() as session:
        row, _cases = _standing(session, actor, case_id, version)
        now = clock.now()
        row.closed_at, row.closed_by, row.close_reason = now, actor.account_id, reason
        row.version += 1
        close_touches(session, row, now, actor)
        audit.append(actor, "close_case", "program_case", row.id, reason)


def agreed(row: ProgramCase, now: datetime) -> bool:
    """The person's yes stands at this moment."""
    return row.consent == "yes" and row.consent_until is not None and now < row.consent_until


def _forget_plan(row: ProgramCase) -> None:
    row.plan_helps = row.plan_avoid = row.plan_at = row.consent_until = None


def _of_the_team(actor: Actor, program: ResponseProgram) -> Cases:
    cases = cases_of(preset_of(program))
    if cases is None or not kinds_in(actor, program) & set(cases.team):
        raise NotHere
    return cases


def _standing(session: Session, actor: Actor, case_id: UUID, version: int) -> tuple[ProgramCase, Cases]:
    """The open case, locked, for its team."""
    row = session.scalar(select(ProgramCase).where(ProgramCase.id == case_id).with_for_update(of=ProgramCase))
    if row is None:
        raise NotHere
    cases = _of_the_team(actor, row.program)
    if row.version != version or row.closed_at is not None:
        raise Conflict(_("Somebody changed this meanwhile. Look at what stands now."))
    return row, cases
