"""A person's own rights (P19): the card, the copy, the correction, the restriction, the deletion."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from portal import referrals
from portal.messages.models import Message
from portal.referrals.models import (
    BlindIndex,
    Client,
    Consent,
    Disclosure,
    Need,
    Person,
    Receipt,
    RightsRequest,
)
from portal.referrals.nightly import AGAIN
from portal.store import Actor, Base, Conflict, Refused, TooMany, clock, db, erased
from portal.store.audit import AuditEntry
from tests.people import Cast
from tests.referrals.acting import acting, fresh, offer_of, request_to, send
from tests.referrals.drive import stage

Move = Callable[[timedelta], None]
BORN = date(1990, 5, 17)
MINE = {
    "name": "Quillon Canaryname",
    "phone": "615-555-0166",
    "safety_notes": "Minnote",
    "date_of_birth": BORN,
}


def card(cast: Cast, need: Need) -> referrals.Card:
    return referrals.give_receipt(acting(cast.responder), need.id)


def asked(cast: Cast, need: Need, who: Any = None) -> UUID:
    """A request taken at the officer's desk."""
    code = card(cast, need).short_code
    return referrals.begin_request(acting(who or cast.privacy_officer), code, "photo_document")


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def stored(*canaries: str) -> set[str]:
    """table.column wherever one of these lies, opened where it is sealed."""
    found = set()
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(select(table)).mappings():
            found |= {
                f"{table.name}.{name}"
                for name, value in row.items()
                if any(c in str(value) for c in canaries)
            }
    return found


def test_p19_a_card_opens_one_request_and_only_its_hashes_are_kept(cast: Cast) -> None:
    need = send(cast, **MINE)
    made = card(cast, need)
    assert re.fullmatch(r"[A-Z2-7]{26}", made.code), "128 bits"
    assert re.fullmatch(r"[A-Z2-7]{8}", made.short_code)
    row = db.session.scalars(select(Receipt)).one()
    assert not {made.code, made.short_code} & {row.code_hash, row.short_hash}
    typed = made.code.lower().replace("O", "0")
    found = referrals.receipt_of(f" {typed[:4]}-{typed[4:]} ")
    assert found == referrals.ReceiptView(callback="615-555-0100")
    assert referrals.receipt_of(made.short_code) is None, "the short code is for a desk alone"
    assert referrals.receipt_of("A" * 26) is None
    assert card(cast, need).code != made.code
    assert referrals.receipt_of(made.code) == found, "a second card leaves the first one good"


@pytest.mark.sqlite_only
def test_p19_cards_are_for_the_unit_that_sent_and_five_are_enough(cast: Cast) -> None:
    need = send(cast, **MINE)
    for account in (cast.stranger, cast.provider, cast.privacy_officer, cast.admin, cast.evaluator):
        with pytest.raises(referrals.NotHere):
            referrals.give_receipt(acting(account), need.id)
    for _ in range(5):
        card(cast, need)
    with pytest.raises(Refused):
        card(cast, need)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("state", ["sent", "accepted", "declined", "connected"])
def test_p19_the_card_says_the_same_whatever_was_answered(cast: Cast, move_time: Move, state: str) -> None:
    found = stage(cast, "sent", move_time, hears_back=False)
    made = card(cast, found.offer.need)
    if state == "accepted":
        referrals.accept_offer(acting(cast.provider), found.offer.id, version=1)
    elif state == "declined":
        referrals.decline_offer(acting(cast.provider), found.offer.id, "age", version=1)
    assert referrals.receipt_of(made.code) == referrals.ReceiptView(callback="615-555-0100")


def test_p19_taking_everything_back_works_at_once_and_twice(cast: Cast) -> None:
    need = send(cast, hears_back=True, **MINE)
    made = card(cast, need)
    referrals.accept_offer(acting(cast.provider), offer_of(need).id, version=1)
    assert referrals.withdraw_by_receipt(made.code, "all") is not None
    assert offer_of(need).state == "withdrawn"
    now = fresh(need)
    assert (now.person_id, now.close_reason) == (None, "withdrawn")
    assert count(Person) == count(BlindIndex) == 0
    assert stored("Quillon", "555-0166", "5550166", "Minnote") == set()
    assert all(row.withdrawn_at for row in db.session.scalars(select(Consent)))
    assert count(Disclosure) > 1, "what went out before stays in the ledger"
    assert referrals.withdraw_by_receipt(made.code, "all") is not None
    assert referrals.withdraw_by_receipt("B" * 26, "all") is None
    with pytest.raises(Refused):
        referrals.withdraw_by_receipt(made.code, "name")
    letters = {m.template for m in db.session.scalars(select(Message).where(Message.state == "queued"))}
    assert letters <= {"referrals/receiver", "referrals/sender"}, (
        "both are told to look, and nothing older leaves"
    )
    assert {"payload"} <= set(db.session.scalars(select(erased.Erased.what)))


