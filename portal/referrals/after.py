"""What the page of one offer shows beside its view: the way there, the tries to reach the person, the phone script."""

from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.accounts.models import Account
from portal.referrals.access import knows, roles_at
from portal.referrals.matrix import reader_of, sees, shown_offer
from portal.referrals.models import Attempt, Need, Offer
from portal.referrals.script import call_is_due, has_answers, script_of
from portal.referrals.shapes import AfterView, TryView
from portal.referrals.stages import zone_of
from portal.referrals.transport import transports_of
from portal.store import Actor, clock, db


def after_for(actor: Actor, offer_id: UUID) -> AfterView | None:
    """For the receiver, signed in, and for the sender whose page speaks of this offer. None for all others."""
    offer = db.session.get(Offer, offer_id)
    if offer is None or actor.kind != "account":
        return None
    need, now = offer.need, clock.now()
    roles = roles_at(actor, need, offer, now)
    role = next((one for one in ("receiver", "sender") if one in roles), None)
    if role is None or (role == "sender" and shown_offer(need) is not offer):
        return None
    reader = reader_of(role, need, offer)
    script = script_of(offer, role)
    shown = script.questions if role == "receiver" or call_is_due(offer) else ()
    zone = zone_of(db.session(), need)
    return AfterView(
        transports=transports_of(need, offer, role),
        tries=_tries(offer, reader, role),
        tries_days=_days(offer, zone) if sees(reader, "tries") else 0,
        script=tuple(one.text for one in shown),
        script_version=script.version if shown else 0,
        has_answers=sees(reader, "script_answers") and has_answers(actor, offer),
        arrived_at=offer.arrived_at if sees(reader, "appointment") else None,
        void_asked=role == "sender" and _void_asked(need, offer, reader),
    )


def _tries(offer: Offer, reader: str, role: str) -> tuple[TryView, ...]:
    """The receiver sees every try; a permitted sender those of their own side."""
    if not sees(reader, "own_tries"):
        return ()
    rows = [row for row in offer.attempts if sees(reader, "tries") or row.recorded_by == role]
    names = _names(rows)
    return tuple(TryView(row.at, row.means, row.result, names.get(row.account_id, "")) for row in rows)


def _names(rows: list[Attempt]) -> dict[UUID | None, str]:
    ids = {row.account_id for row in rows if row.account_id is not None}
    if not ids:
        return {}
    found = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row.id: row.name for row in found}


def _days(offer: Offer, zone: ZoneInfo) -> int:
    return len({row.at.astimezone(zone).date() for row in offer.attempts if row.result != "reached"})


def _void_asked(need: Need, offer: Offer, reader: str) -> bool:
    """The service declined as a duplicate: the one who may know it is asked to void the request."""
    return (
        sees(reader, "decline_group")
        and knows(need, offer)
        and offer.state == "declined"
        and offer.decline_reason == "duplicate"
    )
