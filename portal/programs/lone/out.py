"""The verbs of who goes alone: out, a little longer, back, in danger; and of who watches: I take care of it."""

from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.messages.rules import phone_number
from portal.programs.lone.letters import tell_watchers
from portal.programs.models import LoneVisit, PanicContact, ProgramTask, ResponseProgram
from portal.programs.tasks.access import place_in, place_of
from portal.programs.tasks.rules import CHECK_IN_MINUTES
from portal.referrals import NotHere
from portal.store import Actor, Conflict, Refused, audit, clock, write


def go_out(actor: Actor, program_id: UUID, minutes: int, *, task_id: UUID | None = None) -> UUID:
    """The actor goes alone, and says by when they will be heard of again. One visit at a time. Refused for a program that does not
    watch over it, for fewer or more minutes than CHECK_IN_MINUTES, and while another visit is open."""
    with write() as session:
        program = session.get(ResponseProgram, program_id)
        place = place_in(actor, program) if program is not None else None
        if place is None or place.options.lone is None:
            raise NotHere
        lowest, highest = CHECK_IN_MINUTES
        if not lowest <= minutes <= highest:
            raise Refused(_("Choose from %(low)s to %(high)s minutes.", low=lowest, high=highest), "minutes")
        task = session.get(ProgramTask, task_id) if task_id else None
        if task_id and (task is None or place_of(actor, task) is None or task.program_id != program_id):
            raise NotHere
        if _open_visit(session, actor) is not None:
            raise Refused(_("You are out already. First say that you are back."))
        now = clock.now()
        row = LoneVisit(
            program_id=program_id,
            account_id=actor.account_id,
            task_id=task_id,
            started_at=now,
            due_at=now + timedelta(minutes=minutes),
        )
        session.add(row)
        session.flush()
        contact = session.get(PanicContact, actor.account_id)
        if contact is not None:
            contact.used_at = now
        audit.append(actor, "go_out", "lone_visit", row.id)
        return row.id


def stay_longer(actor: Actor, visit_id: UUID, minutes: int) -> None:
    """All is well, and it takes longer: counted from now. Whoever was told of the delay sees it."""
    lowest, highest = CHECK_IN_MINUTES
    if not lowest <= minutes <= highest:
        raise Refused(_("Choose from %(low)s to %(high)s minutes.", low=lowest, high=highest), "minutes")
    with write() as session:
        row = _own(session, actor, visit_id)
        row.due_at = clock.now() + timedelta(minutes=minutes)
        if row.panic_at is None:
            row.seen_at = row.seen_by = None
        row.version += 1
        audit.append(actor, "stay_longer", "lone_visit", row.id)


def come_back(actor: Actor, visit_id: UUID) -> None:
    """The actor is back and well. Pressed twice it is done once."""
    with write() as session:
        row = _own(session, actor, visit_id, ended_too=True)
        if row.ended_at is None:
            row.ended_at = clock.now()
            row.version += 1
            audit.append(actor, "come_back", "lone_visit", row.id)


def call_for_help(actor: Actor, visit_id: UUID) -> None:
    """The actor is in danger: whoever watches is told at once, whatever the hour. It replaces no radio and no 911."""
    with write() as session:
        row = _own(session, actor, visit_id)
        now = clock.now()
        if row.panic_at is None:
            row.panic_at, row.told_at = now, now
            row.version += 1
            tell_watchers(row, f"panic:{row.id}")
        audit.append(actor, "call_for_help", "lone_visit", row.id)


def look_after(actor: Actor, visit_id: UUID) -> None:
    """Whoever watches has it in hand: the others see by whom. Conflict when somebody else has."""
    with write() as session:
        row = session.scalar(select(LoneVisit).where(LoneVisit.id == visit_id).with_for_update(of=LoneVisit))
        if row is None or not watches(actor, row.program):
            raise NotHere
        if row.ended_at is not None:
            raise Conflict(_("They are back."))
        if row.seen_by not in (None, actor.account_id):
            raise Conflict(_("Somebody has this in hand."))
        row.seen_at, row.seen_by = clock.now(), actor.account_id
        audit.append(actor, "look_after", "lone_visit", row.id)


def set_panic_contact(actor: Actor, name: str, phone: str) -> None:
    """Whom to call when the actor does not come back; both empty: nobody any more. Sealed. Refused for half of it."""
    name, phone = " ".join(name.split()), phone.strip()
    with write() as session:
        row = session.get(PanicContact, actor.account_id)
        if not name and not phone:
            if row is not None:
                session.delete(row)
                audit.append(actor, "drop_panic_contact", "panic_contact", row.account_id)
            return
        if not name or len(name) > 80:
            raise Refused(_("Write a name of up to 80 characters."), "name")
        if phone_number(phone) is None:
            raise Refused(_("Write a phone number."), "phone")
        if row is None:
            row = PanicContact(account_id=actor.account_id, used_at=clock.now())
            session.add(row)
        row.name, row.phone, row.used_at = name, phone, clock.now()
        audit.append(actor, "set_panic_contact", "panic_contact", str(actor.account_id))


def watches(actor: Actor, program: ResponseProgram) -> bool:
    """Whether the actor is told when somebody of this program does not come back: the preset's role for it, and supervisors."""
    place = place_in(actor, program)
    if place is None or place.options.lone is None:
        return False
    return bool(place.roles & {place.options.lone.watches, "supervisor"})


def _own(session: Session, actor: Actor, visit_id: UUID, *, ended_too: bool = False) -> LoneVisit:
    row = session.scalar(select(LoneVisit).where(LoneVisit.id == visit_id).with_for_update(of=LoneVisit))
    if row is None or actor.account_id is None or row.account_id != actor.account_id:
        raise NotHere
    if row.ended_at is not None and not ended_too:
        raise Conflict(_("This visit has ended."))
    return row


def _open_visit(session: Session, actor: Actor) -> LoneVisit | None:
    return session.scalar(
        select(LoneVisit).where(LoneVisit.account_id == actor.account_id, LoneVisit.ended_at.is_(None))
    )
