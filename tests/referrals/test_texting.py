"""A desk answers by text: what each word does, what comes back, and that it does it once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal import referrals
from portal.messages import drop_about
from portal.messages.rules import is_one_text
from portal.referrals import texting
from portal.referrals.models import OfferEvent, TextAsk
from portal.referrals.texts import ALPHABET, read_short_link
from portal.store import clock, db, limits, write
from tests.messages.conftest import Setting
from tests.people import Cast
from tests.referrals.acting import acting, by_link, offer_of, send
from tests.referrals.asking import asks_of, three
from tests.referrals.texted import DESK_PHONE, desk_with_phone, references, replies, says, texts

OTHER_PHONE = "+16155550143"


@pytest.fixture
def texted(cast: Cast, setting: Setting) -> Cast:
    """The crisis center's desk answers by text, on an install with an address as long as one may be."""
    setting(
        sms_url="http://127.0.0.1:1/send",
        sms_secret="x" * 20,
        base_url="https://handrail.somewherecounty.gov.test",
    )
    desk_with_phone(cast.crisis_center)
    return cast


def events_of(offer: Any) -> list[tuple[str, str, str, str]]:
    rows = db.session.scalars(
        select(OfferEvent).where(OfferEvent.offer_id == offer.id).order_by(OfferEvent.number)
    )
    return [(row.action, row.actor_kind, row.channel, row.reason) for row in rows]


def test_a_desk_with_a_phone_is_asked_by_mail_and_by_text(texted: Cast) -> None:
    need = send(texted)
    (text,) = texts()
    (reference,) = references()
    assert text.short.startswith(
        "Handrail: can you take one person? Reply 1 yes, 2 full, 3 not eligible, or open "
    )
    assert text.short.endswith(f". Ref {reference}")
    assert is_one_text(text.short)
    assert text.about == offer_of(need).id
    assert set(reference) <= set(ALPHABET)


@pytest.mark.sqlite_only
def test_the_short_link_leads_to_the_answer_page_of_that_version_and_nothing_else_opens(texted: Cast) -> None:
    need = send(texted)
    token = texts()[0].short.partition("/t/")[2].partition(".")[0]
    link = read_short_link(token)
    assert link is not None
    assert "/answer/" in link
    for wrong in ("", token[:-1], token + "x", token[:6] + "A" * 14, "ZZZZZZ" + token[6:], "é" * 20):
        assert read_short_link(wrong) is None
    assert offer_of(need).state == "sent"


def test_one_is_yes_and_the_code_comes_back_with_the_call_back_number(texted: Cast) -> None:
    need = send(texted)
    assert says("1") == "words"
    offer = offer_of(need)
    assert offer.state == "accepted"
    assert events_of(offer)[-1] == ("accept", "link", "sms", "")
    (line,) = replies()
    assert offer.code in line
    assert "615-555-0100" in line
    assert is_one_text(line)
    assert "Quill" not in line


@pytest.mark.parametrize(("words", "reason"), [("2", "no_bed_or_slot"), (" 3. ", "not_eligible")])
@pytest.mark.sqlite_only
def test_two_is_full_and_three_is_not_eligible(texted: Cast, words: str, reason: str) -> None:
    need = send(texted)
    says(words)
    offer = offer_of(need)
    assert (offer.state, offer.decline_reason) == ("declined", reason)
    assert replies() == [f"Handrail: noted, thank you. Ref {references()[0]}"]
    if reason == "no_bed_or_slot":
        assert offer.listing.availability == "no"


def test_the_reference_may_stand_anywhere() -> None:
    for words in ("1 K7Q2XA", "1. K7Q2XA", "K7Q2XA 1", " 1 - k7q2xa ", "1\nK7Q2XA", "1: K7Q2XA."):
        assert texting.understood(words) == ("1", "K7Q2XA")
    for words in ("1K7Q2XA", "11 K7Q2XA", "K7Q2XA", "1 K7Q2XAB", "1 K7Q2XA 2"):
        assert texting.understood(words) == ("", "")


def test_the_same_text_twice_acts_once(texted: Cast) -> None:
    need = send(texted)
    assert says("1", text_id="SM7") == "words"
    assert says("2", text_id="SM7") == "again"
    assert offer_of(need).state == "accepted"
    assert len(replies()) == 1


