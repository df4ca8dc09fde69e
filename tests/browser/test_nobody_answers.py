"""Two stories of silence: nobody answers, and the clock goes from human to human; and a letter that is stopped before it leaves.

The worker's verbs run here, on the server's own database; mail goes to a real mail server. Time passes by setting back the
times of the need, so that every page, which has the true time, agrees with the clock.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from portal import referrals
from portal.accounts import passwords
from portal.accounts.models import Account
from portal.messages import send_due
from portal.messages.models import Delivery, Message
from portal.referrals.models import Need
from portal.store import clock, db, write
from tests.browser.conftest import Server, _the_cast, serving
from tests.browser.test_the_loop import newest_offer, send
from tests.messages.mailserver import MailServer
from tests.people import Cast
from tests.referrals.test_left import also_crisis

Visit = Callable[..., Page]
PASSWORD = "three words and a horse"
ON_CALL = {"name": "County on-call clinician", "number": "615-555-0170"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own: here the shelter takes people in crisis too, and somebody is on call."""
    with serving(tmp_path_factory.mktemp("silence"), _filled) as (url, app, cast):
        yield Server(url, app, cast)


def _filled() -> Cast:
    cast = _the_cast()
    also_crisis(cast, cast.shelter)
    with write() as session:
        session.merge(cast.community).settings = {"on_call": ON_CALL}
        session.execute(
            update(Account)
            .where(Account.id == cast.supervisor.id)
            .values(password_hash=passwords.hashed(PASSWORD))
        )
    for row in vars(cast).values():
        db.session.refresh(row)
    for account in cast.everybody.values():
        assert account.memberships
    db.session.expunge_all()  # nothing written later makes it read again
    return cast


