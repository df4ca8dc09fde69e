"""The doors answer by the table of states and roles: not yours 404, not your role 403, wrong state or version 409, bad input 422,
not signed in 303; and nothing of it changes anything."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.referrals import rules
from tests.people import Cast
from tests.referrals.conftest import move_time as move_time
from tests.referrals.drive import WAYS, snapshot, stage

SignIn = Callable[[Any], FlaskClient]
HANDOFF = {
    "method": "in_person",
    "started_at": "2026-09-16T12:00",
    "spoke_with_name": "Nia",
    "spoke_with_role": "nurse",
}
# The end of the address -> the action of the table, and a form with nothing wrong in it. Noon is 2026-09-16 12:00.
STEPS: dict[str, tuple[str, dict[str, str]]] = {
    "information": ("give_information", {"text": "Twelve"}),
    "handoff": ("record_handoff", HANDOFF),
    "connected": ("confirm_connected", {"connected_on": "2026-09-16", "receiver_name": "Nia Named"}),
    "appointment": ("schedule", {"appointment_at": "2026-09-17T10:00"}),
    "no-show": ("mark_no_show", {}),
    "unable-to-reach": ("mark_unable_to_reach", {}),
    "not-connected": ("mark_not_connected", {"reason": "left"}),
    "cancellation": ("cancel", {"reason": "no_longer_needed"}),
    "withdrawal": ("withdraw", {}),
    "void": ("void", {"reason": "error"}),
    "answer see": ("see", {"answer": "see"}),
    "answer yes": ("accept", {"answer": "accept", "by": "Pat"}),
    "answer no": ("decline", {"answer": "decline", "reason": "age"}),
    "answer question": ("ask_information", {"answer": "question", "question": "How old?"}),
    "answer waitlist": ("waitlist", {"answer": "waitlist", "answer_by": "2026-09-18"}),
}
# Who asks -> what they are here. Another unit's people, another service's and a supervisor who was not called for: nobody.
WHO = {"responder": "sender", "provider": "receiver", "stranger": "", "shelter_worker": "", "supervisor": ""}
CALLED_FOR = WHO | {"supervisor": "supervisor"}
FREE = ("withdraw", "void")  # they hold whatever version was seen
FREELY_EMPTY = ("see", "mark_no_show", "mark_unable_to_reach", "withdraw")  # a button is all there is to them


def expected(action: str, ending: str, who: str, role: str, state: str) -> int:
    """What the door must say to a form with nothing wrong in it; 0 where it would do it."""
    if who == "nobody":
        return 303
    move, answers = rules.MOVES[action], ending.startswith("answer")
    if who == "steward" or (answers and who not in ("provider", "shelter_worker")):
        return 403  # no such door for this role
    if not role:
        return 404
    if role not in move.roles:
        return 403
    return 0 if state in move.sources else 409


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize(
    "state", [*("sent", "connected"), *(pytest.param(one, marks=pytest.mark.prove) for one in sorted(WAYS))]
)
def test_every_door_refuses_by_the_table(
    move_time: Callable[[timedelta], None], app: Flask, cast: Cast, signed_in_as: SignIn, state: str
) -> None:
    found = stage(cast, state, move_time)
    offer_id, version = found.offer.id, found.offer.version
    browsers = {who: signed_in_as(getattr(cast, who)) for who in (*WHO, "steward")}
    browsers["nobody"] = app.test_client()
    roles = CALLED_FOR if found.need.escalated_at else WHO
    before, wrong = stands(), []
    for ending, (action, form) in STEPS.items():
        address = f"/offers/{offer_id}/{ending.split()[0]}"
        for who, browser in browsers.items():
            status = expected(action, ending, who, roles.get(who, ""), state)
            tries = {status: form | {"version": str(version)}}
            if not status:
                tries = {} if action in FREE else {409: form | {"version": str(version + 1)}}
                tries |= (
                    {}
                    if action in FREELY_EMPTY
                    else {422: {"version": str(version), "answer": form.get("answer", "")}}
                )
            for must, data in tries.items():
                said = browser.post(address, data=data).status_code
                if said != must:
                    wrong.append(f"{who} {ending} in {state}: {said}, not {must}")
    assert not wrong, "\n".join(wrong)
    assert stands() == before


def stands() -> tuple[Any, ...]:
    """Everything but the audit trail, which notes who was turned away."""
    offers, needs, counts = snapshot()
    return offers, needs, counts[:-1]
