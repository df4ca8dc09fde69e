"""Notices in a browser (Web Push, RFC 8030), signed with the install's own key (VAPID, RFC 8292).

Nothing is in them: the request to the push service has no body, so neither that service nor a locked screen learns more than
that there is something to look at. What is shown stands in static/push.js.
"""

import hashlib
from base64 import urlsafe_b64encode
from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from py_vapid import Vapid02
from sqlalchemy import delete, select

from portal.messages.channels import push_mode
from portal.messages.models import PushSubscription
from portal.messages.posting import Unreachable, may_be_posted_to, post
from portal.messages.tries import UNWANTED, Tried, Wanted
from portal.store import Actor, Refused, audit, clock, db, write

KEPT_SECONDS = 24 * 3600  # how long a push service keeps a notice for a browser that is off
SIGNED_FOR = timedelta(hours=12)  # RFC 8292: 24 hours at most
MOST_BROWSERS = 10
GONE = (404, 410)


def public_key() -> str:
    """The key that a browser binds its subscription to; empty where push is off."""
    if push_mode() == "off":
        return ""
    numbers = _vapid().public_key.public_numbers()
    point = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    return urlsafe_b64encode(point).rstrip(b"=").decode()


def subscribe(actor: Actor, endpoint: str) -> UUID:
    """This browser shows the actor's notices from now on, and nobody else's. Audited.

    Refused where push is off, and for an address that is no push service of the open internet; its name is looked up only
    when a notice goes out, and what it resolves to is checked each time.
    """
    assert actor.account_id is not None  # noqa: S101 - the door's gate lets accounts in alone
    if push_mode() == "off":
        raise Refused(_("Notices in the browser are not set up here."))
    if not may_be_posted_to(endpoint, loopback=current_app.extensions["settings"].push_loopback):
        raise Refused(_("This browser's push service cannot be used."))
    digest = hashlib.sha256(endpoint.encode()).hexdigest()
    with write() as session:
        row = session.scalar(select(PushSubscription).where(PushSubscription.endpoint_hash == digest))
        if row is None:
            mine = session.scalars(
                select(PushSubscription)
                .where(PushSubscription.reader == actor.account_id)
                .order_by(PushSubscription.created_at.desc())
            ).all()
            for oldest in mine[MOST_BROWSERS - 1 :]:
                session.delete(oldest)
            row = PushSubscription(
                reader=actor.account_id, endpoint=endpoint, endpoint_hash=digest, created_at=clock.now()
            )
            session.add(row)
        row.reader = actor.account_id
        session.flush()
        audit.append(actor, "subscribe", "account", actor.account_id)
        return row.id


def unsubscribe(actor: Actor) -> int:
    """No browser shows the actor's notices any more; returns how many did. Audited. They go by mail."""
    with write() as session:
        gone = session.execute(delete(PushSubscription).where(PushSubscription.reader == actor.account_id))
        audit.append(actor, "unsubscribe", "account", str(actor.account_id))
    return int(getattr(gone, "rowcount", 0))


def deliver(reader: UUID | None, wanted: Wanted) -> Tried:
    """Ring every browser of this person. Delivered when one push service took it; a browser that is gone is forgotten. When
    none is left it is permanent, and the letter goes by mail."""
    rows = db.session.execute(
        select(PushSubscription.id, PushSubscription.endpoint).where(PushSubscription.reader == reader)
    ).all()
    db.session.rollback()  # no transaction stays open while we wait for others
    if not wanted():
        return UNWANTED
    heard = [_ring(row.id, row.endpoint) for row in rows]
    for result in ("delivered", "temporary"):
        found = next((tried for tried in heard if tried.result == result), None)
        if found is not None:
            return found
    return heard[0] if heard else Tried("permanent", "no browser")


def _ring(row: UUID, endpoint: str) -> Tried:
    settings = current_app.extensions["settings"]
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((clock.now() + SIGNED_FOR).timestamp()),
        "sub": f"mailto:{parseaddr(settings.mail_from)[1]}",
    }
    headers = {
        **_vapid().sign(claims),
        "TTL": str(KEPT_SECONDS),
        "Urgency": "high",
    }
    try:
        answer = post(endpoint, b"", headers, public_only=True, loopback=settings.push_loopback)
    except Unreachable as error:
        word = str(error)
        if word == "refused":
            _forget(row)
            return Tried("permanent", word)
        return Tried("temporary", word)
    if answer.status in GONE:
        _forget(row)
        return Tried("permanent", str(answer.status))
    if 200 <= answer.status < 300:
        return Tried("delivered", str(answer.status))
    later = answer.status >= 500 or answer.status in (408, 429)
    return Tried("temporary" if later else "permanent", str(answer.status))


def _forget(row: UUID) -> None:
    with write() as session:
        session.execute(delete(PushSubscription).where(PushSubscription.id == row))


def _vapid() -> Vapid02:
    key: str = current_app.extensions["settings"].vapid_key
    return Vapid02.from_raw(key.encode())
