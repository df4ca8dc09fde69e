"""The encounter in hand: which call the person with this phone is busy with, so that what they send is tied to it. Kept in the
signed-in browser alone; each page that sends shows it, with a tick to take away."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import flash, request, session
from flask_babel import gettext as _

from portal import programs as p
from portal import referrals as r
from portal.accounts.permissions import may
from portal.store import Refused, clock
from portal.web.gates import actor

KEY = "encounter"
FOR = timedelta(hours=4)  # longer than a call lasts, shorter than a shift
FIELD = "encounter_id"


@dataclass(frozen=True)
class InHand:
    """What the tick says: the call, when it came, where."""

    id: UUID
    received_at: datetime
    district: str
    ticked: bool


def take(encounter_id: UUID) -> None:
    """From now on this is the call in hand."""
    session[KEY] = [str(encounter_id), clock.now().isoformat()]


def in_hand() -> InHand | None:
    """The call in hand, as its reader sees it, while a person may stand beside it. After a form was sent: as that form said."""
    found = _sent() if request.method == "POST" else _kept()
    view = p.encounter_for(actor(), found) if found else None
    if view is None or not view.may_refer:
        return None
    district = view.row.district.name if view.row.district else ""
    return InHand(view.id, view.row.received_at, district, FIELD in request.form or request.method == "GET")


def tie(need_id: UUID) -> None:
    """Tie what was sent just now to the call that the form names. A call that can have none leaves the referral as it is, and
    says so."""
    try:
        found = UUID(request.form.get(FIELD, ""))
    except ValueError:
        return
    try:
        p.tie_need(actor(), found, need_id)
    except (Refused, r.NotHere) as refused:
        reason = refused.reason if isinstance(refused, Refused) else ""
        flash(_("Sent, but not tied to the call. %(reason)s", reason=reason))
        return
    session.pop(KEY, None)


def may_send() -> bool:
    """Whether the reader may send a referral at all: clinicians of a service may not."""
    return may(actor(), "offer.send")


def _sent() -> UUID | None:
    try:
        return UUID(request.form.get(FIELD) or request.form.get(f"{FIELD}_shown", ""))
    except ValueError:
        return None


def _kept() -> UUID | None:
    kept = session.get(KEY)
    if not isinstance(kept, list) or len(kept) != 2:
        return None
    return UUID(kept[0]) if clock.now() - datetime.fromisoformat(kept[1]) < FOR else None
