"""How the person got there: by whom, willingly or not, and when. Each side keeps its own record, as it saw it."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.referrals.access import closed_for_sender, in_the_dark, knows, roles_at
from portal.referrals.ledger import write_beside
from portal.referrals.matrix import reader_of, sees, shown_offer
from portal.referrals.models import Need, Offer, Transport
from portal.referrals.moves import NotHere, lock_need, overtaken
from portal.referrals.rules import TRANSPORT_BY
from portal.referrals.shapes import TransportView
from portal.referrals.stages import RECEIVED, handoff_by
from portal.store import Actor, Refused, audit, clock, write

SLACK = timedelta(minutes=1)  # forms give whole minutes
TIMES = ("departed_at", "arrived_at", "released_at")


@dataclass(frozen=True)
class TransportFacts:
    """means: rules.TRANSPORT_BY. voluntary: the person went of their own will. Times are UTC, each since the send and not in the
    future, in this order; what has not happened yet is None."""

    means: str
    voluntary: bool
    departed_at: datetime | None = None
    arrived_at: datetime | None = None
    released_at: datetime | None = None


def record_transport(actor: Actor, offer_id: UUID, facts: TransportFacts) -> None:
    """The side's one record of the way there, or what came to it since. By the sender while the request is theirs, by the
    receiver after its yes. Writes the row and the audit trail; tells nobody.

    For a sender in the dark it can be recorded whatever the service answered. NotHere for strangers, Conflict when it is
    not the time for it, Refused for times that cannot be.
    """
    if facts.means not in TRANSPORT_BY:
        raise Refused(_("Choose who took them there."), "means")
    with write() as session:
        need = lock_need(session, select(Offer.need_id).where(Offer.id == offer_id).scalar_subquery())
        if need is None:
            raise NotHere
        offer = next(one for one in need.offers if one.id == offer_id)
        side = side_of(actor, need, offer)
        if side is None:
            raise NotHere
        if not may_record(offer, side):
            raise overtaken()
        _check_times(need, facts)
        row = _row(session, need, offer, side)
        for field in fields(facts):
            setattr(row, field.name, getattr(facts, field.name))
        row.account_id, row.recorded_at = actor.account_id, clock.now()
        session.flush()
        write_beside(session, actor, offer, "handoff")
        for one in need.offers:
            session.expire(one, ["transports"])
        audit.append(actor, "record_transport", "offer", row.offer_id)


def side_of(actor: Actor, need: Need, offer: Offer) -> str | None:
    """receiver or sender; None for all others, an answer link too."""
    roles = roles_at(actor, need, offer, clock.now())
    if actor.kind != "account":
        return None
    if "receiver" in roles:
        return "receiver"
    return "sender" if "sender" in roles and shown_offer(need) is offer else None


def may_record(offer: Offer, side: str) -> bool:
    """Whether this is the time for it."""
    if side == "receiver":
        return offer.state in RECEIVED
    if in_the_dark(offer.need) and not knows(offer.need, offer):
        return closed_for_sender(offer.need, clock.now()) is None
    return offer.state in RECEIVED


def transports_of(need: Need, offer: Offer, role: str) -> tuple[TransportView, ...]:
    """The records that this role may see: the receiver and a permitted sender both, a sender in the dark their own."""
    reader = reader_of(role, need, offer)
    rows = [row for one in (need.offers if role == "sender" else [offer]) for row in one.transports]
    if not sees(reader, "transport"):
        rows = [row for row in rows if row.recorded_by == "sender" and sees(reader, "own_transport")]
    return tuple(
        TransportView(
            row.means, row.voluntary, row.departed_at, row.arrived_at, row.released_at, row.recorded_by
        )
        for row in rows
    )


def own_transport(need: Need, offer: Offer, side: str) -> Transport | None:
    """What this side has recorded already."""
    rows = [row for one in (need.offers if side == "sender" else [offer]) for row in one.transports]
    return next((row for row in rows if row.recorded_by == side), None)


def _row(session: Session, need: Need, offer: Offer, side: str) -> Transport:
    """This side's row: a sender has one a need, at the service that they handed over to, if that is known."""
    handed = next((one for one in need.offers if handoff_by(one, "sender")), None)
    target = handed or offer if side == "sender" else offer
    row = own_transport(need, offer, side)
    if row is None:
        row = Transport(recorded_by=side)
        session.add(row)
    row.offer_id = target.id
    return row


def _check_times(need: Need, facts: TransportFacts) -> None:
    now, before = clock.now(), need.sent_at - SLACK
    for name in TIMES:
        moment = getattr(facts, name)
        if moment is None:
            continue
        if not need.sent_at - SLACK <= moment <= now + SLACK:
            raise Refused(_("Give a time between the sending and now."), name)
        if moment < before:
            raise Refused(_("First they left, then they arrived, then you were free."), name)
        before = moment
