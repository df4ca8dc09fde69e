"""The pages of asking for room: ticks on a search, the sender's page, the desk's four words in the inbox and by link."""

import re
from uuid import UUID, uuid4

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import referrals
from portal.messages import link
from portal.messages.models import Message
from portal.referrals.models import Asking, Need
from portal.store import clock, db
from tests.people import Cast
from tests.referrals.acting import acting, request_to
from tests.referrals.asking import Three, asks_of, fresh, states, three
from tests.web.forms import SignIn, field_of, press, told

pytestmark = pytest.mark.sqlite_only  # what happens below the pages is tried on both in tests/referrals
ALL = "/search?care=crisis_center&care=shelter&care=detox"


@pytest.fixture
def ready(cast: Cast) -> Three:
    return three(cast)


def path_of(asking: Asking, number: int) -> str:
    """The newest link of an ask."""
    ask = asks_of(asking)[number]
    return link("ask", ask.id, ask.version).removeprefix("http://localhost")


def boxes(page: str) -> dict[str, bool]:
    """The ticked and unticked services of a page."""
    found = re.findall(r'<input type="checkbox"[^>]*name="services"\s+value="([^"]+)"([^>]*)', page)
    return {service: "checked" in rest for service, rest in found}


def test_who_may_send_ticks_services_on_a_search_and_asks_them_with_one_press(
    ready: Three, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(ready.cast.responder)
    page = browser.get(ALL).text
    assert boxes(page) == {str(one): True for one in ready.ids}

    sent = press(browser, "/askings", page, services=list(boxes(page)), age_band="18_24", urgency="today")

    assert sent.status_code == 303
    asking = db.session.scalars(select(Asking)).one()
    assert sent.headers["Location"] == f"/askings/{asking.id}"
    assert (asking.code, asking.urgency, asking.age_band) == ("crisis", "today", "18_24")
    shown = browser.get(f"/askings/{asking.id}").text
    for words in ("Crisis Receiving", "Family Shelter", "Withdrawal Unit", "No answer yet", "Stop asking"):
        assert words in shown
    assert "Asked for room" in browser.get("/needs").text


def test_a_search_page_is_as_it_was_for_everybody_else(
    ready: Three, client: FlaskClient, signed_in_as: SignIn
) -> None:
    for browser in (client, signed_in_as(ready.cast.provider), signed_in_as(ready.cast.steward)):
        page = browser.get(ALL).text
        assert boxes(page) == {}
        assert "/askings" not in page
        assert "Ask these" not in page


def test_three_are_ticked_and_never_one_that_says_no_or_cannot_be_asked(
    ready: Three, signed_in_as: SignIn
) -> None:
    asking = ready.ask(services=ready.ids[:1])
    ready.say(asking, 0, "no")
    ticks = boxes(signed_in_as(ready.cast.responder).get(ALL + "&care=victim_service").text)
    assert ticks[str(ready.ids[0])] is False
    assert sum(ticks.values()) == 2
    assert str(ready.cast.victim_service.id) not in ticks


def test_one_service_alone_is_referred_to_and_not_asked(cast: Cast, signed_in_as: SignIn) -> None:
    page = signed_in_as(cast.responder).get("/search?care=crisis_center").text
    assert "Refer" in page
    assert boxes(page) == {}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"services": []}, "Tick 1 to 5 services."),
        ({"services": ["not-an-id"]}, "Choose services from the list."),
        ({"need": "cash"}, "Not a valid choice."),
        ({"area": "12 Main Street"}, "Give a ZIP or a city that we know."),
    ],
)
def test_what_cannot_be_asked_is_said_with_the_ticks_kept(
    ready: Three, signed_in_as: SignIn, data: dict[str, object], words: str
) -> None:
    browser = signed_in_as(ready.cast.responder)
    page = browser.get(ALL).text
    again = press(browser, "/askings", page, **({"services": list(boxes(page))} | data))
    assert again.status_code == 422
    assert words in again.text
    assert "<title>Error: " in again.text
    if "services" not in data:
        assert boxes(again.text) == {str(one): True for one in ready.ids}
    assert db.session.scalars(select(Asking)).all() == []


