"""Actors of the cast, and short ways to send, for the tests of this room."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from portal import referrals
from portal.accounts.models import Account
from portal.referrals.models import Need, Offer
from portal.store import Actor, db
from tests.people import Cast


def acting(account: Account) -> Actor:
    """The Actor of somebody of the cast, signed in."""
    return Actor(
        kind="account",
        community_id=account.community_id,
        account_id=account.id,
        name=account.name,
        email=account.email,
        memberships=frozenset((row.role, row.organization_id) for row in account.memberships),
    )


def by_link(offer: Offer) -> Actor:
    """Whoever holds the newest answer link of this offer."""
    return Actor(kind="link", offer_id=offer.id, offer_version=offer.version)


def request_to(listing_id: UUID, **more: Any) -> referrals.SendRequest:
    """A request with a name and a phone, heard back unless said otherwise."""
    plain = referrals.SendRequest(
        service_at_location_id=listing_id,
        need="crisis",
        urgency="now",
        basis="verbal_consent",
        idempotency_key=uuid4().hex,
        age_band="25_64",
        area="37203",
        name="Quill Canary",
        phone="615-555-0177",
        safety_notes="Afraid of dogs",
        hears_back=True,
    )
    return replace(plain, **more)


def send(cast: Cast, **more: Any) -> Need:
    """The responder sends to the crisis center."""
    listing = more.pop("listing", cast.crisis_center)
    return referrals.send_offer(acting(cast.responder), request_to(listing.id, **more))


def offer_of(need: Need) -> Offer:
    """The need's last offer, read afresh."""
    db.session.expire_all()
    return db.session.get_one(Need, need.id).offers[-1]


def fresh(need: Need) -> Need:
    db.session.expire_all()
    return db.session.get_one(Need, need.id)
