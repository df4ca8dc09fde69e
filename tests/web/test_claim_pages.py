"""Claiming a listing through a browser: from the public page to the first edit, and the steward's page."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.directory import models as d
from portal.messages.models import Message
from portal.store import db, write
from tests.people import Cast
from tests.web.forms import SignIn, press, told

OWN = "dana@detox.example"


def mailed(email: str, purpose: str) -> str:
    db.session.expire_all()
    texts = db.session.scalars(
        select(Message.text).where(Message.to_address == email).order_by(Message.created_at)
    ).all()
    paths = [found[0] for text in texts if (found := re.search(rf"/{purpose}/[\w.~-]+", text))]
    assert paths, f"no letter with a link to /{purpose}/"
    return paths[-1]


def claimed(browser: FlaskClient, listing: d.ServiceAtLocation, email: str = OWN) -> str:
    """Ask, and return the path of the mailed link."""
    asked = press(browser, f"/services/{listing.id}/claim", email=email, name="Dana Desk", words="Intake")
    assert (asked.status_code, asked.location) == (303, "/claim/asked")
    assert "Look at your mail" in browser.get("/claim/asked").text
    return mailed(email, "claim")


@pytest.fixture
def site(cast: Cast) -> Cast:
    with write() as session:
        session.get_one(
            d.Organization, cast.detox.service.organization_id
        ).website = "https://www.detox.example"
    return cast


def test_from_the_public_page_to_the_first_edit(
    client: FlaskClient, site: Cast, signed_in_as: SignIn
) -> None:
    assert f"/services/{site.detox.id}/claim" in client.get(f"/services/{site.detox.id}").text
    path = claimed(client, site.detox)
    for _scanner in range(3):
        assert client.get(path, headers={"Sec-Purpose": "prefetch"}).status_code == 200
        assert client.head(path).status_code == 200
    on = press(client, path)
    assert on.status_code == 303
    join = on.location.removeprefix("http://localhost")
    assert join.startswith("/invitation/")
    assert "Keeper of listings, Test Detox" in client.get(join).text
    came = press(client, join, name="Dana Desk", phone="", password="three words and a horse")
    assert (came.status_code, came.location) == (303, "/listings")
    listings = client.get("/listings").text
    assert "Withdrawal Unit" in listings
    assert "Crisis Receiving" not in listings
    assert press(client, f"/listings/{site.detox.id}", alert="Ring twice").status_code == 303
    assert "Ring twice" in client.get(f"/services/{site.detox.id}").text
    assert client.get("/inbox").status_code == 403
    assert client.get(f"/listings/{site.crisis_center.id}").status_code == 404
    assert client.get(path).status_code == 410
    assert client.post(path).status_code == 410
    steward = signed_in_as(site.steward)
    assert OWN in steward.get("/steward/claims").text


def test_a_doubtful_claim_waits_and_a_steward_s_word_opens_it(
    client: FlaskClient, site: Cast, signed_in_as: SignIn
) -> None:
    on = press(client, claimed(client, site.detox, "dana@gmail.com"))
    assert (on.status_code, on.location) == (303, "/claim/waiting")
    assert "Somebody here looks at it" in client.get("/claim/waiting").text
    steward = signed_in_as(site.steward)
    page = steward.get("/steward/claims").text
    assert "free mail service" in page
    assert "dana@gmail.com" in page
    assert "/steward/claims" in steward.get("/steward").text
    address = re.search(r"/steward/claims/[0-9a-f-]{36}", page)
    assert address
    assert press(steward, "/steward/claims", page, to=address[0], decision="x").status_code == 422
    assert press(steward, "/steward/claims", page, to=address[0], decision="editor").status_code == 303
    assert press(steward, "/steward/claims", page, to=address[0], decision="refuse").status_code == 409
    assert "Keeper of listings" in client.get(mailed("dana@gmail.com", "invitation")).text


@pytest.mark.sqlite_only
def test_every_fault_stands_beside_its_field(client: FlaskClient, site: Cast) -> None:
    path = f"/services/{site.detox.id}/claim"
    wrong = press(client, path, email="nothing", name="", words="Kept words")
    assert wrong.status_code == 422
    assert "Kept words" in wrong.text
    assert press(client, path, email="nothing", name="Dana").status_code == 422
    assert client.get("/services/00000000-0000-4000-8000-000000000000/claim").status_code == 404
    with write() as session:
        session.get_one(d.Service, site.detox.service.number).status = "defunct"
    assert client.get(path).status_code == 404


@pytest.mark.sqlite_only
def test_the_answer_is_the_same_whoever_is_named(client: FlaskClient, site: Cast) -> None:
    path = f"/services/{site.detox.id}/claim"
    answers = set()
    for email in (site.provider.email, "nobody@gmail.com", OWN, "x@elsewhere.example"):
        answer = press(client, path, email=email, name="Dana")
        answers.add((answer.status_code, answer.location, told(client.get(answer.location).text)))
    assert len(answers) == 1
    last = [press(client, path, email=OWN, name="Dana").status_code for _time in range(8)]
    assert last[0] == 303
    assert last[-1] == 429


@pytest.mark.sqlite_only
def test_only_a_steward_opens_the_claims(app: Flask, site: Cast, signed_in_as: SignIn) -> None:
    for name, account in site.everybody.items():
        browser = signed_in_as(account)
        assert browser.get("/steward/claims").status_code == (200 if name == "steward" else 403), name
        sent = press(
            browser,
            "/account",
            to="/steward/claims/00000000-0000-4000-8000-000000000000",
            decision="provider",
        )
        assert sent.status_code == (404 if name == "steward" else 403), name
    assert app.test_client().get("/steward/claims").status_code == 303
