"""A need never ends in nothing: who else could help, and when they open next. Public listings, and never a victim service."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from portal.directory import Listing
from portal.referrals.access import closed_for_sender, in_the_dark, roles_at
from portal.referrals.deadlines import NEXT_STEP
from portal.referrals.matrix import reader_of, turn_at
from portal.referrals.models import Need
from portal.referrals.proposals import fitting
from portal.referrals.shapes import ServiceChoice
from portal.referrals.views import sender_state
from portal.store import Actor, clock, db

MOST = 3
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
# A need that was closed for these reasons, with nobody's yes before, has found no help here.
IN_VAIN = frozenset(("nothing_found", "no_information", "expired", "declined"))


@dataclass(frozen=True)
class Opening:
    """A service that fits and was not asked: `words` say whether it is open now, or when it opens. `can` is refer or call."""

    service: ServiceChoice
    can: str
    words: str
    open: bool | None
    opens_at: datetime | None


@dataclass(frozen=True)
class Left:
    """What can still be done for this person. openings: open ones first, then those that open soonest; three at most."""

    openings: tuple[Opening, ...]


def what_is_left(actor: Actor, need_id: UUID) -> Left | None:
    """For the sender or supervisor of a need that nobody is being asked for any more; None while somebody is, and for anybody
    else.

    For a sender in the dark it goes by the time alone: from the moment when they may ask another service, whatever was
    answered, until they put the need away.
    """
    need = db.session.get(Need, need_id)
    now = clock.now()
    roles = roles_at(actor, need, None, now) if need else frozenset()
    role = next((role for role in ("sender", "supervisor") if role in roles), "")
    if need is None or not role or not _nobody_is_asked(need, role, now):
        return None
    found = sorted(fitting(need), key=_soonest)
    return Left(tuple(_opening(view) for view in found[:MOST]))


def _nobody_is_asked(need: Need, role: str, now: datetime) -> bool:
    if in_the_dark(need):
        turn = turn_at(need)
        return need.sender_closed_at is None and turn is not None and turn <= now
    if closed_for_sender(need, now) is None:
        return sender_state(need, reader_of(role, need, None), now) == NEXT_STEP
    return need.close_reason in IN_VAIN and not any(offer.code for offer in need.offers)


def _soonest(view: Listing) -> tuple[bool, datetime]:
    """Open before closed, soonest first; of equals the better fit stays before. Unknown hours come last."""
    return not view.open.open, NEVER if view.open.open is None else view.open.next or NEVER


def _opening(view: Listing) -> Opening:
    phone = view.voice.number if view.voice else ""
    service = ServiceChoice(view.id, view.name, view.organization, phone)
    return Opening(service, view.how, view.open.words, view.open.open, view.open.next)
