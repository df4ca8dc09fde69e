"""The pages of webhooks: a steward adds a system, copies its secret once, and sees what became of each call."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.directory import models as d
from portal.exchange.webhooks.models import Webhook
from portal.store import db, write
from tests.people import Cast

pytestmark = pytest.mark.sqlite_only
SignIn = Callable[[Any], FlaskClient]
GOOD = {"name": "State 211", "url": "https://hooks.example.org/in"}


def add(browser: FlaskClient) -> tuple[UUID, str]:
    answer = browser.post("/webhooks", data=GOOD)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200, page
    found = re.search(r"whsec_[A-Za-z0-9+/=]{44}", page)
    assert found
    return db.session.scalars(select(Webhook.id)).one(), found[0]


def test_the_secret_is_shown_once(app: Flask, cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.steward)
    made, secret = add(browser)
    for path in ("/webhooks", f"/webhooks/{made}"):
        page = browser.get(path).get_data(as_text=True)
        assert "State 211" in page
        assert secret not in page
    assert secret not in browser.post(f"/webhooks/{made}/secret").get_data(as_text=True)
    assert db.session.scalars(select(Webhook.secret)).one() != secret


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": "", "url": GOOD["url"]}, "Write who it is for."),
        ({"name": "x" * 81, "url": GOOD["url"]}, "80"),
        ({"name": "A", "url": "http://10.0.0.1/"}, "open internet"),
        ({"name": "A", "url": "not one"}, "open internet"),
        ({}, "Write an address."),
    ],
)
def test_what_cannot_be_taken_comes_back_filled_in_with_the_reason(
    app: Flask, cast: Cast, signed_in_as: SignIn, typed: dict[str, str], words: str
) -> None:
    answer = signed_in_as(cast.admin).post("/webhooks", data=typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert typed.get("url", "") in page
    assert db.session.scalars(select(Webhook)).all() == []


def test_it_is_paused_started_tested_told_again_and_removed(
    app: Flask, cast: Cast, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(cast.admin)
    made, _secret = add(browser)
    page = f"/webhooks/{made}"

    def press(what: str, **typed: str) -> int:
        return browser.post(f"{page}/{what}", data=typed).status_code

    assert press("state", wish="pause") == 303
    assert "Paused" in browser.get(page).get_data(as_text=True)
    assert press("state", wish="start") == 303
    assert press("state", wish="nonsense") == 400
    assert press("test") == 303
    assert press("replay", first="1") == 303
    assert press("replay", first="0") == 422
    assert press("replay", first="one") == 422
    assert press("replay", first="9" * 40) == 422
    assert press("removal") == 303
    assert browser.get(page).status_code == 404
    assert press("test") == 404


def test_only_who_manages_them_comes_in_and_only_to_those_of_the_own_community(
    app: Flask, cast: Cast, client: FlaskClient, signed_in_as: SignIn
) -> None:
    made, _secret = add(signed_in_as(cast.steward))
    assert client.get("/webhooks").status_code == 303
    for person in (cast.responder, cast.provider, cast.evaluator, cast.privacy_officer):
        assert signed_in_as(person).get(f"/webhooks/{made}").status_code == 403
    with write() as session:
        elsewhere = d.Community(id=uuid4(), name="Other County")
        session.add(elsewhere)
        session.flush()
        session.get_one(Webhook, made).community_id = elsewhere.id
    browser = signed_in_as(cast.steward)
    assert "State 211" not in browser.get("/webhooks").get_data(as_text=True)
    assert browser.get(f"/webhooks/{made}").status_code == 404
    assert browser.post(f"/webhooks/{made}/removal").status_code == 404
    assert browser.post(f"/webhooks/{made}/replay", data={"first": "1"}).status_code == 404
