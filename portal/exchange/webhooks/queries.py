"""Reads of webhooks, for who manages them in the actor's community. The secret is in none of them."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select

from portal.exchange.webhooks.models import Webhook, WebhookTry
from portal.exchange.webhooks.telling import latest_change
from portal.referrals import NotHere
from portal.store import Actor, db

SHOWN = 50  # tries on a page


@dataclass(frozen=True)
class WebhookView:
    """One webhook as its page shows it. `behind` is how many changes it has yet to hear of, `tries` the newest first (on
    the list: the last one alone)."""

    id: UUID
    name: str
    url: str
    state: str
    position: int
    newest: int
    testing: bool
    next_try_at: datetime | None
    tries: tuple[WebhookTry, ...]

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def behind(self) -> int:
        return max(self.newest - self.position, 0)


def webhooks_for(actor: Actor) -> list[WebhookView]:
    """Those of the actor's community, by name."""
    rows = db.session.scalars(
        select(Webhook)
        .where(Webhook.community_id == actor.community_id)
        .order_by(Webhook.name, Webhook.made_at, Webhook.id)
    ).all()
    newest = latest_change()
    return [_view(row, newest, 1) for row in rows]


def webhook_for(actor: Actor, webhook_id: UUID) -> WebhookView:
    """One of them. NotHere for any other."""
    row = db.session.scalar(
        select(Webhook).where(Webhook.id == webhook_id, Webhook.community_id == actor.community_id)
    )
    if row is None:
        raise NotHere
    return _view(row, latest_change(), SHOWN)


def _view(row: Webhook, newest: int, most: int) -> WebhookView:
    tries = db.session.scalars(
        select(WebhookTry)
        .where(WebhookTry.webhook_id == row.id)
        .order_by(WebhookTry.number.desc())
        .limit(most)
    )
    return WebhookView(
        id=row.id,
        name=row.name,
        url=row.url,
        state=row.state,
        position=row.position,
        newest=newest,
        testing=row.wants_test,
        next_try_at=row.next_try_at if row.attempts and row.state == "active" else None,
        tries=tuple(tries),
    )
