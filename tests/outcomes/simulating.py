"""Histories of requests with a known truth: as fact sheets, and as the rows and events that lead to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from portal.outcomes.facts import NeedFacts, OfferFacts
from portal.outcomes.measures import Ground
from portal.referrals import Plan
from portal.referrals import models as r
from portal.referrals.hours import Hours
from portal.store import write
from tests.people import Cast

ZONE = ZoneInfo("America/Chicago")
START = datetime(2026, 7, 1, 5, tzinfo=UTC)  # the third quarter begins, in Chicago
END = datetime(2026, 10, 1, 5, tzinfo=UTC)
PUBLISHED = datetime(
    2026, 11, 1, 5, tzinfo=UTC
)  # a month later: the last week's needs are not 37 days old yet

# Of all histories: how they end when nothing cuts them off, and on which of 30 days with what weight.
ENDS = {"connected": 0.557, "declined": 0.2, "withdrawn": 0.08, "unable_to_reach": 0.1, "other_end": 0.063}
DAILY = 0.09  # of those who will be connected, this share of the remaining on each day; the rest on day 30
PERMITTED = 0.85


@dataclass(frozen=True)
class Told:
    """One event of an offer's log."""

    at: datetime
    action: str
    to_state: str
    reason: str = ""


@dataclass(frozen=True)
class History:
    """One need: the logs of its offers, in the order of asking. connected_on: of the last offer, when that is how it ended."""

    number: int
    sent_at: datetime
    permitted: bool
    urgency: str
    logs: tuple[tuple[Told, ...], ...]
    connected_on: date | None
    closed_at: datetime | None


def truth(days: int) -> float:
    """The share of all histories that are connected by this day: what M13 estimates."""
    return ENDS["connected"] * (1 - (1 - DAILY) ** (days + 1) if days < 30 else 1.0)


def truth_among_the_others(days: int) -> float:
    """The same share where those who died, were jailed or moved are left out: what M12 estimates."""
    return truth(days) / (1 - ENDS["other_end"])


def histories(
    random: Random, size: int, start: datetime = START, end: datetime = END, silent: float = 0.0
) -> list[History]:
    """Needs sent evenly over this time, each with an end of ENDS on its day. silent: of the services that said yes, this share
    never tells what became of it."""
    span = (end - start).total_seconds()
    return [
        _history(random, i, start + timedelta(seconds=random.random() * span), silent) for i in range(size)
    ]


def _history(random: Random, number: int, sent_at: datetime, silence: float) -> History:
    end = random.choices(list(ENDS), list(ENDS.values()))[0]
    day = 0
    while day < 30 and random.random() >= DAILY:
        day += 1
    at = max(sent_at + timedelta(minutes=30), _noon(sent_at, day))
    silent = random.random() < silence
    logs = []
    asked = sent_at
    if random.random() < 0.3:  # the first service says no, the next one is asked
        no = asked + timedelta(minutes=4)
        logs.append((Told(asked, "send", "sent"), Told(no, "decline", "declined", "no_bed_or_slot")))
        asked = no
    if end == "declined":
        steps = [Told(at, "decline", "declined", "age")]
    elif end == "withdrawn":
        steps = [Told(at, "withdraw", "withdrawn")]
    else:
        yes = Told(asked + timedelta(minutes=6), "accept", "accepted")
        last = {
            "connected": Told(at, "confirm_connected", "connected"),
            "unable_to_reach": Told(at, "mark_unable_to_reach", "unable_to_reach"),
            "other_end": Told(at, "mark_not_connected", "not_connected", "other_end"),
        }[end]
        if silent:
            last = Told(sent_at + timedelta(days=37), "close_without_information", "no_information")
        steps = [yes, last]
    logs.append((Told(asked, "send", "sent"), *steps))
    connected = steps[-1].to_state == "connected"
    return History(
        number,
        sent_at,
        random.random() < PERMITTED,
        random.choice(("now", "today", "routine")),
        tuple(logs),
        at.astimezone(ZONE).date() if connected else None,
        steps[-1].at,
    )


