"""The handoff to its end: what makes its temperature, corrections, the way there, appointments, three tries on three days."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from portal import referrals
from portal.referrals import rules
from portal.referrals.models import Handoff, Transport
from portal.store import Conflict, Refused, clock, db
from tests.people import Cast
from tests.referrals.acting import acting, fresh, offer_of, send
from tests.referrals.drive import facts, stage, today, walk

pytestmark = pytest.mark.sqlite_only
Move = Callable[[timedelta], None]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("changed", "kind", "why"),
    [
        ({}, "warm", ("all_together",)),
        ({"person_present": False, "person_spoke": False}, "lukewarm", ("person_absent",)),
        (
            {"method": "call", "person_present": False, "person_spoke": False},
            "lukewarm",
            ("person_absent",),
        ),
        ({"answered": False, "receiver_took_over": False}, "cold", ("nobody_answered",)),
        ({"receiver_took_over": False}, "cold", ("not_taken_over",)),
        ({"spoke_with_name": " "}, "cold", ("nobody_named",)),
        ({"person_agreed": False}, "cold", ("person_did_not_agree",)),
        ({"method": "voicemail", "answered": False, "receiver_took_over": False}, "cold", ("not_live",)),
    ],
)
def test_the_temperature_comes_with_the_facts_that_made_it(
    changed: dict[str, Any], kind: str, why: tuple[str, ...]
) -> None:
    with time_machine.travel(datetime(2026, 9, 16, tzinfo=UTC)):
        told = facts(**changed)
    assert (rules.temperature(told), rules.temperature_facts(told)) == (kind, why)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"method": "call"}, "person_present"),
        ({"person_present": False}, "person_present"),
        ({"answered": False}, "answered"),
    ],
)
def test_facts_that_contradict_each_other_are_asked_again(
    move_time: Move, cast: Cast, changed: dict[str, Any], field: str
) -> None:
    found = stage(cast, "accepted", move_time)
    with pytest.raises(Refused) as refused:
        referrals.record_handoff(
            found.actor("sender"), found.offer.id, facts(**changed), version=found.offer.version
        )
    assert refused.value.field == field
    assert found.offer.state == "accepted"


@pytest.mark.parametrize("hears_back", [True, False])
def test_a_handoff_is_corrected_within_24_hours_by_an_added_event(
    move_time: Move, cast: Cast, hears_back: bool
) -> None:
    found = stage(cast, "accepted", move_time, hears_back=hears_back)
    sender, code = found.actor("sender"), found.offer.code

    def view() -> Any:
        shown = referrals.need_for(sender, found.need.id)
        assert shown is not None
        return shown

    referrals.record_handoff(
        sender, found.offer.id, facts(person_agreed=False), version=view().offer_version, code=code
    )
    assert view().handoff.temperature == "cold"
    assert "correct_handoff" in view().actions
    with pytest.raises(Conflict):  # not the side that recorded it
        referrals.correct_handoff(
            found.actor("receiver"), found.offer.id, facts(), version=found.offer.version
        )
    move_time(HOUR)
    before = found.offer.state
    referrals.correct_handoff(sender, found.offer.id, facts(), version=view().offer_version)
    assert (view().handoff.temperature, found.offer.state) == ("warm", before)
    assert found.offer.events[-1].action == "correct_handoff"
    rows = db.session.query(Handoff).order_by(Handoff.recorded_at).all()
    assert [(row.person_agreed, row.replaced_at is None) for row in rows] == [(False, False), (True, True)]
    move_time(DAY)
    assert "correct_handoff" not in view().actions
    with pytest.raises(Conflict):
        referrals.correct_handoff(sender, found.offer.id, facts(), version=view().offer_version)


def test_an_end_after_a_corrected_handoff_can_still_be_taken_back(move_time: Move, cast: Cast) -> None:
    found = stage(cast, "accepted", move_time)
    receiver = found.actor("receiver")
    referrals.record_handoff(receiver, found.offer.id, facts(), version=found.offer.version)
    walk(found, "confirm_connected", move_time)
    referrals.correct_handoff(receiver, found.offer.id, facts(), version=found.offer.version)
    referrals.correct_offer(receiver, found.offer.id, "Another person", version=found.offer.version)
    assert found.offer.state == "handoff"
    assert fresh(found.need).closed_at is None


def test_each_side_keeps_its_own_record_of_the_way_there(move_time: Move, cast: Cast) -> None:
    found = stage(cast, "accepted", move_time)
    move_time(HOUR)
    start = clock.now() - HOUR
    sender, receiver, offer_id = found.actor("sender"), found.actor("receiver"), found.offer.id
    referrals.record_transport(sender, offer_id, referrals.TransportFacts("police", True, start + MINUTE))
    referrals.record_transport(
        sender,
        offer_id,
        referrals.TransportFacts("police", True, start + MINUTE, start + 20 * MINUTE, start + 30 * MINUTE),
    )
    referrals.record_transport(
        receiver, offer_id, referrals.TransportFacts("police", False, None, start + 21 * MINUTE)
    )
    rows = db.session.query(Transport).order_by(Transport.recorded_by).all()
    assert [(row.recorded_by, row.voluntary, row.released_at) for row in rows] == [
        ("receiver", False, None),
        ("sender", True, start + 30 * MINUTE),
    ]
    for who in (sender, receiver):
        after = referrals.after_for(who, offer_id)
        assert after is not None
        assert len(after.transports) == 2
    for account in (cast.stranger, cast.shelter_worker, cast.supervisor, cast.admin):
        assert referrals.after_for(acting(account), offer_id) is None
        with pytest.raises(referrals.NotHere):
            referrals.record_transport(acting(account), offer_id, referrals.TransportFacts("self", True))


@pytest.mark.parametrize(
    ("times", "field"),
    [
        ((-2 * HOUR, None, None), "departed_at"),
        ((None, 2 * HOUR, None), "arrived_at"),
        ((30 * MINUTE, 10 * MINUTE, None), "arrived_at"),
        ((10 * MINUTE, None, 5 * MINUTE), "released_at"),
    ],
)
def test_times_of_transport_come_one_after_the_other_and_not_from_the_future(
    move_time: Move, cast: Cast, times: tuple[timedelta | None, ...], field: str
) -> None:
    found = stage(cast, "accepted", move_time)
    sent = found.need.sent_at
    move_time(HOUR)
    told = referrals.TransportFacts("ems", True, *(None if at is None else sent + at for at in times))
    with pytest.raises(Refused) as refused:
        referrals.record_transport(found.actor("sender"), found.offer.id, told)
    assert refused.value.field == field
    assert db.session.query(Transport).count() == 0


@pytest.mark.parametrize("way", ["", "accept", "decline", "accept confirm_connected"])
def test_a_sender_in_the_dark_records_the_way_there_whatever_was_answered(
    move_time: Move, cast: Cast, way: str
) -> None:
    found = stage(cast, "sent", move_time, hears_back=False)
    for action in way.split():
        walk(found, action, move_time)
    move_time(HOUR)
    if "accept" in way:
        referrals.record_transport(
            found.actor("receiver"), found.offer.id, referrals.TransportFacts("ride", True)
        )
    sender = found.actor("sender")
    view = referrals.need_for(sender, found.need.id)
    assert view is not None
    assert view.offer_id is not None
    referrals.record_transport(sender, view.offer_id, referrals.TransportFacts("police", False))
    after = referrals.after_for(sender, view.offer_id)
    assert after is not None
    assert [(one.means, one.recorded_by) for one in after.transports] == [("police", "sender")]
    assert (after.tries, after.arrived_at, after.void_asked) == ((), None, False)
    assert "record_transport" in view.actions


def test_an_appointment_is_kept_missed_made_anew_and_kept(move_time: Move, cast: Cast) -> None:
    found = stage(cast, "accepted", move_time)
    receiver, offer_id = found.actor("receiver"), found.offer.id
    walk(found, "schedule", move_time)
    with pytest.raises(Refused):  # still to come
        referrals.mark_no_show(receiver, offer_id, version=found.offer.version)
    move_time(2 * HOUR)
    referrals.mark_no_show(receiver, offer_id, version=found.offer.version)
    referrals.schedule_offer(receiver, offer_id, clock.now() + DAY, version=found.offer.version)
    with pytest.raises(Refused):  # tomorrow, not today
        referrals.record_arrival(receiver, offer_id, version=found.offer.version)
    move_time(DAY)
    referrals.record_arrival(receiver, offer_id, version=found.offer.version)
    with pytest.raises(Conflict):
        referrals.record_arrival(receiver, offer_id, version=found.offer.version)
    with pytest.raises(Refused):
        referrals.mark_no_show(receiver, offer_id, version=found.offer.version)
    referrals.confirm_connected(receiver, offer_id, today(), version=found.offer.version)
    view = referrals.offer_for(receiver, offer_id)
    assert view is not None
    words = [line.words for line in view.timeline]
    assert words[-5:] == [
        "Appointment made",
        "Did not come",
        "New appointment made",
        "Came to the appointment",
        "Connected",
    ]
    sender = referrals.need_for(found.actor("sender"), found.need.id)
    assert sender is not None
    said = " ".join(line.words for line in sender.timeline)
    assert "ppointment" not in said
    assert "not come" not in said


def test_the_file_for_a_calendar_says_when_and_never_what_for(move_time: Move, cast: Cast) -> None:
    found = stage(cast, "scheduled", move_time)
    receiver, offer_id = found.actor("receiver"), found.offer.id
    appointment = referrals.appointment_for(receiver, offer_id)
    assert appointment is not None
    text = referrals.calendar_file(appointment).decode()
    at = found.offer.appointment_at
    assert at is not None
    assert f"DTSTART:{at:%Y%m%dT%H%M%SZ}" in text
    assert "SUMMARY:Appointment\r\n" in text
    assert "LOCATION:1 Main St\\, Nashville" in text
    for word in ("Crisis", "crisis", "Quill", "Canary", "Center", str(offer_id), str(found.need.id)):
        assert word not in text
    for account in (cast.responder, cast.supervisor, cast.shelter_worker, cast.admin, cast.stranger):
        assert referrals.appointment_for(acting(account), offer_id) is None
    assert referrals.appointment_for(found.link(), offer_id) is None
    referrals.schedule_offer(receiver, offer_id, at + DAY, version=found.offer.version)
    again = referrals.appointment_for(receiver, offer_id)
    assert again is not None
    assert (again.uid, again.sequence > appointment.sequence) == (appointment.uid, True)


@pytest.mark.parametrize("secret", ["confidential", "part2"])
def test_a_place_that_tells_too_much_is_not_on_the_card(move_time: Move, cast: Cast, secret: str) -> None:
    found = stage(cast, "scheduled", move_time)
    if secret == "part2":
        found.offer.organization.kind = "part2_program"
    else:
        place = found.offer.listing.location
        for address in list(place.addresses):
            db.session.delete(address)
        db.session.flush()
        place.latitude = place.longitude = None
        place.point_kind, place.address_confidential, place.area_text = "none", True, "Davidson County"
    db.session.commit()
    appointment = referrals.appointment_for(found.actor("receiver"), found.offer.id)
    assert appointment is not None
    assert appointment.place == ()
    assert b"LOCATION" not in referrals.calendar_file(appointment)


@pytest.mark.parametrize(
    ("hours", "enough"),
    [
        ((0, 1, 2), False),  # three tries on one day
        ((0, 24, 48), True),
        # 10 PM, 11 PM and 0:30 AM here are two days; in UTC all lie on one
        ((5, 6, 7.5), False),
    ],
)
def test_tries_are_counted_by_the_days_of_the_community(
    move_time: Move, cast: Cast, hours: tuple[float, ...], enough: bool
) -> None:
    found = stage(cast, "accepted", move_time)
    start = found.offer.sent_at
    move_time(3 * DAY)
    for hour in hours:
        referrals.record_attempt(
            found.actor("receiver"), found.offer.id, "phone", "no_answer", at=start + hour * HOUR
        )
    view = referrals.offer_for(found.actor("receiver"), found.offer.id)
    assert view is not None
    assert ("mark_unable_to_reach" in view.actions) is enough


def test_tries_before_and_after_midnight_on_the_night_the_clocks_change(cast: Cast) -> None:
    """November 1, 2026: the hour from one to two is there twice. Three tries on three days here, two of them on one day in UTC."""
    with time_machine.travel(datetime(2026, 10, 31, 3, 0, tzinfo=UTC), tick=False) as now:
        need = send(cast)
        offer = offer_of(need)
        receiver = acting(cast.provider)
        referrals.accept_offer(receiver, offer.id, version=offer.version)
        # Friday 11 PM, Saturday 11:30 PM, Sunday 12:30 AM (daylight time): October 31, November 1, November 1 in UTC
        moments = [
            datetime(2026, 10, 31, 4, 0, tzinfo=UTC),
            datetime(2026, 11, 1, 4, 30, tzinfo=UTC),
            datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
        ]
        now.move_to(datetime(2026, 11, 2, 18, 0, tzinfo=UTC))
        for moment in moments:
            referrals.record_attempt(receiver, offer.id, "phone", "no_answer", at=moment)
        after = referrals.after_for(receiver, offer.id)
        assert after is not None
        assert (after.tries_days, [one.by for one in after.tries]) == (3, ["Pat Provider"] * 3)
        referrals.mark_unable_to_reach(receiver, offer.id, version=offer_of(need).version)
        assert offer_of(need).state == "unable_to_reach"
