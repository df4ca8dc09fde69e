"""From yes to arrived: the handoff, the appointment, the arrival or why not."""

import hmac
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from portal.referrals import letters, rules
from portal.referrals.access import knows
from portal.referrals.deadlines import follow_up_dates
from portal.referrals.models import FollowUp, Handoff
from portal.referrals.moves import Ground, overtaken, standing_on
from portal.referrals.onward import go_on
from portal.referrals.plan import Plan
from portal.referrals.requests import HandoffFacts, Moved
from portal.referrals.stages import handoff_by, may_arrive, may_correct_handoff, zone_of
from portal.referrals.wording import checked
from portal.store import Actor, Refused, TooMany, limits, write

SLACK = timedelta(minutes=1)  # forms give whole minutes
TRIES, TRIES_SECONDS = 5, 3600  # at a six-digit code


def record_handoff(
    actor: Actor, offer_id: UUID, facts: HandoffFacts, *, version: int, code: str = ""
) -> Moved:
    """The facts of a handoff. code: the six digits that the caller read out; a sender without permission to hear back must
    give them (they show that the service itself said so, live). Follow-ups then count from the handoff.

    Refused in the same words for a wrong code and for a service that has not said yes; TooMany after 5 tries an hour.
    """
    if facts.method not in rules.HANDOFF_METHODS:
        raise Refused(_("Choose how it was done."), "method")
    if code and not limits.tried(
        "handoff_code", str(actor.account_id), str(offer_id), most=TRIES, seconds=TRIES_SECONDS
    ):
        raise TooMany(_("Too many tries. Wait an hour, or call the service."), TRIES_SECONDS)
    with write() as session:
        ground = standing_on(session, actor, offer_id, "record_handoff", version)
        _check_times(ground, facts)
        if ground.dark:
            ground = _by_code(ground, code)
        if ground.offer.handoff is not None:
            raise overtaken()
        _check_facts(facts)
        ground.move("record_handoff")
        _write_down(ground, facts, ground.role)
        ground.settle()
        _tell(ground)
        return ground.moved()


def correct_handoff(actor: Actor, offer_id: UUID, facts: HandoffFacts, *, version: int) -> Moved:
    """The facts of a handoff were wrong: within 24 hours, by the side that recorded them, by an added event. The old facts keep
    their row; the temperature is computed from the new ones. Conflict when there is nothing of theirs to correct."""
    if facts.method not in rules.HANDOFF_METHODS:
        raise Refused(_("Choose how it was done."), "method")
    with write() as session:
        ground = standing_on(session, actor, offer_id, "record_handoff", version)
        if ground.dark:
            own = next((one for one in ground.need.offers if handoff_by(one, "sender")), ground.offer)
            ground = Ground(session, actor, ground.need, own, ground.role, ground.now)
        row = ground.offer.handoff
        if row is None or not may_correct_handoff(ground.offer, ground.role, ground.now):
            raise overtaken()
        _check_times(ground, facts)
        _check_facts(facts)
        row.replaced_at = ground.now
        session.flush()
        ground.change(ground.offer.state, "correct_handoff", reason="correct")
        _write_down(ground, facts, row.recorded_by)
        ground.settle()
        _tell(ground)
        return ground.moved()


def _write_down(ground: Ground, facts: HandoffFacts, recorded_by: str) -> None:
    """The row with the facts; follow-ups count from it."""
    values = vars(facts) | {
        "spoke_with_name": checked(facts.spoke_with_name, "spoke_with_name", 80),
        "spoke_with_role": checked(facts.spoke_with_role, "spoke_with_role", 80),
    }
    ground.session.add(
        Handoff(offer_id=ground.offer.id, recorded_by=recorded_by, recorded_at=ground.now, **values)
    )
    ground.session.flush()
    ground.session.expire(ground.offer, ["handoff"])
    _follow_from(ground, facts.ended_at or facts.started_at)


def _by_code(ground: Ground, code: str) -> Ground:
    """The offer whose service read this code out. Refused otherwise, whatever the reason."""
    for offer in ground.need.offers:
        heard = bool(offer.code) and hmac.compare_digest(offer.code.encode(), code.strip().encode())
        if heard and offer.state in rules.MOVES["record_handoff"].sources:
            return Ground(ground.session, ground.actor, ground.need, offer, ground.role, ground.now)
    raise Refused(_("This is not the code. Ask the service that called you to read it again."), "code")


def _check_times(ground: Ground, facts: HandoffFacts) -> None:
    if not ground.need.sent_at - SLACK <= facts.started_at <= ground.now + SLACK:
        raise Refused(_("The handoff began between the sending and now."), "started_at")
    if facts.ended_at is not None and not facts.started_at <= facts.ended_at <= ground.now + SLACK:
        raise Refused(_("The handoff ended after it began, and not in the future."), "ended_at")


