"""The same person may be waiting at the same service already: warn, and let a human decide. Nothing is unsealed for it."""

from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from portal.directory.models import Organization
from portal.referrals import rules
from portal.referrals.access import closed_for_sender, knows
from portal.referrals.blind import macs_of
from portal.referrals.models import BlindIndex, Need, Offer
from portal.referrals.requests import SendRequest
from portal.referrals.words import need_words
from portal.store import Conflict, clock


class PossibleDuplicate(Conflict):
    """The same person may be waiting at this service already. `current` is a tuple of sentences, without a name. Send again
    with duplicate_confirmed when it is somebody else."""


def warn_of_duplicates(session: Session, home: UUID, request: SendRequest) -> None:
    """PossibleDuplicate when a need of the same unit is open at the same service for the same person (name and date of birth,
    or name and phone), or for the same safe phone and the same thing.

    Only the unit's own index rows are compared, so that nothing another agency knows of the person shows here; and "open" is
    as the sender knows it, so that the warning does not tell what was answered.
    """
    community_id = session.get_one(Organization, home).community_id
    macs = macs_of(community_id, request.name, request.date_of_birth, request.phone)
    if not macs:
        return
    same = or_(
        *(
            and_(BlindIndex.mac.in_(found), *([Need.code == request.need] if kind == "phone" else []))
            for kind, found in macs.items()
        )
    )
    rows = session.scalars(
        select(Need)
        .join(BlindIndex, BlindIndex.need_id == Need.id)
        .join(Offer, Offer.need_id == Need.id)
        .where(
            Need.sender_organization_id == home,
            Need.sender_closed_at.is_(None),
            Offer.service_at_location_id == request.service_at_location_id,
            same,
        )
        .order_by(Need.sent_at)
    ).unique()
    now = clock.now()
    found = [_sentence(need, now) for need in rows if _open_there(need, request.service_at_location_id, now)]
    if found:
        raise PossibleDuplicate(
            _("This person may be waiting there already. Look before you send again."), tuple(found)
        )


def _open_there(need: Need, listing_id: UUID, now: datetime) -> bool:
    offers = [one for one in need.offers if one.service_at_location_id == listing_id]
    open_here = any(one.state in rules.OPEN or not knows(need, one) for one in offers)
    return open_here and closed_for_sender(need, now) is None


def _sentence(need: Need, now: datetime) -> str:
    minutes = int((now - need.sent_at).total_seconds() // 60)
    return _("%(need)s, sent %(minutes)s minutes ago", need=need_words(need.code), minutes=minutes)
