"""The letters of a referral. None says more than "You have a new item": no name, need, agency or kind of service.

Written into the caller's transaction. A key makes a letter the same letter, so a retried verb or a second worker sends none twice.
"""

from datetime import datetime
from uuid import UUID

from flask import current_app, render_template
from flask_babel import gettext as _
from sqlalchemy import select

from portal.accounts.models import Account, Membership
from portal.messages import Letter, drop_about, enqueue, enqueue_for, link
from portal.referrals import texts
from portal.referrals.access import in_the_dark
from portal.referrals.models import Need, Offer
from portal.referrals.plan import Plan
from portal.store import db

LONGEST_PATH = 60  # characters that fit into a text; a signed link never does, and the inbox shows the same


def tell_desk(offer: Offer) -> None:
    """The desk gets a link to this very version of the offer; a letter with an older link that is still queued is dropped."""
    drop_about(offer.id)
    url = link("answer", offer.id, offer.version)
    for address in desk_addresses(offer):
        write_letter(
            "desk",
            address,
            url,
            f"desk:{offer.id}:{offer.version}:{address}",
            offer.id,
            urgent=offer.need.urgency == "now",
        )
    texts.ask_desk(offer.listing.desk, "offer", offer.id, offer.version)


def tell_backup(offer: Offer) -> None:
    """Nobody looked in time: the plan's backup contact, or else everybody of that service."""
    named = Plan.from_json(offer.need.plan).terms_of(str(offer.service_at_location_id)).backup_email
    everybody = {*people_of(offer.organization_id, "provider"), *desk_addresses(offer)}
    url = link("answer", offer.id, offer.version)
    for address in [named] if named else sorted(everybody):
        write_letter(
            "backup",
            address,
            url,
            f"backup:{offer.id}:{offer.version}:{address}",
            offer.id,
            urgent=offer.need.urgency == "now",
        )


def tell_sender(need: Need, why: str, not_before: datetime | None = None) -> None:
    """Something changed, or the next step is theirs: sign in and look. `why` is part of the key, never of the letter."""
    address = db.session.scalar(
        select(Account.email).where(Account.id == need.sender_account_id, Account.disabled_at.is_(None))
    )
    if address:
        write_letter(
            "sender",
            address,
            to_page(f"/needs/{need.id}"),
            f"sender:{need.id}:{why}",
            need.id,
            not_before,
            need.urgency == "now",
        )


def tell_supervisors(need: Need, why: str) -> None:
    """The clock calls for a human above the sender. Where the unit has none, its sender is told again; but not one in the
    dark, who hears of their turn and no more: this letter would say that nobody has said yes."""
    addresses = people_of(need.sender_organization_id, "supervisor")
    for address in addresses:
        write_letter(
            "supervisor",
            address,
            to_page(f"/needs/{need.id}"),
            f"supervisor:{need.id}:{why}:{address}",
            need.id,
            urgent=need.urgency == "now",
        )
    if not addresses and not in_the_dark(need):
        tell_sender(need, f"supervisor:{why}")


def tell_receiver(offer: Offer, why: str) -> None:
    """The service has something to look at, behind sign-in: a task is due, or the request was taken back."""
    urgent = offer.need.urgency == "now"
    for address in desk_addresses(offer):
        write_letter(
            "receiver",
            address,
            to_page(f"/offers/{offer.id}"),
            f"receiver:{offer.id}:{why}:{address}",
            offer.id,
            urgent=urgent,
        )
    texts.tell_desk(offer.listing.desk, offer.id, to_page(f"/offers/{offer.id}"), why)


def desk_addresses(offer: Offer) -> list[str]:
    """The desk's own address, or where there is none, those of the service's people."""
    desk = offer.listing.desk
    if desk is not None and desk.email:
        return [desk.email]
    return people_of(offer.organization_id, "provider")


def people_of(organization_id: UUID, role: str) -> list[str]:
    """E-mails of the people who hold this role there."""
    return list(
        db.session.scalars(
            select(Account.email)
            .join(Membership, Membership.account_id == Account.id)
            .where(
                Membership.organization_id == organization_id,
                Membership.role == role,
                Account.disabled_at.is_(None),
            )
            .order_by(Account.email)
        )
    )


def to_page(path: str) -> str:
    """A page behind sign-in, on the portal's own address."""
    base: str = current_app.extensions["settings"].base_url
    return f"{base}{path}"


def write_letter(
    name: str,
    address: str,
    url: str,
    key: str,
    about: UUID,
    not_before: datetime | None = None,
    urgent: bool = True,
) -> None:
    """One finished letter of templates/letters/referrals/<name> into the outbox, in the caller's transaction.

    A person with an account gets it by the channel they chose, and unless it is urgent not in their quiet hours; an address
    that is nobody's account, as a desk's, gets mail at any hour.
    """
    subject = _("You have a new item in Handrail")
    values = {"url": url, "subject": subject}
    letter = Letter(
        name=f"referrals/{name}",
        to=address,
        subject=subject,
        text=render_template(f"letters/referrals/{name}.txt", **values),
        html=render_template(f"letters/referrals/{name}.html", **values),
        key=key,
        about=about,
    )
    person = db.session.scalar(
        select(Account.id).where(Account.email == address, Account.disabled_at.is_(None))
    )
    if person is None:
        enqueue(letter, not_before)
        return
    path = url.removeprefix(to_page(""))
    enqueue_for(
        person, letter, path if len(path) <= LONGEST_PATH else "/inbox", urgent=urgent, not_before=not_before
    )
