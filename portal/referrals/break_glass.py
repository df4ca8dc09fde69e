"""Break-glass: in a bona fide medical emergency the person is opened before, or without, a yes (42 CFR 2.51; privacy rule P14).

By people of a treatment provider or a Part 2 program, for a request that was put to them, and by a privacy officer. First
everything that the rule wants written down, then the person, for an hour. Every privacy officer is told at once and
looks at it afterwards. Police and other senders have no such door. No event is written: a sender learns nothing of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import Account, Membership
from portal.referrals.access import roles_at
from portal.referrals.ledger import write_down
from portal.referrals.letters import to_page, write_letter
from portal.referrals.models import BreakGlass, Offer
from portal.referrals.moves import NotHere
from portal.referrals.reveal import person_view
from portal.referrals.shapes import PersonView
from portal.referrals.wording import checked
from portal.referrals.words import reference
from portal.store import Actor, Refused, audit, clock, db, write

OPEN_FOR = timedelta(minutes=60)
SHORT, LONG = 80, 280  # characters


@dataclass(frozen=True)
class Emergency:
    """What is written down first. The moment is the clock's."""

    recipient_name: str
    recipient_facility: str
    disclosed_by: str
    nature: str
    reason: str


@dataclass(frozen=True)
class OpenedPerson:
    """One's own opening. `person` is None when its hour is over, and where nothing of a person was given or it is erased."""

    id: UUID
    offer_id: UUID
    reference: str
    until: datetime
    over: bool
    person: PersonView | None


def may_break_glass(actor: Actor, offer_id: UUID) -> bool | None:
    """None: not theirs, or not there. False: put to them, but they are not of a clinical kind. True: the form may be shown."""
    offer = db.session.get(Offer, offer_id)
    return None if offer is None else _may(actor, offer)


def open_in_emergency(actor: Actor, offer_id: UUID, asked: Emergency) -> UUID:
    """Opens the person of this offer to the actor for OPEN_FOR; returns the opening's id. A second time within the hour is the
    same opening.

    Writes the opening, the ledger's row (it names the organization for whose request the person was opened; who received it
    where stands in the opening) and the trail; tells every privacy officer. NotHere for who may not; Refused, naming the
    field, for anything missing.
    """
    said = _complete(asked)
    with write() as session:
        offer = session.get(Offer, offer_id)
        if offer is None or not _may(actor, offer) or actor.account_id is None:
            raise NotHere
        now = clock.now()
        before = session.scalar(
            select(BreakGlass.id).where(
                BreakGlass.offer_id == offer_id,
                BreakGlass.account_id == actor.account_id,
                BreakGlass.until > now,
            )
        )
        if before is not None:
            return before
        opening = BreakGlass(
            community_id=offer.need.community_id,
            need_id=offer.need_id,
            offer_id=offer_id,
            account_id=actor.account_id,
            organization_id=offer.organization_id if _receives(actor, offer) else None,
            at=now,
            until=now + OPEN_FOR,
            **vars(said),
        )
        session.add(opening)
        session.flush()
        write_down(session, offer.need, offer, "emergency", offer.organization_id)
        audit.append(actor, "break_glass", "need", offer.need_id, reason=str(opening.id))
        _tell_privacy_officers(session, opening)
        return opening.id


def opened_person(actor: Actor, opening_id: UUID) -> OpenedPerson | None:
    """The person, to who opened it, while the hour lasts and they still may. Each look is written into the trail. None for
    everybody else."""
    with write() as session:
        opening = session.get(BreakGlass, opening_id)
        if opening is None or opening.account_id != actor.account_id or not _may(actor, opening.offer):
            return None
        need, over, person = opening.offer.need, clock.now() >= opening.until, None
        if not over:
            audit.append(actor, "read_break_glass", "need", need.id, reason=str(opening.id))
            person = person_view(session, need)
        return OpenedPerson(opening.id, opening.offer_id, reference(need), opening.until, over, person)


def open_opening(actor: Actor, offer_id: UUID) -> UUID | None:
    """One's own opening of this offer, while its hour lasts."""
    return db.session.scalar(
        select(BreakGlass.id).where(
            BreakGlass.offer_id == offer_id,
            BreakGlass.account_id == actor.account_id,
            BreakGlass.until > clock.now(),
        )
    )


def _may(actor: Actor, offer: Offer) -> bool | None:
    if actor.kind != "account" or offer.state == "void":
        return None
    if actor.has("privacy_officer") and actor.community_id == offer.need.community_id:
        return True
    if not _receives(actor, offer):
        return None
    return offer.organization.kind == "treatment_provider" or offer.organization.under_part2


def _receives(actor: Actor, offer: Offer) -> bool:
    return "receiver" in roles_at(actor, offer.need, offer, clock.now())


def _complete(asked: Emergency) -> Emergency:
    """Trimmed, and nothing missing: the rule knows no opening without all of it."""
    most = {"nature": LONG, "reason": LONG}
    said = {name: checked(text, name, most.get(name, SHORT)) for name, text in vars(asked).items()}
    for name, text in said.items():
        if not text:
            raise Refused(_("Fill this in. Without it nothing is opened."), name)
    return Emergency(**said)


def _tell_privacy_officers(session: Session, opening: BreakGlass) -> None:
    addresses = session.scalars(
        select(Account.email)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Account.community_id == opening.community_id,
            Account.disabled_at.is_(None),
            Membership.role == "privacy_officer",
        )
        .distinct()
        .order_by(Account.email)
    ).all()
    for address in addresses:
        write_letter(
            "privacy_officer",
            address,
            to_page(f"/privacy/openings/{opening.id}"),
            f"break_glass:{opening.id}:{address}",
            opening.id,
        )