def _check_facts(facts: HandoffFacts) -> None:
    """Facts that contradict each other are asked again: they would make a temperature that was not."""
    if facts.method == "call" and facts.person_present:
        raise Refused(
            _("You chose a call without the person, and that the person was there. Which is right?"),
            "person_present",
        )
    if facts.person_spoke and not facts.person_present:
        raise Refused(_("A person who spoke was there too. Tick both, or none."), "person_present")
    if facts.receiver_took_over and not facts.answered:
        raise Refused(_("If they took over, somebody answered. Tick both, or none."), "answered")


def _follow_from(ground: Ground, start: datetime) -> None:
    """Follow-ups that are not done yet now fall 1, 7 and 30 days after the handoff."""
    dates = follow_up_dates(Plan.from_json(ground.need.plan), start, ground.offer.service_at_location_id)
    rows = ground.session.scalars(
        select(FollowUp).where(FollowUp.offer_id == ground.offer.id, FollowUp.done_at.is_(None))
    )
    for row in rows:
        row.due_at = dates[row.day]
    ground.session.flush()


def schedule_offer(actor: Actor, offer_id: UUID, appointment_at: datetime, *, version: int) -> Moved:
    """An appointment, or a new time for it (UTC, future, a year at most). Shown to the receiver alone."""
    with write() as session:
        ground = standing_on(session, actor, offer_id, "schedule", version)
        ground.check("schedule")
        if not ground.now < appointment_at <= ground.now + timedelta(days=366):
            raise Refused(_("Choose a time within the next year."), "appointment_at")
        ground.move("schedule", appointment_at=appointment_at, arrived_at=None)
        ground.settle()
        return ground.moved()


def mark_no_show(actor: Actor, offer_id: UUID, *, version: int) -> Moved:
    """The appointment was missed; not an end. Refused before its time."""
    with write() as session:
        ground = standing_on(session, actor, offer_id, "mark_no_show", version)
        ground.check("mark_no_show")
        at = ground.offer.appointment_at
        if ground.offer.state == "scheduled" and at is not None and at > ground.now:
            raise Refused(_("The appointment is still to come."), "appointment_at")
        if ground.offer.arrived_at is not None:
            raise Refused(_("You recorded that they came. Give a new time, or say what came of it."))
        ground.move("mark_no_show")
        ground.settle()
        return ground.moved()


def record_arrival(actor: Actor, offer_id: UUID, *, version: int) -> Moved:
    """The person came to the appointment; not an end: the first service is confirmed apart. On the day of the appointment or
    later. An event for the receiver alone."""
    with write() as session:
        ground = standing_on(session, actor, offer_id, "mark_no_show", version)
        if ground.offer.state != "scheduled" or ground.offer.arrived_at is not None:
            raise overtaken()
        if not may_arrive(ground.offer, ground.now, zone_of(session, ground.need)):
            raise Refused(_("The appointment is still to come."), "appointment_at")
        ground.change("scheduled", "record_arrival", arrived_at=ground.now)
        ground.settle()
        return ground.moved()


def confirm_connected(
    actor: Actor, offer_id: UUID, connected_on: date, *, version: int, receiver_name: str = ""
) -> Moved:
    """The first service was received on this day (not in the future, not before it was sent). A sender who saw the arrival
    gives the receiver's name. Closes the need, and tells a permitted sender."""
    with write() as session:
        ground = standing_on(session, actor, offer_id, "confirm_connected", version)
        ground.check("confirm_connected")
        zone = zone_of(session, ground.need)
        if (
            not ground.need.sent_at.astimezone(zone).date()
            <= connected_on
            <= ground.now.astimezone(zone).date()
        ):
            raise Refused(_("Give a day between the sending and today."), "connected_on")
        name = checked(receiver_name, "receiver_name", 80)
        if ground.role == "sender" and not name:
            raise Refused(_("Write who received them."), "receiver_name")
        ground.move(
            "confirm_connected", connected_on=connected_on, connected_by=ground.role, receiver_name=name
        )
        ground.settle(close="connected")
        _tell(ground)
        return ground.moved()


def mark_not_connected(actor: Actor, offer_id: UUID, reason: str, *, version: int) -> Moved:
    """It will not happen here: rules.NOT_CONNECTED. Hands the need back to its owner."""
    if reason not in rules.NOT_CONNECTED:
        raise Refused(_("Choose what happened."), "reason")
    with write() as session:
        ground = standing_on(session, actor, offer_id, "mark_not_connected", version)
        ground.move("mark_not_connected", reason=reason)
        go_on(ground, by_itself=False)
        return ground.moved()


def _tell(ground: Ground) -> None:
    """The other side has something to look at; a sender in the dark has not."""
    if ground.role == "sender":
        letters.tell_receiver(ground.offer, str(ground.offer.version))
    elif knows(ground.need, ground.offer):
        letters.tell_sender(ground.need, f"{ground.offer.id}:{ground.offer.version}")
