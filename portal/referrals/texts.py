"""A desk is asked by text message: one line, the same for every request, with a reference that stands for nothing but itself.

The line holds no name, need, agency or kind of service. Whoever answers it acts with the power of the mailed link of that very
version, and no more.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, select

from portal.directory.models import Contact
from portal.messages import Text, enqueue_text, link, reachable, text_mode
from portal.messages.rules import is_one_text
from portal.referrals.models import TextAsk
from portal.store import clock, db, write

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is read as something else
REFERENCE = 6  # signs
TAG = 14  # signs of the short link behind the reference: 84 bits that only this install can make
KEPT = timedelta(days=90)
PURPOSES = {"offer": "answer", "ask": "ask"}  # kind -> the page that its link opens


def ask_desk(desk: Contact | None, kind: str, about: UUID, version: int, again: str = "") -> None:
    """Ask "can you take one person?" by text, where this desk has a phone that can be reached; else nothing. In the caller's
    transaction, once a version, or once for each `again`."""
    phone = phone_of(desk)
    if phone is None:
        return
    asked = open_text(phone, kind, about, version)
    words = fitting(
        _(
            "Handrail: can you take one person? Reply 1 yes, 2 full, 3 not eligible, or open %(link)s. Ref %(ref)s",
            link=short_link(asked),
            ref=asked.reference,
        ),
        _(
            "Handrail: can you take one person? Reply 1 yes, 2 full, 3 not eligible. Ref %(ref)s",
            ref=asked.reference,
        ),
    )
    enqueue_text(Text("texts/desk", phone, words, f"text:{kind}:{about}:{version}:{phone}:{again}", about))


def tell_desk(desk: Contact | None, about: UUID, url: str, why: str) -> None:
    """ "You have a new item", by text, with a page behind sign-in. `why` is part of the key, never of the text."""
    phone = phone_of(desk)
    if phone is not None:
        words = fitting(
            _("You have a new item in Handrail. %(link)s", link=url), _("You have a new item in Handrail.")
        )
        enqueue_text(Text("texts/item", phone, words, f"text-item:{about}:{why}:{phone}", about))


def tell_desk_over(desk: Contact | None, kind: str, about: UUID, version: int) -> None:
    """What the desk was asked by text is no longer needed."""
    phone = phone_of(desk)
    if phone is not None:
        words = _(
            "Handrail: no longer needed, thank you. Ref %(ref)s",
            ref=open_text(phone, kind, about, version).reference,
        )
        enqueue_text(Text("texts/over", phone, words, f"text-over:{about}:{version}:{phone}", about))


def phone_of(desk: Contact | None) -> UUID | None:
    """The desk's number (its row), while texts leave this install and it can be reached."""
    if desk is None or desk.text_number_id is None or text_mode() == "off":
        return None
    return desk.text_number_id if reachable(desk.text_number_id) else None


def purge(now: datetime) -> int:
    """Delete what was asked by text more than KEPT ago: its links and references are long dead. Returns how many."""
    with write() as session:
        gone = session.execute(delete(TextAsk).where(TextAsk.at < now - KEPT))
    return int(getattr(gone, "rowcount", 0))


def open_text(number_id: UUID, kind: str, about: UUID, version: int) -> TextAsk:
    """The reference of this version for this phone, made where there is none."""
    with write() as session:
        found = session.scalar(
            select(TextAsk).where(
                TextAsk.number_id == number_id,
                TextAsk.kind == kind,
                TextAsk.about == about,
                TextAsk.version == version,
            )
        )
        if found is None:
            found = TextAsk(
                reference=_new_reference(),
                number_id=number_id,
                kind=kind,
                about=about,
                version=version,
                at=clock.now(),
            )
            session.add(found)
            session.flush()
        return found


def short_link(asked: TextAsk) -> str:
    """An address short enough for a text; it leads on to the answer link of that version."""
    base: str = current_app.extensions["settings"].base_url
    return f"{base}/t/{asked.reference}{_tag(asked)}"


def read_short_link(token: str) -> str | None:
    """The whole answer link that a text's short one stands for, or None. Writes nothing."""
    reference, tag = token[:REFERENCE], token[REFERENCE:]
    asked = db.session.get(TextAsk, reference) if len(token) == REFERENCE + TAG else None
    if asked is None or not hmac.compare_digest(tag.encode(), _tag(asked).encode()):
        return None
    return link(PURPOSES[asked.kind], asked.about, asked.version)


def fitting(*lines: str) -> str:
    """The first of these that is one text message; the last must be."""
    return next((line for line in lines if is_one_text(line)), lines[-1])


def new_reference() -> str:
    """Six signs that stand for a question by text. Whoever stores it sees to it that it is not there yet."""
    return "".join(secrets.choice(ALPHABET) for _sign in range(REFERENCE))


def _new_reference() -> str:
    with write() as session:
        while True:
            made = new_reference()
            if session.get(TextAsk, made) is None:
                return made


def _tag(asked: TextAsk) -> str:
    said = f"text link\x1f{asked.reference}\x1f{asked.kind}\x1f{asked.about}\x1f{asked.version}".encode()
    made = hmac.digest(str(current_app.secret_key).encode(), said, "sha256")
    return urlsafe_b64encode(made).decode()[:TAG]
