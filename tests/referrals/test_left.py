"""A need never ends in nothing: what is left is said, and that nobody could help is counted once."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import referrals
from portal.directory.models import Schedule, ServiceAtLocation, ServiceTerm
from portal.referrals.models import Need, UnmetTally
from portal.store import clock, db, write
from tests.people import Cast
from tests.referrals.acting import acting, fresh, offer_of, send
from tests.web.forms import press

Move = Callable[[timedelta], None]
SignIn = Callable[[Any], FlaskClient]
MINUTE = timedelta(minutes=1)


def tallies() -> list[tuple[date, str, str, int]]:
    db.session.expire_all()
    return [(row.day, row.code, row.area, row.count) for row in db.session.scalars(select(UnmetTally))]


def left(cast: Cast, need: Need, who: Any = None) -> referrals.Left | None:
    db.session.expire_all()
    return referrals.what_is_left(acting(who or cast.responder), need.id)


def decline(cast: Cast, need: Need, reason: str = "age") -> None:
    offer = offer_of(need)
    desks = {cast.crisis_center.id: cast.provider, cast.shelter.id: cast.shelter_worker}
    referrals.decline_offer(
        acting(desks[offer.service_at_location_id]), offer.id, reason, version=offer.version
    )


def also_crisis(cast: Cast, *listings: ServiceAtLocation) -> None:
    """The crisis need fits these services too."""
    with write() as session:
        term = session.scalars(
            select(ServiceTerm.term_number).where(
                ServiceTerm.service_number == cast.crisis_center.service.number
            )
        ).all()
        for listing in listings:
            have = session.scalars(
                select(ServiceTerm.term_number).where(ServiceTerm.service_number == listing.service.number)
            ).all()
            for number in set(term) - set(have):
                session.add(ServiceTerm(service_number=listing.service.number, term_number=number))


def test_when_everybody_has_said_no_it_is_counted_once_by_code_and_coarse_area(
    move_time: Move, cast: Cast
) -> None:
    need = send(cast, fallbacks=(cast.shelter.id,))
    decline(cast, need)
    assert tallies() == []
    assert left(cast, need) is None
    decline(cast, need, "no_bed_or_slot")
    assert tallies() == [(clock.now().date(), "crisis", "372", 1)]
    assert left(cast, need) is not None
    referrals.close_need(acting(cast.responder), need.id, "nothing_found", version=fresh(need).version)
    assert [row[3] for row in tallies()] == [1]
    assert left(cast, need) is not None
    send_and_wait = send(cast, duplicate_confirmed=True)
    move_time(16 * MINUTE)
    referrals.tick(clock.now())
    assert offer_of(send_and_wait).state == "expired"
    assert [row[3] for row in tallies()] == [2]
    today = clock.now().date()
    (line,) = referrals.unmet_referrals(today, today)
    assert (line.code, line.area, line.count) == ("crisis", "372", 2)
    assert referrals.unmet_referrals(today + timedelta(days=1), today + timedelta(days=9)) == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("area", "coarse"), [("37203 Nashville", "372"), ("East Side", "TN"), ("", "")])
def test_the_area_is_coarse(move_time: Move, cast: Cast, area: str, coarse: str) -> None:
    decline(cast, send(cast, area=area))
    assert [row[2] for row in tallies()] == [coarse]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("reason", ["refused_service", "already_client", "left", "duplicate"])
def test_what_the_person_decided_is_not_unmet(move_time: Move, cast: Cast, reason: str) -> None:
    need = send(cast)
    decline(cast, need, reason)
    assert tallies() == []
    assert left(cast, need) is not None, "988 and the on-call stand there all the same"
    referrals.close_need(acting(cast.responder), need.id, "person_left", version=fresh(need).version)
    assert left(cast, need) is None


@pytest.mark.sqlite_only
def test_the_openings_say_when_open_ones_first_and_never_a_victim_service(
    move_time: Move, cast: Cast
) -> None:
    also_crisis(cast, cast.shelter, cast.detox, cast.victim_service)
    with write() as session:
        for row in session.scalars(
            select(Schedule).where(Schedule.service_at_location_id == cast.shelter.id)
        ):
            row.byday, row.opens_at, row.closes_at = "TH", time(9), time(17)
    need = send(cast)
    decline(cast, need)
    found = left(cast, need)
    assert found is not None
    assert {each.service.name for each in found.openings[:2]} == {"Withdrawal Unit", "Crisis Line"}
    assert [each.open for each in found.openings] == [True, True, False]
    assert found.openings[-1].service.name == "Family Shelter"
    last = found.openings[-1]
    assert (last.words, last.open) == ("Closed. Opens 9 am Thursday", False)
    assert last.opens_at is not None
    assert last.service.phone == "615-555-0123"
    assert "Haven" not in str(found)


@pytest.mark.sqlite_only
def test_it_is_nobody_elses_business(move_time: Move, cast: Cast) -> None:
    need = send(cast)
    decline(cast, need)
    for who in (cast.stranger, cast.provider, cast.steward, cast.admin, cast.supervisor):
        assert left(cast, need, who) is None
    move_time(11 * MINUTE)
    referrals.tick(clock.now())
    assert left(cast, need, cast.supervisor) is not None, "once it is theirs to see to"


@pytest.mark.sqlite_only
def test_in_the_dark_it_goes_by_the_time_alone(move_time: Move, cast: Cast) -> None:
    seen = []
    needs = {}
    for way in ("", "accept", "decline"):
        need = needs[way] = send(cast, hears_back=False, duplicate_confirmed=True)
        if way == "accept":
            referrals.accept_offer(acting(cast.provider), offer_of(need).id, version=1)
        elif way:
            decline(cast, need)
    for wait in (MINUTE, 15 * MINUTE, timedelta(days=2), timedelta(days=36)):
        move_time(wait)
        referrals.tick(clock.now())
        found = {str(left(cast, need)) for need in needs.values()}
        assert len(found) == 1
        seen.append(found.pop() != "None")
    assert seen == [False, True, True, True]
    view = referrals.need_for(
        acting(cast.responder), send(cast, hears_back=False, duplicate_confirmed=True).id
    )
    assert view is not None
    assert view.offer_id is not None
    referrals.cancel_offer(
        acting(cast.responder), view.offer_id, "solved_otherwise", version=view.offer_version
    )
    move_time(16 * MINUTE)
    assert referrals.what_is_left(acting(cast.responder), view.id) is None


@pytest.mark.sqlite_only
def test_the_page_says_whom_to_call(move_time: Move, cast: Cast, signed_in_as: SignIn) -> None:
    also_crisis(cast, cast.shelter)
    with write():
        community = db.session.get_one(type(cast.community), cast.community.id)
        community.settings = {"on_call": {"name": "the on-call clinician", "number": "615-555-0170"}}
        community.crisis_lines = [{"name": "County mobile crisis", "number": "615-555-0103"}]
    need = send(cast)
    browser = signed_in_as(cast.responder)
    assert "What is left" not in browser.get(f"/needs/{need.id}").text
    decline(cast, need)
    page = browser.get(f"/needs/{need.id}").text
    section = page.split("What is left")[1].split("</section>")[0]
    for words in (
        'href="tel:+16155550170"',
        'href="tel:988"',
        'href="sms:988"',
        'href="tel:+16155550103"',
        "Family Shelter",
        "Open 24 hours",
        'href="tel:+16155550123"',
        f"for={need.id}",
    ):
        assert words in section, words
    closed = press(browser, f"/needs/{need.id}/closing", reason="nothing_found")
    assert closed.status_code == 303
    assert "What is left" in browser.get(f"/needs/{need.id}").text
