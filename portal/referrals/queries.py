"""Reads, each through the person who asks: what is not theirs is None, what they may not know is not in the view."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import joinedload, lazyload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from portal.directory.models import Organization, ServiceAtLocation
from portal.referrals.access import SENDERS, roles_at
from portal.referrals.force import sql_unknown
from portal.referrals.models import Fallback, FollowUp, Need, Offer
from portal.referrals.offer_views import moved_on_view, offer_view
from portal.referrals.plan import CLOSE_DAYS
from portal.referrals.rules import ASKED, HELD, OPEN
from portal.referrals.shapes import NeedView, OfferView
from portal.referrals.views import need_view
from portal.store import Actor, clock, db

MOST = 200
RECENT = timedelta(days=30)
LATER = datetime(9999, 1, 1, tzinfo=UTC)

_OFFER = (
    selectinload(Offer.events),
    joinedload(Offer.handoff),
    selectinload(Offer.attempts),
    selectinload(Offer.follow_ups).selectinload(FollowUp.attempts),
    joinedload(Offer.listing, innerjoin=True).selectinload(ServiceAtLocation.phones),
)
# An offer read below its need finds it in the session. Joined in again it would be populated again, and what was loaded of
# it before (fallbacks, say) thrown away, to be read row by row.
_OFFERS: tuple[_AbstractLoad, ...] = tuple(
    selectinload(Need.offers).options(part) for part in (*_OFFER, lazyload(Offer.need))
)
_NEED = (
    *_OFFERS,
    selectinload(Need.fallbacks).joinedload(Fallback.listing, innerjoin=True),
    selectinload(Need.consents),
)


def needs_for(actor: Actor) -> tuple[NeedView, ...]:
    """Needs of the actor's units: as sender all until 30 days after their close, as supervisor those escalated. Open ones
    first, nearest deadline first; 200 at most."""
    own, over = actor.organizations(*SENDERS), actor.organizations("supervisor")
    if actor.kind != "account" or not (own or over):
        return ()
    theirs = or_(
        Need.sender_organization_id.in_(own),
        and_(
            Need.sender_organization_id.in_(over),
            or_(Need.escalated_at.is_not(None), Need.sender_account_id == actor.account_id),
        ),
    )
    rows = db.session.scalars(
        select(Need)
        .where(Need.community_id == actor.community_id, theirs, _lately())
        .order_by(closed_for_sender_sql(), Need.sent_at.desc())
        .limit(MOST)
        .options(*_NEED)
        .execution_options(populate_existing=True)
    ).all()
    views = [view for view in (_need_view(actor, need) for need in rows) if view is not None]
    return tuple(sorted(views, key=lambda view: (view.closed, view.deadline or LATER, view.sent_at)))


def _lately() -> ColumnElement[bool]:
    """All that a sender may still open, and little more: nothing that closed long ago is looked at."""
    since = clock.now() - RECENT
    return or_(
        Need.closed_at.is_(None), Need.closed_at > since, Need.sent_at > since - timedelta(days=CLOSE_DAYS)
    )


def in_the_dark_sql() -> ColumnElement[bool]:
    """access.in_the_dark as a condition."""
    return (
        exists()
        .where(Offer.need_id == Need.id, Offer.channel != "phone", Organization.id == Offer.organization_id)
        .where(sql_unknown())
    )


def closed_for_sender_sql() -> ColumnElement[bool]:
    """access.closed_for_sender as a condition: in the dark a need must not fall off a long list, nor out of a count, because it
    closed."""
    late = Need.sent_at <= clock.now() - timedelta(days=CLOSE_DAYS)
    return or_(
        Need.sender_closed_at.is_not(None), and_(Need.closed_at.is_not(None), or_(late, ~in_the_dark_sql()))
    )


def need_for(actor: Actor, need_id: UUID) -> NeedView | None:
    """One need, as sender or (while escalated) supervisor."""
    need = db.session.scalar(
        select(Need)
        .where(Need.id == need_id, _sent_by_unit(actor))
        .options(*_NEED)
        .execution_options(populate_existing=True)
    )
    return None if need is None else _need_view(actor, need)


def _sent_by_unit(actor: Actor) -> ColumnElement[bool]:
    """Of a unit of this actor's. It is asked in the query itself: what is another's takes as long as what is not there."""
    units = actor.organizations(*SENDERS, "supervisor")
    return and_(Need.community_id == actor.community_id, Need.sender_organization_id.in_(units))


def need_by_offer(actor: Actor, offer_id: UUID) -> NeedView | None:
    """The need whose page speaks of this offer, as sender or supervisor. None too for an offer that the page does not show."""
    need_id = db.session.scalar(
        select(Offer.need_id)
        .join(Need, Need.id == Offer.need_id)
        .where(Offer.id == offer_id, _sent_by_unit(actor))
    )
    found = need_for(actor, need_id) if need_id else None
    return found if found is not None and found.offer_id == offer_id else None


def _need_view(actor: Actor, need: Need) -> NeedView | None:
    now = clock.now()
    roles = roles_at(actor, need, None, now)
    role = next((role for role in ("sender", "supervisor") if role in roles), None)
    return need_view(actor, need, role, now) if role else None


def inbox_for(actor: Actor) -> tuple[OfferView, ...]:
    """Offers put to the actor's services: those that ask, then those accepted, then those that ended in the last 30 days;
    nearest deadline first in each, 200 at most."""
    homes = actor.organizations("provider")
    if actor.kind != "account" or not homes:
        return ()
    now = clock.now()
    mine = set(
        db.session.scalars(
            select(Offer.id)
            .where(
                Offer.organization_id.in_(homes),
                Offer.channel != "phone",
                Offer.state != "void",
                or_(Offer.state.in_(OPEN), Offer.sent_at > now - RECENT),
            )
            .order_by(Offer.sent_at.desc())
            .limit(MOST)
        )
    )
    needs = db.session.scalars(
        select(Need)
        .where(Need.id.in_(select(Offer.need_id).where(Offer.id.in_(mine))))
        .options(*_OFFERS)
        .execution_options(populate_existing=True)
    ).all()  # held, so that each offer finds its need in the session
    offers = [offer for need in needs for offer in need.offers if offer.id in mine]
    views = [offer_view(offer, "receiver", now) for offer in offers]
    return tuple(sorted(views, key=lambda view: (_shelf(view.state), view.deadline or LATER, view.sent_at)))


def _shelf(state: str) -> int:
    return 0 if state in ASKED else 1 if state in HELD else 2


def offer_for(actor: Actor, offer_id: UUID) -> OfferView | None:
    """One offer, for its receiver."""
    offer = db.session.scalar(
        select(Offer)
        .where(Offer.id == offer_id, Offer.organization_id.in_(actor.organizations("provider")))
        .options(*_OFFER)
        .execution_options(populate_existing=True)
    )
    if offer is None or actor.kind != "account":
        return None
    now = clock.now()
    if "receiver" not in roles_at(actor, offer.need, offer, now):
        return None
    return offer_view(offer, "receiver", now)


def offer_by_link(actor: Actor) -> OfferView | None:
    """The offer of an answer link: to answer while it asks, or right after this link's own accept. With `moved_on` true when the
    link is used up or overtaken; None when there is no such offer."""
    if actor.kind != "link" or actor.offer_id is None:
        return None
    offer = db.session.get(Offer, actor.offer_id, options=_OFFER, populate_existing=True)
    if offer is None:
        return None
    if actor.offer_version == offer.version and offer.state in ASKED | HELD:
        return offer_view(offer, "link", clock.now())
    return moved_on_view(offer)
