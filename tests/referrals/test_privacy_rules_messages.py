"""Privacy rules P5 and P20 over every channel: mail, text and push leave for real servers, and say nothing of anybody."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import referrals
from portal.directory.models import Organization
from portal.messages import TextIn, choose, hear, send_code, send_due, sending, subscribe, use_number
from portal.messages.models import Message, Reader
from portal.messages.numbers import number_id
from portal.messages.rules import is_one_text
from portal.referrals.models import Need, TextAsk
from portal.referrals.rules import DECLINE_REASONS
from portal.store import clock, db, limits, write
from tests.messages.conftest import Setting
from tests.messages.httpserver import HttpServer
from tests.messages.mailserver import MailServer
from tests.messages.test_push import KEY
from tests.people import Cast
from tests.referrals.acting import acting, offer_of, send
from tests.referrals.asking import asks_of, three
from tests.referrals.texted import DESK_PHONE, desk_with_phone, references, says

pytestmark = pytest.mark.sqlite_only  # what leaves does not depend on the database
PERSON = ("Quill", "Canary", "615-555-0177", "Afraid of dogs", "37203")
# What a text may hold besides a link and its own codes, word for word.
LINES = (
    r"Handrail: can you take one person\? Reply 1 yes, 2 full, 3 not eligible, or open LINK\. Ref REF",
    r"Handrail: can you take one person\? Reply 1 yes, 2 full, 3 not eligible\. Ref REF",
    r"Handrail: thank you\. Call 615-555-0100 and read out code \d{6}\. Then open LINK",
    r"Handrail: thank you\. Keep the place free; you will hear soon\. Ref REF",
    r"Handrail: noted, thank you\. Ref REF",
    r"Handrail: no longer needed, thank you\. Ref REF",
    r"Handrail: this has moved on\. Nothing was changed\. Thank you\.",
    r"Handrail: we did not understand\. Reply 1 yes, 2 full, 3 not eligible\. Ref REF\. Reply HELP for help\.",
    r"Handrail: which one\? Reply 1, 2 or 3 with the reference, like 1 REF\. Open: REF( REF)*",
    r"You have a new item in Handrail\. LINK",
    r"Handrail: your code is \d{6}\. It works for 10 minutes\. If you did not ask for it, ignore this text\.",
    r"Handrail: you will get no more texts from us\. Reply START to get them again\.",
    r"Handrail: you will get texts again when there is something for you\. Reply HELP for help, STOP to end\.",
    r"Handrail: texts about requests to your desk\. Help: handrail@demo\.invalid\. Msg & data rates may apply\. Reply STOP to end\.",
)


@dataclass
class World:
    """An install with all three channels, each a real server on this machine."""

    cast: Cast
    mail: MailServer
    texts: HttpServer
    push: HttpServer

    @property
    def left(self) -> int:
        return len(self.mail.mails) + len(self.texts.asked) + len(self.push.asked)


@pytest.fixture
def world(app: Flask, cast: Cast, setting: Setting) -> Iterator[World]:
    with MailServer() as mail, HttpServer() as texts, HttpServer(usual=(201, "")) as push:
        setting(
            smtp_url=mail.url,
            sms_url=f"{texts.url}/send",
            sms_secret="x" * 20,
            vapid_key=KEY,
            push_loopback=True,
        )
        desk_with_phone(cast.crisis_center)
        subscribe(acting(cast.responder), f"{push.url}/push/1")
        choose(
            acting(cast.responder),
            channel="push",
            quiet_from=None,
            quiet_to=None,
            zone="UTC",
            holds_urgent=False,
        )
        with write() as session:
            session.add(
                Reader(id=cast.supervisor.id, channel="sms", number_id=number_id("+16155550190"), zone="UTC")
            )
        yield World(cast, mail, texts, push)


def send_all() -> None:
    """Everything that is due, also what was made to wait."""
    later = clock.now() + timedelta(days=40)
    while send_due(later):
        pass


def test_p05_revoked_between_enqueue_and_send_nothing_leaves_by_any_channel(world: World) -> None:
    need = send(world.cast)
    referrals.ask_information(acting(world.cast.provider), offer_of(need).id, "Which street?", version=1)
    waiting = db.session.scalars(select(Message).where(Message.state == "queued")).all()
    assert {message.channel for message in waiting} == {"mail", "sms", "push"}
    referrals.withdraw_consent(acting(world.cast.responder), offer_of(need).id)
    send_all()
    assert world.left == 0
    db.session.expire_all()
    rows = db.session.scalars(select(Message).where(Message.about.in_((need.id, offer_of(need).id)))).all()
    assert {row.state for row in rows} == {"dropped"}
    assert {row.text + row.html + row.short for row in rows} == {""}


def test_p05_revoked_while_a_worker_has_it_in_hand_nothing_leaves_by_any_channel(world: World) -> None:
    need = send(world.cast)
    referrals.ask_information(acting(world.cast.provider), offer_of(need).id, "Which street?", version=1)
    now = clock.now() + timedelta(seconds=1)
    ways = {"mail": "smtp", "sms": "webhook", "push": "on"}
    claimed = {channel: sending._claim(now, channel) for channel in ways}
    assert all(claimed.values())
    referrals.withdraw_consent(acting(world.cast.responder), offer_of(need).id)
    for channel, way in ways.items():
        mine: Any = claimed[channel]
        tried = sending._deliver(mine, way)
        sending._note(mine, way, tried, now)
        assert tried.detail == "dropped", channel
    send_all()
    assert world.left == 0
    assert set(db.session.scalars(select(Message.state).where(Message.about == offer_of(need).id))) == {
        "dropped"
    }


def live(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Need]:
    """A life of requests in which every kind of message is written."""
    monkeypatch.setitem(limits.LIMITS, "ask", ((10_000, 60),))
    cast, needs = world.cast, []
    for words in ("1", "2", "3", "what?"):
        needs.append(send(cast, duplicate_confirmed=True))
        send_due(clock.now() + timedelta(seconds=1))
        says(words)
    needs.append(send(cast, duplicate_confirmed=True))
    says("1")  # which one?
    says(f"1 {references()[0]}")  # has moved on
    referrals.cancel_offer(
        acting(cast.responder), offer_of(needs[0]).id, "person_left", version=offer_of(needs[0]).version
    )
    referrals.tick(clock.now() + timedelta(hours=1))
    ready = three(cast)
    for words in ("1", "2"):
        ready.ask()
        says(f"{words} {references()[-1]}")
    asking = ready.ask()
    mine = db.session.scalars(select(TextAsk.about).order_by(TextAsk.at.desc()).limit(1)).one()
    other = next(number for number, one in enumerate(asks_of(asking)) if one.id != mine)
    ready.say(asking, other, "yes")
    ready.ask()
    referrals.tick_asks(clock.now() + timedelta(hours=1))
    send_code(cast.admin.id, "615-555-0199")
    row = db.session.scalars(select(Message).where(Message.letter == "texts/code")).one()
    use_number(acting(cast.admin), row.short.partition("code is ")[2][:6], "UTC")
    says("HELP")
    send_all()
    says("STOP")
    says("START")
    hear(TextIn("other", "+16155550111", "HELP"))
    send_all()
    return needs


def test_p20_no_mail_text_or_push_holds_anything_of_a_person_a_need_or_an_agency(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(world, monkeypatch)
    texts = [asked.json["text"] for asked in world.texts.asked]
    mails = [
        "\n".join([str(mail["Subject"]), *(str(part.get_payload(decode=True)) for part in mail.walk())])
        for mail in world.mail.mails
    ]
    pushed = [asked.body for asked in world.push.asked]
    assert len(texts) > 12
    assert mails
    assert pushed
    assert set(pushed) == {b""}
    agencies = [name for name in db.session.scalars(select(Organization.name)) if name]
    reasons = [str(reason.label) for reason in DECLINE_REASONS.values()]
    for said in (*texts, *mails):
        # Links, codes and references are drawn by lot: any short word or number may stand in them by chance.
        bare = re.sub(r"https?://\S+|\b\d{6}\b|\b[2-9A-HJ-NP-Z]{6}\b", "", said)
        for canary in (*PERSON, *agencies, "crisis", "detox", "shelter", "police", *reasons):
            assert canary.casefold() not in bare.casefold(), f"{canary!r} in {bare!r}"
    for mail in world.mail.mails:
        assert mail["Subject"] in ("You have a new item in Handrail",)


def test_p20_every_text_is_one_of_the_lines_in_one_text_message(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(world, monkeypatch)
    forms = {
        re.compile(line.replace("LINK", r"http://localhost/[\w/-]+").replace("REF", "[2-9A-HJ-NP-Z]{6}")): 0
        for line in LINES
    }
    for asked in world.texts.asked:
        text = asked.json["text"]
        assert is_one_text(text), text
        fitting = [form for form in forms if form.fullmatch(text)]
        assert fitting, f"a text that is none of the lines: {text!r}"
        forms[fitting[0]] += 1
    never = [form.pattern for form, times in forms.items() if not times]
    assert len(never) <= 1, (
        f"lines that this life did not come to: {never}"
    )  # the one without a link needs a longer address
    assert DESK_PHONE not in str([asked.json["text"] for asked in world.texts.asked])