@pytest.mark.sqlite_only
def test_p19_taking_the_status_back_puts_the_sender_in_the_dark_at_once(cast: Cast) -> None:
    need = send(cast, hears_back=True, **MINE)
    made = card(cast, need)
    referrals.accept_offer(acting(cast.provider), offer_of(need).id, version=1)
    before = referrals.need_for(acting(cast.responder), need.id)
    assert before is not None
    assert before.state == "accepted"
    queued = [
        m.id
        for m in db.session.scalars(
            select(Message).where(Message.about == need.id, Message.state == "queued")
        )
    ]
    assert queued
    referrals.withdraw_by_receipt(made.code, "status")
    after = referrals.need_for(acting(cast.responder), need.id)
    assert after is not None
    assert (after.state, after.accept_code, after.hears_back) == ("working", "", False)
    assert not any("ccepted" in line.words for line in after.timeline)
    assert {db.session.get_one(Message, one).state for one in queued} == {"dropped"}
    assert offer_of(need).state == "accepted", "the care itself goes on"
    assert referrals.reveal_person(acting(cast.provider), offer_of(need).id) is not None


@pytest.mark.sqlite_only
def test_p19_a_request_is_taken_with_card_and_identity_and_answered_within_30_days(
    cast: Cast, move_time: Move
) -> None:
    need = send(cast, **MINE)
    made = card(cast, need)
    officer = acting(cast.privacy_officer)
    with pytest.raises(Refused) as refused:
        referrals.begin_request(officer, made.short_code, "")
    assert refused.value.field == "identity_check"
    with pytest.raises(Refused):
        referrals.begin_request(officer, "ZZZZ 2222", "photo_document")
    taken = referrals.begin_request(officer, made.code, "known_to_staff")
    view = referrals.request_for(officer, taken)
    assert view is not None
    assert view.due_at - view.asked_at == timedelta(days=30)
    assert view.references == (need.id.hex[:6].upper(),)
    move_time(timedelta(days=31))
    assert referrals.requests_for(officer)[0].days_left < 0
    referrals.end_request(officer, taken, "done")
    with pytest.raises(Conflict):
        referrals.export_person(officer, taken)


@pytest.mark.sqlite_only
def test_p19_a_desk_takes_requests_of_people_it_was_asked_about_and_no_more(cast: Cast) -> None:
    need = send(cast, **MINE)
    short = card(cast, need).short_code
    with pytest.raises(Refused):
        referrals.begin_request(acting(cast.shelter_worker), short, "photo_document")
    taken = referrals.begin_request(acting(cast.provider), short, "photo_document")
    view = referrals.request_for(acting(cast.provider), taken)
    assert view is not None
    assert (view.references, view.mine_to_do) == ((), False)
    assert referrals.request_for(acting(cast.shelter_worker), taken) is None
    desk = acting(cast.provider)
    acts: list[Callable[[], object]] = [
        lambda: referrals.export_person(desk, taken),
        lambda: referrals.add_correction(desk, taken, "Wrong"),
        lambda: referrals.restrict_person(desk, taken),
        lambda: referrals.erase_person(desk, taken),
        lambda: referrals.end_request(desk, taken, "done"),
    ]
    for act in acts:
        with pytest.raises(referrals.NotHere):
            act()
    assert [one.id for one in referrals.requests_for(acting(cast.privacy_officer))] == [taken]


@pytest.mark.sqlite_only
def test_p19_guessing_short_codes_at_a_desk_is_told_to_wait(cast: Cast) -> None:
    for guess in range(10):
        with pytest.raises(Refused):
            referrals.begin_request(acting(cast.provider), f"AAAA{guess:04d}", "photo_document")
    with pytest.raises(TooMany):
        referrals.begin_request(acting(cast.provider), "AAAABBBB", "photo_document")
    assert count(RightsRequest) == 0


