"""Is there a signed consent in force for this very disclosure? One place; whoever lets something out asks here, each time anew.

A consent counts for one discloser, one recipient, one scope and the purposes of that scope; from when it was recorded until its
end or its revocation; and only for the person who signed it.
"""

from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased

from portal.directory.models import Organization
from portal.referrals.consent_terms import NOTICE, PURPOSES_OF
from portal.referrals.models import Consent, Need, Offer
from portal.store import Refused, clock


def in_force(consent: Consent, now: datetime) -> bool:
    """Signed, recorded by now, not revoked, not past its end."""
    return (
        consent.kind == "signed"
        and consent.withdrawn_at is None
        and consent.at <= now
        and (consent.expires_at is None or now <= consent.expires_at)
    )


def covering(need: Need, scope: str, discloser_id: UUID, recipient_id: UUID) -> Consent | None:
    """The consent on which this may go out now; None when there is none."""
    now = clock.now()
    for consent in need.consents:
        if (
            in_force(consent, now)
            and (consent.scope, consent.discloser_id, consent.recipient_id)
            == (scope, discloser_id, recipient_id)
            and consent.purpose in PURPOSES_OF[scope]
            and consent.person_id == need.person_id
        ):
            return consent
    return None


def status_back(need: Need, offer: Offer) -> Consent | None:
    """The consent on which this service may tell the sender what became of the person."""
    return covering(need, "status", offer.organization_id, need.sender_organization_id)


def request_out(need: Need, organization_id: UUID) -> Consent | None:
    """The consent on which a sender that is a Part 2 program itself may tell this service who the person is."""
    return covering(need, "request", need.sender_organization_id, organization_id)


def may_identify(need: Need, organization_id: UUID) -> bool:
    """Whether this service may be told who the person is, as far as part 2 goes."""
    return (
        not need.sender.under_part2
        or need.person_id is None
        or request_out(need, organization_id) is not None
    )


def check_outbound(need: Need, service: Organization) -> None:
    """Refused when the sender is bound by part 2 and the person has not signed for this service."""
    if not may_identify(need, service.id):
        raise Refused(
            _(
                "Your unit works under 42 CFR part 2. It may send this person to %(name)s only with their signed consent."
                " Have them sign, or leave out name, phone and notes.",
                name=service.name,
            ),
            "basis",
        )


def may_ask(need: Need, offer: Offer) -> bool:
    """Whether this service may write back to the sender. For a program under part 2 a question is an answer: that the
    person was sent to it."""
    return not offer.organization.under_part2 or status_back(need, offer) is not None


def noticed(need: Need, offer: Offer) -> Consent | None:
    """The consent that made this offer's part 2 record go out, so that the notice of 2.32 must go with it; else None."""
    if offer.organization.under_part2:
        found = status_back(need, offer)
        if found is not None:
            return found
    return request_out(need, offer.organization_id) if need.sender.under_part2 else None


def notice_words(consent: Consent | None) -> tuple[str, str]:
    """What goes with a disclosure made on a consent: the notice of 2.32, and the scope that was agreed to. Empty for none."""
    if consent is None or consent.text is None:
        return "", ""
    lines = consent.text.split("\n")
    return NOTICE, " ".join(lines[1:3])


def sql_unknown() -> ColumnElement[bool]:
    """access.knows turned round, for an offer of the enclosing query: the sender may not know what this service answers."""
    now = clock.now()
    signed = aliased(Consent)
    consented = exists().where(
        signed.need_id == Need.id,
        signed.kind == "signed",
        signed.scope == "status",
        signed.purpose.in_(PURPOSES_OF["status"]),
        signed.discloser_id == Offer.organization_id,
        signed.recipient_id == Need.sender_organization_id,
        signed.person_id == Need.person_id,
        signed.withdrawn_at.is_(None),
        signed.at <= now,
        or_(signed.expires_at.is_(None), signed.expires_at >= now),
    )
    part2 = or_(Organization.part2_program, Organization.kind == "part2_program")
    return and_(
        Offer.channel != "phone",
        or_(and_(part2, ~consented), and_(~part2, Need.hears_back.is_(False))),
    )
