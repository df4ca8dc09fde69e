"""Claiming a listing: somebody names a mailbox, the mailbox is proven by a mailed link, then it speaks for itself or a steward does.

Who claims sees the same page whatever is known of the address: that a letter is on its way. What follows is told to whoever reads
that mailbox, and to nobody else.
"""

from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.accounts import letters, people, rules
from portal.accounts.claim_proof import doubt_about
from portal.accounts.invitations import open_door
from portal.accounts.models import Account, Claim, Membership
from portal.directory import check_characters, listing
from portal.directory.models import Organization, ServiceAtLocation
from portal.messages import enqueue, link, read_link
from portal.store import Actor, Conflict, Refused, TooMany, audit, clock, db, limits, write

LINK = Actor(kind="link", name="claim")


@dataclass(frozen=True)
class ClaimView:
    """What the holder of the mailed link sees."""

    email: str
    listing_id: UUID
    service: str
    organization: str


def claim_listing(listing_id: UUID, email: str, name: str, words: str, address: str) -> bool:
    """Somebody says that this listing is theirs to keep. Mails a link to the address; says nothing of what is known about it.
    False: no such listing. `address` is the network address that asks.

    Refused for what is no address or no name. TooMany after CLAIMS_PER_ADDRESS from one network; silent when one mailbox or one
    listing was asked for too often, and no letter leaves then. A newer claim on the same listing overtakes an older open one.
    """
    seen = listing(listing_id)
    if seen is None or seen.status == "defunct":
        return False
    mailbox, called, told = people.checked_email(email), " ".join(name.split()), " ".join(words.split())
    if not called or len(called) > 80:
        raise Refused(_("Write your name, in 80 characters or fewer."), "name")
    if len(told) > 300:
        raise Refused(_("Use 300 characters or fewer."), "words")
    for field, text in (("name", called), ("words", told)):
        check_characters(field, text)
    if not limits.tried(
        "claim_from", rules.network(address), most=rules.CLAIMS_PER_ADDRESS, seconds=rules.WINDOW
    ):
        raise TooMany(_("Too many tries. Wait 15 minutes."), rules.WINDOW)
    for count, part, most in (
        ("claim_mail", mailbox, rules.CLAIMS_PER_PERSON),
        ("claim_of", str(listing_id), rules.CLAIMS_PER_LISTING),
    ):
        if not limits.tried(count, part, most=most, seconds=rules.DAY):
            return True
    with write() as session:
        row = session.scalars(select(ServiceAtLocation).where(ServiceAtLocation.id == listing_id)).one()
        session.execute(
            update(Claim)
            .where(
                Claim.service_at_location_id == listing_id, Claim.email == mailbox, Claim.state == "mailed"
            )
            .values(state="refused", decided_at=clock.now())
        )
        claim = Claim(
            community_id=row.service.organization.community_id,
            service_at_location_id=listing_id,
            organization_id=row.service.organization_id,
            email=mailbox,
            name=called,
            words=told,
            created_at=clock.now(),
        )
        session.add(claim)
        session.flush()
        enqueue(letters.claim_letter(claim))
        audit.append(LINK, "claim_listing", "claim", claim.id)
    return True


def claim_by_link(token: str) -> ClaimView | None:
    """What this mailed link opens; None when it was used, overtaken or is too old. Reading it uses nothing up."""
    found = read_link("claim", token, rules.CLAIM_LIFE)
    claim = db.session.get(Claim, found[0]) if found else None
    seen = listing(claim.service_at_location_id) if claim is not None and claim.state == "mailed" else None
    if claim is None or seen is None:
        return None
    return ClaimView(claim.email, seen.id, seen.name, seen.organization)


def confirm_claim(token: str) -> str:
    """The mailbox is proven. Returns the address of the page on which they join as editor, or an empty text: a steward decides.

    Uses the link up. Writes the claim, an invitation where there is no doubt, letters (to the organization's own public mailbox
    that somebody keeps its listing now; else to the stewards that a claim waits, once a day), the audit trail. Conflict when the
    link no longer opens.
    """
    found = read_link("claim", token, rules.CLAIM_LIFE)
    gone = Conflict(_("This link was used already or is too old. Ask for a new one."))
    if found is None:
        raise gone
    with write() as session:
        claim = session.get(Claim, found[0])
        if claim is None:
            raise gone
        # Two colleagues at the same moment: one after the other, so that the second finds the first.
        session.execute(
            select(Organization.id).where(Organization.id == claim.organization_id).with_for_update()
        )
        ours = session.execute(
            update(Claim)
            .where(Claim.id == claim.id, Claim.state == "mailed")
            .values(state="waiting", confirmed_at=clock.now())
        )
        row = session.scalar(
            select(ServiceAtLocation).where(ServiceAtLocation.id == claim.service_at_location_id)
        )
        if getattr(ours, "rowcount", 0) != 1 or row is None:
            raise gone
        session.refresh(claim)
        claim.doubt = doubt_about(session, claim.email, row)
        audit.append(LINK, "confirm_claim", "claim", claim.id, reason=claim.doubt or "own domain")
        if claim.doubt:
            _tell_stewards(session, claim)
            return ""
        claim.state, claim.role, claim.decided_at = "granted", "editor", clock.now()
        invitation = open_door(
            session, claim.community_id, claim.email, "editor", claim.organization_id, None
        )
        _tell_organization(row, claim)
        return link("invitation", invitation.id, 1)


def _tell_stewards(session: Session, claim: Claim) -> None:
    held = select(Membership.account_id).where(Membership.role == "steward")
    for steward in session.scalars(
        select(Account).where(
            Account.community_id == claim.community_id, Account.id.in_(held), Account.disabled_at.is_(None)
        )
    ):
        enqueue(letters.claims_wait_letter(steward))


def _tell_organization(row: ServiceAtLocation, claim: Claim) -> None:
    """In case it was somebody whom the house does not want to speak for it."""
    mailboxes = {row.service.email.lower(), row.service.organization.email.lower()} - {"", claim.email}
    for mailbox in sorted(mailboxes):
        enqueue(letters.listing_kept_letter(claim, mailbox))
