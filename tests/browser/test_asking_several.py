"""Three services are asked for room from a phone; the first yes gets the person, and the whole way is walked to day 30.

Taps and typed fields are counted from the result list to the sent referral: at most 7 and 2.
"""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import select

from portal.messages import link
from portal.referrals.models import Asking, CapacityAsk, FollowUp, Offer
from portal.store import clock, db
from tests.browser.conftest import Server, _the_cast, serving
from tests.browser.test_public_pages import RULES
from tests.browser.test_the_loop import Thumb, code_on
from tests.referrals.asking import Three, three

Visit = Callable[..., Page]
ALL = "/search?care=crisis_center&care=shelter&care=detox&near=37203"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Three]]:
    """A server of its own: here the withdrawal unit has joined too."""
    with serving(tmp_path_factory.mktemp("asking"), _filled) as (url, app, ready):
        yield Server(url, app, ready.cast), ready


def _filled() -> Three:
    """The cast as it stands after its last change, to be read outside the session too."""
    ready = three(_the_cast())
    for row in vars(ready.cast).values():
        db.session.refresh(row)
    for account in ready.cast.everybody.values():
        assert account.memberships
    db.session.expunge_all()  # nothing written later makes it read again
    return ready


@pytest.fixture(scope="module")
def server(asked: tuple[Server, Three]) -> Server:
    return asked[0]


@pytest.fixture(scope="module")
def ready(asked: tuple[Server, Three]) -> Three:
    return asked[1]


def links(server: Server, asking_id: str) -> dict[str, str]:
    """Service -> the path of the link that stands in its newest letter."""
    found = {}
    with server.app.app_context():
        for ask in db.session.scalars(select(CapacityAsk)):
            if str(ask.asking_id) == asking_id:
                found[ask.listing.service.name] = urlsplit(link("ask", ask.id, ask.version)).path
        db.session.remove()
    return found


@pytest.mark.parametrize("java_script", [True, False])
def test_three_are_asked_the_first_yes_gets_the_person_and_day_30_is_recorded(
    server: Server, visit: Visit, ready: Three, java_script: bool
) -> None:
    person = "Cy Canary" if java_script else "Di Canary"
    options = {"java_script_enabled": java_script}
    sender = visit(ALL, signed_in=server.cast.responder, **options)
    thumb = Thumb(sender)

    # From the result list: three are ticked already, one tap asks them. Nothing of a person is anywhere.
    thumb.tap(sender.get_by_role("button", name="Ask these: room for one?"))
    sender.wait_for_url("**/askings/*")
    asking_id = sender.url.rsplit("/", 1)[1]
    assert sender.get_by_text("No answer yet").count() == 3

    # One desk has the mailed link open, another answers in its inbox with one tap: it is first.
    mailed = links(server, asking_id)
    slow = visit(mailed["Family Shelter"], **options)
    slow.get_by_role("heading", name="Can you take one person?").wait_for()
    assert "Mental health crisis" in slow.content()
    desk = visit("/inbox", signed_in=server.cast.provider, **options)
    desk.get_by_role("button", name="Yes", exact=True).first.tap()
    desk.wait_for_url("**/asks/*")
    assert "Please keep the place until" in desk.content()
    slow.get_by_role("button", name="Yes", exact=True).tap()
    slow.get_by_text("Somebody was faster.").wait_for()

    # The sender sees who has room, and sends: form filled in, two fields to type.
    sender.reload()
    thumb.tap(sender.get_by_role("link", name="Send to Crisis Receiving"))
    sender.wait_for_url("**/refer*")
    assert sender.get_by_label("What is needed").input_value() == "crisis"
    thumb.write("Name or initials", person)
    thumb.write("A phone that is safe to call", "615-555-01" + ("77" if java_script else "78"))
    thumb.tap(sender.get_by_text("The person said yes"))
    thumb.tap(sender.get_by_text("The person agrees that I hear what happens"))
    thumb.tap(sender.get_by_role("button", name="Send", exact=True))
    sender.wait_for_url("**/needs/*")
    print(f"\nask several, from the result list to the sent referral: {thumb.taps} taps, {thumb.typed} typed")
    assert thumb.taps <= 7
    assert thumb.typed <= 2

    with server.app.app_context():
        offer = db.session.scalars(select(Offer).order_by(Offer.sent_at.desc())).first()
        assert offer is not None
        offer_id = str(offer.id)
        assert (
            db.session.scalars(select(Asking.close_reason).where(Asking.id == offer.need.asking_id)).one()
            == "sent"
        )
        db.session.remove()
    _accepted_and_handed_over(server, visit, sender, offer_id, options)
    _arrived(sender)
    _first_service_and_day_30(server, visit, offer_id, options)
    sender.reload()
    assert "Connected" in sender.content()


