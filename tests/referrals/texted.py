"""A desk that answers by text, for the tests of this room and of the doors."""

from itertools import count

from sqlalchemy import select

from portal import referrals
from portal.directory.models import Contact, ServiceAtLocation
from portal.messages import TextIn
from portal.messages.models import Message
from portal.messages.numbers import number_id
from portal.referrals.models import TextAsk
from portal.store import db, write

DESK_PHONE = "+16155550142"
_texts = count(1)


def desk_with_phone(listing: ServiceAtLocation, phone: str = DESK_PHONE) -> Contact:
    """The listing's desk has a confirmed phone."""
    with write() as session:
        found = session.get_one(ServiceAtLocation, listing.number)
        assert found.desk is not None
        found.desk.text_number_id = number_id(phone)
        return found.desk


def says(words: str, phone: str = DESK_PHONE, text_id: str = "") -> str:
    """The phone sends us a text."""
    return referrals.receive_text(TextIn(text_id or f"in{next(_texts)}", phone, words))


def texts(name: str = "") -> list[Message]:
    """Texts of the outbox, oldest first."""
    db.session.expire_all()
    rows = db.session.scalars(
        select(Message).where(Message.channel == "sms").order_by(Message.created_at, Message.key)
    )
    return [row for row in rows if not name or row.letter == name]


def references() -> list[str]:
    """Of everything that was asked by text, oldest first."""
    return list(db.session.scalars(select(TextAsk.reference).order_by(TextAsk.at, TextAsk.version)))


def replies() -> list[str]:
    return [row.short for row in texts("texts/reply")]