def _noon(sent_at: datetime, days: int) -> datetime:
    """Noon, so many calendar days later."""
    day = sent_at.astimezone(ZONE).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZONE).astimezone(UTC)


def sheet(history: History, cut: datetime) -> NeedFacts | None:
    """The fact sheet as it must be read at a cut; None for a need that was not sent by then."""
    if history.sent_at > cut:
        return None
    closed = history.closed_at if history.closed_at and history.closed_at <= cut else None
    found = NeedFacts(
        UUID(int=history.number),
        UUID(int=0),
        history.urgency,
        history.sent_at,
        history.permitted,
        code="crisis",
        closed_at=closed,
    )
    for log in history.logs:
        known = [told for told in log if told.at <= cut]
        if not known:
            continue
        last = known[-1]
        answers = {told.action: told.at for told in known}
        decided = answers.get("accept") or answers.get("decline")
        found.add(
            OfferFacts(
                UUID(int=0),
                last.to_state,
                last.at,
                log[0].at,
                decided_at=decided,
                accepted_at=answers.get("accept"),
                decline=last.reason if last.to_state == "declined" else "",
                not_connected=last.reason if last.to_state == "not_connected" else "",
                connected_on=history.connected_on if last.to_state == "connected" else None,
            )
        )
    return found


def ground(facts: Sequence[NeedFacts | None], cut: datetime) -> Ground:
    known = [found for found in facts if found is not None]
    return Ground(known, cut, ZONE, Hours.usual(ZONE.key), {}, lambda area: area[:3])


def grounded(made: Sequence[History], cut: datetime) -> Ground:
    """The sheets of these histories as they must be read at a cut, to be measured."""
    return ground([sheet(one, cut) for one in made], cut)


def store(cast: Cast, made: Sequence[History], shuffled: Random | None = None) -> None:
    """These histories as rows of the cast's team; with `shuffled`, the events are written in any order."""
    needs: list[dict[str, Any]] = []
    offers: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for history in made:
        number = history.number
        need_id = UUID(int=(1 << 96) + number)
        needs.append(
            {
                "id": need_id,
                "community_id": cast.community.id,
                "code": "crisis",
                "urgency": history.urgency,
                "sender_account_id": cast.responder.id,
                "sender_organization_id": cast.team.id,
                "basis": "none_needed",
                "hears_back": history.permitted,
                "plan": Plan.default("now").to_json(),
                "deadline": history.sent_at,
                "sent_at": history.sent_at,
                "closed_at": history.closed_at,
                "idempotency_key": str(number),
                "request_digest": "",
            }
        )
        for ordinal, log in enumerate(history.logs, 1):
            offer_id = UUID(int=(1 << 97) + number * 8 + ordinal)
            last = ordinal == len(history.logs)
            offers.append(
                {
                    "id": offer_id,
                    "need_id": need_id,
                    "service_at_location_id": cast.crisis_center.id,
                    "organization_id": cast.crisis_center.service.organization_id,
                    "ordinal": ordinal,
                    "state": log[-1].to_state,
                    "sent_at": log[0].at,
                    "connected_on": history.connected_on if last else None,
                }
            )
            before = "draft"
            for told in log:
                events.append(
                    {
                        "offer_id": offer_id,
                        "at": told.at,
                        "action": told.action,
                        "from_state": before,
                        "to_state": told.to_state,
                        "role": "receiver",
                        "actor_kind": "account",
                        "reason": told.reason,
                    }
                )
                before = told.to_state
    if shuffled is not None:
        shuffled.shuffle(events)
    with write() as session:
        for kind, rows in ((r.Need, needs), (r.Offer, offers), (r.OfferEvent, events)):
            session.execute(insert(kind), rows)
