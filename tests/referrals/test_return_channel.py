"""The return channel is the disclosure: without permission, accepted and declined are the same to the sender, byte for byte."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import pytest

from portal import referrals
from portal.directory.models import Organization
from portal.messages.models import Message
from portal.referrals import matrix, queries
from portal.referrals.models import Need
from portal.store import Conflict, Refused, clock, db
from tests.people import Cast
from tests.referrals.acting import acting, offer_of, send
from tests.referrals.drive import facts, stage, walk

Move = Callable[[timedelta], None]
MINUTE = timedelta(minutes=1)
AFTER = (
    "accept",
    "decline",
    "waitlist",
    "see accept",
    "see decline",
    "accept confirm_connected",
    "accept mark_not_connected",
)


def seen_by_sender(cast: Cast, need: Need) -> dict[str, Any]:
    """The sender's page and list, without the ids that differ from need to need."""
    view = referrals.need_for(acting(cast.responder), need.id)
    assert view is not None
    (listed,) = [one for one in referrals.needs_for(acting(cast.responder)) if one.id == need.id]
    assert listed == view
    return {
        key: value
        for key, value in asdict(view).items()
        if key not in ("id", "offer_id", "reference", "spoken_code")
    }


def answered(cast: Cast, move_time: Move, way: str, **more: Any) -> Need:
    found = stage(cast, "sent", move_time, hears_back=False, duplicate_confirmed=True, **more)
    for action in way.split():
        walk(found, action, move_time)
    return found.need


@pytest.mark.sqlite_only
@pytest.mark.parametrize("fallback", [False, True])
def test_accepted_and_declined_are_the_same_bytes(move_time: Move, cast: Cast, fallback: bool) -> None:
    more = {"fallbacks": (cast.shelter.id,)} if fallback else {}
    needs = {way: answered(cast, move_time, way, **more) for way in AFTER}
    for wait in (timedelta(0), 16 * MINUTE, timedelta(days=2), timedelta(days=38), timedelta(days=60)):
        move_time(wait)
        referrals.tick(clock.now())
        pages = {way: seen_by_sender(cast, need) for way, need in needs.items() if wait < timedelta(days=60)}
        for way in pages:
            pair = pages["see accept" if way.startswith("see") else "accept"]
            assert pages[way] == pair, way
            assert pages[way]["state"] in ("working", "closed")


@pytest.mark.sqlite_only
def test_the_actions_answer_the_same_after_yes_and_no(move_time: Move, cast: Cast) -> None:
    for action in ("cancel", "withdraw", "void", "ask_next"):
        results = []
        for way in ("accept", "decline"):
            need = answered(cast, move_time, way)
            view = referrals.need_for(acting(cast.responder), need.id)
            assert view is not None
            assert action in view.actions
            results.append((_press(cast, view, action), seen_by_sender(cast, need)))
        assert results[0] == results[1], action


def _press(cast: Cast, view: referrals.NeedView, action: str) -> Any:
    who, offer_id, version = acting(cast.responder), view.offer_id, view.offer_version
    assert offer_id is not None
    if action == "ask_next":
        referrals.ask_next(who, view.id, cast.shelter.id, version=view.version)
        return None
    if action == "cancel":
        moved = referrals.cancel_offer(who, offer_id, "no_longer_needed", version=version)
    elif action == "withdraw":
        moved = referrals.withdraw_consent(who, offer_id, version=version)
    else:
        moved = referrals.void_offer(who, offer_id, "error", version=version)
    return replace(moved, offer_id=cast.team.id, need_id=cast.team.id)


@pytest.mark.sqlite_only
def test_letters_to_a_sender_in_the_dark_do_not_tell(move_time: Move, cast: Cast) -> None:
    ways = ("accept", "decline", "accept confirm_connected", "accept withdraw")
    needs = [answered(cast, move_time, way) for way in ways]
    assert not _letters(needs)
    move_time(16 * MINUTE)
    referrals.tick(clock.now())
    referrals.tick(clock.now())
    assert _letters(needs) == sorted(f"sender:{need.id}:your_turn" for need in needs)


@pytest.mark.sqlite_only
def test_a_need_put_away_in_the_dark_sends_nobody_of_its_unit_a_letter(move_time: Move, cast: Cast) -> None:
    ways = ("accept confirm_connected", "decline", "accept record_handoff")
    needs = [answered(cast, move_time, way) for way in ways]
    for need in needs:
        view = referrals.need_for(acting(cast.responder), need.id)
        assert view is not None
        _press(cast, view, "cancel")
    held = offer_of(needs[-1])
    assert held.state == "handoff"
    referrals.mark_not_connected(acting(cast.provider), held.id, "left", version=held.version)
    move_time(timedelta(days=1))
    referrals.tick(clock.now())
    assert not _letters(needs)
    assert not _letters(needs, "referrals/supervisor")


