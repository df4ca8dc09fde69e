"""The link in a desk's mail: it opens a page and never acts, is good once, and holds nothing of the person."""

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.directory.models import ServiceAtLocation
from portal.messages.models import Message
from portal.referrals.models import Offer, OfferEvent
from portal.store import clock, db
from tests.people import Cast
from tests.web.forms import SignIn, mailed_link, offer_of, press, refer, told


@pytest.fixture
def asked(cast: Cast, signed_in_as: SignIn) -> Offer:
    """The crisis center is asked to take one person."""
    return offer_of(refer(cast, signed_in_as, area="37203", age_band="25_64", safety_notes="big dog"))


def follow(client: FlaskClient, answer: "object") -> str:
    location = answer.headers["Location"]  # type: ignore[attr-defined]
    return client.get(location).text


@pytest.mark.sqlite_only
def test_the_page_shows_what_is_asked_and_nothing_of_the_person(client: FlaskClient, asked: Offer) -> None:
    page = client.get(mailed_link(asked))
    assert page.status_code == 200
    for words in (
        "Crisis Receiving",
        "Mental health crisis",
        "25 to 64",
        "37203",
        "Test County Mobile Crisis",
        "615-555-0100",
    ):
        assert words in page.text
    for secret in ("Canary", "615-555-0177", "big dog"):
        assert secret not in page.text
    assert "Set-Cookie" not in page.headers


def test_opening_the_link_changes_nothing(client: FlaskClient, asked: Offer) -> None:
    link = mailed_link(asked)
    before = db.session.scalar(select(func.count()).select_from(OfferEvent))
    for _again in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    now = offer_of(asked.need)
    assert (now.state, now.version) == ("sent", asked.version)
    assert db.session.scalar(select(func.count()).select_from(OfferEvent)) == before


def test_accepting_shows_a_code_and_whom_to_call(client: FlaskClient, asked: Offer) -> None:
    done = press(client, mailed_link(asked), answer="accept", by="Dee")
    assert done.status_code == 303
    page = client.get(done.headers["Location"])
    now = offer_of(asked.need)
    assert (now.state, now.answered_by) == ("accepted", "Dee")
    assert now.code in page.text
    assert len(now.code) == 6
    assert "615-555-0100" in page.text
    assert "Canary" not in page.text
    assert "Set-Cookie" not in done.headers
    assert "Set-Cookie" not in page.headers


@pytest.mark.sqlite_only
def test_accepting_wants_a_name_of_whoever_is_at_the_desk(client: FlaskClient, asked: Offer) -> None:
    refused = press(client, mailed_link(asked), answer="accept")
    assert refused.status_code == 422
    assert "Write who you are" in refused.text
    assert offer_of(asked.need).state == "sent"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("pressed", "more", "state"),
    [
        ("see", {}, "seen"),
        ("question", {"question": "Can they walk?"}, "info_asked"),
        ("decline", {"reason": "no_bed_or_slot"}, "declined"),
        ("not_us", {}, "declined"),
    ],
)
def test_each_button_is_an_answer(
    client: FlaskClient, asked: Offer, pressed: str, more: dict[str, str], state: str
) -> None:
    done = press(client, mailed_link(asked), answer=pressed, **more)
    assert done.status_code == 303
    assert client.get(done.headers["Location"]).status_code == 200
    assert offer_of(asked.need).state == state


@pytest.mark.sqlite_only
def test_the_waitlist_wants_a_day(client: FlaskClient, asked: Offer) -> None:
    link = mailed_link(asked)
    assert press(client, link, answer="waitlist").status_code == 422
    day = (clock.now() + timedelta(days=2)).date().isoformat()
    assert press(client, link, answer="waitlist", answer_by=day).status_code == 303
    assert offer_of(asked.need).state == "waitlisted"


@pytest.mark.sqlite_only
@pytest.mark.parametrize("data", [{}, {"answer": "explode"}, {"answer": "decline"}, {"answer": "question"}])
def test_half_an_answer_is_asked_for_the_rest(
    client: FlaskClient, asked: Offer, data: dict[str, str]
) -> None:
    refused = press(client, mailed_link(asked), **data)
    assert refused.status_code == 422
    assert "<title>Error: " in refused.text
    assert offer_of(asked.need).state == "sent"


@pytest.mark.sqlite_only
def test_after_seen_the_page_goes_on_under_a_new_link(client: FlaskClient, asked: Offer) -> None:
    seen = press(client, mailed_link(asked), answer="see")
    done = press(client, seen.headers["Location"], answer="accept", by="Dee")
    assert done.status_code == 303
    assert offer_of(asked.need).state == "accepted"


