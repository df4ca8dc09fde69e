"""Other systems hear of changes: over real HTTP, signed so that a library of the specification agrees, in order, until taken."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text
from standardwebhooks.webhooks import Webhook as Judge

from portal import exchange
from portal.accounts import actor_for_token, start_session
from portal.directory import models as d
from portal.directory import record_change
from portal.exchange.webhooks import sending
from portal.exchange.webhooks.models import Webhook, WebhookTry
from portal.exchange.webhooks.telling import next_call
from portal.messages import posting
from portal.messages.models import Message
from portal.referrals import NotHere
from portal.store import Actor, Refused, clock, db, write
from tests.messages.httpserver import Asked, HttpServer
from tests.people import Cast

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def receiver(migrated: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpServer]:
    """Another system, on this machine, which the install's settings allow for this test."""
    allowed = replace(migrated.extensions["settings"], push_loopback=True)
    monkeypatch.setitem(migrated.extensions, "settings", allowed)
    with HttpServer(usual=(204, "")) as server:
        yield server


def steward(cast: Cast) -> Actor:
    found = actor_for_token(start_session(cast.steward.id))
    assert found is not None
    return found


def added(cast: Cast, server: HttpServer) -> Webhook:
    """One that has taken its test."""
    made, _secret = exchange.add_webhook(steward(cast), "State 211", f"{server.url}/in")
    exchange.send_webhooks()
    server.asked.clear()
    return db.session.get_one(Webhook, made)


def change(*listings: d.ServiceAtLocation) -> None:
    with write() as session:
        record_change(session, *(listing.number for listing in listings))


def said(asked: Asked) -> dict[str, Any]:
    found: dict[str, Any] = asked.json["data"]
    return found


def stands(hook: Webhook) -> tuple[str, int]:
    db.session.rollback()
    db.session.refresh(hook)
    return hook.state, hook.position


def test_a_change_is_told_by_ids_and_signed_as_the_specification_says(
    app: Flask, cast: Cast, receiver: HttpServer
) -> None:
    hook = added(cast, receiver)
    change(cast.crisis_center)
    assert exchange.send_webhooks() == 1
    (asked,) = receiver.asked
    assert Judge(hook.secret).verify(asked.body, {k.lower(): v for k, v in asked.headers.items()})
    assert asked.json["type"] == "listings.changed"
    (told,) = said(asked)["listings"]
    assert told["service_at_location_id"] == str(cast.crisis_center.id)
    assert told["page"] == f"http://localhost/services/{cast.crisis_center.id}"
    assert set(told) == {
        "number", "at", "service_at_location_id", "service_id", "organization_id", "status", "merged_into", "page", "api",
    }  # fmt: skip
    assert exchange.send_webhooks() == 0
    assert stands(hook) == ("active", told["number"])


def test_no_word_of_a_listing_is_in_a_call(app: Flask, cast: Cast, receiver: HttpServer) -> None:
    added(cast, receiver)
    change(cast.victim_service, cast.crisis_center)
    exchange.send_webhooks()
    body = receiver.asked[0].body.decode()
    assert str(cast.victim_service.id) in body
    for word in (
        "Haven",
        "Davidson",
        "Main St",
        "555-",
        'location_id":"' + str(cast.victim_service.location_id),
    ):
        assert word not in body


def test_the_first_call_is_a_test_and_what_was_before_is_not_told(
    app: Flask, cast: Cast, receiver: HttpServer
) -> None:
    _made, secret = exchange.add_webhook(steward(cast), "State 211", f"{receiver.url}/in")
    assert exchange.send_webhooks() == 1
    assert exchange.send_webhooks() == 0
    (asked,) = receiver.asked
    Judge(secret).verify(asked.body, {k.lower(): v for k, v in asked.headers.items()})
    assert (asked.json["type"], said(asked)) == ("test", {})


def test_several_changes_of_a_listing_are_told_once_and_those_of_others_not_at_all(
    app: Flask, cast: Cast, receiver: HttpServer
) -> None:
    hook = added(cast, receiver)
    with write() as session:
        elsewhere = d.Community(name="Other County")
        session.add(elsewhere)
        session.flush()
        cast.shelter.service.organization.community_id = elsewhere.id
    change(cast.crisis_center, cast.shelter)
    change(cast.crisis_center)
    exchange.send_webhooks()
    (asked,) = receiver.asked
    assert [each["service_id"] for each in said(asked)["listings"]] == [str(cast.crisis_center.service_id)]
    receiver.asked.clear()
    change(cast.shelter)
    newest = db.session.scalars(select(d.Change.number).order_by(d.Change.number.desc())).first()
    exchange.send_webhooks()
    assert receiver.asked == []
    assert stands(hook) == ("active", newest)


