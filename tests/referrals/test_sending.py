"""A need is sent: all or nothing, once a key, never to a victim service."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from portal import referrals
from portal.messages.models import Message
from portal.referrals.models import Consent, Disclosure, Need, Offer, OfferEvent, Person
from portal.store import Actor, Refused, db
from tests.people import Cast
from tests.referrals.acting import acting, offer_of, request_to, send
from tests.web.forms import told


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_send_stores_need_offer_event_consent_ledger_and_letter_together(cast: Cast) -> None:
    need = send(cast)
    offer = offer_of(need)
    assert (offer.state, offer.version, offer.ordinal) == ("sent", 1, 1)
    assert (need.owner, need.deadline_name) == ("receiver", "seen_by")
    assert [event.action for event in offer.events] == ["send"]
    assert [count(model) for model in (Consent, Disclosure, Person)] == [1, 1, 1]
    letters = db.session.scalars(select(Message)).all()
    assert [letter.letter for letter in letters] == ["referrals/desk"]
    assert letters[0].to_address.startswith("desk-")


def test_letters_say_nothing_of_anybody(cast: Cast) -> None:
    need = send(cast)
    referrals.accept_offer(acting(cast.provider), offer_of(need).id, version=1)
    words = ("Canary", "Quill", "0177", "risis", "Test County", "accept", "dogs", "37203")
    for letter in db.session.scalars(select(Message)):
        for text in (letter.subject, letter.text, letter.html):
            assert not [word for word in words if word in told(text)]
        assert letter.subject == "You have a new item in Handrail"
        assert letter.html.strip() or letter.state == "dropped"


def test_the_same_key_is_the_same_need_and_other_content_is_refused(cast: Cast) -> None:
    request = request_to(cast.crisis_center.id)
    first = referrals.send_offer(acting(cast.responder), request)
    assert {referrals.send_offer(acting(cast.responder), request).id for _try in range(5)} == {first.id}
    assert [count(model) for model in (Need, Offer, OfferEvent, Message)] == [1, 1, 1, 1]
    with pytest.raises(Refused):
        referrals.send_offer(acting(cast.responder), replace(request, name="Somebody Else"))
    assert count(Need) == 1


@pytest.mark.sqlite_only
def test_two_people_may_use_the_same_key(cast: Cast) -> None:
    request = request_to(cast.crisis_center.id)
    one = referrals.send_offer(acting(cast.responder), request)
    other = referrals.send_offer(acting(cast.colleague), replace(request, duplicate_confirmed=True))
    assert one.id != other.id


@pytest.mark.sqlite_only
def test_victim_services_and_services_that_have_not_joined_are_refused(cast: Cast) -> None:
    for listing in (cast.victim_service, cast.detox, cast.hotline):
        with pytest.raises(Refused):
            send(cast, listing=listing)
        with pytest.raises(Refused):
            send(cast, fallbacks=(listing.id,))
    assert [count(model) for model in (Need, Person, Message)] == [0, 0, 0]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("safety_notes", "has a warrant in another county"),
        ("safety_notes", "on probation"),
        ("safety_notes", "SSN 123-45-6789"),
        ("safety_notes", "FBI No 123456AB7"),
        ("safety_notes", "x" * 281),
        ("name", "n" * 81),
        ("phone", "5" * 41),
        ("area", "12 Main Street, Nashville"),
        ("basis", "because"),
        ("basis", "none_needed"),
        ("urgency", "asap"),
        ("need", "magic"),
        ("age_band", "old"),
        ("idempotency_key", ""),
    ],
)
def test_what_a_referral_must_not_hold_is_refused_with_its_field(cast: Cast, field: str, value: str) -> None:
    with pytest.raises(Refused) as refused:
        send(cast, **{field: value})
    assert refused.value.field == field
    assert not value or value not in refused.value.reason
    assert count(Need) == 0


@pytest.mark.sqlite_only
def test_no_identity_at_all_works_end_to_end(cast: Cast) -> None:
    need = send(cast, name="", phone="", safety_notes="", basis="none_needed", hears_back=False)
    assert need.person_id is None
    referrals.accept_offer(acting(cast.provider), offer_of(need).id, version=1)
    assert referrals.reveal_person(acting(cast.provider), offer_of(need).id) is None
    assert [row.what for row in db.session.scalars(select(Disclosure))] == ["request"]


@pytest.mark.sqlite_only
def test_the_same_person_or_phone_at_the_same_service_warns_and_a_human_decides(cast: Cast) -> None:
    born = date(1990, 5, 17)
    send(cast, date_of_birth=born)
    for again in (
        {"name": "Other"},
        {"name": " quill CANARY ", "need": "medical"},
        {"phone": "", "name": "Canary, Quill", "date_of_birth": born, "need": "medical"},
    ):
        with pytest.raises(referrals.PossibleDuplicate) as warned:
            send(cast, **again)
        assert "anary" not in str(warned.value.current)
    assert count(Need) == 1
    send(cast, name="Other", phone="615-555-0999")
    send(cast, phone="")  # many people of one name: a name alone is no ground for a warning
    send(cast, name="Other", need="medical")  # a phone alone: only for the same thing
    send(cast, listing=cast.shelter)
    send(cast, duplicate_confirmed=True)
    assert count(Need) == 6


@pytest.mark.sqlite_only
@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_the_warning_does_not_tell_what_was_answered(cast: Cast, answer: str) -> None:
    offer = offer_of(send(cast, hears_back=False))
    if answer == "accept":
        referrals.accept_offer(acting(cast.provider), offer.id, version=1)
    else:
        referrals.decline_offer(acting(cast.provider), offer.id, "age", version=1)
    with pytest.raises(referrals.PossibleDuplicate):
        send(cast)


@pytest.mark.sqlite_only
def test_only_somebody_of_a_unit_sends(cast: Cast) -> None:
    for account in (cast.provider, cast.steward, cast.evaluator, cast.admin, cast.privacy_officer):
        with pytest.raises(referrals.NotHere):
            referrals.send_offer(acting(account), request_to(cast.crisis_center.id))
    with pytest.raises(referrals.NotHere):
        referrals.send_offer(acting(cast.responder), request_to(uuid4()))
    with pytest.raises(referrals.NotHere):
        referrals.send_offer(Actor(kind="anonymous"), request_to(cast.crisis_center.id))
    assert count(Need) == 0


@pytest.mark.sqlite_only
def test_more_than_three_fallbacks_are_refused_and_doubles_are_one(cast: Cast) -> None:
    with pytest.raises(Refused):
        send(cast, fallbacks=tuple(uuid4() for _one in range(4)))
    need = send(cast, fallbacks=(cast.shelter.id, cast.shelter.id, cast.crisis_center.id))
    assert [row.service_at_location_id for row in need.fallbacks] == [cast.shelter.id]
