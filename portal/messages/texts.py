"""Text messages on their way out: one line, one text, nothing of anybody's in it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.messages.actions import put
from portal.messages.rules import is_one_text


@dataclass(frozen=True)
class Text:
    """A finished text message to one number (a row of text_number; the number itself travels nowhere).

    `name` is the line's, `key` makes it the same text however often its verb is retried, `about` is what it speaks of.
    """

    name: str
    number_id: UUID
    text: str
    key: str
    about: UUID | None = None


def enqueue_text(text: Text, not_before: datetime | None = None) -> None:
    """Put a text into the outbox, in the caller's transaction. The same key again changes nothing. ValueError for a line that
    does not fit into one text of 160 GSM characters: whoever composes it must see to that."""
    if not is_one_text(text.text):
        raise ValueError(f"the line {text.name!r} is not one text message")
    put(
        {
            "key": text.key,
            "about": text.about,
            "letter": text.name,
            "channel": "sms",
            "number_id": text.number_id,
            "short": text.text,
        },
        not_before,
    )
