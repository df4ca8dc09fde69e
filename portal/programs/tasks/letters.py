"""The letters of tasks. None says more than "You have a new item": no name, no program, no kind of task.

Written into the caller's transaction. A key makes a letter the same letter, so a second worker sends none twice.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from flask import current_app, render_template
from flask_babel import gettext as _
from sqlalchemy import or_, select

from portal.accounts.models import Account, Membership
from portal.messages import Letter, enqueue_for
from portal.programs.access import today
from portal.programs.models import ProgramMember, ResponseProgram
from portal.store import db


def tell(people: Iterable[Account], path: str, key: str, about: UUID, *, urgent: bool) -> int:
    """One letter a person, by the channel that they chose, with the page behind sign-in. Returns how many."""
    told = 0
    subject = _("You have a new item in Handrail")
    base: str = current_app.extensions["settings"].base_url
    for person in people:
        values = {"url": f"{base}{path}", "subject": subject}
        letter = Letter(
            name="programs/task",
            to=person.email,
            subject=subject,
            text=render_template("letters/programs/task.txt", **values),
            html=render_template("letters/programs/task.html", **values),
            key=f"{key}:{person.id}",
            about=about,
        )
        enqueue_for(person.id, letter, path if len(path) <= 60 else "/tasks", urgent=urgent)
        told += 1
    return told


def people_in(program: ResponseProgram, role: str, organization_id: UUID | None = None) -> list[Account]:
    """Who works in the program in this role today, of one department where it is named."""
    day: date = today()
    listed = select(ProgramMember.account_id).where(
        ProgramMember.program_id == program.id,
        ProgramMember.role == role,
        ProgramMember.since <= day,
        or_(ProgramMember.until.is_(None), ProgramMember.until >= day),
    )
    query = select(Account).where(Account.id.in_(listed), Account.disabled_at.is_(None))
    if organization_id is not None:
        there = select(Membership.account_id).where(Membership.organization_id == organization_id)
        query = query.where(Account.id.in_(there))
    return list(db.session.scalars(query.order_by(Account.email)))


def supervisors_of(organization_id: UUID) -> list[Account]:
    """The agency's supervisors."""
    there = select(Membership.account_id).where(
        Membership.organization_id == organization_id, Membership.role == "supervisor"
    )
    return list(
        db.session.scalars(
            select(Account)
            .where(Account.id.in_(there), Account.disabled_at.is_(None))
            .order_by(Account.email)
        )
    )


def watchers(program: ResponseProgram, role: str, organization_id: UUID | None = None) -> list[Account]:
    """Who is told when something is late: this role at the department whose it is, else this role at all, else the agency's
    supervisors. Never nobody where there is anybody."""
    found = people_in(program, role, organization_id) if role and organization_id else []
    found = found or (people_in(program, role) if role else [])
    return found or supervisors_of(program.organization_id)
