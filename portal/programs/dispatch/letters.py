"""The letters of a request. None says more than that there is one; all of it stands behind sign-in."""

from collections.abc import Iterable
from uuid import UUID

from flask import current_app, render_template
from flask_babel import gettext as _
from sqlalchemy import or_, select

from portal.accounts.models import Account, Membership
from portal.messages import Letter, enqueue_for
from portal.programs.models import DutyShift, ProgramMember, TeamRequest
from portal.store import clock, db


def tell_team(row: TeamRequest, why: str) -> None:
    """Whom it was given to; else who is on duty now; else who is on call; else every member; else the supervisors."""
    if row.assigned_to is not None:
        _tell((row.assigned_to,), row, why)
        return
    now = clock.now()
    running = select(DutyShift.account_id).where(
        DutyShift.program_id == row.program_id,
        DutyShift.called_off_at.is_(None),
        DutyShift.starts_at <= now,
        DutyShift.ends_at > now,
    )
    today = now.date()
    members = select(ProgramMember.account_id).where(
        ProgramMember.program_id == row.program_id,
        ProgramMember.since <= today,
        or_(ProgramMember.until.is_(None), ProgramMember.until >= today),
    )
    for found in (running.where(~DutyShift.on_call), running.where(DutyShift.on_call), members):
        people = set(db.session.scalars(found)) - {row.asked_by}
        if people:
            _tell(people, row, why)
            return
    tell_supervisors(row.program.organization_id, row, why)


def tell_asker(row: TeamRequest, why: str) -> None:
    """Something changed for who asked."""
    _tell((row.asked_by,), row, why)


def tell_supervisors(organization_id: UUID, row: TeamRequest, why: str) -> None:
    """The clock calls for a human above."""
    _tell(
        db.session.scalars(
            select(Membership.account_id).where(
                Membership.organization_id == organization_id, Membership.role == "supervisor"
            )
        ),
        row,
        f"{why}:supervisor",
    )


def _tell(accounts: Iterable[UUID], row: TeamRequest, why: str) -> None:
    path = f"/requests/{row.id}"
    url = f"{current_app.extensions['settings'].base_url}{path}"
    subject = _("You have a new item in Handrail")
    people = select(Account).where(Account.id.in_(set(accounts)), Account.disabled_at.is_(None))
    for person in db.session.scalars(people.order_by(Account.id)):
        letter = Letter(
            name="programs/request",
            to=person.email,
            subject=subject,
            text=render_template("letters/programs/request.txt", url=url, subject=subject),
            html=render_template("letters/programs/request.html", url=url, subject=subject),
            key=f"request:{row.id}:{row.version}:{why}:{person.id}",
            about=row.id,
        )
        enqueue_for(person.id, letter, path, urgent=True)
