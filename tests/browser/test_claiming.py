"""A service that nobody keeps: claimed by mail, its hours changed on a phone, its number agreed to by a steward, found by anybody."""

import re
from collections.abc import Callable, Iterator
from datetime import time
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal import search
from portal.directory import models as d
from portal.directory import record_change
from portal.messages.models import Message
from portal.store import clock, db, write
from tests.browser.conftest import Server
from tests.browser.test_listings import fine

Visit = Callable[..., Page]
OWN = "dana@harbor.example"


@pytest.fixture(scope="module")
def listing(server: Server) -> Iterator[str]:
    """The path's id of a listing whose organization has a web site and nobody here."""
    with server.app.app_context():
        with write() as session:
            session.get_one(d.Community, server.cast.community.id).languages = ["en", "es"]
            home = d.Organization(
                id=uuid4(),
                community_id=server.cast.community.id,
                name="Harbor",
                website="https://www.harbor.example",
            )
            session.add(home)
            session.flush()
            service = d.Service(
                organization_id=home.id,
                name="Harbor Walk-in",
                description="A quiet room",
                last_modified=clock.now(),
            )
            place = d.Location(organization_id=home.id, latitude=36.17, longitude=-86.77, point_kind="exact")
            session.add_all([service, place])
            session.flush()
            made = d.ServiceAtLocation(service_id=service.id, location_id=place.id)
            session.add(made)
            session.flush()
            session.add_all(
                [
                    d.Phone(service_at_location_id=made.id, number="615-555-0150", type="voice"),
                    d.Schedule(
                        service_at_location_id=made.id, byday="MO", opens_at=time(9), closes_at=time(10)
                    ),
                ]
            )
            record_change(session, made.number)
            key = str(made.id)
        search.catch_up()
        db.session.remove()
    yield key
    with server.app.app_context():
        with write() as session:
            session.get_one(d.Community, server.cast.community.id).languages = ["en"]
        db.session.remove()


def mailed(server: Server, purpose: str) -> str:
    with server.app.app_context():
        texts = db.session.scalars(
            select(Message.text).where(Message.to_address == OWN).order_by(Message.created_at)
        ).all()
        db.session.remove()
    return [found[0] for text in texts if (found := re.search(rf"/{purpose}/[\w.~-]+", text))][-1]


def caught_up(server: Server) -> None:
    """What the worker does ten times a second."""
    with server.app.app_context():
        search.catch_up()
        db.session.remove()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_claiming_are_fine_on_a_small_phone(
    visit: Visit, server: Server, listing: str, scheme: str
) -> None:
    small = {"viewport": {"width": 320, "height": 640}, "color_scheme": scheme}
    page = visit(f"/services/{listing}/claim", **small)
    fine(page)
    page.click("main button.wide")
    expect(page).to_have_title(re.compile("^Error: "))
    fine(page)
    page.goto("/claim/asked")
    fine(page)
    steward = visit("/steward/claims", signed_in=server.cast.steward, **small)
    fine(steward)
    steward.goto(f"/listings/{listing}/translations/es")
    fine(steward)
    steward.goto(f"/listings/{listing}/history")
    fine(steward)


def test_claimed_edited_agreed_to_and_found_without_scripts(
    visit: Visit, server: Server, listing: str
) -> None:
    page = visit(f"/services/{listing}", java_script_enabled=False)
    page.click("text=Is this your service?")
    page.fill("#email", OWN)
    page.fill("#name", "Dana Desk")
    page.click("main button.wide")
    expect(page.locator("h1")).to_have_text("Look at your mail")

    page.goto(mailed(server, "claim"))
    expect(page.locator("main")).to_contain_text("Harbor Walk-in")
    page.click("main button.wide")
    expect(page.locator("main")).to_contain_text("Keeper of listings, Harbor")
    page.fill("#name", "Dana Desk")
    page.fill("#password", "three words and a horse")
    page.click("main form button")
    expect(page.locator("h1")).to_have_text("Listings")

    page.click("text=Harbor Walk-in")
    page.fill("#hours", "Mon-Wed 9am-5pm, Sat by appointment")
    page.fill("#description", "A quiet room with lanterns")
    page.fill("#phone", "615-555-0151")
    page.click("button:has-text('Save') >> nth=0")
    expect(page.locator("main")).to_contain_text("Waits for a steward, the old one stays until then: Phone.")

    caught_up(server)
    public = visit("/search?q=lanterns", java_script_enabled=False)
    expect(public.locator("main")).to_contain_text("Harbor Walk-in")
    expect(public.locator("main")).to_contain_text("615-555-0150")
    expect(public.locator("main")).not_to_contain_text("615-555-0151")

    steward = visit("/steward", signed_in=server.cast.steward, java_script_enabled=False)
    card = steward.locator("article", has_text="Harbor Walk-in").first
    expect(card.locator("del")).to_have_text("615-555-0150")
    expect(card.locator("ins")).to_have_text("615-555-0151")
    card.locator("button:has-text('Approve')").click()
    expect(steward.locator("main")).to_contain_text("Approved. Everybody sees it now.")

    caught_up(server)
    public.reload()
    expect(public.locator("main")).to_contain_text("615-555-0151")
    public.click("text=Harbor Walk-in")
    expect(public.locator("main")).to_contain_text("Monday to Wednesday: 9 am to 5 pm")


def test_said_in_spanish_and_read_in_spanish(visit: Visit, server: Server, listing: str) -> None:
    steward = visit(f"/listings/{listing}/translations/es", signed_in=server.cast.steward)
    steward.fill("#description", "Un cuarto tranquilo")
    steward.click("main button.wide")
    expect(steward.locator("main")).to_contain_text("Saved. Everybody sees it now.")
    reader = visit(f"/services/{listing}", locale="es-US")
    expect(reader.locator('p[lang="es"]')).to_have_text("Un cuarto tranquilo")
    fine(reader)
    reader.click("text=English")
    expect(reader.locator("main")).to_contain_text("A quiet room")