def test_a_victim_service_slipped_into_the_form_is_refused_and_named_nowhere(
    ready: Three, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(ready.cast.responder)
    page = browser.get(ALL).text
    ids = [str(ready.ids[0]), str(ready.cast.victim_service.id)]
    again = press(browser, "/askings", page, services=ids)
    assert again.status_code == 422
    assert "This service takes calls only." in again.text
    assert "Haven House" not in again.text


def test_a_double_press_asks_once(ready: Three, signed_in_as: SignIn) -> None:
    browser = signed_in_as(ready.cast.responder)
    page = browser.get(ALL).text
    sent = [press(browser, "/askings", page, services=list(boxes(page))) for _time in range(2)]
    assert sent[0].headers["Location"] == sent[1].headers["Location"]


def test_the_desk_answers_in_the_inbox_with_one_tap(ready: Three, signed_in_as: SignIn) -> None:
    asking = ready.ask()
    desk = signed_in_as(ready.cast.provider)
    inbox = desk.get("/inbox").text
    for words in ("Mental health crisis", "25 to 64", "37203", "Test County Mobile Crisis", "615-555-0100"):
        assert words in inbox
    for words in ("Family Shelter", "Withdrawal Unit"):
        assert words not in inbox
    mine = asks_of(asking)[0]
    for label in ("Yes", "No", "Waitlist", "Needs an assessment"):
        assert f">{label}</button>" in inbox

    said = press(desk, f"/asks/{mine.id}/answer", inbox, answer="yes")

    assert said.headers["Location"] == f"/asks/{mine.id}"
    page = desk.get(f"/asks/{mine.id}").text
    assert "Please keep the place until" in page
    sender = signed_in_as(ready.cast.responder).get(f"/askings/{asking.id}").text
    assert "Send to Crisis Receiving" in sender
    assert "Pat Provider" in sender


def test_the_other_desks_are_told_that_it_has_moved_on_and_may_still_say_yes(
    ready: Three, signed_in_as: SignIn, client: FlaskClient
) -> None:
    asking = ready.ask()
    opened = path_of(asking, 1)
    page = client.get(opened).text
    ready.say(asking, 0, "yes")

    moved = client.get(opened)
    assert "This has moved on" in moved.text
    assert "Somebody else had room" in moved.text
    assert press(client, opened, page, answer="no").status_code == 409
    late = press(client, opened, page, answer="yes")
    assert late.status_code == 303
    assert "Somebody was faster." in client.get(late.headers["Location"]).text
    assert states(asking) == ["yes", "yes", "released"]
    assert client.get(opened).status_code == 200  # the used link: moved on, and nothing of the need
    assert "Mental health crisis" not in client.get(opened).text


def test_a_link_only_opens_a_page_until_a_button_is_pressed(ready: Three, client: FlaskClient) -> None:
    asking = ready.ask()
    path = path_of(asking, 0)
    before = fresh(asking).version
    page = client.get(path)
    assert page.status_code == 200
    assert fresh(asking).version == before
    assert "Set-Cookie" not in page.headers
    for words in (
        "Can you take one person?",
        "Crisis Receiving",
        "Mental health crisis",
        "25 to 64",
        "37203",
    ):
        assert words in page.text
    said = press(client, path, page.text, answer="waitlist")
    assert said.status_code == 303
    assert said.headers["Location"] != path
    assert "Your answer: Waitlist" in client.get(said.headers["Location"]).text
    assert press(client, said.headers["Location"], answer="maybe").status_code == 422
    assert press(client, said.headers["Location"], answer="no").status_code == 303
    assert states(asking)[0] == "no"


def test_a_forged_link_and_one_of_another_kind_are_not_there(ready: Three, client: FlaskClient) -> None:
    asking = ready.ask()
    ask = asks_of(asking)[0]
    for path in (
        "/reply/nonsense",
        link("ask", uuid4(), 1).removeprefix("http://localhost"),
        link("answer", ask.id, 1).replace("http://localhost/answer/", "/reply/"),
        path_of(asking, 0).replace("/reply/", "/answer/"),
    ):
        assert client.get(path).status_code == 404, path


def test_other_units_strangers_and_other_desks_get_404(
    ready: Three, signed_in_as: SignIn, client: FlaskClient
) -> None:
    asking = ready.ask()
    ask = asks_of(asking)[0]
    stranger = signed_in_as(ready.cast.stranger)
    other_desk = signed_in_as(ready.cast.shelter_worker)
    assert stranger.get(f"/askings/{asking.id}").status_code == 404
    assert press(stranger, "/needs", to=f"/askings/{asking.id}/closing", version="1").status_code == 404
    assert signed_in_as(ready.cast.supervisor).get(f"/askings/{asking.id}").status_code == 404
    assert signed_in_as(ready.cast.provider).get(f"/askings/{asking.id}").status_code == 403
    assert other_desk.get(f"/asks/{ask.id}").status_code == 404
    assert (
        press(other_desk, "/inbox", to=f"/asks/{ask.id}/answer", answer="yes", version="1").status_code == 404
    )
    assert client.get(f"/askings/{asking.id}").status_code == 303
    assert signed_in_as(ready.cast.responder).get(f"/askings/{uuid4()}").status_code == 404


def test_send_to_the_winner_opens_the_form_filled_in_and_ends_the_asking(
    ready: Three, signed_in_as: SignIn
) -> None:
    asking = ready.ask(age_band="65_plus", urgency="today")
    ready.say(asking, 1, "yes")
    browser = signed_in_as(ready.cast.responder)
    page = browser.get(f"/askings/{asking.id}").text
    to = re.search(r'href="(/services/[^"?]+/refer)\?asking=[^"]+"[^>]*>Send to Family Shelter', page)
    assert to
    form = browser.get(f"{to[1]}?asking={asking.id}").text
    for value in ("crisis", "today", "65_plus"):
        assert f'<option selected value="{value}">' in form
    assert field_of(form, "area") == "37203"
    assert field_of(form, "asking_id") == str(asking.id)

    sent = press(browser, to[1], form, name="Jo Canary", basis="verbal_consent")

    assert sent.status_code == 303
    need = db.session.get_one(Need, UUID(sent.headers["Location"].rsplit("/", 1)[-1]))
    assert need.asking_id == asking.id
    assert fresh(asking).close_reason == "sent"
    after = browser.get(f"/askings/{asking.id}").text
    assert f"/needs/{need.id}" in after
    assert "Send to" not in after
    assert "Jo Canary" not in after


def test_an_asking_that_is_not_mine_fills_in_nothing(ready: Three, signed_in_as: SignIn) -> None:
    asking = ready.ask(urgency="routine")
    browser = signed_in_as(ready.cast.stranger)
    form = browser.get(f"/services/{ready.ids[0]}/refer?asking={asking.id}")
    assert form.status_code == 200
    assert '<option selected value="routine">' not in form.text
    assert browser.get(f"/services/{ready.ids[0]}/refer?asking=zz").status_code == 200


def test_stopping_shows_first_what_came_meanwhile(ready: Three, signed_in_as: SignIn) -> None:
    asking = ready.ask()
    browser = signed_in_as(ready.cast.responder)
    path = f"/askings/{asking.id}"
    page = browser.get(path).text
    ready.say(asking, 0, "yes")
    stopped = press(browser, path, page, to=f"{path}/closing")
    assert stopped.status_code == 409
    assert "Send to Crisis Receiving" in stopped.text
    assert press(browser, path, to=f"{path}/closing").status_code == 303
    assert fresh(asking).close_reason == "not_needed"


def test_who_could_is_chosen_already_and_several_can_be_asked_at_the_next_step(
    ready: Three, signed_in_as: SignIn
) -> None:
    who = acting(ready.cast.responder)
    need = referrals.send_offer(who, request_to(ready.ids[0], need="shelter"))
    offer = db.session.get_one(Need, need.id).offers[0]
    referrals.decline_offer(
        ready.desks[0], offer.id, "no_bed_or_slot", version=offer.version, who_could=ready.ids[2]
    )
    browser = signed_in_as(ready.cast.responder)
    path = f"/needs/{need.id}/next-service"
    page = browser.get(path).text
    assert re.search(rf'name="listing" value="{ready.ids[2]}" checked', page)
    assert boxes(page) == {str(ready.ids[2]): True, str(ready.ids[1]): True}

    key = field_of(page, "idempotency_key")
    to = f"/needs/{need.id}/asking"
    asked = press(browser, path, page, to=to, services=list(boxes(page)), idempotency_key=key)

    assert asked.status_code == 303, asked.text
    asking = db.session.scalars(select(Asking)).one()
    assert browser.get(f"/needs/{need.id}/asking").headers["Location"] == f"/askings/{asking.id}"
    assert "Asked for room" in browser.get(f"/needs/{need.id}").text
    first = asks_of(asking)[0]
    referrals.answer_ask(ready.desks[2], first.id, "yes", version=1)
    shown = browser.get(f"/askings/{asking.id}").text
    sent = press(browser, f"/askings/{asking.id}", shown, to=path)
    assert sent.headers["Location"] == f"/needs/{need.id}"
    assert len(db.session.get_one(Need, need.id).offers) == 2
    assert fresh(asking).close_reason == "sent"


def test_one_tap_asks_the_service_that_was_named(ready: Three, signed_in_as: SignIn) -> None:
    who = acting(ready.cast.responder)
    need = referrals.send_offer(who, request_to(ready.ids[0], need="shelter"))
    offer = db.session.get_one(Need, need.id).offers[0]
    referrals.decline_offer(ready.desks[0], offer.id, "age", version=offer.version, who_could=ready.ids[2])
    browser = signed_in_as(ready.cast.responder)
    assert press(browser, f"/needs/{need.id}/next-service").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Need, need.id).offers[-1].service_at_location_id == ready.ids[2]


