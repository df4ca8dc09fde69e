"""Other systems hear of changes: signed calls from the change feed, in order, repeated until they are taken."""

from portal.exchange.webhooks.actions import (
    add_webhook,
    pause_webhook,
    remove_webhook,
    renew_webhook_secret,
    replay_webhook,
    start_webhook,
    try_webhook,
)
from portal.exchange.webhooks.queries import WebhookView, webhook_for, webhooks_for
from portal.exchange.webhooks.sending import purge_tries, send_webhooks

__all__ = [
    "WebhookView",
    "add_webhook",
    "pause_webhook",
    "purge_tries",
    "remove_webhook",
    "renew_webhook_secret",
    "replay_webhook",
    "send_webhooks",
    "start_webhook",
    "try_webhook",
    "webhook_for",
    "webhooks_for",
]
