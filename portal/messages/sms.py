"""Text messages: one small interface, and a provider behind it that the setting chooses.

PORTAL_SMS_WEBHOOK_URL is `https://...` (webhook.py, any provider) or `twilio://...` (twilio.py). Each provider says how a
text leaves, how to tell that a call to us is truly from it, and what such a call means.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from flask import current_app

from portal.messages.tries import UNWANTED, Tried, Wanted
from portal.messages.twilio import Twilio
from portal.messages.webhook import Webhook


@dataclass(frozen=True)
class TextIn:
    """A text that came in. `answered`: the provider has answered STOP, START or HELP itself."""

    id: str
    number: str
    words: str
    answered: bool = False


@dataclass(frozen=True)
class ReceiptIn:
    """What became of a text of ours. `bad`: the number itself cannot be reached by text."""

    message_id: UUID
    status: str
    code: str = ""
    bad: bool = False


@dataclass(frozen=True)
class Incoming:
    """A call to one of our doors, as it came. `url` is the door's on the install's own address, with its query."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    form: Mapping[str, str]
    query: Mapping[str, str]


class Provider(Protocol):
    """`deliver` tries once. `is_genuine` checks the signature. `text_in` and `receipt_in` read a genuine call into the fields
    of TextIn and ReceiptIn; None: nothing for us in it. ValueError: not what this provider says."""

    def deliver(self, message_id: UUID, to: str, text: str) -> Tried: ...
    def is_genuine(self, call: Any) -> bool: ...
    def text_in(self, call: Any) -> dict[str, Any]: ...
    def receipt_in(self, call: Any) -> dict[str, Any] | None: ...


def provider() -> Provider | None:
    """The one that this install has, or None."""
    settings = current_app.extensions["settings"]
    if not settings.sms_url:
        return None
    if settings.sms_url.startswith("twilio:"):
        return Twilio(settings.sms_url, settings.base_url)
    return Webhook(settings.sms_url, settings.sms_secret)


def deliver(message_id: UUID, to: str, text: str, wanted: Wanted) -> Tried:
    """Try once. Whether the text is still wanted is asked right before."""
    found = provider()
    if found is None:
        return Tried("temporary", "off", server_down=True)
    return found.deliver(message_id, to, text) if wanted() else UNWANTED
