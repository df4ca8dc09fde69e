"""Verbs of webhooks: add one, stop and start it, tell again from a number, test it, a new secret, remove it.

Each is for who manages webhooks in the actor's community (the door's gate), writes the audit trail, and raises NotHere for a
webhook of somebody else's.
"""

from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.exchange.webhooks.models import Webhook, WebhookTry
from portal.exchange.webhooks.rules import new_secret
from portal.exchange.webhooks.telling import latest_change
from portal.messages.posting import may_be_posted_to
from portal.referrals import NotHere
from portal.store import Actor, Refused, audit, clock, write

LONGEST_NAME = 80
MOST = 50  # webhooks of one community


def add_webhook(actor: Actor, name: str, url: str) -> tuple[UUID, str]:
    """Tell this address of every change from now on, a test first. Returns its id and its secret, which is shown this once.

    Refused for a name that is empty or long, and for an address that is not https on the open internet.
    """
    called, address = name.strip(), url.strip()
    if not called or len(called) > LONGEST_NAME:
        raise Refused(_("Write who it is for, in 80 letters at most."), "name")
    if not may_be_posted_to(address, loopback=current_app.extensions["settings"].push_loopback):
        raise Refused(_("Write an address that begins with https:// and is on the open internet."), "url")
    with write() as session:
        here = select(func.count()).where(Webhook.community_id == actor.community_id)
        if (session.scalar(here) or 0) >= MOST:
            raise Refused(_("There are too many. Remove one first."), "name")
        row = Webhook(
            community_id=actor.community_id,
            name=called,
            url=address,
            secret=new_secret(),
            made_at=clock.now(),
            position=latest_change(),
            wants_test=True,
            next_try_at=clock.now(),
        )
        session.add(row)
        session.flush()
        audit.append(actor, "add_webhook", "webhook", row.id)
        return row.id, row.secret


def pause_webhook(actor: Actor, webhook_id: UUID) -> None:
    """Tell it nothing until it is started again; it then hears what it missed."""
    with write() as session:
        row = _own(session, actor, webhook_id)
        row.state, row.claimed_until = "paused", None
        audit.append(actor, "pause_webhook", "webhook", webhook_id)


def start_webhook(actor: Actor, webhook_id: UUID) -> None:
    """Tell it again, from where it stopped, at once and with all its tries."""
    with write() as session:
        _begin(_own(session, actor, webhook_id))
        audit.append(actor, "start_webhook", "webhook", webhook_id)


def replay_webhook(actor: Actor, webhook_id: UUID, first: int) -> None:
    """Tell it everything from this number of the change feed on once more, under new ids. Refused for a number that is not
    between 1 and the newest."""
    with write() as session:
        row = _own(session, actor, webhook_id)
        newest = latest_change()
        if not 1 <= first <= newest:
            raise Refused(_("Write a number from 1 to %(newest)s.", newest=newest), "first")
        row.position, row.replays = first - 1, row.replays + 1
        _begin(row)
        audit.append(actor, "replay_webhook", "webhook", webhook_id)


def try_webhook(actor: Actor, webhook_id: UUID) -> None:
    """Send it one test call within seconds, whatever its state. What came of it stands among its tries."""
    with write() as session:
        _own(session, actor, webhook_id).wants_test = True
        audit.append(actor, "try_webhook", "webhook", webhook_id)


def renew_webhook_secret(actor: Actor, webhook_id: UUID) -> str:
    """Sign with another secret from now on; returns it, to be shown this once. Calls that the other side refuses until it
    has the new one are repeated."""
    with write() as session:
        row = _own(session, actor, webhook_id)
        row.secret = new_secret()
        audit.append(actor, "renew_webhook_secret", "webhook", webhook_id)
        return row.secret


def remove_webhook(actor: Actor, webhook_id: UUID) -> None:
    """Forget it, its secret and its tries."""
    with write() as session:
        row = _own(session, actor, webhook_id)
        session.execute(delete(WebhookTry).where(WebhookTry.webhook_id == row.id))
        session.delete(row)
        audit.append(actor, "remove_webhook", "webhook", webhook_id)


def _begin(row: Webhook) -> None:
    row.state, row.attempts, row.next_try_at, row.claimed_until = "active", 0, clock.now(), None


def _own(session: Session, actor: Actor, webhook_id: UUID) -> Webhook:
    row = session.scalar(
        select(Webhook)
        .where(Webhook.id == webhook_id, Webhook.community_id == actor.community_id)
        .with_for_update()
    )
    if row is None:
        raise NotHere
    return row