@pytest.mark.sqlite_only
def test_a_used_link_has_moved_on(client: FlaskClient, asked: Offer) -> None:
    link = mailed_link(asked)
    page = client.get(link).text
    press(client, link, page, answer="accept", by="Dee")
    opened = client.get(link)
    assert opened.status_code == 200
    assert "This has moved on" in opened.text
    assert "615-555-0100" in opened.text
    assert offer_of(asked.need).code not in told(opened.text)
    late = press(client, link, page, answer="decline", reason="no_bed_or_slot")
    assert late.status_code == 409
    assert "This has moved on" in late.text
    assert offer_of(asked.need).state == "accepted"


def test_the_name_needs_the_code_that_the_sender_reads_out(
    client: FlaskClient, asked: Offer, cast: Cast, signed_in_as: SignIn
) -> None:
    done = press(client, mailed_link(asked), answer="accept", by="Dee").headers["Location"]
    own = offer_of(asked.need).code
    for wrong in (own, "00000x", "", "x"):
        refused = press(client, done, to=f"{done}/person", code=wrong)
        assert refused.status_code == 422
        assert "Canary" not in refused.text
    for _try in range(4):
        refused = press(client, done, to=f"{done}/person", code="11111x")
    assert refused.status_code == 429
    assert "Canary" not in refused.text


@pytest.mark.sqlite_only
def test_availability_is_one_tap_on_the_same_page(client: FlaskClient, asked: Offer) -> None:
    link = mailed_link(asked)
    told = press(client, link, to=f"{link}/availability", availability="limited")
    assert told.status_code == 303
    wanted = select(ServiceAtLocation.availability).where(
        ServiceAtLocation.id == asked.service_at_location_id
    )
    assert db.session.scalar(wanted) == "limited"
    assert offer_of(asked.need).state == "sent"
    assert press(client, link, to=f"{link}/availability", availability="maybe").status_code == 422


@pytest.mark.sqlite_only
def test_an_old_link_can_be_sent_anew_but_only_to_the_desk_itself(client: FlaskClient, asked: Offer) -> None:
    link = mailed_link(asked)
    page = client.get(link).text
    press(client, link, page, answer="see")
    before = db.session.scalars(select(Message)).all()
    answers = [
        press(client, link, page, to=f"{link}/current-link", email="evil@test.invalid") for _try in range(5)
    ]
    assert {answer.status_code for answer in answers} == {200}
    new = [letter for letter in db.session.scalars(select(Message)) if letter not in before]
    assert 1 <= len(new) <= 3
    assert {letter.to_address for letter in new} == {before[0].to_address}
    assert client.get(mailed_link(asked)).status_code == 200
    assert press(client, mailed_link(asked), answer="accept", by="Dee").status_code == 303


@pytest.mark.sqlite_only
def test_a_closed_request_sends_no_new_link(client: FlaskClient, asked: Offer) -> None:
    link = mailed_link(asked)
    page = client.get(link).text
    press(client, link, page, answer="decline", reason="no_bed_or_slot")
    before = db.session.scalar(select(func.count()).select_from(Message).where(Message.about == asked.id))
    assert press(client, link, page, to=f"{link}/current-link").status_code == 200
    after = db.session.scalar(select(func.count()).select_from(Message).where(Message.about == asked.id))
    assert before == after


@pytest.mark.sqlite_only
@pytest.mark.parametrize("token", ["x", "W10.x", "%00", "f6fa9940-a252-4d7d-ae09-24ad46b3966e"])
def test_a_token_that_we_did_not_make_is_404(client: FlaskClient, asked: Offer, token: str) -> None:
    assert client.get(f"/answer/{token}").status_code == 404
    page = client.get(mailed_link(asked)).text
    assert press(client, f"/answer/{token}", page, answer="accept", by="Dee").status_code == 404


@pytest.mark.sqlite_only
def test_two_desks_at_once_have_one_winner(client: FlaskClient, asked: Offer) -> None:
    link = mailed_link(asked)
    page = client.get(link).text
    codes = [press(client, link, page, answer="accept", by=name).status_code for name in ("Dee", "Lou")]
    assert codes == [303, 409]
    assert offer_of(asked.need).answered_by == "Dee"


@pytest.mark.sqlite_only
def test_a_link_outlives_a_night(client: FlaskClient, cast: Cast, signed_in_as: SignIn) -> None:
    offer = offer_of(refer(cast, signed_in_as, urgency="routine"))
    with time_machine.travel(clock.now() + timedelta(hours=14), tick=False):
        assert press(client, mailed_link(offer), answer="accept", by="Dee").status_code == 303
