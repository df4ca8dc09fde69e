"""The same person may be waiting at the same service already: warn, and let a human decide."""

from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.referrals import rules
from portal.referrals.access import closed_for_sender, knows
from portal.referrals.models import Need, Offer
from portal.referrals.requests import SendRequest
from portal.referrals.words import need_words
from portal.store import Conflict, clock


class PossibleDuplicate(Conflict):
    """The same person may be waiting at this service already. `current` is a tuple of sentences, without a name. Send again
    with duplicate_confirmed when it is somebody else."""


def warn_of_duplicates(session: Session, home: UUID, request: SendRequest) -> None:
    """PossibleDuplicate when an open need of the same unit, for the same thing at the same service, has the same phone or the
    same name. Open as the sender knows it: the warning must not tell what was answered."""
    phone, name = _digits(request.phone), _folded(request.name)
    if not phone and not name:
        return
    now = clock.now()
    rows = session.scalars(
        select(Need)
        .join(Offer, Offer.need_id == Need.id)
        .where(
            Need.sender_organization_id == home,
            Need.code == request.need,
            Need.person_id.is_not(None),
            Need.sender_closed_at.is_(None),
            Offer.service_at_location_id == request.service_at_location_id,
        )
    ).unique()
    found = []
    for need in rows:
        offers = [one for one in need.offers if one.service_at_location_id == request.service_at_location_id]
        open_here = any(one.state in rules.OPEN or not knows(need, one) for one in offers)
        person = need.person
        if not open_here or person is None or closed_for_sender(need, now) is not None:
            continue
        if (phone and _digits(person.phone or "") == phone) or (name and _folded(person.name or "") == name):
            found.append(
                _(
                    "%(need)s, sent %(minutes)s minutes ago",
                    need=need_words(need.code),
                    minutes=_minutes(now, need),
                )
            )
    if found:
        raise PossibleDuplicate(
            _("This person may be waiting there already. Look before you send again."), tuple(found)
        )


def _minutes(now: datetime, need: Need) -> int:
    return int((now - need.sent_at).total_seconds() // 60)


def _digits(text: str) -> str:
    digits = "".join(letter for letter in text if letter.isdigit())
    return digits[-10:] if len(digits) >= 7 else ""


def _folded(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
