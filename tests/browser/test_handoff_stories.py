"""Two stories of the handoff on a phone: an appointment that is missed and made anew; and a call to a victim service."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from playwright.sync_api import Page
from sqlalchemy import func, select, update

from portal.referrals.models import CallRecord, Need, Offer, Person
from portal.store import clock, db, write
from tests.browser.conftest import Server
from tests.browser.test_the_loop import newest_offer, send
from tests.referrals.drive import today
from tests.referrals.test_arrival_codes import haven_worker

Visit = Callable[..., Page]
NAME = "Cyril Canary"  # of another length than in other stories: the phone follows from it


def time_passes(server: Server, offer_id: str) -> None:
    """The hour of the appointment is over."""
    with server.app.app_context():
        with write() as session:
            session.execute(
                update(Offer)
                .where(Offer.id == UUID(offer_id))
                .values(appointment_at=clock.now() - timedelta(minutes=5))
            )
        db.session.remove()


def test_an_appointment_is_missed_made_anew_and_kept_until_the_first_service(
    server: Server, visit: Visit
) -> None:
    sender = send(visit, server, NAME, hears_back=True, java_script=False).page
    offer_id, _link = newest_offer(server)
    desk = visit(f"/offers/{offer_id}", signed_in=server.cast.provider, java_script_enabled=False)
    desk.get_by_role("button", name="Accept").tap()
    desk.get_by_text("Accepted. Call the sender now.").wait_for()

    def appointment(label: str) -> None:
        desk.get_by_role("link", name=label).tap()
        desk.get_by_label("When?").fill(f"{today() + timedelta(days=2)}T09:00")
        desk.get_by_role("button", name="Save the appointment").tap()
        desk.get_by_text("Appointment made").first.wait_for()

    appointment("Make an appointment")
    desk.get_by_role("link", name="Appointment card for the person").tap()
    card = desk.locator("main").inner_text()
    assert "9:00" in card
    assert "1 Main St" in card
    assert NAME not in card
    assert "risis" not in card
    with desk.expect_download() as file:
        desk.get_by_role("link", name="File for a calendar").tap()
    assert file.value.suggested_filename == "appointment.ics"
    assert "SUMMARY:Appointment" in file.value.path().read_text()

    time_passes(server, offer_id)
    desk.goto(f"/offers/{offer_id}")
    desk.get_by_role("link", name="Did not come").tap()
    desk.get_by_role("button", name="Did not come").tap()
    desk.get_by_text("Did not come").first.wait_for()
    appointment("Make an appointment")
    assert "New appointment made" in desk.content()
    time_passes(server, offer_id)
    desk.goto(f"/offers/{offer_id}")
    desk.get_by_role("link", name="They came to the appointment").tap()
    desk.get_by_role("button", name="They came").tap()
    desk.get_by_text("Came to the appointment").first.wait_for()
    desk.get_by_role("link", name="First service received").tap()
    desk.get_by_role("button", name="Confirm").tap()
    desk.get_by_text("Connected").first.wait_for()

    sender.reload()
    told = sender.locator("main").inner_text()
    assert "Connected" in told
    assert "ppointment" not in told
    assert "did not come" not in told.lower()


def test_a_responder_calls_a_victim_service_and_hands_over_a_code(server: Server, visit: Visit) -> None:
    with server.app.app_context():
        worker = haven_worker(server.cast)
        before = counted()
        db.session.remove()
    page = visit("/search?care=victim_service&near=37203", signed_in=server.cast.responder)
    page.get_by_role("link", name="Write down a call Haven House").tap()
    page.get_by_role("heading", name="Call Haven House").wait_for()
    assert page.get_by_label("Name").count() == 0, "there is no field for a person"
    assert page.locator("a[href^='tel:']").count() >= 1
    page.locator("main").get_by_text("Yes", exact=True).tap()
    page.get_by_role("button", name="Save, and give me a code to hand over").tap()
    page.get_by_role("heading", name="The call is recorded").wait_for()
    code = page.locator(".code").inner_text()
    assert re.fullmatch(r"[a-z]+ [a-z]+ [2-9]{2}", code)
    page.get_by_role("link", name="Done").tap()
    page.wait_for_url("**/needs")
    assert code not in page.content()
    assert page.get_by_text("Haven").count() == 0, "nothing of it stands among the referrals"

    desk = visit(f"/listings/{server.cast.victim_service.id}", signed_in=worker)
    desk.get_by_role("link", name="Somebody came with a code").tap()
    desk.get_by_label("The code they brought").fill(code.upper())
    desk.get_by_role("button", name="They came").tap()
    desk.get_by_text("If it was one of our codes, it is counted.").wait_for()

    with server.app.app_context():
        needs, people, calls = counted()
        db.session.remove()
    assert (needs, people) == before[:2]
    assert calls == before[2] + 1


def counted() -> tuple[int, ...]:
    return tuple(
        db.session.scalar(select(func.count()).select_from(model)) or 0
        for model in (Need, Person, CallRecord)
    )
