"""The verbs of the family line: a call comes in, and what it told is taken back."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.programs.access import preset_of, roles_in
from portal.programs.cases.steps import owe_step
from portal.programs.family.settings import Family, family_of
from portal.programs.models import FamilyNote, ProgramTask, ResponseProgram
from portal.programs.persons import ToldPerson, seal
from portal.programs.persons.telling import LONGEST_NAME, LONGEST_PHONE, drop_person
from portal.programs.rules import ANSWERS
from portal.referrals import NotHere, forget_met, know_met
from portal.referrals.wording import checked
from portal.store import Actor, Conflict, Refused, audit, clock, limits, write

LONGEST_NOTE = 280


@dataclass(frozen=True)
class FamilyCall:
    """about: whom it is about. helps: calming words, for the next officer. person_agrees: the person's own word on whether the
    family hears anything back. caller_*: only where the family wants to be called back."""

    about: ToldPerson = field(default_factory=ToldPerson)
    helps: str = ""
    person_agrees: str = ""
    caller_name: str = ""
    caller_phone: str = ""


def take_family_call(actor: Actor, program_id: UUID, call: FamilyCall) -> UUID:
    """What the family told, sealed, for the next officer who meets this person; and the call back, where the family wants one.
    Audited. Refused for somebody who could not be known again: such a note would never be found."""
    with write() as session:
        program = session.get(ResponseProgram, program_id)
        family = _line(actor, program)
        assert program is not None  # noqa: S101 - _line has looked
        if program.turned_off_at is not None:
            raise Refused(_("This program is turned off."))
        if call.person_agrees not in ANSWERS:
            raise Refused(_("Choose one of the list."), "person_agrees")
        helps = checked(call.helps, "helps", LONGEST_NOTE)
        if not helps:
            raise Refused(_("Write what helps."), "helps")
        limits.spend("note", str(actor.account_id))
        now, note_id = clock.now(), uuid4()
        person_id = seal(session, call.about, now)
        about = call.about
        key = know_met(session, program.community_id, note_id, about.name, about.born, about.phone, now)
        if key is None:
            raise Refused(_("Write the full name, and the date of birth or the phone of the person."), "name")
        name, phone = _caller(call)
        task = owe_step(session, program, family.step, now) if phone else None
        session.add(
            FamilyNote(
                id=note_id,
                community_id=program.community_id,
                program_id=program.id,
                client_id=key,
                person_id=person_id,
                helps=helps,
                caller_name=name or None,
                caller_phone=phone or None,
                person_agrees=call.person_agrees,
                task_id=task.id if task else None,
                taken_at=now,
                taken_by=actor.account_id,
            )
        )
        session.flush()
        audit.append(actor, "take_family_call", "family_note", note_id)
        return note_id


def end_note(actor: Actor, note_id: UUID, *, version: int) -> None:
    """The family takes it back, or it is no longer true: its words, the person and their marks go at once, and no call is owed."""
    with write() as session:
        row = session.scalar(
            select(FamilyNote).where(FamilyNote.id == note_id).with_for_update(of=FamilyNote)
        )
        if row is None:
            raise NotHere
        _line(actor, row.program)
        if row.version != version or row.ended_at is not None:
            raise Conflict(_("Somebody changed this meanwhile. Look at what stands now."))
        forget_note(session, row)
        row.ended_at, row.version = clock.now(), row.version + 1
        task = session.get(ProgramTask, row.task_id) if row.task_id else None
        if task is not None and task.state == "open":
            task.state, task.close_reason, task.closed_at = "closed", "not_owed", row.ended_at
            task.closed_by, task.version = actor.account_id, task.version + 1
        audit.append(actor, "end_note", "family_note", row.id)


def forget_note(session: Session, row: FamilyNote) -> None:
    """Nothing of what was told, and of nobody, stands in it any more."""
    row.helps = row.caller_name = row.caller_phone = None
    person_id, row.person_id, row.client_id = row.person_id, None, None
    session.flush()
    forget_met(session, [row.id])
    drop_person(session, person_id)


def _line(actor: Actor, program: ResponseProgram | None) -> Family:
    """What the preset says, for who answers the line. NotHere for all others."""
    family = family_of(preset_of(program)) if program is not None else None
    if program is None or family is None or not roles_in(actor, program) & set(family.line):
        raise NotHere
    return family


def _caller(call: FamilyCall) -> tuple[str, str]:
    name, phone = " ".join(call.caller_name.split()), " ".join(call.caller_phone.split())
    if len(name) > LONGEST_NAME:
        raise Refused(_("Use %(most)s characters or fewer.", most=LONGEST_NAME), "caller_name")
    if len(phone) > LONGEST_PHONE:
        raise Refused(_("Use %(most)s characters or fewer.", most=LONGEST_PHONE), "caller_phone")
    if name and not phone:
        raise Refused(_("Write the number to call back, or leave the name out too."), "caller_phone")
    return name, phone
