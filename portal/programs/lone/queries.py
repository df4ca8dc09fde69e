"""Who is out alone: one's own visit, and those that the reader watches."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.accounts import names_of
from portal.accounts.models import Account
from portal.programs.lone.out import watches
from portal.programs.models import LoneVisit, PanicContact, ProgramTask
from portal.programs.tasks.access import places
from portal.store import Actor, audit, clock, db, write


@dataclass(frozen=True)
class VisitView:
    """One visit. overdue: its time is over, or they called for help. seen_by: who has it in hand. phone: the worker's own. district
    and reference: of the task they went for, so that somebody can look for them."""

    id: UUID
    program: str
    worker: str
    phone: str
    mine: bool
    started_at: datetime
    due_at: datetime
    ended_at: datetime | None
    panic: bool
    overdue: bool
    told: bool
    seen_by: str
    district: str
    reference: str
    task_id: UUID | None


@dataclass(frozen=True)
class CheckIns:
    """mine: the reader's own open visit. watched: open visits of others that the reader watches, the overdue first. programs: in
    which the reader may go out alone: (id, name, minutes)."""

    mine: VisitView | None
    watched: tuple[VisitView, ...]
    programs: tuple[tuple[UUID, str, int], ...]
    has_contact: bool


def check_ins_for(actor: Actor) -> CheckIns:
    """What the actor has to do with people who go alone; empty for everybody else."""
    found = {each.program.id: each for each in places(actor).values() if each.options.lone is not None}
    if not found:
        return CheckIns(None, (), (), False)
    rows = db.session.scalars(
        select(LoneVisit)
        .where(LoneVisit.program_id.in_(found), LoneVisit.ended_at.is_(None))
        .order_by(LoneVisit.due_at)
    ).all()
    views = [
        _view(actor, row) for row in rows if row.account_id == actor.account_id or watches(actor, row.program)
    ]
    others = sorted((one for one in views if not one.mine), key=lambda one: (not one.overdue, one.due_at))
    return CheckIns(
        mine=next((one for one in views if one.mine), None),
        watched=tuple(others),
        programs=tuple(
            (place.program.id, place.program.name, place.options.lone.minutes)
            for place in found.values()
            if place.options.lone is not None
            and place.program.turned_off_at is None
            and place.roles - {place.options.lone.watches, "supervisor"}
        ),
        has_contact=db.session.get(PanicContact, actor.account_id) is not None,
    )


def check_in_for(actor: Actor, visit_id: UUID) -> VisitView | None:
    """One visit, for whose it is and for who watches; None for all others."""
    row = db.session.get(LoneVisit, visit_id)
    if row is None or actor.account_id is None:
        return None
    if row.account_id != actor.account_id and not watches(actor, row.program):
        return None
    return _view(actor, row)


def panic_contact_of(actor: Actor, visit_id: UUID) -> tuple[str, str] | None:
    """Whom to call (name, phone), for who watches, while the worker is overdue or has called for help. Writes one audit row. None
    otherwise, and where they named nobody."""
    row = db.session.get(LoneVisit, visit_id)
    if row is None or row.ended_at is not None or not watches(actor, row.program):
        return None
    if row.panic_at is None and row.due_at > clock.now():
        return None
    contact = db.session.get(PanicContact, row.account_id)
    if contact is None:
        return None
    with write():
        audit.append(actor, "reveal_panic_contact", "lone_visit", row.id)
    return contact.name or "", contact.phone or ""


def own_panic_contact(actor: Actor) -> tuple[str, str]:
    """What the actor wrote down, for their own form."""
    contact = db.session.get(PanicContact, actor.account_id)
    return (contact.name or "", contact.phone or "") if contact else ("", "")


def _view(actor: Actor, row: LoneVisit) -> VisitView:
    names = names_of({one for one in (row.account_id, row.seen_by) if one})
    task = db.session.get(ProgramTask, row.task_id) if row.task_id else None
    worker = db.session.get_one(Account, row.account_id)
    return VisitView(
        id=row.id,
        program=row.program.name,
        worker=names.get(row.account_id, ""),
        phone=worker.phone or "",
        mine=row.account_id == actor.account_id,
        started_at=row.started_at,
        due_at=row.due_at,
        ended_at=row.ended_at,
        panic=row.panic_at is not None,
        overdue=row.ended_at is None and (row.panic_at is not None or row.due_at <= clock.now()),
        told=row.told_at is not None,
        seen_by=names.get(row.seen_by, "") if row.seen_by else "",
        district=task.district.name if task and task.district else "",
        reference=task.encounter.reference if task and task.encounter else "",
        task_id=row.task_id,
    )