@pytest.mark.sqlite_only
def test_with_several_open_the_desk_is_asked_which_and_the_reference_says_it(texted: Cast) -> None:
    first, second = send(texted), send(texted, duplicate_confirmed=True)
    says("1")
    assert [offer_of(need).state for need in (first, second)] == ["sent", "sent"]
    (line,) = replies()
    assert all(reference in line for reference in references())
    asked = db.session.scalars(select(TextAsk).where(TextAsk.about == offer_of(second).id)).one()
    says(f"1 {asked.reference}")
    assert [offer_of(need).state for need in (first, second)] == ["sent", "accepted"]
    says("2")  # one is left, so no reference is wanted
    assert offer_of(first).state == "declined"


@pytest.mark.sqlite_only
def test_the_question_which_one_fits_into_one_text_however_many_are_open(
    texted: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _more in range(20):
        send(texted, duplicate_confirmed=True)
    says("1")
    assert all(is_one_text(line) for line in replies())
    assert "which one" in replies()[0]


def test_what_has_moved_on_stays_as_it_is(texted: Cast) -> None:
    need = send(texted)
    referrals.cancel_offer(
        acting(texted.responder), offer_of(need).id, "no_longer_needed", version=offer_of(need).version
    )
    says(f"1 {references()[0]}")
    says("1")
    assert offer_of(need).state == "cancelled"
    assert replies() == ["Handrail: this has moved on. Nothing was changed. Thank you."] * 2


@pytest.mark.sqlite_only
def test_an_old_version_of_a_question_that_is_still_open_is_asked_anew(texted: Cast) -> None:
    need = send(texted)
    old = references()[0]
    referrals.see_offer(acting(texted.provider), offer_of(need).id, version=1)
    says(f"1 {old}")
    assert offer_of(need).state == "seen"
    assert replies() == []
    new = texts("texts/desk")[-1].short[-6:]
    assert new != old
    says("1")
    assert offer_of(need).state == "accepted"


@pytest.mark.sqlite_only
def test_another_phone_cannot_answer_with_the_reference(texted: Cast) -> None:
    need = send(texted)
    says(f"1 {references()[0]}", phone=OTHER_PHONE)
    assert offer_of(need).state == "sent"
    desk_with_phone(texted.shelter, OTHER_PHONE)
    says(f"1 {references()[0]}", phone=OTHER_PHONE)
    assert offer_of(need).state == "sent"
    assert replies() == []


@pytest.mark.sqlite_only
def test_other_words_change_nothing_and_are_answered_with_the_choices(texted: Cast) -> None:
    need = send(texted)
    others = ("yes", "12", "4", "", "1 or 2?", "1 KKK", "we can take him, call me", "1" * 3000, "\x00")
    for words in others:
        says(words)
    assert offer_of(need).state == "sent"
    assert len(replies()) == len(others)
    for line in replies():
        assert "Reply 1 yes, 2 full, 3 not eligible" in line
        assert is_one_text(line)


@pytest.mark.sqlite_only
def test_a_phone_that_was_never_asked_hears_nothing_but_help_and_stop(texted: Cast) -> None:
    for words in ("1", "hello", "yes"):
        assert says(words, phone=OTHER_PHONE) == "words"
    assert texts() == []
    assert says("HELP", phone=OTHER_PHONE) == "help"
    assert says("STOP", phone=OTHER_PHONE) == "stop"
    assert [text.letter for text in texts()] == ["texts/help", "texts/stopped"]


def test_stop_is_obeyed_at_once_answered_once_and_remembered(texted: Cast) -> None:
    need = send(texted)
    assert [says(word) for word in ("Stop.", "STOP", "QUIT")] == ["stop"] * 3
    assert [(text.letter, text.state) for text in texts()] == [
        ("texts/desk", "dropped"),
        ("texts/stopped", "queued"),
    ]
    assert "START" in texts("texts/stopped")[0].short
    send(texted, duplicate_confirmed=True)
    assert len(texts()) == 2
    assert offer_of(need).state == "sent"  # nothing but texts is stopped; the letter has gone out


@pytest.mark.sqlite_only
def test_every_word_for_stop_is_heard_in_both_languages(cast: Cast) -> None:
    said = ["STOP", "stopall", "Unsubscribe", "CANCEL", "end", "Quit.", "revoke", "optout", "ALTO", "parar!"]
    heard = [says(word, phone=f"+1615555{number:04}") for number, word in enumerate([*said, "Opt  Out"], 200)]
    assert heard == ["stop"] * 11
    lines = {text.short.split()[1] for text in texts("texts/stopped")}
    assert lines == {"you", "ya"}


@pytest.mark.sqlite_only
def test_start_is_obeyed_and_texts_go_out_again(texted: Cast) -> None:
    says("stop")
    assert says("START") == "start"
    send(texted)
    assert [text.letter for text in texts()] == ["texts/stopped", "texts/started", "texts/desk"]


@pytest.mark.sqlite_only
def test_help_is_answered_in_the_language_of_the_word_and_not_without_end(texted: Cast) -> None:
    assert [says(word) for word in ("help", "INFO", "Ayuda", "help", "help")] == ["help"] * 5
    lines = [text.short for text in texts("texts/help")]
    assert len(lines) == 3
    assert any(line.startswith("Handrail: mensajes") for line in lines)
    assert any("Reply STOP" in line for line in lines)


@pytest.mark.sqlite_only
def test_two_machines_that_answer_each_other_come_to_an_end(texted: Cast) -> None:
    send(texted)
    for _turn in range(texting.REPLIES_AN_HOUR + 10):
        says("I am out of office")
    assert len(replies()) == texting.REPLIES_AN_HOUR


@pytest.mark.sqlite_only
def test_a_withdrawn_request_takes_its_text_along(texted: Cast) -> None:
    need = send(texted)
    referrals.withdraw_consent(acting(texted.responder), offer_of(need).id)
    assert [text.state for text in texts("texts/desk")] == ["dropped"]
    assert texts("texts/desk")[0].short == ""
    says(f"1 {references()[0]}")
    assert offer_of(need).state == "withdrawn"


@pytest.mark.sqlite_only
def test_a_cancelled_request_is_told_to_the_desk_that_said_yes_by_text(texted: Cast) -> None:
    need = send(texted)
    says("1")
    referrals.cancel_offer(
        acting(texted.responder), offer_of(need).id, "person_left", version=offer_of(need).version
    )
    line = texts("texts/item")[0].short
    assert line.startswith("You have a new item in Handrail. https://")
    assert is_one_text(line)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("words", "state"), [("1", "yes"), ("2", "no"), ("3", "no")])
