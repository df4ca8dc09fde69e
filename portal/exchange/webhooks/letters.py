"""What is mailed about a webhook: that it takes no calls, and where to look."""

from datetime import datetime

from flask import current_app, render_template
from flask_babel import gettext as _
from sqlalchemy import select

from portal.accounts.models import Account, Membership
from portal.accounts.permissions import PERMISSIONS
from portal.exchange.webhooks.models import Webhook
from portal.messages import Letter
from portal.store import db


def parked_letters(webhook: Webhook, now: datetime) -> list[Letter]:
    """To each steward and admin of the community: this address is told nothing more until somebody starts it again."""
    base = current_app.extensions["settings"].base_url
    subject = _("A system no longer hears of changes")
    values = {"url": f"{base}/webhooks/{webhook.id}", "name": webhook.name, "subject": subject}
    text = render_template("letters/exchange/webhook_parked.txt", **values)
    html = render_template("letters/exchange/webhook_parked.html", **values)
    return [
        Letter(
            name="exchange/webhook_parked",
            to=reader.email,
            subject=subject,
            text=text,
            html=html,
            key=f"exchange/webhook_parked/{webhook.id}/{now.isoformat()}/{reader.id}",
            about=webhook.id,
        )
        for reader in _readers(webhook)
    ]


def _readers(webhook: Webhook) -> list[Account]:
    held = select(Membership.account_id).where(Membership.role.in_(PERMISSIONS["webhook.manage"]))
    return list(
        db.session.scalars(
            select(Account)
            .where(
                Account.community_id == webhook.community_id,
                Account.disabled_at.is_(None),
                Account.id.in_(held),
            )
            .order_by(Account.email)
        )
    )
