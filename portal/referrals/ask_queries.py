"""Reads of askings, each through the person who asks: what is not theirs is None."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.directory.models import ServiceAtLocation
from portal.referrals.access import SENDERS
from portal.referrals.ask_moves import roles_in
from portal.referrals.ask_views import AskingView, AskView, ask_view, asking_view, moved_on_view
from portal.referrals.models import Asking, CapacityAsk, Need
from portal.store import Actor, clock, db

MOST = 100
LATER = datetime(9999, 1, 1, tzinfo=UTC)
_LISTING = joinedload(CapacityAsk.listing, innerjoin=True).selectinload(ServiceAtLocation.phones)
_ASKS = selectinload(Asking.asks).options(_LISTING)


def asking_for(actor: Actor, asking_id: UUID) -> AskingView | None:
    """One asking, for its unit, or for a supervisor while it is escalated."""
    asking = db.session.get(Asking, asking_id, options=(_ASKS,), populate_existing=True)
    return None if asking is None else _view(actor, asking)


def askings_for(actor: Actor) -> tuple[AskingView, ...]:
    """The open askings of the actor's units: their own, and as supervisor those escalated. Nearest deadline first."""
    own, over = actor.organizations(*SENDERS), actor.organizations("supervisor")
    if actor.kind != "account" or not (own or over):
        return ()
    theirs = or_(
        Asking.sender_organization_id.in_(own),
        and_(
            Asking.sender_organization_id.in_(over),
            or_(Asking.escalated_at.is_not(None), Asking.sender_account_id == actor.account_id),
        ),
    )
    rows = db.session.scalars(
        select(Asking)
        .where(Asking.community_id == actor.community_id, Asking.closed_at.is_(None), theirs)
        .order_by(Asking.deadline)
        .limit(MOST)
        .options(_ASKS)
        .execution_options(populate_existing=True)
    ).all()
    return tuple(view for view in (_view(actor, asking) for asking in rows) if view is not None)


def asking_of_need(actor: Actor, need_id: UUID) -> AskingView | None:
    """The asking that is open for this need, or the newest that was."""
    asking_id = db.session.scalar(select(Need.asking_id).where(Need.id == need_id))
    return asking_for(actor, asking_id) if asking_id else None


def _view(actor: Actor, asking: Asking) -> AskingView | None:
    roles = roles_in(actor, asking, None, clock.now())
    role = next((role for role in ("sender", "supervisor") if role in roles), None)
    if role is None:
        return None
    need_id = db.session.scalar(
        select(Need.id).where(Need.asking_id == asking.id).order_by(Need.sent_at.desc()).limit(1)
    )
    return asking_view(asking, role, need_id)


def asks_for_desk(actor: Actor) -> tuple[AskView, ...]:
    """What the actor's desks are asked and have not answered, nearest deadline first; then the yeses that are kept."""
    homes = actor.organizations("provider")
    if actor.kind != "account" or not homes:
        return ()
    rows = db.session.scalars(
        select(CapacityAsk)
        .join(Asking)
        .where(
            CapacityAsk.organization_id.in_(homes),
            CapacityAsk.state.in_(("asked", "yes")),
            Asking.closed_at.is_(None),
            Asking.community_id == actor.community_id,
        )
        .order_by(CapacityAsk.state, Asking.asked_at)
        .limit(MOST)
        .options(_LISTING)
        .execution_options(populate_existing=True)
    ).all()
    now = clock.now()
    views = [ask_view(ask, now) for ask in rows]
    return tuple(sorted(views, key=lambda view: (view.state != "asked", view.deadline or LATER)))


def ask_for(actor: Actor, ask_id: UUID) -> AskView | None:
    """One ask, for the people of the service that is asked."""
    ask = _ask(ask_id)
    now = clock.now()
    if ask is None or actor.kind != "account" or "receiver" not in roles_in(actor, ask.asking, ask, now):
        return None
    return ask_view(ask, now)


def ask_by_link(actor: Actor) -> AskView | None:
    """The ask of a link. With `moved_on` true when it is over, or the link is not the newest; None when there is none."""
    ask = _ask(actor.ask_id) if actor.kind == "link" and actor.ask_id is not None else None
    if ask is None:
        return None
    if actor.ask_version != ask.version:
        return moved_on_view(ask, clock.now())
    return ask_view(ask, clock.now())


def _ask(ask_id: UUID) -> CapacityAsk | None:
    return db.session.get(CapacityAsk, ask_id, options=(_LISTING,), populate_existing=True)
