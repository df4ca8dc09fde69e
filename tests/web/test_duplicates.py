"""The steward's pages of what may be listed twice; an old link leads on."""

from collections.abc import Callable
from io import BytesIO
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
        assert browser.get("/steward/duplicates").status_code == 403
        assert browser.get(f"/steward/listings/{first}/sources").status_code == 403
        assert browser.post(path, data={"decision": "apart", "seen": "merged"}).status_code == 403
    assert client.get("/steward/duplicates").status_code in (302, 303, 401, 404)


def test_a_table_is_looked_at_tried_taken_in_and_its_mapping_kept(
    app: Flask, cast: Cast, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(cast.steward)
    rows = b"Record ID,Agency,Site,Address,City,State,Zip,Phone\n7,Full Plate,Main Hall,1 Oak St,Nashville,TN,37203,615-555-0101\n"

    def send(press: str, **more: str) -> Any:
        return browser.post(
            "/steward/tables", data={"press": press, "file": (BytesIO(rows), "list.csv"), **more},
            content_type="multipart/form-data",
        )  # fmt: skip

    large = browser.post(
        "/steward/tables", data={"press": "look", "file": (BytesIO(rows * 3000), "list.csv")}
    )
    assert large.status_code == 200, "larger than any other form"
    seen = send("look").text
    assert "<option selected>Agency</option>" in seen
    picked = {"name": "County list", "column-key": "Record ID", "column-organization": "Agency", "column-street": "Address",
              "column-city": "City", "column-state": "State", "column-zip": "Zip", "column-phone": "Phone"}  # fmt: skip
    assert "1 new" in send("check", **picked).text
    assert send("keep", **picked).status_code == 303
    assert send("take", kept="County list").status_code == 303
    assert db.session.scalars(select(d.Service.name).where(d.Service.source == "csv county-list")).all() == [
        "Full Plate"
    ]
    bad = send("check", name="County list")
    assert bad.status_code == 422
    assert "Choose the column" in bad.text
    assert browser.post("/steward/tables", data={"press": "look"}).status_code == 422
    assert signed_in_as(cast.provider).get("/steward/tables").status_code == 403