def test_a_question_for_room_is_answered_by_the_same_words(
    texted: Cast, words: str, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.LIMITS, "ask", ((10_000, 60),))
    ready = three(texted)
    asking = ready.ask()
    asked = db.session.scalars(select(TextAsk)).all()
    assert [one.kind for one in asked] == ["ask"]
    says(words)
    mine = next(one for one in asks_of(asking) if one.id == asked[0].about)
    assert (mine.state, mine.channel) == (state, "sms")
    assert len(replies()) == 1
    assert is_one_text(replies()[0])


@pytest.mark.sqlite_only
def test_a_question_for_room_that_is_over_is_told_by_text(
    texted: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.LIMITS, "ask", ((10_000, 60),))
    ready = three(texted)
    asking = ready.ask()
    mine = db.session.scalars(select(TextAsk)).one().about
    other = next(number for number, one in enumerate(asks_of(asking)) if one.id != mine)
    ready.say(asking, other, "yes")
    assert (
        texts("texts/over")[-1].short
        == f"Handrail: no longer needed, thank you. Ref {texts('texts/over')[-1].short[-6:]}"
    )


def test_references_are_purged_when_their_links_are_long_dead(texted: Cast) -> None:
    send(texted)
    assert referrals.purge_texts(clock.now() + timedelta(days=89)) == 0
    assert referrals.purge_texts(clock.now() + timedelta(days=91)) == 1


@pytest.mark.sqlite_only
def test_a_desk_that_used_its_mailed_link_has_a_new_text_for_the_new_version(texted: Cast) -> None:
    need = send(texted)
    referrals.see_offer(by_link(offer_of(need)), offer_of(need).id, version=1)
    assert [text.state for text in texts("texts/desk")] == ["dropped", "queued"]
    says("1")
    assert offer_of(need).state == "accepted"


@pytest.mark.sqlite_only
def test_no_desk_is_texted_where_texts_are_not_set_up(cast: Cast) -> None:
    desk_with_phone(cast.crisis_center)
    send(cast)
    assert texts() == []


def test_two_texts_of_one_phone_are_two_answers(texted: Cast, move_time: Callable[[timedelta], None]) -> None:
    need = send(texted)
    with write():
        drop_about(need.id)
    says("2", phone="(615) 555-0142")  # as another provider writes numbers
    assert offer_of(need).state == "declined"
    assert DESK_PHONE not in repr(db.session.execute(select(TextAsk)).all())