def test_p19_the_copy_holds_every_row_under_the_key_and_nothing_of_look_alikes(
    cast: Cast, move_time: Move
) -> None:
    mine = stage(cast, "connected", move_time, **MINE).offer.need
    again = referrals.send_offer(
        acting(cast.stranger),
        request_to(cast.shelter.id, **(MINE | {"name": "Canaryname, Quillon", "phone": ""})),
    )
    assert again.client_id == mine.client_id
    # One has the same name and phone and another birthday; one the same birthday and phone and another name.
    twins = [
        send(
            cast,
            duplicate_confirmed=True,
            **(MINE | {"date_of_birth": BORN + timedelta(days=366), "safety_notes": "Otherone"}),
        ),
        send(
            cast,
            duplicate_confirmed=True,
            **(MINE | {"name": "Quillan Canaryname", "safety_notes": "Othertwo"}),
        ),
    ]
    assert len({need.client_id for need in (mine, *twins)}) == 3
    taken = asked(cast, mine)
    made = referrals.export_person(acting(cast.privacy_officer), taken)
    words = json.dumps(made)
    tables = made["tables"]
    assert {row["id"] for row in tables["need"]} == {str(mine.id), str(again.id)}
    assert {row["id"] for row in tables["offer"]} == {
        str(o.id) for need in (mine, again) for o in need.offers
    }
    for needed in (
        "person",
        "offer_event",
        "consent",
        "disclosure",
        "follow_up",
        "client",
        "rights_request",
    ):
        assert tables[needed], needed
    for table in Base.metadata.sorted_tables:  # whatever hangs on a need by name is in it, to the last row
        if "need_id" in table.columns and table.name not in ("blind_index", "receipt"):
            theirs = select(func.count()).select_from(table).where(table.c.need_id.in_([mine.id, again.id]))
            assert len(tables.get(table.name, [])) == db.session.scalar(theirs), table.name
    assert "Minnote" in words
    for other in twins:
        never = [str(other.id), str(other.client_id), *(str(offer.id) for offer in other.offers)]
        assert not any(one in words for one in [*never, "Otherone", "Othertwo", "Quillan"])
    macs = [row.mac.hex() for row in db.session.scalars(select(BlindIndex))]
    secrets = [mine.idempotency_key, mine.request_digest, cast.responder.email, str(cast.responder.id), *macs]
    assert not any(one in words for one in secrets)
    assert {line["what"] for line in made["told_to"]} >= {"Name, phone and notes for the staff"}
    row = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "export_person")).one()
    assert row.account_id == cast.privacy_officer.id


@pytest.mark.sqlite_only
def test_p19_a_correction_stands_beside_what_it_corrects(cast: Cast, move_time: Move) -> None:
    found = stage(cast, "accepted", move_time, **MINE)
    officer, taken = acting(cast.privacy_officer), asked(cast, found.offer.need)
    with pytest.raises(Refused):
        referrals.add_correction(officer, taken, "   ")
    with pytest.raises(Refused):
        referrals.add_correction(officer, taken, "I have no warrant")
    referrals.add_correction(officer, taken, "My name is spelled with a K")
    seen = referrals.reveal_person(acting(cast.provider), found.offer.id)
    assert seen is not None
    assert seen.corrections == ("My name is spelled with a K",)
    raw = db.session.execute(text("SELECT note FROM correction")).scalar_one()
    assert "spelled" not in raw, "sealed like the name"
    copy = referrals.export_person(officer, taken)
    assert copy["tables"]["correction"][0]["note"] == "My name is spelled with a K"


@pytest.mark.sqlite_only
def test_p19_a_restricted_need_asks_nobody_by_itself_and_the_sender_asks_the_person_first(
    cast: Cast, move_time: Move
) -> None:
    need = send(cast, fallbacks=(cast.shelter.id,), **MINE)
    referrals.restrict_person(acting(cast.privacy_officer), asked(cast, need))
    referrals.decline_offer(acting(cast.provider), offer_of(need).id, "age", version=1)
    assert len(fresh(need).offers) == 1, "the service on the list was not asked"
    view = referrals.need_for(acting(cast.responder), need.id)
    assert view is not None
    assert view.restricted
    with pytest.raises(Refused) as refused:
        referrals.ask_next(acting(cast.responder), need.id, cast.shelter.id, version=view.version)
    assert refused.value.field == "person_asked"
    referrals.ask_next(
        acting(cast.responder), need.id, cast.shelter.id, version=view.version, person_asked=True
    )
    assert offer_of(need).service_at_location_id == cast.shelter.id


