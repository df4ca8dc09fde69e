"""The steward's pages of what may be listed twice; an old link leads on."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import directory
from portal.directory import models as d
from portal.store import db
from portal.store.actor import TERMINAL
from tests.directory.test_merging import add, twice
from tests.people import Cast
from tests.web.forms import press

SignIn = Callable[[Any], FlaskClient]


def the_pair(level: str) -> UUID:
    return db.session.scalars(select(d.DuplicatePair.id).where(d.DuplicatePair.level == level)).one()


def test_a_steward_looks_at_two_side_by_side_and_says_one(
    app: Flask, cast: Cast, signed_in_as: SignIn
) -> None:
    first = add(cast, "book", "River House", "", "12 Oak Street")
    add(cast, "licenses", "Northern Lights", "", "12 Oak Street")
    directory.find_duplicates(TERMINAL)
    browser = signed_in_as(cast.steward)
    page = browser.get("/steward/duplicates").text
    for words in (
        "Is this one place?",
        "River House",
        "Northern Lights",
        "Same phone: 6155550180",
        "From book",
    ):
        assert words in page
    path = f"/steward/duplicates/{the_pair('place')}"
    done = press(browser, "/steward/duplicates", to=path, decision="merge")
    assert done.status_code == 303
    assert "Take apart" in browser.get("/steward/duplicates?state=merged").text
    late = browser.post(path, data={"decision": "apart", "seen": "waiting"})
    assert late.status_code == 409
    assert browser.post(path, data={"decision": "perhaps"}).status_code == 422
    apart = press(browser, "/steward/duplicates?state=merged", to=path, decision="apart")
    assert apart.status_code == 303
    assert directory.stands_for(first) is None


def test_an_old_link_leads_on_and_the_page_says_where_the_facts_come_from(
    app: Flask, cast: Cast, client: FlaskClient, signed_in_as: SignIn
) -> None:
    first, second = twice(cast)
    directory.find_duplicates(TERMINAL)
    moved = client.get(f"/services/{second}")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/services/{first}")
    shown = client.get(f"/services/{first}").text
    assert "615-555-0180" in shown
    assert "(615) 555-0181" in shown
    browser = signed_in_as(cast.steward)
    assert browser.get(f"/steward/listings/{second}/sources").status_code == 301
    page = browser.get(f"/steward/listings/{first}/sources").text
    for words in ("book", "licenses", "stands for all", "RIVER HOUSE, INCORPORATED", "Merged by rule"):
        assert words in page


def test_nobody_else_sees_or_decides(
    app: Flask, cast: Cast, client: FlaskClient, signed_in_as: SignIn
) -> None:
    first, _second = twice(cast)
    directory.find_duplicates(TERMINAL)
    path = f"/steward/duplicates/{the_pair('listing')}"
    for person in (cast.provider, cast.stranger, cast.evaluator):
        browser = signed_in_as(person)
        assert browser.get("/steward/duplicates").status_code == 404
        assert browser.get(f"/steward/listings/{first}/sources").status_code == 404
        assert browser.post(path, data={"decision": "apart", "seen": "merged"}).status_code == 404
    assert client.get("/steward/duplicates").status_code in (302, 303, 401, 404)