def test_in_the_dark_the_pages_are_the_same_whatever_the_winner_then_answered(
    ready: Three, signed_in_as: SignIn
) -> None:
    """The sender knows who has room, and no more of what becomes of the person than without it."""
    with time_machine.travel(clock.now(), tick=False):  # what a page says of the time is the same for both
        seen = [_pages_after(ready, signed_in_as, answer) for answer in ("accept", "decline")]
    assert seen[0] == seen[1]


def _pages_after(ready: Three, signed_in_as: SignIn, answer: str) -> list[str]:
    """What the sender's pages say after the winner's answer, but for what is drawn by lot."""
    asking = ready.ask()
    ready.say(asking, 0, "yes")
    ready.say(asking, 2, "yes")
    need = referrals.send_offer(
        acting(ready.cast.responder),
        request_to(ready.ids[0], asking_id=asking.id, hears_back=False, duplicate_confirmed=True),
    )
    offer = db.session.get_one(Need, need.id).offers[0]
    if answer == "accept":
        referrals.accept_offer(ready.desks[0], offer.id, version=offer.version)
    else:
        referrals.decline_offer(
            ready.desks[0], offer.id, "wrong_service", version=offer.version, who_could=ready.ids[1]
        )
    browser = signed_in_as(ready.cast.responder)
    found = []
    for path in (f"/needs/{need.id}", f"/needs/{need.id}/next-service", f"/askings/{asking.id}"):
        text = told(browser.get(path).text)
        for own in (need.id, asking.id):
            text = text.replace(str(own)[:6].upper(), "REF")
        text = re.sub(r'(?<=name="idempotency_key" )(.*?)value="[^"]*"', "", text)
        found.append(re.sub(r'class="code">\d+', 'class="code">', text))
    return found


def test_letters_lead_to_pages_that_open(ready: Three, client: FlaskClient) -> None:
    ready.ask()
    for letter in db.session.scalars(select(Message)):
        found = re.search(r"/reply/[\w.~-]+", letter.text)
        assert found
        assert client.get(found[0]).status_code == 200