def test_many_changes_go_in_several_calls_in_their_order(
    app: Flask, cast: Cast, receiver: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.exchange.webhooks.telling.MOST", 2)
    added(cast, receiver)
    change(cast.crisis_center, cast.shelter, cast.detox, cast.hotline, cast.crisis_center)
    assert exchange.send_webhooks() == 3
    numbers = [each["number"] for asked in receiver.asked for each in said(asked)["listings"]]
    assert len(numbers) == 5
    assert numbers == sorted(numbers)


def test_what_was_not_taken_comes_again_under_the_same_id_and_nothing_is_lost(
    app: Flask, cast: Cast, receiver: HttpServer
) -> None:
    hook = added(cast, receiver)
    receiver.answers = [(500, ""), "drop", "away", (404, "")]
    change(cast.crisis_center)
    with time_machine.travel(clock.now(), tick=False) as now:
        for _ in range(5):
            exchange.send_webhooks()
            exchange.send_webhooks()  # not due: nobody is called
            now.shift(timedelta(hours=1))
    assert len(receiver.asked) == 5
    assert {asked.path for asked in receiver.asked} == {"/in"}, "a redirect was followed"
    assert len({asked.headers["webhook-id"] for asked in receiver.asked}) == 1
    assert len({asked.headers["webhook-timestamp"] for asked in receiver.asked}) == 5
    assert stands(hook)[0] == "active"
    assert exchange.send_webhooks() == 0
    tries = db.session.scalars(select(WebhookTry).where(WebhookTry.kind == "changes")).all()
    assert [each.detail for each in tries][-1] == "ok"
    assert [each.delivered for each in tries] == [False] * 4 + [True]


def test_one_that_never_answers_is_parked_and_those_who_look_after_it_get_a_letter(
    app: Flask, cast: Cast, receiver: HttpServer
) -> None:
    hook = added(cast, receiver)
    receiver.usual = (503, "")
    change(cast.crisis_center)
    with time_machine.travel(clock.now(), tick=False) as now:
        began = clock.now()
        for _ in range(40):
            exchange.send_webhooks()
            db.session.refresh(hook)
            if hook.state == "parked":
                break
            now.move_to(hook.next_try_at)
        assert timedelta(days=2) < clock.now() - began < timedelta(days=4)
    letters = db.session.scalars(select(Message).where(Message.letter == "exchange/webhook_parked")).all()
    assert {letter.to_address for letter in letters} == {cast.steward.email, cast.admin.email}
    assert all(receiver.url not in letter.text + letter.html for letter in letters)
    receiver.usual = (200, "")
    receiver.asked.clear()
    exchange.start_webhook(steward(cast), hook.id)
    assert exchange.send_webhooks() == 1
    assert len(said(receiver.asked[0])["listings"]) == 1


def test_gone_means_gone(app: Flask, cast: Cast, receiver: HttpServer) -> None:
    hook = added(cast, receiver)
    receiver.answers = [(410, "")]
    change(cast.crisis_center)
    exchange.send_webhooks()
    assert stands(hook)[0] == "parked"


def test_told_again_from_a_number_under_new_ids(app: Flask, cast: Cast, receiver: HttpServer) -> None:
    hook = added(cast, receiver)
    change(cast.crisis_center)
    change(cast.shelter)
    exchange.send_webhooks()
    first = said(receiver.asked[0])["from"]
    exchange.replay_webhook(steward(cast), hook.id, first)
    exchange.send_webhooks()
    once, again = receiver.asked
    assert said(again) == said(once)
    assert again.headers["webhook-id"] != once.headers["webhook-id"]
    for wrong in (0, -1, first + 1000, 2**70):
        with pytest.raises(Refused):
            exchange.replay_webhook(steward(cast), hook.id, wrong)


def test_a_replay_that_is_asked_for_during_a_call_is_not_overwritten_by_its_end(
    app: Flask, cast: Cast, receiver: HttpServer
) -> None:
    hook = added(cast, receiver)
    change(cast.crisis_center)
    claimed = sending._claim(hook.id)
    assert claimed is not None
    assert sending._claim(hook.id) is None, "two workers had it at once"
    exchange.replay_webhook(steward(cast), hook.id, 1)
    told = next_call(claimed.id, claimed.community_id, claimed.position, claimed.replays)
    assert told is not None
    sending._note(claimed, told, "")
    assert stands(hook) == ("active", 0)


def test_a_claim_of_a_worker_that_died_ends(app: Flask, cast: Cast, receiver: HttpServer) -> None:
    hook = added(cast, receiver)
    change(cast.crisis_center)
    assert sending._claim(hook.id)
    assert exchange.send_webhooks() == 0
    with time_machine.travel(clock.now() + timedelta(minutes=3), tick=False):
        assert exchange.send_webhooks() == 1


def test_paused_it_hears_nothing_and_later_all(app: Flask, cast: Cast, receiver: HttpServer) -> None:
    hook = added(cast, receiver)
    exchange.pause_webhook(steward(cast), hook.id)
    change(cast.crisis_center)
    assert exchange.send_webhooks() == 0
    exchange.start_webhook(steward(cast), hook.id)
    assert exchange.send_webhooks() == 1


def test_a_slow_answer_is_cut_off_and_another_webhook_does_not_wait_for_it(
    app: Flask, cast: Cast, receiver: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "TIMEOUT", 0.3)
    added(cast, receiver)
    with HttpServer(usual=(200, "")) as other:
        added(cast, other)
        receiver.answers = ["drip"]
        change(cast.crisis_center)
        assert exchange.send_webhooks() == 1
        assert len(other.asked) == 1
    details = set(db.session.scalars(select(WebhookTry.detail).where(WebhookTry.kind == "changes")))
    assert details == {"timeout", "ok"}


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/x", "https://127.0.0.1/x", "https://[::1]/x", "https://0/", "https://2130706433/",
        "https://0177.0.0.1/", "https://169.254.169.254/latest", "https://10.0.0.1/", "https://localhost/x",
        "https://example.org:22/", "https://example.org:25/", "https://user:pw@example.org/", "file:///etc/passwd",
        "gopher://example.org/", "ftp://example.org/", "javascript:alert(1)", "https://example.org/#x",
        "https://example.org/" + "x" * 3000, "https://exa mple.org/", "https://", "", "https://[", "\x00",
    ],
)  # fmt: skip
def test_an_address_inside_or_of_another_kind_is_refused(app: Flask, cast: Cast, url: str) -> None:
    with pytest.raises(Refused) as refused:
        exchange.add_webhook(steward(cast), "Somebody", url)
    assert refused.value.field == "url"


