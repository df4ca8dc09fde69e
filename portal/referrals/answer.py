"""The desk answers: seen, a question, a waitlist, yes, no. The sender answers a question."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, update

from portal.directory import can_refer, note_use, record_change, write_history
from portal.directory.models import ListingFlag, ServiceAtLocation
from portal.messages import drop_about
from portal.referrals import letters, rules
from portal.referrals.access import knows
from portal.referrals.deadlines import follow_up_dates
from portal.referrals.force import may_ask
from portal.referrals.models import FollowUp
from portal.referrals.moves import Ground, standing_on
from portal.referrals.onward import go_on
from portal.referrals.plan import Plan
from portal.referrals.requests import Moved
from portal.referrals.rules import DECLINE_REASONS
from portal.referrals.script import disclose_answers
from portal.referrals.taught import learn
from portal.referrals.wording import checked
from portal.store import Actor, Refused, write
from portal.store.actor import CLOCK

LONGEST_WAITLIST = timedelta(days=30)


def see_offer(actor: Actor, offer_id: UUID, *, version: int) -> Moved:
    """The desk has it: sent -> seen, by a button. Tells nobody; the sender's page shows it."""
    with write() as session:
        ground = standing_on(session, actor, offer_id, "see", version)
        ground.move("see")
        ground.settle()
        _new_link(ground)
        return ground.moved()


def ask_information(actor: Actor, offer_id: UUID, question: str, *, version: int) -> Moved:
    """The desk asks the sender something (280 characters, checked like notes). Clocks pause; the sender gets a letter."""
    asked = checked(question, "question")
    if not asked:
        raise Refused(_("Write your question."), "question")
    with write() as session:
        ground = standing_on(session, actor, offer_id, "ask_information", version)
        if not may_ask(ground.need, ground.offer):
            raise Refused(
                _("Your program may not write back without a signed consent. Call them instead."), "question"
            )
        ground.move("ask_information", question=asked, answer="")
        ground.settle()
        letters.tell_sender(ground.need, f"question:{ground.offer.id}:{ground.offer.version}")
        _new_link(ground)
        return ground.moved()


def give_information(actor: Actor, offer_id: UUID, answer: str, *, version: int) -> Moved:
    """The sender answers the desk's question; clocks go on; the desk gets a letter with a new link."""
    given = checked(answer, "answer")
    if not given:
        raise Refused(_("Write your answer."), "answer")
    with write() as session:
        ground = standing_on(session, actor, offer_id, "give_information", version)
        ground.move("give_information", answer=given)
        ground.settle()
        letters.tell_desk(ground.offer)
        return ground.moved()


def waitlist_offer(actor: Actor, offer_id: UUID, answer_by: datetime, *, version: int) -> Moved:
    """On the waitlist; answer_by: when to expect an answer (UTC, future, 30 days at most)."""
    with write() as session:
        ground = standing_on(session, actor, offer_id, "waitlist", version)
        ground.check("waitlist")
        if not ground.now < answer_by <= ground.now + LONGEST_WAITLIST:
            raise Refused(_("Choose a day within the next 30 days."), "answer_by")
        ground.move("waitlist", answer_by=answer_by)
        ground.settle()
        _tell_if_known(ground)
        _new_link(ground)
        return ground.moved()


def accept_offer(actor: Actor, offer_id: UUID, *, version: int, answered_by: str = "") -> Moved:
    """ "We take this person." Exactly one of several at once wins; the others get Conflict.

    Moved.code: six digits that the desk reads out when it calls Moved.callback, so that the sender knows who calls. A
    signed-in receiver may open the person now; a link opens it with the code that the *sender* reads out on that call
    (NeedView.spoken_code), see reveal_person.
    """
    with write() as session:
        ground = standing_on(session, actor, offer_id, "accept", version)
        accept(ground, answered_by=checked(answered_by, "answered_by", 80) or actor.name)
        _tell_if_known(ground)
        return ground.moved(ground.offer.code, ground.need.callback)


