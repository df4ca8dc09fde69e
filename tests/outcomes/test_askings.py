"""Asking several services for room, in the report: how many, what was said, how soon; small numbers hidden from outsiders."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from portal.outcomes import quarter, to_csv
from portal.referrals import models as r
from portal.store import write
from tests.outcomes.test_quarter import evaluator
from tests.people import Cast

ASKED = datetime(2026, 8, 12, 18, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)
Log = tuple[tuple[str, int], ...]  # what a service said, and how many minutes after the asking


@pytest.fixture(autouse=True)
def fixed_time(app: Flask) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False), app.test_request_context():
        yield


def asked(cast: Cast, number: int, *logs: Log, sender: Any = None, close: str = "not_needed") -> None:
    """So many askings, each of as many services as there are logs."""
    sender = sender or cast.responder
    places = (cast.crisis_center, cast.shelter, cast.detox)
    with write() as session:
        for each in range(number):
            asking = r.Asking(
                community_id=cast.community.id,
                code="crisis",
                urgency="now",
                sender_account_id=sender.id,
                sender_organization_id=sender.memberships[0].organization_id,
                plan={},
                asked_at=ASKED,
                closed_at=ASKED + timedelta(hours=2),
                close_reason=close,
                idempotency_key=f"{close} {len(logs)} {logs} {each}",
                request_digest="",
            )
            session.add(asking)
            session.flush()
            for ordinal, log in enumerate(logs, start=1):
                place = places[ordinal - 1]
                ask = r.CapacityAsk(
                    asking_id=asking.id,
                    service_at_location_id=place.id,
                    organization_id=place.service.organization_id,
                    ordinal=ordinal,
                    state=log[-1][0] if log else "asked",
                )
                session.add(ask)
                session.flush()
                was = ""
                for state, minutes in (("asked", 0), *log):
                    session.add(
                        r.AskEvent(
                            ask_id=ask.id,
                            at=ASKED + timedelta(minutes=minutes),
                            action="ask" if not was else f"say_{state}",
                            from_state=was,
                            to_state=state,
                            role="receiver",
                            actor_kind="account",
                        )
                    )
                    was = state


def lines(cast: Cast, **more: Any) -> dict[str, Any]:
    report = quarter(evaluator(cast), "2026-q3", **more)
    assert report is not None
    return {
        line.label.partition(": ")[2] or line.label: line for line in report.lines if line.measure == "M25"
    }


def test_how_many_were_asked_who_had_room_and_how_soon(cast: Cast) -> None:
    asked(cast, 20, (("no", 2),), (("yes", 6),), close="sent")
    asked(cast, 12, (("no", 4),), (("released", 10),), (("waitlist", 9),))
    asked(cast, 13, (("expired", 60),))
    found = lines(cast)
    assert (found["A service had room"].numerator, found["A service had room"].denominator) == (20, 45)
    assert (found["A service answered"].numerator, found["Became a referral"].numerator) == (32, 20)
    said = {label: line.numerator for label, line in found.items() if line.denominator == 40 + 36 + 13}
    assert said["No room now"] == 32
    assert said["Yes, they have room"] == 20
    assert said["Waitlist only"] == said["Told: no longer needed"] == 12
    assert (said["No answer in time"], said["No answer yet"]) == (13, 0)
    assert found["Minutes to the first answer, median"].value == 2
    assert found["Minutes to the first yes, 90th percentile"].value == 6
    assert found["Minutes to the first yes, median"].denominator == 45


def test_small_numbers_are_hidden_from_outsiders_and_what_would_give_them_away(cast: Cast) -> None:
    asked(cast, 20, (("no", 2),), (("yes", 6),), close="sent")
    asked(cast, 12, (("no", 4),))
    asked(cast, 3, (("no", 5),), sender=cast.stranger)
    found = lines(cast)
    assert found["A service answered"].numerator in (35, None)
    own = cast.responder.memberships[0].organization_id
    report = quarter(evaluator(cast, own), "2026-q3", scope_key=str(own))
    assert report is not None
    mine = {
        line.label.partition(": ")[2] or line.label: line for line in report.lines if line.measure == "M25"
    }
    assert mine["A service answered"].numerator == 32
    both = quarter(evaluator(cast, own), "2026-q3")
    assert both is not None
    all_of = {
        line.label.partition(": ")[2] or line.label: line for line in both.lines if line.measure == "M25"
    }
    assert all_of["A service answered"].suppressed, "35 less the 32 of my own are 3 of somebody else"
    assert all_of["No room now"].suppressed


def test_what_came_after_the_cut_is_not_in_it_and_the_file_has_it_too(cast: Cast) -> None:
    asked(cast, 15, (("no", 2), ("yes", 60 * 24 * 30)))
    report = quarter(evaluator(cast), "2026-q3", cut=ASKED + timedelta(days=20))
    assert report is not None
    found = {
        line.label.partition(": ")[2] or line.label: line for line in report.lines if line.measure == "M25"
    }
    assert (found["A service had room"].numerator, found["A service answered"].numerator) == (0, 15)
    assert lines(cast)["A service had room"].numerator == 15
    assert "\r\nM25,1," in to_csv(report)
