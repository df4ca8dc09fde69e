"""The whole loop on a phone: search, refer, yes by the mailed link, the call with its two codes, handoff, first service, report.

Once with the person's permission that the sender hears back, once without it and without JavaScript.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page
from sqlalchemy import select

from portal.messages.models import Message
from portal.referrals.models import Need, Offer
from portal.store import db
from tests.browser.conftest import Server
from tests.referrals.drive import today
from tests.web.forms import told

Visit = Callable[..., Page]


@dataclass
class Thumb:
    """Counts what a responder does: every tap, every field typed into, every screen."""

    page: Page
    taps: int = 0
    typed: int = 0
    screens: int = 1

    def tap(self, what: Locator) -> None:
        self.taps += 1
        what.tap()

    def write(self, label: str, text: str) -> None:
        field = self.page.get_by_label(label)
        self.tap(field)
        field.press_sequentially(text)
        self.typed += 1


def send(visit: Visit, server: Server, person: str, hears_back: bool, java_script: bool) -> Thumb:
    """From the result list to the sent referral."""
    page = visit(
        "/search?care=crisis_center&near=37203",
        signed_in=server.cast.responder,
        java_script_enabled=java_script,
    )
    thumb = Thumb(page)
    thumb.tap(page.get_by_role("link", name="Refer Crisis Receiving"))
    page.wait_for_url("**/refer*")
    thumb.screens += 1
    thumb.write("Name or initials", person)
    thumb.write("A phone that is safe to call", "615-555-0" + str(100 + len(person)))
    thumb.tap(page.get_by_text("The person said yes"))
    if hears_back:
        thumb.tap(page.get_by_text("The person agrees that I hear what happens"))
    thumb.tap(page.get_by_role("button", name="Send", exact=True))
    page.wait_for_url("**/needs/*")
    return thumb


def newest_offer(server: Server) -> tuple[str, str]:
    """The newest offer's id, and the path of the link in the letter about it."""
    with server.app.app_context():
        offer = db.session.scalars(select(Offer).join(Need).order_by(Need.sent_at.desc())).first()
        assert offer is not None
        letter = db.session.scalars(select(Message).where(Message.about == offer.id)).one()
        found = re.search(r"/answer/[\w.~-]+", letter.text)
        db.session.remove()
    assert found is not None
    return str(offer.id), found[0]


def code_on(page: Page, number: int = 0) -> str:
    return page.locator(".code").nth(number).inner_text().replace(" ", "")


@pytest.mark.parametrize(
    ("person", "hears_back", "java_script"), [("Ann Canary", True, True), ("Bo Canary", False, False)]
)
def test_from_search_to_first_service(
    server: Server, visit: Visit, person: str, hears_back: bool, java_script: bool
) -> None:
    thumb = send(visit, server, person, hears_back, java_script)
    sender = thumb.page
    assert (thumb.taps, thumb.typed, thumb.screens) == (6 if hears_back else 5, 2, 2)
    assert "Accepted" not in sender.content()
    offer_id, link = newest_offer(server)

    # The desk opens its mail: nothing of the person, no cookie; then one name and one tap.
    desk = visit(link, java_script_enabled=java_script)
    assert person not in desk.content()
    desk.get_by_label("Who are you at the desk?").fill("Dee")
    desk.get_by_role("button", name="Accept").tap()
    desk.get_by_role("heading", name="Accepted").wait_for()
    accept_code = code_on(desk)
    assert person not in desk.content()
    assert desk.context.cookies() == []

    # What the sender may know is all that the sender sees.
    sender.reload()
    assert ("Accepted" in sender.content()) is hears_back
    assert (accept_code in told(sender.content())) is hears_back
    spoken_code = code_on(sender, 1 if hears_back else 0)

    # The live call: the desk reads out its code, the sender theirs; the name opens.
    desk.get_by_label("Code heard on the call").fill(spoken_code)
    desk.get_by_role("button", name="Show name and phone").tap()
    desk.get_by_text(person).wait_for()

    # The sender records the warm handoff; without permission the desk's code is the proof.
    sender.get_by_role("link", name="Record the handoff").tap()
    sender.get_by_label("In person, together").tap()
    if not hears_back:
        sender.get_by_label("Code that they read out to you").fill(accept_code)
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

    # The desk, signed in, confirms the first service.
    provider = visit(f"/offers/{offer_id}", signed_in=server.cast.provider, java_script_enabled=java_script)
    provider.get_by_role("link", name="First service received").tap()
    provider.get_by_role("button", name="Confirm").tap()
    provider.wait_for_url(f"**/offers/{offer_id}")
    provider.get_by_text("Connected").first.wait_for()
    sender.reload()
    assert ("Connected" in sender.content()) is hears_back

    # The evaluator's report counts it (a handful is hidden as a small cell), and holds no name.
    day = today()  # in the county: a quarter ends there some hours later
    quarter = f"{day.year}-q{(day.month + 2) // 3}"
    report = visit(f"/reports/{quarter}", signed_in=server.cast.evaluator, java_script_enabled=java_script)
    assert report.locator("table").count() >= 1
    assert person not in report.content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_the_loop_is_wider_than_a_small_phone(server: Server, visit: Visit, scheme: str) -> None:
    options = {"viewport": {"width": 320, "height": 640}, "color_scheme": scheme}
    for account, paths in (
        (server.cast.responder, (f"/services/{server.cast.crisis_center.id}/refer", "/needs")),
        (server.cast.responder, (f"/services/{server.cast.detox.id}/call",)),
        (server.cast.provider, ("/inbox",)),
    ):
        for path in paths:
            page = visit(path, signed_in=account, **options)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
