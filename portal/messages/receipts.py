"""What the provider of texts says later: the text went out, arrived, or did not."""

from sqlalchemy import select

from portal.messages.models import Message
from portal.messages.numbers import number_failed
from portal.messages.sms import ReceiptIn
from portal.store import clock, write

# A receipt may overtake another on its way: what is further along stays.
RANK = {"": 0, "sent": 1, "undelivered": 2, "failed": 2, "delivered": 3}


def take_receipt(receipt: ReceiptIn) -> bool:
    """Note what became of one of our texts, with time and code; False for a message that is not there, or old news. A number
    that no text can reach is not written to again, and stands on the steward's page."""
    with write() as session:
        message = session.scalar(
            select(Message)
            .where(Message.id == receipt.message_id, Message.channel == "sms")
            .with_for_update()
        )
        if message is None or RANK[receipt.status] <= RANK[message.receipt]:
            return False
        now = clock.now()
        message.receipt, message.receipt_at = receipt.status, now
        message.receipt_code = receipt.code[:40]
        if receipt.bad and message.number_id is not None:
            number_failed(message.number_id, receipt.code, now)
    return True
