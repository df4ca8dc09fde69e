"""Floor 1: finished messages on their way by mail, text or push, and the signed links inside them.

A room renders its letter and calls `enqueue` (an address), `enqueue_for` (a person, by the channel they chose) or
`enqueue_text` (a phone number) in its own transaction; the worker's `send_due` delivers it. `link` and `read_link` are the two
ends of a mailed link: it names a thing and its version, and opens a page; it never acts by itself. `hear` takes in a text that
came, `take_receipt` what became of one that went.
"""

from portal.messages.actions import Letter, drop, drop_about, enqueue, purge, try_again
from portal.messages.channels import mail_mode, push_mode, text_mode
from portal.messages.confirming import confirm_code, forget_code, send_code, waiting_number
from portal.messages.keywords import Heard, hear
from portal.messages.links import link, read_link
from portal.messages.numbers import let_go, masked, number_id, number_of, reachable
from portal.messages.push import public_key, subscribe, unsubscribe
from portal.messages.queries import OutboxState, Parked, Shown, outbox_state, parked, returned, shown
from portal.messages.readers import (
    Choice,
    choice_of,
    choose,
    drop_number,
    enqueue_for,
    forget_reader,
    use_number,
)
from portal.messages.receipts import take_receipt
from portal.messages.sending import send_due
from portal.messages.sms import Incoming, Provider, ReceiptIn, TextIn, provider
from portal.messages.texts import Text, enqueue_text

__all__ = [
    "Choice",
    "Heard",
    "Incoming",
    "Letter",
    "OutboxState",
    "Parked",
    "Provider",
    "ReceiptIn",
    "Shown",
    "Text",
    "TextIn",
    "choice_of",
    "choose",
    "confirm_code",
    "drop",
    "drop_about",
    "drop_number",
    "enqueue",
    "enqueue_for",
    "enqueue_text",
    "forget_code",
    "forget_reader",
    "hear",
    "let_go",
    "link",
    "mail_mode",
    "masked",
    "number_id",
    "number_of",
    "outbox_state",
    "parked",
    "provider",
    "public_key",
    "purge",
    "push_mode",
    "reachable",
    "read_link",
    "returned",
    "send_code",
    "send_due",
    "shown",
    "subscribe",
    "take_receipt",
    "text_mode",
    "try_again",
    "unsubscribe",
    "use_number",
    "waiting_number",
]
