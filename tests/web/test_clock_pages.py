"""A steward sets the clocks: the effect is shown first, what runs is never moved, and nobody else gets in."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import directory, referrals
from portal.referrals.models import ClockSetting
from portal.store import db
from portal.store.audit import AuditEntry
from tests.people import Cast
from tests.referrals.acting import acting, fresh, send
from tests.referrals.drive import NOON
from tests.web.forms import field_of, press

SignIn = Callable[[Any], FlaskClient]


def saved(browser: FlaskClient, path: str, **typed: str) -> Any:
    """Fill in the form, look at what it would do, and save it."""
    effect = press(browser, path, step="", **typed)
    assert effect.status_code == 200, effect.text
    assert "What this would do" in effect.text
    return press(browser, path, effect.text, step="save")


def rows() -> int:
    db.session.expire_all()
    return db.session.scalar(select(func.count()).select_from(ClockSetting)) or 0


def test_the_effect_is_shown_before_anything_is_saved(cast: Cast, signed_in_as: SignIn) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 16, 0, tzinfo=UTC), tick=False):
        browser = signed_in_as(cast.steward)
        running = send(cast)
        due = fresh(running).deadline
        path = "/clocks?urgency=now"
        effect = press(browser, path, step="", seen_by="2 minutes", next_service="20 min")
        assert effect.status_code == 200
        for words in (
            "Sent now",
            "Sent on a Friday at 4:50 PM",
            "Sent the day before a holiday",
            "Tue Nov 24, 10:03 AM",
            "<strong>Tue Nov 24, 10:02 AM</strong>",
            "<strong>Wed Nov 25, 5:10 PM</strong>",
            "1 to 10 open referrals keep the clocks",
        ):
            assert words in effect.text, words
        assert rows() == 0
        done = press(browser, path, effect.text, step="save")
        assert (done.status_code, done.location) == (303, path)
        assert rows() == 1
        assert fresh(running).deadline == due
        later = fresh(send(cast, duplicate_confirmed=True))
        assert (later.deadline - later.sent_at).total_seconds() == 120
        page = browser.get(path).text
        assert "Stew Ard" in page
        assert "20 minutes" in page
    audited = db.session.scalars(select(AuditEntry.reason).where(AuditEntry.action == "set_clocks")).all()
    assert audited == ["now"]


@pytest.mark.sqlite_only
def test_only_what_was_shown_is_saved(cast: Cast, signed_in_as: SignIn) -> None:
    browser, path = signed_in_as(cast.steward), "/clocks?urgency=now"
    effect = press(browser, path, step="", seen_by="2m")
    other = press(browser, path, effect.text, step="save", seen_by="4m")
    assert other.status_code == 200
    assert "What this would do" in other.text
    assert rows() == 0
    back = press(browser, path, effect.text, step="change")
    assert back.status_code == 200
    assert field_of(back.text, "seen_by") == "2m"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("urgency", "typed", "words"),
    [
        ("now", {"seen_by": "20 minutes"}, "must be from 1 minute to 15 minutes"),
        ("now", {"seen_by": "1 business day"}, "must be from 1 minute to 15 minutes"),
        ("now", {"seen_by": "soon"}, "is like 10 minutes, 2 hours or 3 business days"),
        ("now", {"decide_by": "30 m"}, "cannot be shorter than"),
        ("now", {"supervisor": "30 m"}, "cannot be shorter than"),
        ("now", {"next_service": "0m"}, "must be from 5 minutes to 2 hours"),
        ("now", {"arrival_asked": "25h"}, "must be from 10 minutes to 24 hours"),
        ("today", {"handoff_by": "49 hours"}, "must be from 1 hour to 48 hours"),
        ("today", {"arrival_asked": "2h"}, "cannot be shorter than"),
        ("routine", {"seen_by": "3 hours"}, "must be from 1 business day to 5 business days"),
        ("routine", {"next_service": "1 day"}, "cannot be shorter than"),
        ("routine", {"follow_up_days": "1, 7, 45"}, "Give 1 to 5 days"),
        ("routine", {"follow_up_days": "never"}, "Give 1 to 5 days"),
        ("routine", {"follow_up_days": "1 2 3 4 5 6"}, "Give 1 to 5 days"),
        ("now", {"backup_email": "nobody"}, "This is not an e-mail address."),
        ("now", {"seen_by": "x" * 20_000}, "This is too long."),
        ("now", {"seen_by": "9" * 30}, "is like 10 minutes"),
        ("now", {"version": "seven"}, "This page is old."),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words(
    cast: Cast, signed_in_as: SignIn, urgency: str, typed: dict[str, str], words: str
) -> None:
    path = f"/clocks?urgency={urgency}"
    browser = signed_in_as(cast.steward)
    answer = press(browser, path, step="", **typed)
    if "version" in typed:
        answer = press(browser, path, answer.text, step="save")
    assert answer.status_code == 422
    assert words in answer.text
    assert "There is a problem" in answer.text
    assert rows() == 0


def test_a_service_goes_before_its_community_and_the_community_before_the_product(
    cast: Cast, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(cast.steward)
    listing = f"/listings/{cast.shelter.id}/clocks?urgency=now"
    assert (
        saved(
            browser, "/clocks?urgency=now", seen_by="4m", next_service="30m", follow_up_days="2,9"
        ).status_code
        == 303
    )
    assert saved(browser, listing, seen_by="5m", backup_email="shift@test.invalid").status_code == 303
    page = browser.get(listing).text
    assert "Empty: 30 minutes." in page
    assert "next_step" not in page
    need = fresh(send(cast, fallbacks=(cast.shelter.id,)))
    plan = referrals.Plan.from_json(need.plan)
    assert (plan.clocks.seen_by, plan.clocks.decide_by, plan.clocks.next_service) == ("4m", "10m", "30m")
    offer = need.offers[0]
    referrals.decline_offer(acting(cast.provider), offer.id, "age", version=offer.version)
    need = fresh(need)
    own = referrals.Plan.from_json(need.plan).terms_of(str(cast.shelter.id))
    assert (own.clocks.seen_by, own.clocks.next_service, own.backup_email) == (
        "5m",
        "30m",
        "shift@test.invalid",
    )
    assert own.follow_up_days == (2, 9)
    assert (need.deadline - need.offers[1].sent_at).total_seconds() == 300
    assert referrals.Plan.from_json(need.plan).clocks == plan.clocks


@pytest.mark.sqlite_only
def test_a_community_cannot_leave_a_service_with_clocks_that_do_not_fit(
    cast: Cast, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(cast.steward)
    listing = f"/listings/{cast.shelter.id}/clocks?urgency=now"
    assert saved(browser, listing, decide_by="14m").status_code == 303
    answer = press(browser, "/clocks?urgency=now", step="", next_service="12m")
    assert answer.status_code == 422
    assert "Family Shelter has clocks of its own that would not fit" in answer.text


@pytest.mark.sqlite_only
def test_one_of_the_services_people_can_be_the_backup(cast: Cast, signed_in_as: SignIn) -> None:
    browser = signed_in_as(cast.steward)
    path = f"/listings/{cast.crisis_center.id}/clocks?urgency=now"
    desk = cast.crisis_center.desk
    assert desk is not None
    assert press(browser, path, step="", backup_contact=str(uuid4())).status_code == 422
    assert saved(browser, path, backup_contact=str(desk.id)).status_code == 303
    plan = referrals.Plan.from_json(fresh(send(cast)).plan)
    assert plan.terms_of(str(cast.crisis_center.id)).backup_email == desk.email
    assert (
        f'value="{desk.id}" selected' in browser.get(path).text
        or f'selected value="{desk.id}"' in browser.get(path).text
    )


def test_who_saves_second_sees_both_texts(cast: Cast, signed_in_as: SignIn) -> None:
    browser, path = signed_in_as(cast.steward), "/clocks?urgency=now"
    late = press(browser, path, step="", seen_by="5m")
    assert saved(browser, path, seen_by="4m").status_code == 303
    answer = press(browser, path, late.text, step="save")
    assert answer.status_code == 409
    assert "Somebody else has set these clocks" in answer.text
    assert "4 minutes" in answer.text
    assert "5m" in answer.text
    assert rows() == 1
    again = press(browser, path, answer.text, step="")
    assert press(browser, path, again.text, step="save").status_code == 303
    assert rows() == 2


def test_only_a_steward_opens_it(cast: Cast, signed_in_as: SignIn, client: FlaskClient) -> None:
    paths = ("/clocks", "/clocks/hours", f"/listings/{cast.shelter.id}/clocks")
    for name, account in cast.everybody.items():
        if name != "steward":
            browser = signed_in_as(account)
            for path in paths:
                assert browser.get(path).status_code == 403, name
    steward = signed_in_as(cast.steward)
    for path in paths:
        assert client.get(path).status_code == 303
        assert steward.get(path).status_code == 200
    for path in (
        f"/listings/{uuid4()}/clocks",
        f"/listings/{cast.victim_service.id}/clocks",
        "/clocks?urgency=soon",
    ):
        assert steward.get(path).status_code == 404


def test_working_hours_and_closed_days(cast: Cast, signed_in_as: SignIn) -> None:
    with time_machine.travel(NOON, tick=False):
        browser, path = signed_in_as(cast.steward), "/clocks/hours"
        db.session.get_one(directory.models.Community, cast.community.id)
        for row in list(cast.crisis_center.schedules):
            db.session.delete(row)
        db.session.commit()
        running = send(cast, urgency="routine")
        due = fresh(running).deadline
        answer = press(browser, path, step="", closures="2026-09-17\n2026-09-18", fri_opens="", fri_closes="")
        assert answer.status_code == 200
        assert "Mon Sep 21, 12:00 PM" in answer.text
        done = press(browser, path, answer.text, step="save")
        assert (done.status_code, done.location) == (303, path)
        assert fresh(running).deadline == due == datetime(2026, 9, 17, 17, tzinfo=UTC)
        later = fresh(send(cast, urgency="routine", duplicate_confirmed=True))
        assert later.deadline == datetime(2026, 9, 21, 17, tzinfo=UTC)
        page = browser.get(path).text
        assert "2026-09-17\n2026-09-18" in page


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"closures": "Christmas"}, "Write each day like 2026-12-24"),
        ({"closures": "2026-02-30"}, "Write each day like 2026-12-24"),
        ({"mon_opens": "17:00", "mon_closes": "08:00"}, "It must close after it opens."),
        ({"mon_closes": ""}, "Say when it opens and when it closes."),
        (
            {
                f"{day}_{part}": ""
                for day in ("mon", "tue", "wed", "thu", "fri")
                for part in ("opens", "closes")
            },
            "Give the hours of one day at least.",
        ),
    ],
)
def test_hours_that_cannot_be_are_refused(
    cast: Cast, signed_in_as: SignIn, typed: dict[str, str], words: str
) -> None:
    answer = press(signed_in_as(cast.steward), "/clocks/hours", step="", **typed)
    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.sqlite_only
def test_hours_that_somebody_else_has_set_meanwhile_are_shown_beside(
    cast: Cast, signed_in_as: SignIn
) -> None:
    browser, path = signed_in_as(cast.steward), "/clocks/hours"
    late = press(browser, path, step="", closures="2026-12-24")
    other = press(browser, path, step="", closures="2026-12-31")
    assert press(browser, path, other.text, step="save").status_code == 303
    answer = press(browser, path, late.text, step="save")
    assert answer.status_code == 409
    assert "2026-12-31" in answer.text
    assert "2026-12-24" in answer.text
