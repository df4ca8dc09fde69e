"""The quarter's report from the event log: who may read which part, as known at the cut."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask

from portal.outcomes import BadQuarter, quarter, quarters, scopes, to_csv
from portal.referrals import Plan
from portal.referrals import models as r
from portal.store import Actor, write
from tests.people import Cast

SENT = datetime(2026, 8, 12, 18, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fixed_time(app: Flask) -> Any:
    with time_machine.travel(NOW, tick=False), app.test_request_context():
        yield


def evaluator(cast: Cast, at: UUID | None = None) -> Actor:
    return Actor(
        kind="account",
        community_id=cast.community.id,
        account_id=cast.evaluator.id,
        memberships=frozenset({("evaluator", at)}),
    )


def tell(cast: Cast, *steps: tuple[str, str, datetime], sender: Any = None, **offer: Any) -> None:
    """One need of one offer with this log; each step is (action, state it leads to, when)."""
    sender = sender or cast.responder
    need_id, offer_id = uuid4(), uuid4()
    with write() as session:
        session.add(
            r.Need(
                id=need_id,
                community_id=cast.community.id,
                code="crisis",
                urgency="now",
                sender_account_id=sender.id,
                sender_organization_id=sender.memberships[0].organization_id,
                basis="none_needed",
                hears_back=True,
                plan=Plan.default("now").to_json(),
                deadline=None,
                sent_at=SENT,
                closed_at=SENT,
                idempotency_key=str(need_id),
                request_digest="",
            )
        )
        session.flush()
        session.add(
            r.Offer(
                id=offer_id,
                need_id=need_id,
                service_at_location_id=cast.crisis_center.id,
                organization_id=cast.crisis_center.service.organization_id,
                ordinal=1,
                state=steps[-1][1],
                sent_at=SENT,
                **offer,
            )
        )
        session.flush()
        before = "draft"
        for action, state, at in (("send", "sent", SENT), *steps):
            session.add(
                r.OfferEvent(
                    offer_id=offer_id,
                    at=at,
                    action=action,
                    from_state=before,
                    to_state=state,
                    role="receiver",
                    actor_kind="account",
                )
            )
            before = state


def connected(cast: Cast, count: int, **more: Any) -> None:
    for _ in range(count):
        tell(
            cast,
            ("accept", "accepted", SENT + timedelta(minutes=4)),
            ("confirm_connected", "connected", SENT + timedelta(hours=3)),
            connected_on=date(2026, 8, 12),
            **more,
        )


def line(report: Any, measure: str, label: str) -> Any:
    return next(found for found in report.lines if (found.measure, found.label) == (measure, label))


def test_an_evaluator_sees_their_own_organization_in_full_and_the_community_with_small_cells_hidden(
    cast: Cast,
) -> None:
    connected(cast, 3)
    own = quarter(evaluator(cast, cast.team.id), "2026-q3", scope_key=str(cast.team.id))
    everybody = quarter(evaluator(cast), "2026-q3")
    assert own is not None
    assert everybody is not None
    seen = line(own, "M12", "Connected by the next day")
    assert (seen.numerator, seen.denominator, seen.suppressed) == (3, 3, False)
    hidden = line(everybody, "M12", "Connected by the next day")
    assert (hidden.numerator, hidden.denominator, hidden.suppressed) == (None, None, True)
    assert everybody.needs is None


def test_somebody_elses_organization_is_no_scope_of_mine(cast: Cast) -> None:
    assert quarter(evaluator(cast), "2026-q3", scope_key=str(cast.team.id)) is None
    assert [scope.key for scope in scopes(evaluator(cast))] == ["all"]


def test_what_my_organization_sees_in_full_does_not_give_away_the_rest(cast: Cast) -> None:
    connected(cast, 12)
    connected(cast, 2, sender=cast.stranger)
    outside = quarter(evaluator(cast), "2026-q3")
    inside = quarter(evaluator(cast, cast.team.id), "2026-q3")
    assert outside is not None
    assert inside is not None
    assert line(outside, "M07", "Any acceptance").numerator == 14
    assert line(inside, "M07", "Any acceptance").numerator is None


def test_what_was_recorded_after_the_cut_is_not_in_it(cast: Cast) -> None:
    connected(cast, 1)
    scope = {"scope_key": str(cast.team.id)}
    me = evaluator(cast, cast.team.id)
    before = quarter(me, "2026-q3", cut=SENT + timedelta(hours=1), **scope)
    after = quarter(me, "2026-q3", cut=SENT + timedelta(days=60), **scope)
    assert before is not None
    assert after is not None
    assert line(before, "M12", "Connected by the next day").immature == 1
    assert line(after, "M12", "Connected by the next day").numerator == 1


def test_a_void_need_leaves_every_rate(cast: Cast) -> None:
    tell(cast, ("accept", "accepted", SENT), ("void", "void", SENT + timedelta(hours=1)))
    report = quarter(evaluator(cast, cast.team.id), "2026-q3", scope_key=str(cast.team.id))
    assert report is not None
    assert report.needs == 0
    assert {found.denominator for found in report.lines} == {0}


def test_a_quarter_begins_and_ends_at_midnight_of_the_community(cast: Cast) -> None:
    report = quarter(evaluator(cast), "2026-q3")
    assert report is not None
    assert (report.start, report.end) == (
        datetime(2026, 7, 1, 5, tzinfo=UTC),
        datetime(2026, 10, 1, 5, tzinfo=UTC),
    )
    assert report.cut == datetime(2026, 11, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-q5", "2026-Q3", "q3-2026", "2027-q1", "2026-q3 ", ""])
def test_what_is_no_quarter_or_lies_ahead_is_refused(cast: Cast, text: str) -> None:
    with pytest.raises(BadQuarter):
        quarter(evaluator(cast), text)


def test_the_chooser_goes_back_to_the_first_need(cast: Cast) -> None:
    assert quarters(evaluator(cast)) == ["2026-q4"]
    connected(cast, 1)
    assert quarters(evaluator(cast)) == ["2026-q4", "2026-q3"]


def test_the_csv_has_the_promised_columns_and_no_number_where_one_is_hidden(cast: Cast) -> None:
    connected(cast, 3)
    report = quarter(evaluator(cast), "2026-q3")
    assert report is not None
    head, first, *_rest = to_csv(report).splitlines()
    assert head == "measure,version,label,numerator,denominator,value,low,high,immature,unknown,suppressed"
    assert first == "M07,1,Any acceptance,,,,,,,,1"