@pytest.mark.sqlite_only
def test_p19_in_the_dark_a_restriction_leaves_a_later_agreed_service_to_the_clock(cast: Cast) -> None:
    need = send(cast, hears_back=False, fallbacks=(cast.shelter.id,), **MINE)
    referrals.restrict_person(acting(cast.privacy_officer), asked(cast, need))
    view = referrals.need_for(acting(cast.responder), need.id)
    assert view is not None
    assert [each.id for each in view.also] == [cast.shelter.id], "the list stays as the sender knows it"
    referrals.decline_offer(acting(cast.provider), offer_of(need).id, "age", version=1)
    assert len(fresh(need).offers) == 1


def test_p19_deleting_leaves_only_consents_the_ledger_and_a_row_of_nobody(
    cast: Cast, move_time: Move
) -> None:
    mine = stage(cast, "scheduled", move_time, **MINE).offer.need
    twin = send(
        cast,
        duplicate_confirmed=True,
        **(
            MINE
            | {"date_of_birth": BORN + timedelta(days=366), "name": "Twilla Twinname", "safety_notes": ""}
        ),
    )
    officer, taken = acting(cast.privacy_officer), asked(cast, mine)
    referrals.add_correction(officer, taken, "Minnote is wrong")
    key = mine.client_id
    ledger, consents = count(Disclosure), count(Consent)
    referrals.erase_person(officer, taken)
    assert stored("Quillon", "Minnote") == set()
    left = fresh(mine)
    assert (left.client_id, left.person_id, left.area, left.age_band, left.callback) == (
        None,
        None,
        "",
        "unknown",
        "",
    )
    assert left.closed_at is not None
    assert left.offers[0].appointment_at is None
    assert db.session.get(Client, key) is None
    assert db.session.scalars(select(BlindIndex).where(BlindIndex.need_id == mine.id)).all() == []
    assert db.session.scalars(select(Receipt).where(Receipt.need_id == mine.id)).all() == []
    assert count(Disclosure) >= ledger, "the ledger stays"
    assert count(Consent) == consents
    assert fresh(twin).person is not None, "a look-alike keeps everything"
    assert db.session.scalars(select(BlindIndex).where(BlindIndex.need_id == twin.id)).all() != []
    row = db.session.get_one(RightsRequest, taken)
    assert (row.client_id, row.ended_as) == (None, "done")
    with pytest.raises(Conflict):
        referrals.erase_person(officer, taken)
    assert {"deleted"} <= set(db.session.scalars(select(erased.Erased.what)))


@pytest.mark.sqlite_only
def test_p19_a_legal_hold_on_any_of_it_stops_the_whole_deletion(cast: Cast) -> None:
    need = send(cast, **MINE)
    officer, taken = acting(cast.privacy_officer), asked(cast, need)
    referrals.place_hold(officer, str(need.id), "A court asked")
    with pytest.raises(Refused):
        referrals.erase_person(officer, taken)
    assert fresh(need).person is not None
    assert offer_of(need).state == "sent"
    referrals.lift_hold(officer, referrals.holds_for(officer)[0].id)
    referrals.erase_person(officer, taken)
    assert fresh(need).person_id is None


@pytest.mark.sqlite_only
def test_p19_a_restored_backup_restricts_ends_and_deletes_again(cast: Cast) -> None:
    need = send(cast, hears_back=True, **MINE)
    made = card(cast, need)
    officer = acting(cast.privacy_officer)
    referrals.restrict_person(officer, asked(cast, need))
    referrals.withdraw_by_receipt(made.code, "status")
    referrals.erase_person(officer, asked(cast, need))
    lines = set(db.session.scalars(select(erased.Erased.what)))
    assert {"restricted", "status", "deleted", "payload"} <= lines
    assert lines <= set(AGAIN), "each is known to the replay"


@pytest.mark.sqlite_only
@pytest.mark.parametrize("kind", ["anonymous", "link", "clock"])
def test_p19_nobody_without_an_account_takes_a_request(cast: Cast, kind: Any) -> None:
    need = send(cast, **MINE)
    short = card(cast, need).short_code
    with pytest.raises(Refused):
        referrals.begin_request(Actor(kind=kind, community_id=cast.community.id), short, "photo_document")
    assert referrals.requests_for(Actor(kind=kind)) == ()
    assert clock.now()
