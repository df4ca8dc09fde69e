"""Notices in browsers over real HTTP: signed, without a word in them, only to push services of the open internet."""

import base64
import json
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from flask import Flask
from sqlalchemy import select

from portal.messages import (
    Letter,
    choose,
    enqueue_for,
    posting,
    public_key,
    push_mode,
    send_due,
    subscribe,
    unsubscribe,
)
from portal.messages.models import Delivery, Message, PushSubscription
from portal.store import Actor, Refused, db
from tests.messages.conftest import Setting
from tests.messages.httpserver import HttpServer

ME = Actor(kind="account", account_id=UUID(int=7), name="Robin")
KEY = base64.urlsafe_b64encode(bytes(range(1, 33))).rstrip(b"=").decode()
pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def service(app: Flask, setting: Setting) -> object:
    with HttpServer(usual=(201, "")) as server:
        setting(vapid_key=KEY, push_loopback=True)
        subscribe(ME, f"{server.url}/push/abc")
        choose(ME, channel="push", quiet_from=None, quiet_to=None, zone="America/Chicago", holds_urgent=False)
        yield server


def ring(key: str = "k1") -> Message:
    letter = Letter("test", "robin@test.invalid", "You have a new item", "Secret words", "<p>x</p>", key)
    enqueue_for(UUID(int=7), letter, "/needs", urgent=True)
    send_due()
    db.session.expire_all()
    return db.session.scalars(select(Message).where(Message.key == key)).one()


def details() -> list[tuple[str, str, str]]:
    rows = db.session.scalars(select(Delivery).order_by(Delivery.number))
    return [(row.transport, row.result, row.detail) for row in rows]


def unpacked(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_a_notice_has_no_words_and_is_signed_with_the_key_that_the_browser_knows(
    app: Flask, service: HttpServer
) -> None:
    assert ring().state == "sent"
    (asked,) = service.asked
    assert (asked.path, asked.body) == ("/push/abc", b"")
    assert asked.headers["Content-Length"] == "0"
    assert asked.headers["TTL"] == "86400"
    token, _, key = asked.headers["Authorization"].removeprefix("vapid t=").partition(",k=")
    assert key == public_key()
    head, claims, signature = token.split(".")
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpacked(key))
    raw = unpacked(signature)
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    point.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    said = json.loads(unpacked(claims))
    assert said["aud"] == service.url
    assert said["sub"] == "mailto:handrail@demo.invalid"
    assert "Secret" not in str(asked)


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten_and_its_owner_gets_mail(
    app: Flask, service: HttpServer, status: int
) -> None:
    service.answers = [(status, "")]
    found = ring()
    assert (found.channel, found.state) == ("mail", "queued")
    assert db.session.scalars(select(PushSubscription)).all() == []
    assert ring("k2").channel == "mail"


def test_one_browser_of_two_is_enough(app: Flask, service: HttpServer) -> None:
    subscribe(ME, f"{service.url}/push/second")
    service.answers = [(410, "")]
    assert ring().state == "sent"
    assert len(db.session.scalars(select(PushSubscription)).all()) == 1


def test_a_push_service_in_trouble_is_asked_again(app: Flask, service: HttpServer) -> None:
    service.answers = [(503, "")]
    assert (ring().channel, ring().state) == ("push", "queued")
    assert details() == [("on", "temporary", "503")]


def test_a_redirect_is_not_followed(app: Flask, service: HttpServer) -> None:
    service.answers = ["away"]
    assert ring().channel == "mail"
    assert [asked.path for asked in service.asked] == ["/push/abc"]


def test_a_slow_push_service_is_cut_off(
    app: Flask, service: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "TIMEOUT", 0.3)
    service.answers = ["drip"]
    ring()
    assert details() == [("on", "temporary", "timeout")]


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.org/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://2130706433/x",
        "https://0177.0.0.1/x",
        "https://169.254.169.254/latest",
        "https://localhost/x",
        "https://push.example.org:22/x",
        "https://push.example.org:8443/x",
        "https://user:pw@push.example.org/x",
        "https://push.example.org/x#y",
        "file:///etc/passwd",
        "gopher://push.example.org/",
        "https://push.example.org/" + "x" * 3000,
        "https://push.example.org/é",
        "https://push.example.org/a b",
        "https://",
        "",
        "https://[",
    ],
)
def test_an_address_that_is_no_push_service_is_refused(app: Flask, setting: Setting, endpoint: str) -> None:
    setting(vapid_key=KEY)
    with pytest.raises(Refused):
        subscribe(ME, endpoint)
    assert db.session.scalars(select(PushSubscription)).all() == []


def test_a_name_that_leads_inside_is_never_connected_to(
    app: Flask, setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the name looked well when it was stored, and now resolves to this machine."""
    with HttpServer() as server:
        setting(vapid_key=KEY)
        subscribe(ME, "https://push.example.org/x")
        choose(ME, channel="push", quiet_from=None, quiet_to=None, zone="America/Chicago", holds_urgent=False)
        inside = [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("127.0.0.1", server.port))]
        monkeypatch.setattr(posting.socket, "getaddrinfo", lambda *_a, **_k: inside)
        assert ring().channel == "mail"
        assert server.asked == []
    assert details() == [("on", "permanent", "refused")]
    assert db.session.scalars(select(PushSubscription)).all() == []


def test_a_browser_that_changes_hands_shows_only_the_new_owners_notices(
    app: Flask, service: HttpServer
) -> None:
    other = Actor(kind="account", account_id=UUID(int=8))
    subscribe(other, f"{service.url}/push/abc")
    assert ring().channel == "mail"
    assert service.asked == []
    assert unsubscribe(other) == 1


def test_push_is_off_without_a_key_and_on_an_address_where_browsers_do_not_allow_it(
    app: Flask, setting: Setting
) -> None:
    assert push_mode() == "off"
    assert public_key() == ""
    with pytest.raises(Refused):
        subscribe(ME, "https://push.example.org/x")
    setting(vapid_key=KEY, base_url="http://handrail.example.org")
    assert push_mode() == "off"
    setting(vapid_key=KEY, base_url="https://handrail.example.org")
    assert push_mode() == "on"


def test_ten_browsers_are_kept_the_oldest_goes(app: Flask, setting: Setting) -> None:
    setting(vapid_key=KEY)
    for number in range(13):
        subscribe(ME, f"https://push.example.org/{number}")
    kept = {row.endpoint for row in db.session.scalars(select(PushSubscription))}
    assert len(kept) == 10
    assert "https://push.example.org/12" in kept
    assert "push.example" not in repr(
        db.session.connection().exec_driver_sql("SELECT * FROM push_subscription").all()
    )