@pytest.mark.sqlite_only
@pytest.mark.parametrize("way", ["", "accept", "decline"])
def test_where_there_is_no_supervisor_the_clock_tells_a_sender_in_the_dark_no_more(
    move_time: Move, cast: Cast, way: str
) -> None:
    db.session.delete(cast.supervisor.memberships[0])
    db.session.commit()
    need = answered(cast, move_time, way)
    for _wait in range(3):
        move_time(16 * MINUTE)
        referrals.tick(clock.now())
    assert _letters([need]) == [f"sender:{need.id}:your_turn"]


def _letters(needs: list[Need], name: str = "referrals/sender") -> list[str]:
    """The keys of the letters that have left or may leave by now."""
    rows = db.session.query(Message).filter(
        Message.letter == name, Message.state != "dropped", Message.next_try_at <= clock.now()
    )
    return sorted(row.key for row in rows if any(str(need.id) in row.key for need in needs))


@pytest.mark.parametrize("part_2", [False, True])
def test_a_need_closed_in_the_dark_keeps_its_place_in_a_long_list(
    move_time: Move, cast: Cast, monkeypatch: pytest.MonkeyPatch, part_2: bool
) -> None:
    if part_2:
        db.session.get_one(Organization, cast.crisis_center.service.organization_id).kind = "part2_program"
        db.session.commit()
    need = send(cast, hears_back=part_2)  # a Part 2 program needs a signed consent, whatever was said
    _answer(cast, need, "accept")
    _answer(cast, need, "confirm_connected")
    move_time(timedelta(days=1))
    newer = send(cast, listing=cast.shelter, duplicate_confirmed=True)
    monkeypatch.setattr(queries, "MOST", 2)
    closed = send(cast, listing=cast.shelter, duplicate_confirmed=True)
    referrals.cancel_offer(acting(cast.responder), offer_of(closed).id, "solved_otherwise", version=1)
    listed = {one.id for one in referrals.needs_for(acting(cast.responder))}
    assert listed == {need.id, newer.id}


@pytest.mark.sqlite_only
def test_an_escalated_need_in_the_dark_stays_with_its_supervisor_whatever_becomes_of_it(
    move_time: Move, cast: Cast
) -> None:
    pages = []
    for way in ("accept", "decline", "accept confirm_connected", "accept mark_not_connected"):
        need = send(cast, hears_back=False, duplicate_confirmed=True)
        move_time(11 * MINUTE)
        referrals.tick(clock.now())
        for action in way.split():
            _answer(cast, need, action)
        move_time(11 * MINUTE)
        referrals.tick(clock.now())
        view = referrals.need_for(acting(cast.supervisor), need.id)
        assert view is not None, way
        pages.append((view.state, view.state_words, view.actions, [line.words for line in view.timeline]))
    assert all(page == pages[0] for page in pages)


def _answer(cast: Cast, need: Need, action: str) -> None:
    offer, who = offer_of(need), acting(cast.provider)
    if action == "accept":
        referrals.accept_offer(who, offer.id, version=offer.version)
    elif action == "decline":
        referrals.decline_offer(who, offer.id, "age", version=offer.version)
    elif action == "confirm_connected":
        referrals.confirm_connected(who, offer.id, clock.now().date(), version=offer.version)
    else:
        referrals.mark_not_connected(who, offer.id, "left", version=offer.version)


@pytest.mark.sqlite_only
def test_a_handoff_in_the_dark_wants_the_code_and_says_nothing_without_it(
    move_time: Move, cast: Cast
) -> None:
    said = set()
    for way in ("accept", "decline"):
        need = answered(cast, move_time, way)
        view = referrals.need_for(acting(cast.responder), need.id)
        assert view is not None
        with pytest.raises(Refused) as refused:
            referrals.record_handoff(
                acting(cast.responder), view.offer_id, facts(), version=view.offer_version, code="000000x"
            )
        said.add(refused.value.reason)
    assert len(said) == 1
    need = answered(cast, move_time, "")
    moved = referrals.accept_offer(acting(cast.provider), offer_of(need).id, version=1)
    view = referrals.need_for(acting(cast.responder), need.id)
    assert view is not None
    referrals.record_handoff(
        acting(cast.responder), view.offer_id, facts(), version=view.offer_version, code=moved.code
    )
    view = referrals.need_for(acting(cast.responder), need.id)
    assert view is not None
    assert view.handoff is not None
    assert view.handoff.temperature == "warm"
    assert (view.state, view.accept_code) == ("working", "")


