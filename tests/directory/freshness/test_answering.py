"""The desk answers by the letter's link: still right, changed, or gone. Looking changes nothing; a steward hears the rest."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import directory
from portal.accounts.queries import actor_of
from portal.directory import models as d
from portal.store import Refused, db
from tests.directory.freshness.steps import ask, later, letter_id, only, shown, states, token
from tests.people import Cast
from tests.web.forms import press


def test_one_button_confirms_without_an_account(cast: Cast, client: FlaskClient) -> None:
    only(cast.crisis_center, cast.shelter)
    ask()
    path = f"/confirmation/{token()}"
    page = client.get(path)
    assert page.status_code == 200
    assert "615-555-0123" in page.text
    assert states() == ["asked"]
    key = str(cast.crisis_center.service_id)
    done = press(client, path, press=f"right:{key}")
    assert done.status_code == 303
    assert "confirmed today" in client.get(done.headers["Location"]).text
    assert shown(cast.crisis_center).freshness.words == "Confirmed today"
    service = db.session.get_one(d.ServiceAtLocation, cast.crisis_center.number).service
    assert service.assurer_email == cast.crisis_center.desk.email
    assert cast.crisis_center.desk.email not in client.get(f"/services/{cast.crisis_center.id}").text


@pytest.mark.sqlite_only
def test_opening_the_link_ten_times_changes_nothing(cast: Cast, client: FlaskClient) -> None:
    only(cast.crisis_center, cast.shelter)
    ask()
    before = shown(cast.crisis_center).assured_date
    for _time in range(10):
        assert client.get(f"/confirmation/{token()}", headers={"Sec-Purpose": "prefetch"}).status_code == 200
    assert client.head(f"/confirmation/{token()}").status_code == 200
    assert (states(), shown(cast.crisis_center).assured_date) == (["asked"], before)


@pytest.mark.sqlite_only
def test_a_link_that_we_did_not_make_opens_nothing(cast: Cast, client: FlaskClient) -> None:
    only(cast.crisis_center, cast.shelter)
    ask()
    for broken in (token() + "x", token()[:-4], token()[5:], "a.b.c"):
        assert client.get(f"/confirmation/{broken}").status_code == 404
        assert client.post(f"/confirmation/{broken}", data={"press": "right"}).status_code == 404
    assert states() == ["asked"]


@pytest.mark.sqlite_only
def test_what_has_changed_is_a_stewards_to_write_and_the_page_says_call_first(
    cast: Cast, client: FlaskClient
) -> None:
    only(cast.crisis_center, cast.shelter)
    ask()
    key, path = str(cast.crisis_center.service_id), f"/confirmation/{token()}"
    refused = press(client, path, press=f"changed:{key}")
    assert refused.status_code == 422
    assert "Say in a few words" in refused.text
    done = press(
        client, path, **{"press": f"changed:{key}", f"words-{key}": "New number, <b>615-555-0777</b>"}
    )
    assert done.status_code == 303
    report = directory.open_reports(actor_of(cast.steward)).rows[0]
    assert (report.source, report.what, report.words) == ("desk", "other", "New number, <b>615-555-0777</b>")
    assert shown(cast.crisis_center).freshness.words == "Something here may be wrong: call first"
    assert states() == ["changed"]
    assert client.post(path, data={"press": "right"}).status_code == 303
    assert states() == ["changed"]  # "all are right" is of those that wait


@pytest.mark.sqlite_only
def test_a_silent_letter_still_takes_a_late_answer(cast: Cast) -> None:
    only(cast.crisis_center, cast.shelter)
    ask()
    for day in (7, 14, 21):
        with later(days=day):
            ask()
    assert states() == ["silent"]
    with later(days=25):
        assert directory.confirm_by_letter(letter_id(), [cast.crisis_center.service_id]) == 1
        assert shown(cast.crisis_center).freshness.days == 0
    assert states() == ["confirmed"]


@pytest.mark.sqlite_only
def test_a_letter_speaks_for_its_own_services_alone(cast: Cast) -> None:
    only(cast.crisis_center, cast.shelter)
    ask()
    assert directory.confirm_by_letter(letter_id(), [cast.shelter.service_id]) == 0
    assert directory.tell_by_letter(letter_id(), cast.shelter.service_id, "gone") is None
    with pytest.raises(Refused):
        directory.tell_by_letter(letter_id(), cast.crisis_center.service_id, "delete")


@pytest.mark.sqlite_only
@pytest.mark.parametrize("words", ["x" * 501, "nul\x00", "\u202eright to left"])
def test_words_that_cannot_be_kept_are_refused_and_nothing_is_written(cast: Cast, words: str) -> None:
    only(cast.crisis_center, cast.shelter)
    ask()
    with pytest.raises(Refused):
        directory.tell_by_letter(letter_id(), cast.crisis_center.service_id, "changed", words)
    assert states() == ["asked"]
    assert db.session.scalar(select(d.ListingReport.id).limit(1)) is None


@pytest.mark.sqlite_only
def test_a_letter_of_gone_services_says_that_nothing_waits(cast: Cast, client: FlaskClient) -> None:
    only(cast.crisis_center, cast.shelter)
    ask()
    path = f"/confirmation/{token()}"
    with db.session.begin_nested():
        db.session.get_one(d.ServiceAtLocation, cast.crisis_center.number).service.status = "defunct"
    db.session.commit()
    assert "Nothing of this letter waits" in client.get(path).text
