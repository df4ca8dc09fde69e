"""Tables of messages: the outbox, the phone numbers it writes to, and how each reader wants to be reached."""

from portal.messages.models.numbers import NumberCheck, TextNumber, TextReceived
from portal.messages.models.outbox import CHANNELS, MESSAGE_STATES, RECEIPTS, Delivery, Message
from portal.messages.models.readers import READER_CHANNELS, PushSubscription, Reader

__all__ = [
    "CHANNELS",
    "MESSAGE_STATES",
    "READER_CHANNELS",
    "RECEIPTS",
    "Delivery",
    "Message",
    "NumberCheck",
    "PushSubscription",
    "Reader",
    "TextNumber",
    "TextReceived",
]