@pytest.fixture
def mail(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """Where the worker's letters go. Until it runs they stand in the outbox."""
    with MailServer() as mail:
        settings = replace(server.app.extensions["settings"], smtp_url=mail.url)
        monkeypatch.setitem(server.app.extensions, "settings", settings)
        yield mail


def links_to(mail: MailServer, address: str) -> list[str]:
    """The paths of the links in the letters that this address has got, oldest first."""
    found = []
    for readers, letter in zip(mail.readers, mail.mails, strict=True):
        if address in readers:
            part = next(one for one in letter.walk() if one.get_content_type() == "text/plain")
            text = bytes(part.get_payload(decode=True)).decode()
            found += [urlsplit(url).path for url in re.findall(r"http://\S+", text)]
    return found


def the_worker_comes(server: Server) -> None:
    with server.app.app_context():
        referrals.tick(clock.now())
        send_due()
        db.session.remove()


def pass_minutes(server: Server, need_id: str, minutes: int) -> None:
    """So long nobody did anything about this need; then the worker comes."""
    with server.app.app_context():
        with write() as session:
            need = session.get_one(Need, UUID(need_id))
            for row, names in (
                (need, ("sent_at", "deadline", "escalated_at")),
                *((offer, ("sent_at",)) for offer in need.offers),
            ):
                for name in names:
                    at = getattr(row, name)
                    setattr(row, name, at and at - timedelta(minutes=minutes))
        db.session.remove()
    the_worker_comes(server)


def desk_of(server: Server, listing: str) -> str:
    """The e-mail address of a service's desk."""
    return f"desk-{str(getattr(server.cast, listing).service.organization_id)[:8]}@test.invalid"


def test_nobody_answers_and_it_ends_at_a_human_each_time(
    server: Server, visit: Visit, mail: MailServer
) -> None:
    sender = visit("/search?care=crisis_center&near=37203", signed_in=server.cast.responder)
    sender.get_by_role("link", name="Refer Crisis Receiving").tap()
    sender.get_by_label("Name or initials").fill("Ed Canary")
    sender.get_by_text("The person said yes").tap()
    sender.get_by_text("The person agrees that I hear what happens").tap()
    sender.get_by_text("Family Shelter, Test Family Shelter").tap()
    sender.get_by_role("button", name="Send", exact=True).tap()
    sender.wait_for_url("**/needs/*")
    need_id = sender.url.rsplit("/", 1)[1]
    the_worker_comes(server)
    (first,) = links_to(mail, desk_of(server, "crisis_center"))
    boss = server.cast.supervisor.email

    # Three minutes: the desk and its people are asked again. Ten: the supervisor is called, and not before.
    pass_minutes(server, need_id, 3)
    assert len(links_to(mail, desk_of(server, "crisis_center"))) == 2
    assert links_to(mail, boss) == []
    pass_minutes(server, need_id, 7)
    (page,) = links_to(mail, boss)
    supervisor = visit(page)
    supervisor.get_by_label("E-mail").fill(boss)
    supervisor.get_by_label("Password").fill(PASSWORD)
    supervisor.get_by_role("button", name="Sign in").tap()
    supervisor.get_by_role("region", name="How it stands").wait_for()
    assert urlsplit(supervisor.url).path == page
    supervisor.goto("/unit")
    supervisor.get_by_role("heading", name="Escalated to you (1)").wait_for()
    assert "Call your colleague" in supervisor.content()
    assert "Ed Canary" not in supervisor.content()
    supervisor.get_by_role("link", name="Mental health crisis").tap()
    supervisor.wait_for_url(f"**/needs/{need_id}")
    assert "Crisis Receiving" in supervisor.locator("main").inner_text()

    # Fifteen: the service that the sender ticked is asked, and the first can no longer answer.
    pass_minutes(server, need_id, 5)
    (second,) = links_to(mail, desk_of(server, "shelter"))
    visit(second).get_by_role("heading", name="Can you take one person?").wait_for()
    visit(first).get_by_role("heading", name="This has moved on").wait_for()
    sender.reload()
    card = sender.get_by_role("region", name="How it stands")
    expect(card).to_contain_text("Family Shelter")
    assert sender.get_by_role("heading", name="What is left").count() == 0

    # Nobody there either: back to its owner, with what can still be done.
    pass_minutes(server, need_id, 15)
    moved_on_then_theirs = [f"/needs/{need_id}"] * 2
    assert links_to(mail, server.cast.responder.email) == moved_on_then_theirs
    sender.goto("/needs")
    sender.get_by_role("heading", name="Your next step (1)").wait_for()
    sender.get_by_role("link", name="Mental health crisis").tap()
    sender.wait_for_url(f"**/needs/{need_id}")
    left = sender.get_by_role("region", name="What is left")
    expect(left.get_by_role("link", name="Call 988")).to_have_attribute("href", "tel:988")
    on_call = left.get_by_role("link", name=f"Call {ON_CALL['name']}")
    expect(on_call).to_have_attribute("href", "tel:+16155550170")
    expect(left).to_contain_text("Crisis Line")
    assert sender.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_permission_withdrawn_before_the_letter_leaves_stops_the_letter(
    server: Server, visit: Visit, mail: MailServer
) -> None:
    stopped = send(visit, server, "Flo Canary", hears_back=True, java_script=True).page
    offer_id, link = newest_offer(server)
    send(visit, server, "Gus O Canary", hears_back=True, java_script=True)
    _other_id, other = newest_offer(server)
    assert states(server, offer_id) == {("queued", True)}

    stopped.get_by_text("Stop, withdraw or close").tap()
    stopped.get_by_role("link", name="The person said no after all").tap()
    stopped.get_by_role("button", name="Withdraw now").tap()
    stopped.wait_for_url("**/needs/*")
    assert stopped.get_by_role("link", name="Show the name and phone that you gave").count() == 0

    # The worker sends what is still wanted, the other person's letter, and of this one nothing.
    the_worker_comes(server)
    sent = links_to(mail, desk_of(server, "crisis_center"))
    assert other in sent
    assert link not in sent
    assert states(server, offer_id) == {("dropped", False)}

    # Whoever holds the link all the same learns that it has moved on, and can call no new one up.
    desk = visit(link)
    desk.get_by_role("heading", name="This has moved on").wait_for()
    assert desk.get_by_role("button", name="Accept").count() == 0
    desk.get_by_role("button", name="Send me the current link").tap()
    desk.get_by_text("If the request is still open").wait_for()
    the_worker_comes(server)
    assert links_to(mail, desk_of(server, "crisis_center")) == sent
    assert states(server, offer_id) == {("dropped", False)}


def states(server: Server, offer_id: str) -> set[tuple[str, bool]]:
    """How the letters about this offer stand, and whether they still have words. None of them was ever tried."""
    with server.app.app_context():
        letters = db.session.scalars(select(Message).where(Message.about == UUID(offer_id))).all()
        tried = select(Delivery).where(Delivery.message_id.in_([letter.id for letter in letters]))
        assert db.session.scalars(tried).all() == []
        found = {(letter.state, bool(letter.text or letter.html)) for letter in letters}
        db.session.remove()
    return found
