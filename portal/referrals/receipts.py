"""The card that is handed to the person at the scene, and what its holder may do with it alone: know that there is a request,
know whom to call, and take the permission back. Nothing else, and no name: a card is lost, or found by somebody else.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.messages import drop_about
from portal.referrals import letters
from portal.referrals.access import closed_for_sender, roles_at
from portal.referrals.ask_offer import asking_goes_with
from portal.referrals.consent import end_consent
from portal.referrals.force import in_force
from portal.referrals.matrix import current_offer
from portal.referrals.models import Need, Receipt
from portal.referrals.moves import Ground, NotHere, lock_need, settle
from portal.referrals.payload import lock_payload
from portal.referrals.rules import MOVES
from portal.store import Actor, Refused, audit, clock, erased, write

MOST_CARDS = 5  # of one need; each stays good
LONG, SHORT = 16, 5  # bytes: 128 bits are tried by nobody; 40 bits only beside a limit and a person at a desk
TYPED = str.maketrans("018", "OIB")  # signs that the codes do not have, and what was meant
WITHDRAWALS = ("status", "all")


@dataclass(frozen=True)
class Card:
    """What is printed, once: the codes are stored as hashes alone."""

    code: str
    short_code: str
    callback: str


@dataclass(frozen=True)
class ReceiptView:
    """All that a code tells by itself: there is such a request, and whom to call."""

    callback: str


def give_receipt(actor: Actor, need_id: UUID) -> Card:
    """A new card for the person of this need, by its sender, until 30 days after the close. Audited. Refused after five."""
    with write() as session:
        need = lock_need(session, need_id)
        now = clock.now()
        if need is None or "sender" not in roles_at(actor, need, None, now):
            raise NotHere
        given = session.scalar(select(func.count()).select_from(Receipt).where(Receipt.need_id == need.id))
        if (given or 0) >= MOST_CARDS:
            raise Refused(_("No more cards can be printed for this referral. Those handed out stay good."))
        code, short = _new_code(LONG), _new_code(SHORT)
        session.add(
            Receipt(
                need_id=need.id,
                code_hash=_hash(code),
                short_hash=_short_hash(short),
                made_at=now,
                made_by=actor.account_id,
            )
        )
        audit.append(actor, "give_receipt", "need", need.id)
        return Card(code, short, need.callback)


def receipt_of(code: str) -> ReceiptView | None:
    """What the holder of this card may know. None for a code that is not one of ours. Audited."""
    with write() as session:
        need = need_by_receipt(session, code)
        if need is None:
            return None
        audit.append(_holder(need), "open_receipt", "need", need.id)
        return ReceiptView(need.callback)


def withdraw_by_receipt(code: str, what: str) -> ReceiptView | None:
    """The person takes the permission back, at once. `status`: the sender hears nothing any more. `all`: as when they tell it to
    the sender or the service: the request stops, name, phone and notes are erased, waiting letters are dropped; what went
    out before stays in the ledger. Pressed twice it is still done once. None for a code that is not one of ours."""
    if what not in WITHDRAWALS:
        raise Refused(_("Choose one."), "what")
    with write() as session:
        found = need_by_receipt(session, code)
        need = lock_need(session, found.id) if found is not None else None
        if need is None:
            return None
        if what == "status":
            end_status_back(session, need)
        else:
            stop_for_person(session, _holder(need), need)
        audit.append(_holder(need), f"withdraw_{what}_by_receipt", "need", need.id)
        return ReceiptView(need.callback)


def end_status_back(session: Session, need: Need) -> None:
    """From now on the sender hears nothing of what services answer, signed consents included."""
    now = clock.now()
    need.hears_back = False
    erased.remember("status", need.id)
    for consent in need.consents:
        if consent.scope == "status" and in_force(consent, now):
            end_consent(session, need, consent, now, "person")
    drop_about(need.id)
    settle(session, need, now)


def stop_for_person(session: Session, actor: Actor, need: Need) -> None:
    """The person no longer wants it: whatever is open is withdrawn, what they told is gone, and both sides are told to look."""
    now, offer = clock.now(), current_offer(need)
    stopped = offer is not None and offer.state in MOVES["withdraw"].sources
    open_for_sender = closed_for_sender(need, now) is None
    if offer is not None and stopped:
        Ground(session, actor, need, offer, "person", now).change("withdrawn", "withdraw", channel="receipt")
    lock_payload(session, need, now)
    values: dict[str, Any] = {"sender_closed_at": now} if open_for_sender else {}
    settle(session, need, now, close="" if need.closed_at else "withdrawn", **values)
    if offer is not None and stopped:
        letters.tell_receiver(offer, f"withdrawn:{offer.version}")
    if open_for_sender:
        asking_goes_with(session, actor, need, "not_needed")
        letters.tell_sender(need, "withdrawn by the person")


def need_by_short_code(session: Session, code: str) -> Need | None:
    """The need of a card by either of its codes: for a desk, whose tries are counted. None for no such card."""
    typed = _typed(code)
    which = Receipt.short_hash == _short_hash(typed) if len(typed) <= 8 else Receipt.code_hash == _hash(typed)
    return session.scalar(select(Need).join(Receipt, Receipt.need_id == Need.id).where(which))


def need_by_receipt(session: Session, code: str) -> Need | None:
    """The need of a card by its long code; None for no such card."""
    return session.scalar(
        select(Need).join(Receipt, Receipt.need_id == Need.id).where(Receipt.code_hash == _hash(_typed(code)))
    )


def _holder(need: Need) -> Actor:
    """Whoever holds the card: nobody with an account."""
    return Actor(kind="link", community_id=need.community_id, name="receipt")


def _new_code(size: int) -> str:
    return base64.b32encode(secrets.token_bytes(size)).decode().rstrip("=")


def _typed(code: str) -> str:
    """As it was printed, whatever stands between its groups and however its signs were written."""
    return "".join(sign for sign in code.upper().translate(TYPED) if sign.isascii() and sign.isalnum())


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _short_hash(code: str) -> str:
    """Keyed: forty bits could be tried against a stolen table."""
    return hmac.new(str(current_app.secret_key).encode(), b"card" + code.encode(), hashlib.sha256).hexdigest()