@pytest.mark.sqlite_only
def test_with_permission_the_sender_hears_the_group_of_the_reason_and_never_the_code(
    move_time: Move, cast: Cast
) -> None:
    found = stage(cast, "declined", move_time)
    view = referrals.need_for(acting(cast.responder), found.need.id)
    assert view is not None
    assert (view.state, view.decline_words) == ("next_step", "No room right now")
    assert "No bed or slot" not in str(asdict(view))
    assert {"ask_next", "close_need"} <= set(view.actions)


@pytest.mark.sqlite_only
def test_a_part_2_program_tells_sent_only_without_a_written_consent(move_time: Move, cast: Cast) -> None:
    organization = db.session.get(Organization, cast.crisis_center.service.organization_id)
    assert organization is not None
    organization.kind = "part2_program"
    db.session.commit()
    for way in ("", "see", "accept", "see accept", "see decline", "accept confirm_connected"):
        found = stage(cast, "sent", move_time, hears_back=True, duplicate_confirmed=True)
        for action in way.split():
            walk(found, action, move_time)
        view = referrals.need_for(acting(cast.responder), found.need.id)
        assert view is not None
        assert [line.words for line in view.timeline] == ["Sent"]
        assert view.state == "sent"
    written = send(cast, basis="written_consent", duplicate_confirmed=True)
    referrals.record_consent(acting(cast.responder), referrals.ConsentTerms("QC"), need_id=written.id)
    referrals.accept_offer(acting(cast.provider), offer_of(written).id, version=1)
    view = referrals.need_for(acting(cast.responder), written.id)
    assert view is not None
    assert view.state == "accepted"


@pytest.mark.sqlite_only
def test_the_sender_never_sees_the_appointment(move_time: Move, cast: Cast) -> None:
    for state in ("scheduled", "no_show"):
        found = stage(cast, state, move_time, duplicate_confirmed=True)
        view = referrals.need_for(acting(cast.responder), found.need.id)
        assert view is not None
        assert view.state == "accepted"
        assert not [line for line in view.timeline if "ppointment" in line.words or "not come" in line.words]


@pytest.mark.sqlite_only
def test_a_supervisor_sees_an_escalated_need_and_no_reason(move_time: Move, cast: Cast) -> None:
    need = send(cast)
    who = acting(cast.supervisor)
    assert referrals.need_for(who, need.id) is None
    assert referrals.needs_for(who) == ()
    move_time(11 * MINUTE)
    referrals.tick(clock.now())
    view = referrals.need_for(who, need.id)
    assert view is not None
    assert (view.role, view.callback, view.owner_words) == (
        "supervisor",
        "615-555-0100",
        "A supervisor looks after this",
    )
    assert not view.has_person
    assert view.spoken_code == ""
    referrals.decline_offer(acting(cast.provider), offer_of(need).id, "prior_exclusion", version=1)
    view = referrals.need_for(who, need.id)
    assert view is not None
    assert "Declined" in [line.words for line in view.timeline]
    assert view.decline_words == ""
    referrals.ask_next(who, need.id, cast.shelter.id, version=view.version)
    referrals.accept_offer(acting(cast.shelter_worker), offer_of(need).id, version=1)
    assert referrals.need_for(who, need.id) is None


def test_every_field_of_the_matrix_names_known_readers() -> None:
    readers = {"sender", "sender_dark", "supervisor", "supervisor_dark", "receiver_before", "receiver_after"}
    assert set().union(*matrix.MATRIX.values()) == readers
    assert set(matrix.STATE_FIELD.values()) <= set(matrix.MATRIX)
    for field in ("person", "safe_contact", "accept_code", "appointment", "connected", "handoff"):
        assert not matrix.sees("receiver_before", field)
        assert not matrix.sees("supervisor", field)


@pytest.mark.sqlite_only
def test_a_put_away_need_takes_no_second_step(move_time: Move, cast: Cast) -> None:
    need = answered(cast, move_time, "accept")
    view = referrals.need_for(acting(cast.responder), need.id)
    assert view is not None
    _press(cast, view, "cancel")
    closed = referrals.need_for(acting(cast.responder), need.id)
    assert closed is not None
    assert (closed.state, closed.closed) == ("closed", True)
    with pytest.raises(Conflict):
        referrals.withdraw_consent(acting(cast.responder), view.offer_id, version=closed.offer_version)
