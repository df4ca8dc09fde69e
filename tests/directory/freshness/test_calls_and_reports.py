"""The steward's call list and call log; what people say is wrong, without an account, and the answer that goes back."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import directory, search
from portal.accounts.queries import actor_of
from portal.directory import models as d
from portal.directory.freshness.interest import Wanted
from portal.store import Conflict, Refused, clock, db, write
from portal.store.actor import ANONYMOUS
from portal.store.tallies import month_of
from tests.directory.freshness.steps import assured, later, letters, shown
from tests.people import Cast
from tests.web.forms import SignIn, press


def due(cast: Cast) -> list[UUID]:
    db.session.expire_all()
    return [line.listing.id for line in directory.due_list(actor_of(cast.steward)).rows]


def everything(cast: Cast, days_ago: int | None) -> None:
    for row in (cast.crisis_center, cast.shelter, cast.detox, cast.victim_service, cast.hotline):
        assured(row, days_ago)


def wanted(**times: d.ServiceAtLocation) -> dict[Wanted, int]:
    month = month_of(clock.now().date())
    return {Wanted(row.number, month, "shown"): int(key[1:]) for key, row in times.items()}


def test_most_wanted_and_longest_silent_stand_first(cast: Cast) -> None:
    everything(cast, 0)
    assured(cast.crisis_center, 100)  # a little over 90 days
    assured(cast.shelter, 180)  # twice as long
    assured(cast.detox, 100)
    assert due(cast)[0] == cast.shelter.id
    directory.add_wanted(wanted(n50=cast.detox, n9=cast.crisis_center))
    assert due(cast) == [cast.detox.id, cast.crisis_center.id, cast.shelter.id]
    line = directory.due_list(actor_of(cast.steward)).rows[0]
    assert (line.wanted, line.why) == (50, ("stale",))


@pytest.mark.sqlite_only
def test_nobody_but_a_steward_has_a_call_list(cast: Cast, signed_in_as: SignIn) -> None:
    everything(cast, None)
    for person in cast.everybody.values():
        rows = directory.due_list(actor_of(person)).total
        assert (rows > 0) == (person is cast.steward), person.name
        done = directory.log_call(actor_of(person), cast.detox.id, "no_answer")
        assert done is (True if person is cast.steward else None)
    browser = signed_in_as(cast.provider)
    for path in ("/steward/due", "/steward/reports", "/steward/schedule"):
        assert browser.get(path).status_code == 403


def test_a_call_that_finds_it_right_confirms_it(cast: Cast, signed_in_as: SignIn) -> None:
    everything(cast, 0)
    assured(cast.detox, 300)
    with write() as session:
        session.add(d.ListingFlag(service_at_location_id=cast.detox.id, reason="listing", at=clock.now()))
    browser = signed_in_as(cast.steward)
    assert "tel:6155550123" in browser.get("/steward/due").text
    done = press(
        browser,
        "/steward/due",
        to=f"/steward/due/{cast.detox.id}/calls?page=1",
        outcome="right",
        note="Spoke to Ann",
    )
    assert done.status_code == 303
    assert shown(cast.detox).freshness.words == "Confirmed today"
    assert due(cast) == []
    assert db.session.scalar(select(d.ListingFlag.id).where(d.ListingFlag.settled_at.is_(None))) is None
    call = db.session.scalars(select(d.ListingCall)).one()
    assert (call.outcome, call.called_by, call.note) == ("right", cast.steward.name, "Spoke to Ann")


@pytest.mark.sqlite_only
def test_a_call_without_an_outcome_keeps_the_note_that_was_typed(cast: Cast, signed_in_as: SignIn) -> None:
    everything(cast, 0)
    assured(cast.detox, 300)
    browser, calls = signed_in_as(cast.steward), f"/steward/due/{cast.detox.id}/calls?page=1"
    refused = press(browser, "/steward/due", to=calls, note="Ask for Ann")
    assert refused.status_code == 422
    assert refused.text.count("Choose what came of the call.") == 2, "on top, and beside the choices"
    assert 'value="Ask for Ann"' in refused.text
    too_long = press(browser, "/steward/due", to=calls, outcome="no_answer", note="x" * 501)
    assert too_long.status_code == 422
    assert 'value="no_answer" checked' in too_long.text
    assert 'aria-invalid="true"' in too_long.text
    assert db.session.scalars(select(d.ListingCall)).first() is None


@pytest.mark.sqlite_only
def test_who_was_called_rests_for_two_days_and_the_calls_are_shown(cast: Cast) -> None:
    everything(cast, 0)
    assured(cast.detox, 300)
    steward = actor_of(cast.steward)
    directory.log_call(steward, cast.detox.id, "no_answer")
    found = directory.due_list(steward)
    assert (found.total, found.resting) == (0, 1)
    with later(days=2, minutes=1):
        found = directory.due_list(steward)
        assert [call.outcome for line in found.rows for call in line.calls] == ["no_answer"]


@pytest.mark.sqlite_only
def test_a_wrong_number_puts_it_in_doubt_until_somebody_says_that_it_is_right(cast: Cast) -> None:
    everything(cast, 0)
    directory.log_call(actor_of(cast.steward), cast.crisis_center.id, "wrong_number")
    seen = shown(cast.crisis_center)
    assert seen.freshness.stale
    assert seen.freshness.words == "Something here may be wrong: call first"
    assert directory.assure_service(actor_of(cast.provider), cast.crisis_center.id) is True
    assert shown(cast.crisis_center).freshness.words == "Confirmed today"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("outcome", "note", "field"),
    [
        ("maybe", "", "outcome"),
        ("", "", "outcome"),
        ("no_answer", "x" * 281, "note"),
        ("no_answer", "a\x00b", None),
    ],
)
def test_a_call_that_cannot_be_kept_is_refused(
    cast: Cast, signed_in_as: SignIn, outcome: str, note: str, field: str | None
) -> None:
    with pytest.raises(Refused) as refused:
        directory.log_call(actor_of(cast.steward), cast.detox.id, outcome, note)
    assert field is None or refused.value.field == field
    answer = press(
        signed_in_as(cast.steward),
        "/steward/due",
        to=f"/steward/due/{cast.detox.id}/calls",
        outcome=outcome,
        note=note,
    )
    assert answer.status_code == 422
    assert db.session.scalar(select(d.ListingCall.number).limit(1)) is None


@pytest.mark.sqlite_only
def test_a_note_of_a_confidential_place_may_not_hold_its_address(cast: Cast) -> None:
    with pytest.raises(Refused):
        directory.log_call(
            actor_of(cast.steward), cast.victim_service.id, "right", "They moved to 12 Hidden Lane"
        )


def test_anybody_says_that_it_is_wrong_and_hears_back_once(
    cast: Cast, client: FlaskClient, signed_in_as: SignIn
) -> None:
    path = f"/services/{cast.crisis_center.id}/report"
    assert path in client.get(f"/services/{cast.crisis_center.id}").text
    sent = press(client, path, what="phone", words="It rings at a bakery", reply_to="me@home.invalid")
    assert sent.status_code == 303
    assert "Set-Cookie" not in sent.headers
    assert client.get(sent.headers["Location"]).status_code == 200
    assert not shown(cast.crisis_center).freshness.stale  # a stranger's word lowers nothing by itself
    browser = signed_in_as(cast.steward)
    page = browser.get("/steward/reports").text
    assert "It rings at a bakery" in page
    assert "me@home.invalid" not in page
    report = db.session.scalars(select(d.ListingReport)).one()
    done = press(browser, "/steward/reports", to=f"/steward/reports/{report.id}", state="fixed")
    assert done.status_code == 303
    letter = letters("directory/report")[0]
    assert letter.to_address == "me@home.invalid"
    for words in (letter.subject, letter.text, letter.html):
        assert "Crisis" not in words
        assert "bakery" not in words
        assert str(cast.crisis_center.id) not in words
    db.session.expire_all()
    assert report.reply_to is None
    with pytest.raises(Conflict):
        directory.settle_report(actor_of(cast.steward), report.id, "fixed")
    assert len(letters("directory/report")) == 1


@pytest.mark.sqlite_only
def test_who_is_signed_in_answers_for_it_and_puts_the_listing_in_doubt(
    cast: Cast, signed_in_as: SignIn
) -> None:
    press(signed_in_as(cast.responder), f"/services/{cast.detox.id}/report", what="phone")
    assert shown(cast.detox).freshness.stale
    steward = actor_of(cast.steward)
    row = directory.open_reports(steward).rows[0]
    assert (row.source, row.by) == ("member", cast.responder.name)
    assert due(cast) == [cast.detox.id]
    directory.settle_report(steward, row.id, "right")
    assert not shown(cast.detox).freshness.stale
    assert due(cast) == []


@pytest.mark.sqlite_only
def test_what_nobody_could_find_out_says_call_first(cast: Cast) -> None:
    directory.report_wrong(ANONYMOUS, cast.detox.id, "hours", network="a")
    report = directory.open_reports(actor_of(cast.steward)).rows[0]
    directory.settle_report(actor_of(cast.steward), report.id, "unclear")
    assert shown(cast.detox).freshness.stale


@pytest.mark.sqlite_only
def test_of_a_confidential_place_neither_words_nor_address_are_kept(cast: Cast, client: FlaskClient) -> None:
    path = f"/services/{cast.victim_service.id}/report"
    page = client.get(path)
    assert "<textarea" not in page.text
    assert "reply_to" not in page.text
    sent = press(client, path, what="address", words="It is at 12 Hidden Lane", reply_to="me@home.invalid")
    assert sent.status_code == 303
    directory.report_wrong(
        actor_of(cast.responder), cast.victim_service.id, "address", "12 Hidden Lane", "me@home.invalid"
    )
    rows = db.session.scalars(select(d.ListingReport)).all()
    assert [(row.words, row.reply_to) for row in rows] == [(None, None)] * 2


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "typed",
    [
        {"what": ""},
        {"what": "drop table"},
        {"what": "phone", "words": "x" * 501},
        {"what": "phone", "words": "nul\x00"},
        {"what": "phone", "reply_to": "not an address"},
        {"what": "phone", "reply_to": "a@b.invalid\r\nBcc: x@y.invalid"},
        {"what": "phone", "reply_to": "a@b.invalid, c@d.invalid"},
    ],
)
def test_a_report_that_cannot_be_kept_comes_back_filled_in(
    cast: Cast, client: FlaskClient, typed: dict[str, str]
) -> None:
    answer = press(client, f"/services/{cast.detox.id}/report", **({"words": "keep me"} | typed))
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert typed.get("words", "keep me")[:7] in answer.text
    assert db.session.scalar(select(d.ListingReport.id).limit(1)) is None


@pytest.mark.sqlite_only
def test_reports_are_limited_by_where_they_come_from(cast: Cast, client: FlaskClient) -> None:
    path = f"/services/{cast.detox.id}/report"
    answers = [press(client, path, what="hours").status_code for _time in range(6)]
    assert answers == [303] * 5 + [429]
    assert client.get(f"/services/{UUID(int=1)}/report").status_code == 404
    assert client.post(f"/services/{UUID(int=1)}/report", data={"what": "hours"}).status_code == 404


@pytest.mark.sqlite_only
def test_words_and_address_of_a_report_do_not_stay(cast: Cast) -> None:
    directory.report_wrong(ANONYMOUS, cast.detox.id, "hours", "Open at nine", "me@home.invalid", network="a")
    directory.report_wrong(ANONYMOUS, cast.shelter.id, "hours", "Open at ten", "me@home.invalid", network="a")
    steward = actor_of(cast.steward)
    directory.settle_report(steward, directory.open_reports(steward).rows[0].id, "right")
    assert directory.forget_reports(clock.now() + timedelta(days=29)) == 0
    assert directory.forget_reports(clock.now() + timedelta(days=31)) == 1
    assert directory.forget_reports(clock.now() + timedelta(days=181)) == 1
    db.session.expire_all()
    assert {(row.words, row.reply_to) for row in db.session.scalars(select(d.ListingReport))} == {
        (None, None)
    }


def test_how_often_a_listing_is_wanted_is_counted_by_month_and_by_nothing_else(
    cast: Cast, client: FlaskClient
) -> None:
    client.get(f"/services/{cast.shelter.id}")
    client.get(f"/services/{cast.shelter.id}")
    client.get("/search?care=shelter")
    assert db.session.scalar(select(d.ListingTally.month).limit(1)) is None
    assert search.write_wanted() >= 2
    search.write_wanted()
    client.get(f"/services/{cast.shelter.id}")
    search.write_wanted()
    db.session.expire_all()
    row = db.session.get(d.ListingTally, (cast.shelter.number, month_of(clock.now().date())))
    assert row is not None
    assert (row.opened, row.shown) == (3, 1)
    assert set(d.ListingTally.__table__.columns.keys()) == {
        "service_at_location_number",
        "month",
        "shown",
        "opened",
    }
    directory.add_wanted({Wanted(999_999, month_of(clock.now().date()), "shown"): 1})  # gone meanwhile
