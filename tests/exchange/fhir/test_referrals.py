"""A referral in FHIR R4: for its parties alone, what their pages say and no more, and there and back without loss."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import referrals
from portal.exchange.fhir import referrals as in_fhir
from portal.exchange.fhir.referral_states import TASK, request_status, state_of, task_status
from portal.referrals.matrix import STATE_FIELD
from portal.store import clock
from tests.exchange.fhir.judges import faults
from tests.people import Cast
from tests.referrals.acting import acting, offer_of, send
from tests.referrals.conftest import move_time as move_time
from tests.referrals.drive import WAYS, stage

pytestmark = pytest.mark.sqlite_only
SignIn = Callable[[Any], FlaskClient]
Move = Callable[[timedelta], None]
BASE = "/fhir/r4"
# Of FHIR's twelve, those of the Gravity guide's value set.
GRAVITY = {
    "draft", "requested", "accepted", "rejected", "cancelled", "on-hold", "in-progress", "failed", "completed",
    "entered-in-error",
}  # fmt: skip
KINDS = ("Task", "ServiceRequest")
SECRETS = ("Quill", "Canary", "615-555", "dogs", "Nia", "Named")


def got(browser: FlaskClient, path: str) -> dict[str, Any]:
    answer = browser.get(f"{BASE}/{path}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json(force=True)
    return found


def test_every_state_goes_there_and_back() -> None:
    assert set(STATE_FIELD) <= set(TASK)
    for state in TASK:
        for told in (True, False):
            assert state_of(*task_status(state, told=told)) == state
    assert {status for status, _business in TASK.values()} <= GRAVITY
    assert task_status("closed", told=False)[0] == task_status("sent", told=False)[0]
    assert request_status("closed", "requested") == "unknown"


def test_both_sides_read_each_state_and_two_judges_accept_it(
    app: Flask, cast: Cast, signed_in_as: SignIn, move_time: Move, npm_judge: Path
) -> None:
    everything = []
    for number, state in enumerate(WAYS):
        found = stage(cast, state, move_time, name=f"Quill Canary {number}", phone=f"615-555-02{number:02}")
        sent = [got(signed_in_as(cast.responder), f"{kind}/need-{found.need.id}") for kind in KINDS]
        asked = [got(signed_in_as(cast.provider), f"{kind}/offer-{found.offer.id}") for kind in KINDS]
        task = asked[0]
        business = task["businessStatus"]["coding"][0]["code"]
        assert state_of(task["status"], business) == state
        assert task["focus"]["reference"] == f"ServiceRequest/{asked[1]['id']}"
        assert asked[1]["performer"][0]["reference"] == f"HealthcareService/{cast.crisis_center.id}"
        assert asked[1]["priority"] == "stat"
        assert asked[0]["groupIdentifier"] == sent[0]["groupIdentifier"] == sent[1]["requisition"]
        everything += [*sent, *asked]
    told = json.dumps(everything)
    for secret in SECRETS:
        assert secret not in told
    bundle = got(signed_in_as(cast.provider), "Task")
    assert bundle["total"] == len(bundle["entry"]) > 1
    assert not faults(npm_judge, [*everything, bundle])


def test_a_sender_in_the_dark_reads_the_same_bytes_whatever_was_answered(
    app: Flask, cast: Cast, signed_in_as: SignIn, move_time: Move
) -> None:
    needs = [send(cast, hears_back=False, phone=f"615-555-017{last}") for last in (1, 2)]
    move_time(timedelta(minutes=2))
    desk, (yes, no) = acting(cast.provider), (offer_of(need) for need in needs)
    referrals.accept_offer(desk, yes.id, version=yes.version, answered_by="Pat")
    referrals.decline_offer(desk, no.id, "no_bed_or_slot", version=no.version)
    browser = signed_in_as(cast.responder)
    for _ in range(3):
        for kind in KINDS:
            one, other = (
                browser.get(f"{BASE}/{kind}/need-{need.id}").text.replace(str(need.id), "") for need in needs
            )
            views = [referrals.need_for(acting(cast.responder), need.id) for need in needs]
            one, other = (
                text.replace(view.reference, "")
                for text, view in zip((one, other), views, strict=True)
                if view
            )
            assert one == other
        move_time(timedelta(hours=1))
        referrals.tick(clock.now())


def test_closed_in_the_dark_claims_nothing(app: Flask, cast: Cast, move_time: Move) -> None:
    need = send(cast, hears_back=False)
    move_time(timedelta(days=60))
    task = in_fhir.need_resource(acting(cast.responder), "Task", need.id)
    request = in_fhir.need_resource(acting(cast.responder), "ServiceRequest", need.id)
    assert task is not None
    assert request is not None
    assert task["status"] == "requested"
    assert task["businessStatus"]["coding"][0]["code"] == "closed"
    assert request["status"] == "unknown"


def test_for_anybody_else_it_is_not_there(
    app: Flask, cast: Cast, client: FlaskClient, signed_in_as: SignIn
) -> None:
    need = send(cast)
    offer = offer_of(need)
    for kind in KINDS:
        sent, asked = f"{BASE}/{kind}/need-{need.id}", f"{BASE}/{kind}/offer-{offer.id}"
        nowhere = f"{BASE}/{kind}/need-{uuid4()}"
        for path in (sent, asked, nowhere):
            answer = client.get(path)
            assert answer.status_code == 401
            assert answer.get_json(force=True)["issue"][0]["code"] == "login"
        stranger = signed_in_as(cast.stranger)
        assert stranger.get(sent).status_code == 404
        assert stranger.get(sent).data == stranger.get(nowhere).data
        assert signed_in_as(cast.shelter_worker).get(asked).status_code == 404
        assert signed_in_as(cast.steward).get(sent).status_code == 403
        for path in (f"{BASE}/{kind}/{need.id}", f"{BASE}/{kind}/offer-{need.id}"):
            assert signed_in_as(cast.provider).get(path).status_code == 404
    assert got(signed_in_as(cast.stranger), "Task")["total"] == 0


def test_no_page_of_another_site_may_read_it_and_nothing_keeps_it(
    app: Flask, cast: Cast, signed_in_as: SignIn
) -> None:
    need = send(cast)
    answer = signed_in_as(cast.responder).get(
        f"{BASE}/Task/need-{need.id}", headers={"Origin": "https://elsewhere.example.org"}
    )
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_part_2_covers_carries_its_label_and_its_notice(app: Flask, cast: Cast) -> None:
    need = send(cast)
    view = referrals.need_for(acting(cast.responder), need.id)
    assert view is not None
    for kind in KINDS:
        plain = in_fhir._MAKE[kind](view)
        bound = in_fhir._MAKE[kind](replace(view, redisclosure_notice="42 CFR part 2 forbids it."))
        assert [label["code"] for label in plain["meta"]["security"]] == ["R"]
        assert [label["code"] for label in bound["meta"]["security"]] == ["R", "42CFRPart2"]
        assert bound["note"] == [{"text": "42 CFR part 2 forbids it."}]


def test_tasks_are_asked_for_by_status(app: Flask, cast: Cast, signed_in_as: SignIn) -> None:
    need = send(cast)
    browser = signed_in_as(cast.provider)
    assert got(browser, "Task?status=requested,accepted")["total"] == 1
    assert got(browser, "Task?status=completed")["total"] == 0
    for question in ("status=nonsense", "patient=1", "_include=Task:focus"):
        assert browser.get(f"{BASE}/Task?{question}").status_code == 400
    offer = offer_of(need)
    referrals.see_offer(acting(cast.provider), offer.id, version=offer.version)
    assert got(browser, f"Task/offer-{offer.id}")["businessStatus"]["coding"][0]["code"] == "seen"
