"""A desk answers by text message: 1 yes, 2 full, 3 not eligible, with the reference where several questions are open.

A reply has the power of the answer link of that very version: it answers, and shows nothing of a person. What has moved on
stays as it is; when the desk is still asked, it is asked anew.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.directory import room_by_text
from portal.directory.models import Contact
from portal.messages import Text, TextIn, enqueue_text, hear
from portal.messages.rules import is_one_text, text_length
from portal.referrals.answer import accept_offer, decline_offer
from portal.referrals.asks import answer_ask
from portal.referrals.models import CapacityAsk, Offer, TextAsk
from portal.referrals.moves import NotHere
from portal.referrals.rules import ASKED
from portal.referrals.texts import ask_desk, fitting, open_text, short_link
from portal.store import Actor, Conflict, Refused, limits, write

# What a reply says -> the decline reason of an offer, and the answer to a question whether there is room. "Not eligible" is
# its own reason: it names none of the others, as nobody has said one.
DECLINES = {"2": "no_bed_or_slot", "3": "not_eligible"}
ASK_ANSWERS = {"1": "yes", "2": "no", "3": "no"}
REPLIES_AN_HOUR = 30  # answers of ours to one phone: two machines that answer each other would never end
_SAID = re.compile(r"^\W*([123])(?:\W+([a-z0-9]{6}))?\W*$", re.IGNORECASE)
_SAID_BACKWARDS = re.compile(r"^\W*([a-z0-9]{6})\W+([123])\W*$", re.IGNORECASE)


@dataclass(frozen=True)
class Open:
    """A question to this phone that still waits for its answer."""

    asked: TextAsk
    community_id: UUID
    desk: Contact | None


Answers = Callable[[Session, UUID, str], str]


def receive_text(text: TextIn, others: Iterable[Answers] = ()) -> str:
    """Take in one text, once by its provider's id; returns what it was, in a word. STOP and the like are obeyed by messages;
    an answer of a desk is done here, and acknowledged by text. others: rooms above that ask by text too: each does what the phone
    says (a session, the number's row, the words) and returns the line that goes back, or nothing when it asked nothing. A phone
    that was never asked anything hears nothing back."""
    try:
        with write() as session:
            heard = hear(text)
            if heard.what != "words" or heard.number_id is None:
                return heard.what
            reply = ""
            for answer in (*others, _reply):
                reply = reply or answer(session, heard.number_id, text.words)
            if reply and limits.tried("text reply", str(heard.number_id), most=REPLIES_AN_HOUR, seconds=3600):
                enqueue_text(Text("texts/reply", heard.number_id, reply, f"reply:{text.id[:255]}"))
            return "words"
    except IntegrityError:  # the same text at the same moment: the other one has done it
        return "again"


def _reply(session: Session, number_id: UUID, words: str) -> str:
    """Do what the phone says; the line that goes back, or nothing."""
    waiting = _open(session, number_id)
    said, reference = understood(words)
    if not said:
        return _unclear(waiting) if waiting else room_by_text(session, number_id, words)
    if reference:
        mine = session.get(TextAsk, reference)
        if mine is None or mine.number_id != number_id:
            return _which(waiting) if waiting else ""
        return _answer(session, mine, said)
    if len(waiting) == 1:
        return _answer(session, waiting[0].asked, said)
    if waiting:
        return _which(waiting)
    ever = session.scalar(select(TextAsk.reference).where(TextAsk.number_id == number_id).limit(1))
    return _moved_on() if ever else ""


def understood(words: str) -> tuple[str, str]:
    """The digit and the reference of a reply, both empty where it is something else.

    >>> understood(" 1. k7q2xa"), understood("K7Q2XA 2"), understood("12"), understood("yes!")
    (('1', 'K7Q2XA'), ('2', 'K7Q2XA'), ('', ''), ('', ''))
    """
    plain = words[:200]
    found = _SAID.match(plain)
    if found:
        return found[1], (found[2] or "").upper()
    found = _SAID_BACKWARDS.match(plain)
    return (found[2], found[1].upper()) if found else ("", "")


def _open(session: Session, number_id: UUID) -> list[Open]:
    """What this phone was asked and may still answer, the newest first."""
    rows = session.scalars(
        select(TextAsk).where(TextAsk.number_id == number_id).order_by(TextAsk.at.desc()).limit(50)
    ).all()
    found = []
    for row in rows:
        stands = _stands(session, row)
        if stands is not None and stands[0] == row.version:
            found.append(Open(row, stands[1], stands[2]))
    return found


def _stands(session: Session, asked: TextAsk) -> tuple[int, UUID, Contact | None] | None:
    """The version that now waits for an answer, with its community and desk; None when nothing does."""
    if asked.kind == "offer":
        offer = session.get(Offer, asked.about)
        if offer is None or offer.state not in ASKED:
            return None
        return offer.version, offer.need.community_id, offer.listing.desk
    ask = session.get(CapacityAsk, asked.about)
    if ask is None or ask.state != "asked" or ask.asking.closed_at is not None:
        return None
    return ask.version, ask.asking.community_id, ask.listing.desk


def _answer(session: Session, asked: TextAsk, said: str) -> str:
    """The answer itself, all of it or nothing, and the line that goes back."""
    act: Callable[[TextAsk, str], str] = _answer_offer if asked.kind == "offer" else _answer_question
    try:
        with session.begin_nested():
            return act(asked, said)
    except (Conflict, NotHere, Refused):
        pass
    session.expire_all()
    stands = _stands(session, asked)
    if stands is not None and stands[0] != asked.version:
        ask_desk(stands[2], asked.kind, asked.about, stands[0], f"after:{asked.reference}")
        return ""
    return _moved_on()


def _answer_offer(asked: TextAsk, said: str) -> str:
    actor = Actor(
        kind="link",
        name=_("by text message"),
        offer_id=asked.about,
        offer_version=asked.version,
        channel="sms",
    )
    if said != "1":
        decline_offer(actor, asked.about, DECLINES[said], version=asked.version)
        return _noted(asked)
    moved = accept_offer(actor, asked.about, version=asked.version)
    link = short_link(open_text(asked.number_id, "offer", asked.about, moved.version))
    phone = "".join(letter for letter in moved.callback if text_length(letter) == 1) or _("the sender")
    return fitting(
        _(
            "Handrail: thank you. Call %(phone)s and read out code %(code)s. Then open %(link)s",
            phone=phone,
            code=moved.code,
            link=link,
        ),
        _("Handrail: thank you. Call %(phone)s and read out code %(code)s.", phone=phone, code=moved.code),
    )


def _answer_question(asked: TextAsk, said: str) -> str:
    actor = Actor(kind="link", ask_id=asked.about, ask_version=asked.version, channel="sms")
    answered = answer_ask(actor, asked.about, ASK_ANSWERS[said], version=asked.version, channel="sms")
    if said == "1" and answered.won:
        return _(
            "Handrail: thank you. Keep the place free; you will hear soon. Ref %(ref)s", ref=asked.reference
        )
    return _noted(asked)


def _noted(asked: TextAsk) -> str:
    return _("Handrail: noted, thank you. Ref %(ref)s", ref=asked.reference)


def _moved_on() -> str:
    return _("Handrail: this has moved on. Nothing was changed. Thank you.")


def _unclear(waiting: list[Open]) -> str:
    if len(waiting) > 1:
        return _which(waiting)
    return _(
        "Handrail: we did not understand. Reply 1 yes, 2 full, 3 not eligible. Ref %(ref)s. Reply HELP for help.",
        ref=waiting[0].asked.reference,
    )


def _which(waiting: list[Open]) -> str:
    """As many references as fit into one text, the newest first."""
    references = [one.asked.reference for one in waiting]
    while True:
        line = _(
            "Handrail: which one? Reply 1, 2 or 3 with the reference, like 1 %(first)s. Open: %(all)s",
            first=references[0],
            all=" ".join(references),
        )
        if is_one_text(line) or len(references) == 1:
            return line
        references.pop()
