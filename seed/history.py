"""Two and a half quarters of invented referrals, so that the report has something to report.

No person stands behind them: every need is without a name, as it would be after the retention clock ran out. Every
offer's log follows the table of moves. The same date gives the same rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.accounts.models import Account
from portal.directory import models as d
from portal.directory.terms import NEEDS
from portal.referrals import Plan
from portal.referrals import models as r
from portal.referrals.rules import DECLINE_REASONS, ENDS, MOVES
from seed.keys import key
from seed.services import ROWS

# need code -> how often; urgency follows from it
NEED_MIX = {
    "crisis": 34,
    "detox": 18,
    "moud": 9,
    "shelter": 20,
    "peer": 6,
    "mh_treatment": 6,
    "housing": 4,
    "sud_treatment": 3,
}
URGENCY = {
    "crisis": ("now", "now", "today"),
    "detox": ("now", "today"),
    "shelter": ("today", "now"),
    "moud": ("today",),
}
REASONS = {
    "no_bed_or_slot": 40, "waitlist_only": 10, "no_staff_for_safety": 5, "age": 4, "sex_or_gender_rule": 5,
    "residence_or_area": 5, "payer": 7, "acuity_too_high": 9, "medical_clearance_first": 8, "detox_first": 4,
    "pets_or_family_unit": 3, "refused_service": 4, "language_or_ASL": 2, "wrong_service": 3, "other": 2,
}  # fmt: skip
MINUTES = {"now": 2.0, "today": 18.0, "routine": 190.0}  # typical wait until a desk looks
PERMITTED = 0.64  # share of people who agree that the sender hears what happens
NEXT_SERVICE = 0.75  # share of "no" and silence that goes on to another service
A_DAY = 4.3  # needs
CLOSED_AS = {"declined": "nothing_found", "expired": "nothing_found", "not_connected": "person_left"}


@dataclass
class Story:
    """One offer as it unfolds: its log, and the facts beside it."""

    listing: d.ServiceAtLocation
    sent: datetime
    state: str = "draft"
    log: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    handoff: dict[str, Any] | None = None

    def move(self, action: str, at: datetime, role: str, reason: str = "") -> None:
        move = MOVES[action]
        if self.state not in move.sources or role not in move.roles:
            raise ValueError(f"the table has no {action} from {self.state} by {role}")
        self.log.append(
            {
                "at": at,
                "action": action,
                "from_state": self.state,
                "to_state": move.target,
                "role": role,
                "reason": reason,
            }
        )
        self.state = move.target

    @property
    def last_at(self) -> datetime:
        moment: datetime = self.log[-1]["at"]
        return moment


@dataclass
class Writer:
    """Rows by table, inserted together at the end."""

    rows: dict[type, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: type, **values: Any) -> None:
        self.rows.setdefault(table, []).append(values)

    def flush(self, session: Session) -> None:
        for table in (r.Need, r.Consent, r.Offer, r.OfferEvent, r.Handoff, r.FollowUp):
            if self.rows.get(table):
                session.execute(insert(table), self.rows[table])


def write_history(
    session: Session, here: d.Community, listings: dict[str, d.ServiceAtLocation], sender: Account, day: date
) -> int:
    """Insert the needs of the two whole quarters before `day` and of the running one; how many."""
    zone = ZoneInfo(here.time_zone)
    now = datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)
    random = Random(f"handrail {day.isoformat()}")
    answerers = {
        code: [
            listings[row.name]
            for row in ROWS
            if _answers(row.name, listings) and set(cares) & set(row.care.split())
        ]
        for code, (_label, cares) in NEEDS.items()
    }
    team = sender.memberships[0].organization_id
    if team is None:
        raise ValueError("the sender of the demonstration belongs to a team")
    writer = Writer()
    count = 0
    for sent in _moments(random, day, zone):
        if _need(writer, random, here, sender, team, answerers, sent, now, count):
            count += 1
    writer.flush(session)
    session.flush()
    return count


def first_day(day: date) -> date:
    """The first day of the quarter two before the one that holds `day`."""
    month = day.month - (day.month - 1) % 3 - 6
    return date(day.year - (month < 1), month + 12 * (month < 1), 1)


def _answers(name: str, listings: dict[str, d.ServiceAtLocation]) -> bool:
    listing = listings[name]
    organization = listing.service.organization
    return (
        organization.joined_at is not None
        and organization.kind != "victim_service"
        and listing.service.status == "active"
    )


def _moments(random: Random, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """When needs are sent: more in the evening, a little more each month as the team gets to know the tool."""
    today = first_day(day)
    start = today
    while today < day:
        growth = 1 + 0.3 * (today - start).days / 230
        for _ in range(int(random.gauss(A_DAY * growth, 1.5))):
            hour = random.choice((1, 8, 10, 11, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23))
            yield datetime.combine(today, time(hour, random.randrange(60)), tzinfo=zone).astimezone(UTC)
        today += timedelta(days=1)


def _need(
    writer: Writer,
    random: Random,
    here: d.Community,
    sender: Account,
    team: UUID,
    answerers: dict[str, list[d.ServiceAtLocation]],
    sent: datetime,
    now: datetime,
    number: int,
) -> bool:
    """One need with its offers; False when it would still be waiting for an answer at `now` (left out)."""
    code = random.choices(list(NEED_MIX), list(NEED_MIX.values()))[0]
    urgency = random.choice(URGENCY.get(code, ("routine", "routine", "today")))
    stories = _stories(random, answerers[code], urgency, sent, now)
    if not stories or stories[-1].state in ("sent", "seen"):
        return False
    need_id = key("need", str(number))
    permitted = random.random() < PERMITTED
    ended = stories[-1].state in ENDS
    follow_ups = _follow_ups(writer, random, stories[-1], key("offer", str(need_id), str(len(stories))), now)
    waiting = [due for due, done in follow_ups if done is None and due > now]
    basis = random.choices(
        ("verbal_consent", "written_consent", "emergency", "none_needed"), (70, 12, 8, 10)
    )[0]
    writer.add(
        r.Need,
        id=need_id,
        community_id=here.id,
        code=code,
        urgency=urgency,
        age_band=random.choices(("18_24", "25_64", "65_plus", "unknown"), (18, 66, 8, 8))[0],
        area=random.choice(("37203", "37206", "37207", "37208", "37210", "37211")),
        safe_contact="unknown",
        sender_account_id=sender.id,
        sender_organization_id=team,
        callback=sender.phone,
        basis=basis,
        hears_back=permitted,
        plan=Plan.default(urgency).to_json(),
        owner="receiver",
        deadline=None if ended else min((*waiting, sent + timedelta(days=37))),
        deadline_name="follow_up" if waiting else "no_information",
        sent_at=sent,
        closed_at=stories[-1].last_at if ended else None,
        close_reason=CLOSED_AS.get(stories[-1].state, ""),
        idempotency_key=f"demonstration-{number}",
        request_digest="",
        version=sum(len(story.log) for story in stories),
    )
    writer.add(
        r.Consent,
        id=key("consent", str(number)),
        need_id=need_id,
        basis=basis,
        hears_back=permitted,
        recorded_by=sender.id,
        text_version="1",
        at=sent,
    )
    for ordinal, story in enumerate(stories, 1):
        _write_story(writer, need_id, ordinal, story)
    return True


def _stories(
    random: Random, choices: list[d.ServiceAtLocation], urgency: str, sent: datetime, now: datetime
) -> list[Story]:
    stories: list[Story] = []
    at = sent
    for listing in random.sample(choices, len(choices)):
        story = Story(listing, at)
        story.move("send", at, "sender")
        stories.append(story)
        at = _answer(random, story, urgency, at)
        if at > now:
            return []
        if story.state == "accepted":
            _afterwards(random, story, at, now)
            break
        if story.state not in ("declined", "expired") or random.random() > NEXT_SERVICE:
            break
    if random.random() < 0.01:
        at = stories[-1].last_at + timedelta(minutes=5)
        if at < min(now, sent + timedelta(hours=24)):
            stories[-1].move("void", at, "sender", "error")
    return stories


def _answer(random: Random, story: Story, urgency: str, at: datetime) -> datetime:
    """Seen or not, then yes, no, silence, or taken back; the time of it."""
    typical = MINUTES[urgency]
    luck = random.random()
    if luck < 0.08:
        at += timedelta(minutes=typical * 7)
        story.move("expire", at, "clock")
        return at
    at += timedelta(minutes=random.expovariate(1 / typical) + 0.3)
    story.move("see", at, "receiver")
    at += timedelta(minutes=random.expovariate(1 / (typical * 1.6)) + 0.5)
    if luck < 0.11:
        story.move("cancel", at, "sender", "no_longer_needed")
    elif luck < 0.13:
        story.move("withdraw", at, "sender")
    elif luck < 0.38:
        story.move("decline", at, "receiver", random.choices(list(REASONS), list(REASONS.values()))[0])
    else:
        story.move("accept", at, "receiver")
        story.facts["code"] = f"{random.randrange(1_000_000):06d}"
    story.facts["decided_at"] = at
    return at


def _afterwards(random: Random, story: Story, at: datetime, now: datetime) -> None:
    """Handoff, then connected or not, as far as it has come by `now`."""
    accepted = at
    warmth = random.choices(("warm", "lukewarm", "cold", None), (52, 14, 16, 18))[0]
    if warmth:
        at += timedelta(minutes=random.uniform(3, 25))
        if at > now:
            return
        story.move("record_handoff", at, "sender")
        story.handoff = _handoff(random, warmth, at)
    chance = {"warm": 0.74, "lukewarm": 0.6, "cold": 0.46, None: 0.5}[warmth]
    luck = random.random()
    if luck < chance:
        days = random.choices((0, 1, 2, 4, 6, 9, 16, 25), (44, 20, 10, 8, 6, 5, 4, 3))[0]
        service = at + timedelta(days=days, minutes=40)
        reported = service + timedelta(hours=random.uniform(0.2, 40))
        if reported < min(now, accepted + timedelta(days=36)):
            story.move("confirm_connected", reported, "receiver")
            story.facts |= {"connected_on": service.date(), "connected_by": "receiver"}
    elif luck < chance + 0.12:
        ended = at + timedelta(days=random.uniform(0.1, 6))
        if ended < now:
            reason = random.choice(("left", "refused", "sent_elsewhere", "medical", "other_end"))
            story.move("mark_not_connected", ended, "receiver", reason)
    elif story.sent + timedelta(days=37) < now:
        story.move("close_without_information", story.sent + timedelta(days=37), "clock")


def _handoff(random: Random, warmth: str, at: datetime) -> dict[str, Any]:
    warm, live = warmth == "warm", warmth != "cold"
    return {
        "started_at": at - timedelta(minutes=random.randrange(2, 12)),
        "ended_at": at,
        "method": random.choice(("three_way_call", "in_person")) if live else "voicemail",
        "answered": live,
        "spoke_with_name": random.choice(("Dana", "Luis", "Mei", "Omar", "Tess")) if live else "",
        "spoke_with_role": "intake" if live else "",
        "person_present": warm,
        "person_spoke": warm,
        "person_agreed": warm,
        "receiver_took_over": live,
        "recorded_by": "sender",
        "recorded_at": at,
    }


def _follow_ups(
    writer: Writer, random: Random, story: Story, offer_id: UUID, now: datetime
) -> list[tuple[datetime, datetime | None]]:
    """The three tasks of an accepted offer: some done, some not, none in the future done."""
    start = next(
        (row["at"] for row in story.log if row["action"] == "record_handoff"), story.facts.get("decided_at")
    )
    if not any(row["action"] == "accept" for row in story.log) or start is None:
        return []
    tasks = []
    for days in (1, 7, 30):
        due = start + timedelta(days=days)
        done = due + timedelta(hours=3) if due + timedelta(hours=3) < now and random.random() < 0.7 else None
        result = (
            random.choices(("in_service", "not_in_service", "not_reached"), (60, 20, 20))[0] if done else ""
        )
        tasks.append((due, done))
        writer.add(
            r.FollowUp,
            id=key("follow-up", str(offer_id), str(days)),
            offer_id=offer_id,
            day=days,
            due_at=due,
            done_at=done,
            result=result,
        )
    return tasks


def _write_story(writer: Writer, need_id: UUID, ordinal: int, story: Story) -> None:
    offer_id = key("offer", str(need_id), str(ordinal))
    last = story.log[-1]
    writer.add(
        r.Offer,
        id=offer_id,
        need_id=need_id,
        service_at_location_id=story.listing.id,
        organization_id=story.listing.service.organization_id,
        desk_id=story.listing.desk_id,
        ordinal=ordinal,
        state=story.state,
        version=len(story.log),
        sent_at=story.sent,
        decided_at=story.facts.get("decided_at"),
        decline_reason=last["reason"] if story.state == "declined" else "",
        code=story.facts.get("code", ""),
        connected_on=story.facts.get("connected_on"),
        connected_by=story.facts.get("connected_by", ""),
    )
    for row in story.log:
        writer.add(r.OfferEvent, offer_id=offer_id, actor_kind="seed", channel="inbox", note="", **row)
    if story.handoff:
        writer.add(r.Handoff, id=key("handoff", str(offer_id)), offer_id=offer_id, **story.handoff)


if set(REASONS) - set(DECLINE_REASONS):
    raise ValueError("a reason of the demonstration is not on the closed list")
