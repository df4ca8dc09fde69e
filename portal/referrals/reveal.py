"""The one read that opens a sealed Person. Each opening is in the audit trail."""

import hmac
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from portal.referrals.access import roles_at
from portal.referrals.matrix import person_for
from portal.referrals.models import Correction, Need, Offer, Person
from portal.referrals.offer_views import person_open
from portal.referrals.rules import HELD
from portal.referrals.shapes import PersonView
from portal.referrals.words import spoken_code
from portal.store import Actor, Refused, TooMany, audit, clock, db, limits, write

TRIES, TRIES_SECONDS = 5, 3600
DAY_TRIES, DAY_SECONDS = 10, 24 * 3600  # a link is good for weeks: without this, so are its guesses


def reveal_person(actor: Actor, offer_id: UUID, code: str | None = None) -> PersonView | None:
    """The person, for the receiver after the accept (signed in; by link with the code that the sender reads out), or for
    whoever entered it, until 30 days after the close. Writes one audit row.

    None when it is not the actor's, or there is no person. Refused for a wrong code, TooMany after 5 tries an hour or 10 a day.
    """
    offer = db.session.scalar(
        select(Offer).join(Need, Need.id == Offer.need_id).where(Offer.id == offer_id, _reaches(actor))
    )
    if offer is None or offer.need.person_id is None or not _may(actor, offer):
        return None
    if actor.kind == "link":
        _check_code(offer, code or "")
    with write() as session:
        audit.append(actor, "reveal_person", "need", offer.need_id)
        found = person_view(session, offer.need)
        if found is None or actor.account_id == offer.need.sender_account_id:
            return found
        return person_for(offer.organization.kind, found)


def person_view(session: Session, need: Need) -> PersonView | None:
    """Unseal the person of this need. Whoever calls this has decided that its actor may, and has written it down."""
    person = session.get(Person, need.person_id) if need.person_id else None
    if person is None:
        return None
    notes = session.scalars(
        select(Correction.note).where(Correction.need_id == need.id).order_by(Correction.at, Correction.id)
    )
    return PersonView(
        name=person.name or "",
        phone=person.phone or "",
        safety_notes=person.safety_notes or "",
        date_of_birth=date.fromisoformat(person.date_of_birth) if person.date_of_birth else None,
        safe_contact=need.safe_contact,
        corrections=tuple(notes),
    )


def _reaches(actor: Actor) -> ColumnElement[bool]:
    """Asked in the query itself, so that a stranger's look takes as long as one at nothing."""
    if actor.kind == "link":
        return Offer.id == actor.offer_id
    asked = Offer.organization_id.in_(actor.organizations("provider"))
    return or_(asked, Need.sender_account_id == actor.account_id)


def _may(actor: Actor, offer: Offer) -> bool:
    need = offer.need
    roles = roles_at(actor, need, offer, clock.now())
    if "sender" in roles and actor.account_id == need.sender_account_id:
        return True
    if "receiver" not in roles or not person_open(offer):
        return False
    return actor.kind != "link" or (actor.offer_version == offer.version and offer.state in HELD)


def _check_code(offer: Offer, code: str) -> None:
    if not limits.tried("spoken_code", str(offer.id), most=TRIES, seconds=TRIES_SECONDS):
        raise TooMany(_("Too many tries. Wait an hour, or sign in."), TRIES_SECONDS)
    if not limits.tried("spoken_code_day", str(offer.id), most=DAY_TRIES, seconds=DAY_SECONDS):
        raise TooMany(_("Too many tries. Wait a day, or sign in."), DAY_SECONDS)
    if not hmac.compare_digest(spoken_code(offer.need).encode(), code.strip().encode()):
        raise Refused(_("This is not the code. Ask the sender to read it again."), "code")
