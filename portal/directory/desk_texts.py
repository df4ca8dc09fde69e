"""The phone on which a desk answers by text message: its people set it, and a code that was sent there proves it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.directory.actions import editable, keeps_desk, own_listing
from portal.directory.feed import write_history
from portal.directory.queries import listings
from portal.directory.view import Listing
from portal.messages import confirm_code, forget_code, let_go, masked, number_of, send_code, waiting_number
from portal.messages.models import TextNumber
from portal.store import Actor, Refused, audit, db, write
from portal.store.language import gettext as _

FIELD = "desk_text"  # as the history names it; neither old nor new number stands there


@dataclass(frozen=True)
class DeskPhone:
    """The desk's phone as its editor sees it. number and waiting: the last four digits, or empty. fault: `stopped` (it said
    STOP), `failed` (no text can reach it), or empty. allowed: False for a victim service, which is only ever
    called, and for who keeps the words of the listing alone."""

    number: str
    fault: str
    waiting: str
    allowed: bool


@dataclass(frozen=True)
class DeadPhone:
    """A listing whose desk is written to in vain."""

    listing: Listing
    fault: str


def desk_phone(actor: Actor, sal_id: UUID) -> DeskPhone | None:
    """None: not this actor's listing, or not there."""
    row = db.session.scalar(
        select(d.ServiceAtLocation)
        .join(d.Service, d.Service.id == d.ServiceAtLocation.service_id)
        .join(d.Organization, d.Organization.id == d.Service.organization_id)
        .where(d.ServiceAtLocation.id == sal_id, editable(actor))
    )
    if row is None:
        return None
    number = number_of(row.desk.text_number_id) if row.desk else None
    waiting = waiting_number(sal_id)
    return DeskPhone(
        number=masked(number.number) if number else "",
        fault=_fault(number),
        waiting=waiting.number if waiting else "",
        allowed=row.service.organization.kind != "victim_service"
        and keeps_desk(actor, row.service.organization_id),
    )


def ask_desk_phone(actor: Actor, sal_id: UUID, number: str) -> bool | None:
    """Send a code to the number that the desk wants to answer from. Audited. None: not theirs. Refused for what is no number,
    for one that said STOP, for a victim service; TooMany after 3 codes an hour."""
    with write() as session:
        row = _own_desk(session, actor, sal_id)
        if row is None:
            return None
        if row.service.organization.kind == "victim_service":
            raise Refused(_("This service takes calls only. Handrail sends it nothing."), "number")
        send_code(sal_id, number)
        audit.append(actor, "ask_desk_phone", "service_at_location", sal_id)
    return True


def confirm_desk_phone(actor: Actor, sal_id: UUID, code: str) -> bool | None:
    """The code is right: from now on this desk is asked by text too, for every listing that it answers for. Writes the desk, a
    history row without the number, and the audit trail. None: not theirs. Refused for a wrong or old code."""
    if desk_phone(actor, sal_id) is None:
        return None

    def use(number_id: UUID) -> None:
        with write() as session:
            row = _own_desk(session, actor, sal_id)
            if row is None:
                raise Refused(_("This listing is no longer yours."), "code")
            if row.desk is None:
                row.desk = d.Contact(organization_id=row.service.organization_id, department="intake")
            old = row.desk.text_number_id
            row.desk.text_number_id = number_id
            if old != number_id:
                let_go(old)
            write_history(session, actor, "service_at_location", sal_id, FIELD, "", "")
            audit.append(actor, "confirm_desk_phone", "service_at_location", sal_id)

    confirm_code(sal_id, code, use)
    return True


def remove_desk_phone(actor: Actor, sal_id: UUID) -> bool | None:
    """The desk is no longer asked by text, for any of its listings; a code that was sent is dead. None: not theirs."""
    with write() as session:
        row = _own_desk(session, actor, sal_id)
        if row is None:
            return None
        forget_code(sal_id)
        if row.desk is not None and row.desk.text_number_id is not None:
            let_go(row.desk.text_number_id)
            row.desk.text_number_id = None
            write_history(session, actor, "service_at_location", sal_id, FIELD, "", "")
            audit.append(actor, "remove_desk_phone", "service_at_location", sal_id)
    return True


def dead_phones(actor: Actor) -> tuple[DeadPhone, ...]:
    """For a steward: listings whose desk has a phone that no text can reach, or that said STOP. Empty for anybody else."""
    if not actor.has("steward"):
        return ()
    found = db.session.execute(
        select(func.min(d.ServiceAtLocation.number), TextNumber)
        .join(d.Contact, d.Contact.id == d.ServiceAtLocation.desk_id)
        .join(TextNumber, TextNumber.id == d.Contact.text_number_id)
        .join(d.Service, d.Service.id == d.ServiceAtLocation.service_id)
        .join(d.Organization, d.Organization.id == d.Service.organization_id)
        .where(editable(actor), TextNumber.failed_at.is_not(None) | TextNumber.stopped_at.is_not(None))
        .group_by(TextNumber.id)
        .order_by(func.min(d.ServiceAtLocation.number))
        .limit(20)
    ).all()
    ids = {
        row.number: row.id
        for row in db.session.execute(
            select(d.ServiceAtLocation.number, d.ServiceAtLocation.id).where(
                d.ServiceAtLocation.number.in_([one[0] for one in found])
            )
        )
    }
    views = listings(list(ids.values()))
    return tuple(DeadPhone(views[ids[number]], _fault(phone)) for number, phone in found)


def _own_desk(session: Session, actor: Actor, sal_id: UUID) -> d.ServiceAtLocation | None:
    """The listing, where this actor may say how its desk is reached."""
    row = own_listing(session, actor, sal_id)
    return row if row is not None and keeps_desk(actor, row.service.organization_id) else None


def _fault(number: TextNumber | None) -> str:
    if number is None:
        return ""
    return "stopped" if number.stopped_at else "failed" if number.failed_at else ""