def accept(ground: Ground, *, answered_by: str, channel: str = "") -> None:
    """The accept itself: state, code, follow-up tasks, ledger; other offers of the need are released."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    ground.move("accept", channel=channel, code=code, decided_at=ground.now, answered_by=answered_by)
    for day, due in follow_up_dates(
        Plan.from_json(ground.need.plan), ground.now, ground.offer.service_at_location_id
    ).items():
        ground.session.add(FollowUp(offer_id=ground.offer.id, day=day, due_at=due))
    release_others(ground)
    if ground.need.person_id is not None:
        ground.disclose("identity", ground.offer.organization_id)
    disclose_answers(ground.session, ground.offer)
    drop_about(ground.offer.id)
    note_use(ground.session, ground.offer.service_at_location_id)
    ground.settle()


def release_others(ground: Ground) -> None:
    """No second offer of a need stays open beside an accepted one."""
    for other in ground.need.offers:
        if other is ground.offer or other.state not in rules.ASKED:
            continue
        Ground(ground.session, CLOCK, ground.need, other, "clock", ground.now).move("release")


def decline_offer(
    actor: Actor, offer_id: UUID, reason: str, *, version: int, note: str = "", who_could: UUID | None = None
) -> Moved:
    """ "We cannot." reason: a code of rules.DECLINE_REASONS. note: 80 characters, for the receiver's own side only, and only
    with `other`. who_could: a listing, the first proposal. Moves the need on, or hands it back to its owner."""
    if reason not in DECLINE_REASONS:
        raise Refused(_("Choose why not."), "reason")
    said = checked(note, "note", 80)
    if said and reason != "other":
        said = ""
    with write() as session:
        ground = standing_on(session, actor, offer_id, "decline", version)
        if who_could is not None:
            _check_named(ground, who_could)
        decline(ground, reason, note=said, who_could_id=who_could)
        return ground.moved()


def _check_named(ground: Ground, who_could: UUID) -> None:
    """Another service of this community that may be proposed at all: a victim service never is."""
    named = ground.session.scalar(select(ServiceAtLocation).where(ServiceAtLocation.id == who_could))
    home = named.service.organization if named is not None else None
    if (
        named is None
        or home is None
        or home.community_id != ground.need.community_id
        or named.id == ground.offer.service_at_location_id
        or can_refer(named) == "victim_call"
    ):
        raise Refused(_("Choose a service of the list."), "who_could")


def decline(
    ground: Ground, reason: str, *, note: str = "", who_could_id: UUID | None = None, channel: str = ""
) -> None:
    """The decline itself, and what it means for the listing and for the need."""
    ground.move(
        "decline",
        reason=reason,
        channel=channel,
        decline_reason=reason,
        decline_note=note,
        who_could_id=who_could_id,
        decided_at=ground.now,
    )
    drop_about(ground.offer.id)
    consequence = DECLINE_REASONS[reason].consequence
    _tell_the_listing(ground, consequence)
    learn(ground.session, ground.need, ground.offer.service_at_location_id, reason)
    go_on(ground, by_itself=consequence not in ("person_done", "void"))


def _tell_the_listing(ground: Ground, consequence: str) -> None:
    """Availability drops with this time and source, or the steward gets a mark. Nothing of the request is in either."""
    session, listing = ground.session, ground.offer.listing
    before = listing.availability
    if consequence in ("no", "limited"):
        session.execute(
            update(ServiceAtLocation)
            .where(ServiceAtLocation.id == listing.id)
            .values(
                availability=consequence,
                availability_at=ground.now,
                availability_by="",
                availability_source="decline",
            )
        )
        if before != consequence:
            write_history(
                session,
                ground.actor,
                "service_at_location",
                listing.id,
                "availability",
                before,
                consequence,
            )
        record_change(session, listing.number)
    elif consequence in ("hours", "listing"):
        session.add(ListingFlag(service_at_location_id=listing.id, reason=consequence, at=ground.now))


def _new_link(ground: Ground) -> None:
    """A used link is replaced: the desk's next one comes by mail. Who signed in needs none."""
    if ground.actor.kind == "link":
        letters.tell_desk(ground.offer)


def _tell_if_known(ground: Ground) -> None:
    if knows(ground.need, ground.offer):
        letters.tell_sender(ground.need, f"{ground.offer.id}:{ground.offer.version}")
