"""Ends that people choose: cancel, withdraw, void; and correcting a wrong end inside 24 hours."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from portal.messages import drop_about
from portal.referrals import letters, rules
from portal.referrals.ask_offer import asking_goes_with
from portal.referrals.matrix import current_offer
from portal.referrals.models import Offer
from portal.referrals.moves import Ground, NotHere, overtaken, standing_on
from portal.referrals.payload import lock_payload
from portal.referrals.requests import Moved
from portal.referrals.stages import last_move
from portal.referrals.views import may_correct
from portal.referrals.wording import checked
from portal.store import Actor, Refused, write


def cancel_offer(actor: Actor, offer_id: UUID, reason: str, *, version: int) -> Moved:
    """The sender takes it back: rules.CANCEL_REASONS. With `ask_another` the need stays open and its next step is the
    sender's; otherwise it closes. The desk is told.

    In the dark it always succeeds, whatever stands: the need is put away for its sender. What a service has already begun
    with the person goes on there.
    """
    if reason not in rules.CANCEL_REASONS:
        raise Refused(_("Choose one."), "reason")
    with write() as session:
        ground = standing_on(session, actor, offer_id, "cancel", version)
        if ground.dark:
            _put_away(ground, "cancel", reason)
            return ground.moved()
        ground.move("cancel", reason=reason)
        drop_about(ground.offer.id)
        letters.tell_receiver(ground.offer, f"cancel:{ground.offer.version}")
        if reason == "ask_another":
            ground.settle()
        else:
            ground.settle(close="cancelled")
            _end_asking(ground)
        return ground.moved()


def _put_away(ground: Ground, action: str, reason: str) -> None:
    """In the dark: stop what the table lets be stopped, and close it for the sender; never a word about what was stopped."""
    need = ground.need
    if need.sender_closed_at is not None:
        raise overtaken()
    current = current_offer(need)
    values: dict[str, Any] = {"sender_closed_at": ground.now}
    open_still = need.closed_at is None
    if current is not None and current.state in rules.MOVES[action].sources:
        inner = Ground(ground.session, ground.actor, need, current, ground.role, ground.now)
        inner.move(action, reason=reason)
        drop_about(current.id)
        letters.tell_receiver(current, f"{action}:{current.version}")
        inner.settle(close=current.state, **values)
    elif open_still and (current is None or current.state not in rules.OPEN):
        ground.settle(close="cancelled", **values)
    else:
        ground.settle(**values)
    _end_asking(ground)


def _end_asking(ground: Ground) -> None:
    """Nobody is to look for a place, or keep one, for a person who no longer wants it."""
    asking_goes_with(ground.session, ground.actor, ground.need, "not_needed")


def withdraw_consent(actor: Actor, offer_id: UUID, *, version: int | None = None) -> Moved:
    """The person said no after all: effective at once. The person's data is wiped, queued letters are dropped, the need
    closes; earlier rows of the ledger stay. By the sender at any time; by the service while it is asked or has said yes."""
    with write() as session:
        ground = standing_on(session, actor, offer_id, "withdraw", version)
        need = ground.need
        if ground.dark:
            current = current_offer(need)
            if current is not None and current.state in rules.MOVES["withdraw"].sources:
                Ground(session, actor, need, current, ground.role, ground.now).move("withdraw")
        else:
            ground.move("withdraw")
        lock_payload(session, need, ground.now)
        values: dict[str, Any] = {"sender_closed_at": ground.now} if ground.role == "sender" else {}
        ground.settle(close="" if need.closed_at else "withdrawn", **values)
        if values:
            _end_asking(ground)
        return ground.moved()


def void_offer(
    actor: Actor, offer_id: UUID, reason: str, *, version: int | None = None, duplicate_of: UUID | None = None
) -> Moved:
    """It should not be there: `error` or `duplicate`. By its sender within 24 hours of sending, or an admin. It leaves every
    rate. In the dark every offer of the need becomes void."""
    if reason not in rules.VOID_REASONS:
        raise Refused(_("Choose one."), "reason")
    with write() as session:
        ground = standing_on(session, actor, offer_id, "void", version)
        if ground.role == "sender" and ground.now > ground.offer.sent_at + rules.VOID_TIME:
            raise Refused(_("This can be done for 24 hours after sending. Ask an admin."), "reason")
        note = str(duplicate_of) if duplicate_of else ""
        last = current_offer(ground.need) is ground.offer
        ground.move("void", reason=reason, note=note)
        drop_about(ground.offer.id)
        if ground.dark:
            _void_others(ground, reason)
        whole = (last or ground.dark) and ground.need.closed_at is None
        values: dict[str, Any] = {"sender_closed_at": ground.now} if ground.dark else {}
        ground.settle(close="void" if whole else "", **values)
        if whole or values:
            _end_asking(ground)
        return ground.moved()


def _void_others(ground: Ground, reason: str) -> None:
    for offer in ground.need.offers:
        if offer is not ground.offer and offer.state in rules.MOVES["void"].sources:
            Ground(ground.session, ground.actor, ground.need, offer, ground.role, ground.now).move(
                "void", reason=reason
            )
            drop_about(offer.id)


def correct_offer(actor: Actor, offer_id: UUID, reason: str, *, version: int) -> Moved:
    """A wrong end is taken back within 24 hours by an added event, by the side that set it, while nothing followed it."""
    why = checked(reason, "reason", 80)
    if not why:
        raise Refused(_("Write what was wrong."), "reason")
    with write() as session:
        ground = standing_on(session, actor, offer_id, "withdraw", version)
        offer: Offer = ground.offer
        if ground.role not in ("sender", "receiver"):
            raise NotHere
        if (
            ground.dark
            or not may_correct(offer, ground.role, ground.now)
            or offer.need.close_reason not in ("", offer.state)
        ):
            raise overtaken()
        last = last_move(offer)
        if last is None:
            raise overtaken()
        back = last.from_state
        ground.change(back, "correct", reason="correct", note=why, **_cleared(offer.state))
        _follow_ups_again(ground, back)
        ground.settle(closed_at=None, close_reason="")
        return ground.moved()


def _cleared(state: str) -> dict[str, Any]:
    """The columns that the wrong end had filled."""
    if state == "connected":
        return {"connected_on": None, "connected_by": "", "receiver_name": ""}
    if state == "declined":
        return {"decline_reason": "", "decline_note": "", "who_could_id": None, "decided_at": None}
    return {}


def _follow_ups_again(ground: Ground, back: str) -> None:
    if back in rules.ASKED:
        letters.tell_desk(ground.offer)