def test_a_name_that_leads_inside_is_not_connected_to(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the name was fine when it was typed, and now points at this machine."""
    connected: list[Any] = []
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: inside)
    monkeypatch.setattr(socket, "create_connection", lambda *args, **_more: connected.append(args))
    made, _secret = exchange.add_webhook(steward(cast), "Somebody", "https://hooks.example.org/x")
    exchange.send_webhooks()
    change(cast.crisis_center)
    exchange.send_webhooks()
    assert connected == []
    assert stands(db.session.get_one(Webhook, made))[0] == "parked"


def test_address_and_secret_are_sealed_and_the_trail_holds_neither(
    app: Flask, cast: Cast, receiver: HttpServer
) -> None:
    made, secret = exchange.add_webhook(steward(cast), "State 211", f"{receiver.url}/in?key=hush")
    raw = json.dumps([str(row) for row in db.session.execute(text("SELECT * FROM webhook"))])
    raw += json.dumps([str(row) for row in db.session.execute(text("SELECT * FROM audit_entry"))])
    assert secret not in raw
    assert "hush" not in raw
    assert made.hex in raw or str(made) in raw


def test_a_stranger_finds_none_of_it(app: Flask, cast: Cast, receiver: HttpServer) -> None:
    hook = added(cast, receiver)
    stranger = replace(steward(cast), community_id=uuid4())
    assert exchange.webhooks_for(stranger) == []
    for verb in (
        exchange.webhook_for,
        exchange.pause_webhook,
        exchange.start_webhook,
        exchange.try_webhook,
        exchange.renew_webhook_secret,
        exchange.remove_webhook,
    ):
        with pytest.raises(NotHere):
            verb(stranger, hook.id)


def test_tries_are_kept_a_month(app: Flask, cast: Cast, receiver: HttpServer) -> None:
    added(cast, receiver)
    assert exchange.purge_tries() == 0
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        assert exchange.purge_tries() == 1