def _accepted_and_handed_over(
    server: Server, visit: Visit, sender: Page, offer_id: str, options: dict[str, bool]
) -> None:
    """The desk says yes to the person, calls, and the warm call is recorded by the sender."""
    desk = visit(f"/offers/{offer_id}", signed_in=server.cast.provider, **options)
    desk.get_by_role("button", name="Accept").tap()
    desk.get_by_text("Accepted").first.wait_for()
    sender.reload()
    assert code_on(desk) in {code_on(sender, number) for number in (0, 1)}
    sender.get_by_role("link", name="Record the handoff").tap()
    sender.get_by_label("Call with the person on the line").check(force=True)  # its pill lies over it
    sender.get_by_label("Who was it?").fill("Dee")
    for fact in (
        "Somebody at the service answered",
        "The person was there or on the line",
        "The person spoke with them",
        "The person agreed",
        "They said “we have them” before the sender left",
    ):
        sender.get_by_label(fact, exact=True).check()
    sender.get_by_role("button", name="Save the handoff").tap()
    sender.wait_for_url("**/needs/*")
    assert "Warm" in sender.content()


def _arrived(sender: Page) -> None:
    """How the person got there, and when they were there."""
    sender.get_by_role("link", name="How they got there").tap()
    sender.get_by_label("Ambulance").check(force=True)
    sender.get_by_label("Yes", exact=True).check(force=True)
    there = clock.now().astimezone(ZoneInfo("America/Chicago"))
    sender.get_by_label("When did they arrive?").fill(f"{there:%Y-%m-%dT%H:%M}")
    sender.get_by_role("button", name="Save").tap()
    sender.wait_for_url("**/needs/*")
    sender.get_by_role("heading", name="How they got there").wait_for()
    assert "Ambulance" in sender.content()


def _first_service_and_day_30(server: Server, visit: Visit, offer_id: str, options: dict[str, bool]) -> None:
    desk = visit(f"/offers/{offer_id}", signed_in=server.cast.provider, **options)
    desk.get_by_role("link", name="First service received").tap()
    desk.get_by_role("button", name="Confirm").tap()
    desk.wait_for_url(f"**/offers/{offer_id}")
    with server.app.app_context():
        query = select(FollowUp).where(FollowUp.day == 30).order_by(FollowUp.due_at.desc())
        task = next(one for one in db.session.scalars(query) if str(one.offer_id) == offer_id)
        task_id = str(task.id)
        db.session.remove()
    desk.goto(f"/offers/{offer_id}/follow-ups/{task_id}")  # its link shows on the day
    desk.get_by_text("Is getting the service").tap()
    desk.get_by_role("button", name="Save").tap()
    desk.wait_for_url(f"**/offers/{offer_id}")
    assert "Day 30: Is getting the service" in desk.content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_asking_pass_axe_and_fit_a_small_phone(
    server: Server, visit: Visit, ready: Three, scheme: str
) -> None:
    with server.app.app_context():
        asking = ready.ask()
        ready.say(asking, 0, "yes")
        ready.say(asking, 1, "yes")
        open_one = ready.ask(services=ready.ids[:2])
        paths = (
            (ALL, server.cast.responder),
            (f"/askings/{asking.id}", server.cast.responder),
            (f"/askings/{open_one.id}", server.cast.responder),
            ("/needs", server.cast.responder),
            ("/inbox", server.cast.provider),
            (f"/asks/{asking.asks[0].id}", server.cast.provider),
            (links(server, str(asking.id))["Withdrawal Unit"], None),
            (links(server, str(open_one.id))["Family Shelter"], None),
        )
        db.session.remove()
    for path, account in paths:
        page = visit(path, signed_in=account, viewport={"width": 320, "height": 700}, color_scheme=scheme)
        page.evaluate("document.querySelectorAll('main details').forEach(fold => { fold.open = true })")
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
