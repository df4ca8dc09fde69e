"""The pages of a referral in a real browser: no finding of axe, no side-scrolling on a small phone, by day and by night."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import select

from portal.accounts.models import Account
from portal.messages.models import Message
from portal.referrals import SendRequest, accept_offer, decline_offer, send_offer
from portal.referrals.models import Offer
from portal.store import Actor, db
from tests.browser.conftest import Server
from tests.browser.test_public_pages import RULES

Visit = Callable[..., Page]


@dataclass(frozen=True)
class Asked:
    id: UUID
    need: UUID
    link: str


def acting(account: Account) -> Actor:
    return Actor(
        kind="account",
        community_id=account.community_id,
        account_id=account.id,
        name=account.name,
        memberships=frozenset((each.role, each.organization_id) for each in account.memberships),
    )


@pytest.fixture(scope="module")
def asked(server: Server) -> dict[str, Asked]:
    """Three requests as they stand after: nothing, yes, no; each with the path of its first link."""
    found: dict[str, Asked] = {}
    with server.app.app_context():
        for name in ("sent", "accepted", "declined"):
            request = SendRequest(
                service_at_location_id=server.cast.crisis_center.id,
                need="crisis",
                urgency="now",
                basis="verbal_consent",
                name=f"Person {name}",
                hears_back=True,
                idempotency_key=uuid4().hex,
            )
            need = send_offer(acting(server.cast.responder), request)
            offer = db.session.scalars(select(Offer).where(Offer.need_id == need.id)).one()
            letter = db.session.scalars(select(Message).where(Message.about == offer.id)).one()
            link = re.search(r"/answer/[\w.~-]+", letter.text)
            assert link is not None
            found[name] = Asked(offer.id, need.id, link[0])
            desk = acting(server.cast.provider)
            if name == "accepted":
                accept_offer(desk, offer.id, version=offer.version, answered_by="Pat")
            elif name == "declined":
                decline_offer(desk, offer.id, "no_bed_or_slot", version=offer.version)
        db.session.remove()
    return found


def pages(server: Server, asked: dict[str, Asked]) -> list[tuple[str, Account | None]]:
    cast = server.cast
    return [
        (f"/services/{cast.crisis_center.id}/refer", cast.responder),
        (f"/services/{cast.detox.id}/refer", cast.responder),
        (f"/services/{cast.detox.id}/call", cast.responder),
        (f"/services/{cast.victim_service.id}/call", cast.responder),
        ("/needs", cast.responder),
        *((f"/needs/{offer.need}", cast.responder) for offer in asked.values()),
        (f"/needs/{asked['declined'].need}/next-service", cast.responder),
        (f"/offers/{asked['sent'].id}/cancellation", cast.responder),
        ("/inbox", cast.provider),
        *((f"/offers/{offer.id}", cast.provider) for offer in asked.values()),
        (f"/offers/{asked['accepted'].id}/handoff", cast.provider),
        (f"/offers/{asked['accepted'].id}/person", cast.provider),
        (asked["sent"].link, None),
        (asked["accepted"].link, None),
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_too_wide(
    server: Server, visit: Visit, asked: dict[str, Asked], scheme: str
) -> None:
    browsers: dict[object, Page] = {}
    every = pages(server, asked)
    for path, account in every if scheme == "light" else every[::4]:
        key = account.id if account else None
        if key not in browsers:
            options = {"viewport": {"width": 320, "height": 700}, "color_scheme": scheme}
            browsers[key] = visit(path, signed_in=account, **options)
        page = browsers[key]
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details').forEach(fold => { fold.open = true })")
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_a_mistake_moves_the_focus_to_the_summary(server: Server, visit: Visit) -> None:
    page = visit(f"/services/{server.cast.crisis_center.id}/refer", signed_in=server.cast.responder)
    page.get_by_role("button", name="Send", exact=True).tap()
    page.locator("#errors").wait_for()
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.id") == "errors"
    page.get_by_role("link", name="Choose why you may share this.").tap()
    assert page.evaluate("document.activeElement.name") == "basis"
