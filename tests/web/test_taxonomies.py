"""The steward's lists of terms: a file taken in, terms given words, and search that knows them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.directory import models as d
from portal.directory.taxonomies import derive_words
from portal.search import catch_up, codes_of, rebuild
from portal.store import db, write
from tests.people import Cast

pytestmark = pytest.mark.sqlite_only

SignIn = Callable[[Any], FlaskClient]
CSV = b"code,name,parent_id\nF,Food,\nF-1,Soup kitchens,F\nX,Oddities,\n"
LISTS = "/steward/taxonomies"


def take(browser: FlaskClient, data: bytes = CSV, **more: str) -> Any:
    form = {
        "file": (BytesIO(data), "list.csv"),
        "name": "House List",
        "notice": "Agreement 7",
        "press": "take",
    } | more
    return browser.post(LISTS, data=form, content_type="multipart/form-data")


def term_named(name: str) -> d.TaxonomyTerm:
    return db.session.scalars(
        select(d.TaxonomyTerm).join(d.Taxonomy, d.Taxonomy.id == d.TaxonomyTerm.taxonomy_id)
        .where(d.TaxonomyTerm.name == name, d.Taxonomy.name == "House List")
    ).one()  # fmt: skip


def hits(client: FlaskClient) -> list[str]:
    found: Any = client.get("/search.json?care=food").json
    return [hit["id"] for hit in found["hits"]]


def test_a_list_is_taken_in_given_words_and_found_by_them(
    cast: Cast, client: FlaskClient, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(cast.steward)
    taken = take(browser)
    assert taken.status_code == 303
    page = browser.get(taken.headers["Location"]).text
    assert "Agreement 7" in page
    soup = term_named("Soup kitchens")
    with write() as session:
        session.add(d.ServiceTerm(service_number=cast.shelter.service.number, term_number=soup.number))
    rebuild()
    assert hits(client) == []
    assert "Stands for: Food" in page
    pressed = browser.post(taken.headers["Location"], data={"accept": f"{term_named('Food').id}:food"})
    assert pressed.status_code == 303
    assert derive_words() == 1
    catch_up()
    assert hits(client) == [str(cast.shelter.id)]
    assert "as above: Food" in browser.get(taken.headers["Location"]).text
    assert "House List: Agreement 7" in client.get("/about/data").text


def test_a_term_is_given_words_by_hand_and_the_choice_is_shown_again(
    cast: Cast, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(cast.steward)
    take(browser)
    assert "Its name says: Food" in browser.get(f"/steward/terms/{term_named('Food').id}").text
    browser.post(f"/steward/terms/{term_named('Food').id}", data={"words": ["food"]})
    below = browser.get(f"/steward/terms/{term_named('Soup kitchens').id}").text
    assert "Now as the term above it: Food" in below
    path = f"/steward/terms/{term_named('Oddities').id}"
    saved = browser.post(path, data={"words": ["legal", "free"]})
    assert saved.status_code == 303
    page = browser.get(path).text
    assert 'value="legal" checked' in page
    assert 'value="food" checked' not in page
    both = browser.post(path, data={"words": ["legal", "nothing"]})
    assert both.status_code == 422
    assert 'value="legal" checked' in both.text
    assert browser.post(path, data={"words": ["nonsense"]}).status_code == 422
    assert browser.post(path, data={}).status_code == 303
    assert 'value="legal" checked' not in browser.get(path).text


def test_checking_writes_nothing(cast: Cast, signed_in_as: SignIn) -> None:
    page = take(signed_in_as(cast.steward), press="check")
    assert page.status_code == 200
    assert "3 new, 0 changed" in page.text
    assert db.session.scalars(select(d.Taxonomy).where(d.Taxonomy.name == "House List")).all() == []


@pytest.mark.parametrize(
    ("data", "more", "words"),
    [
        (b"", {}, "The file is empty."),
        (b"id,name,parent_id\n1,Food,9\n", {}, "row 2: the term above it"),
        (CSV, {"name": "handrail"}, "a list that the portal keeps itself"),
        (CSV, {"name": ""}, "Say what this list is called."),
        (CSV, {"notice": "x" * 3000}, "This is too long."),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", {}, "declares entities"),
    ],
)
def test_a_bad_file_is_said_on_the_form(
    cast: Cast, signed_in_as: SignIn, data: bytes, more: dict[str, str], words: str
) -> None:
    page = take(signed_in_as(cast.steward), data, **more)
    assert page.status_code == 422
    assert words in page.text
    assert "<title>Error: " in page.text


def test_a_form_without_a_file_and_terms_that_are_not_there(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.steward)
    assert browser.post(LISTS, data={"name": "x"}).status_code == 422
    take(browser)
    listed = f"{LISTS}/{term_named('Food').taxonomy_id}"
    for pressed in ("x:food", f"{cast.community.id}:food", f"{term_named('Food').id}:nonsense", ""):
        assert browser.post(listed, data={"accept": pressed}).status_code == 422, pressed
    for path in (f"{LISTS}/{cast.community.id}", f"/steward/terms/{cast.community.id}"):
        assert browser.get(path).status_code == 404
        assert browser.post(path, data={}).status_code == 404, path
    assert browser.get(f"{listed}?page=-4&show=zzz&words=%00").status_code == 200


def test_only_a_steward_keeps_lists(cast: Cast, client: FlaskClient, signed_in_as: SignIn) -> None:
    take(signed_in_as(cast.steward))
    paths = (LISTS, f"{LISTS}/{term_named('Food').taxonomy_id}", f"/steward/terms/{term_named('Food').id}")
    for path in paths:
        assert client.get(path).status_code == 303
        for name, account in cast.everybody.items():
            if account is not cast.steward:
                assert signed_in_as(account).get(path).status_code == 403, name


def test_a_name_suggests_what_it_says_and_no_more() -> None:
    assert codes_of("Food Pantry") == ("food",)
    assert codes_of("Emergency Shelter")[:1] == ("shelter",)
    assert codes_of("Oddities") == ()
    assert codes_of("") == ()
