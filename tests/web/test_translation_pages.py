"""A listing in Spanish: written on its page, read on the public one and in a list of results."""

import pytest
from flask.testing import FlaskClient

from portal import search
from portal.directory import models as d
from portal.store import write
from tests.directory.test_edits import edit
from tests.people import Cast
from tests.web.forms import SignIn, press


@pytest.fixture
def county(cast: Cast) -> Cast:
    with write() as session:
        session.get_one(d.Community, cast.community.id).languages = ["en", "es"]
    edit(cast.steward, cast.crisis_center, description="Open to all adults", fees_description="Free")
    return cast


def test_written_beside_the_original_and_read_by_whoever_asks_for_it(
    client: FlaskClient, county: Cast, signed_in_as: SignIn
) -> None:
    provider, public = signed_in_as(county.provider), f"/services/{county.crisis_center.id}"
    path = f"/listings/{county.crisis_center.id}/translations/es"
    assert path in provider.get(f"/listings/{county.crisis_center.id}").text
    assert '<p class="lines" lang="en">Open to all adults</p>' in provider.get(path).text
    assert "lang=" not in client.get(public).text.split("<main")[1]
    done = press(provider, path, description="Abierto a toda <b>persona</b> adulta")
    assert (done.status_code, done.location) == (303, path)
    assert "Last right on" in provider.get(path).text
    for asked in ({"headers": {"Accept-Language": "es-US,es;q=0.9,en;q=0.5"}}, {"query_string": "lang=es"}):
        page = client.get(public, **asked).text  # type: ignore[arg-type]
        assert '<p class="lines" lang="es">Abierto a toda &lt;b&gt;persona&lt;/b&gt; adulta</p>' in page
        assert "<dd>Free</dd>" in page  # nobody has said it: it stands as written, in the page's own language
        assert "Put into this language by a person" in page
    for asked in ({}, {"query_string": "lang=xx"}, {"headers": {"Accept-Language": "fr"}}):
        page = client.get(public, **asked).text  # type: ignore[arg-type]
        assert "Open to all adults" in page
        assert 'lang="es" hreflang="es"' in page


@pytest.mark.sqlite_only
def test_a_card_of_the_results_has_its_name_in_the_reader_s_language(
    client: FlaskClient, county: Cast
) -> None:
    edit(county.steward, county.crisis_center, **{"name@es": "Centro de crisis"})
    search.catch_up()
    asked = {"Accept-Language": "es"}
    assert 'lang="es">Centro de crisis</a>' in client.get("/search?q=crisis", headers=asked).text
    assert ">Crisis Receiving</a>" in client.get("/search?q=crisis").text
    assert str(county.crisis_center.id) in client.get("/search.json?q=centro", headers=asked).text


@pytest.mark.sqlite_only
def test_two_at_once_and_still_right(county: Cast, signed_in_as: SignIn) -> None:
    path = f"/listings/{county.crisis_center.id}/translations/es"
    desk, steward = signed_in_as(county.provider), signed_in_as(county.steward)
    opened = desk.get(path).text
    assert press(steward, path, description="Uno").status_code == 303
    stale = press(desk, path, opened, description="Dos")
    assert stale.status_code == 409
    assert "<del>Uno</del>" in stale.text
    assert press(desk, path, stale.text).status_code == 303
    edit(county.steward, county.crisis_center, description="Open to everybody")
    page = desk.get(path).text
    assert "The text above has changed since." in page
    assert press(desk, path, page, right="description").status_code == 303
    assert "has changed since" not in desk.get(path).text


@pytest.mark.sqlite_only
def test_only_its_keepers_and_only_languages_of_the_community(county: Cast, signed_in_as: SignIn) -> None:
    path = f"/listings/{county.crisis_center.id}/translations/"
    for name, account in county.everybody.items():
        status = {"provider": 200, "steward": 200, "shelter_worker": 404}.get(name, 403)
        assert signed_in_as(account).get(path + "es").status_code == status, name
    steward = signed_in_as(county.steward)
    for language in ("en", "xx", "e" * 300, "%00"):
        assert steward.get(path + language).status_code == 404
    wrong = press(steward, path + "es", description="Hola \u202e")
    assert wrong.status_code == 422
    assert 'href="#description"' in wrong.text
