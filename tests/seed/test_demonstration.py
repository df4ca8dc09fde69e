"""The demonstration: whole, legal by the table of moves, the same for the same day, and nobody real in it."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from flask_migrate import upgrade
from markupsafe import escape
from sqlalchemy import func, select

from portal import create_app
from portal.accounts import start_session
from portal.accounts.models import Account
from portal.directory import community
from portal.directory import models as d
from portal.messages import reachable
from portal.outcomes import published_quarters
from portal.programs.models import Encounter, ResponseProgram
from portal.referrals import models as r
from portal.referrals import questions_of
from portal.referrals.questions import LONGEST_CHOICE, LONGEST_QUESTION, MOST_QUESTIONS
from portal.referrals.rules import ENDS, MOVES
from portal.referrals.wording import checked_question
from portal.store import db
from portal.web.session import TOKEN
from seed import PEOPLE, AlreadyThere, plant
from seed.desks import QUESTIONS
from seed.keys import key
from seed.services import ROWS
from tests.conftest import IsolatedClient, settings_for

DAY = date(2026, 8, 20)
ANEW = ("sender_account_id", "district_id")


def planted_in(home: Path) -> tuple[Flask, dict[str, int]]:
    app = create_app(settings_for(home))
    app.test_client_class = IsolatedClient
    with app.app_context():
        upgrade()
        return app, plant(DAY)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    """Planted once for this file, whose tests only read."""
    app, made = planted_in(tmp_path_factory.mktemp("planted"))
    with app.app_context():
        yield made


@pytest.fixture
def browser_of(planted: dict[str, int]) -> Callable[[str], FlaskClient]:
    """A browser in which an account of the demonstration is signed in, by its name at demo.invalid."""

    def sign_in(name: str) -> FlaskClient:
        account = db.session.scalars(select(Account).where(Account.email == f"{name}@demo.invalid")).one()
        browser = current_app.test_client()
        with browser.session_transaction() as session:
            session[TOKEN] = start_session(account.id)
        return browser

    return sign_in


def digest() -> str:
    """Of every need, offer, event and simulated call, in a stable order; ids that each install makes anew are left out."""
    found = hashlib.sha256()
    for table in (r.Need, r.Offer, r.OfferEvent, r.Handoff, r.FollowUp, Encounter):
        columns = [column for column in table.__table__.columns if column.name not in ANEW]
        rows = select(*columns).order_by(*table.__table__.primary_key)
        if table is Encounter:
            rows = rows.where(Encounter.recorded_by.is_(None))
        for row in db.session.execute(rows):
            found.update(repr(tuple(row)).encode())
    return found.hexdigest()


def test_the_county_stands_with_its_people_and_is_marked(planted: dict[str, int]) -> None:
    assert community().demonstration
    assert planted["services"] == 62
    assert planted["people"] == len(PEOPLE)
    with pytest.raises(AlreadyThere):
        plant(DAY)


def test_there_are_stale_full_closed_spanish_first_and_confidential_services(planted: dict[str, int]) -> None:
    listings = db.session.scalars(select(d.ServiceAtLocation)).all()
    stale = [x for x in listings if x.service.assured_date and (DAY - x.service.assured_date).days > 365]
    assert len(stale) >= 3
    assert sum(x.availability == "no" for x in listings) >= 3
    assert sum(x.service.status != "active" for x in listings) >= 2
    assert any(x.service.languages and x.service.languages[0].code == "es" for x in listings)
    haven = [x for x in listings if x.location.address_confidential]
    assert {x.service.organization.kind for x in haven} == {"victim_service"}
    assert len(haven) == 2
    assert [
        (x.service.name, x.desk_id, x.location.latitude, x.location.addresses)
        for x in haven
        if x.desk_id or x.location.latitude or x.location.addresses
    ] == []


def test_every_word_of_the_filters_finds_something(planted: dict[str, int]) -> None:
    carried = select(d.ServiceTerm.term_number)
    unused = db.session.scalars(
        select(d.TaxonomyTerm.code).where(
            d.TaxonomyTerm.category.in_(("care", "access", "pay", "for")),
            d.TaxonomyTerm.number.not_in(carried),
        )
    ).all()
    assert unused == []


def test_nobody_real_stands_behind_the_history(planted: dict[str, int]) -> None:
    assert db.session.scalar(select(func.count()).select_from(r.Person)) == 0
    invented = db.session.scalars(
        select(d.Phone.number)
        .join(d.ServiceAtLocation)
        .join(d.Service)
        .join(d.ServiceArea, isouter=True)
        .where(func.coalesce(d.ServiceArea.extent_type, "") != "nation")
    ).all()
    assert invented
    assert all(number.startswith("615-555-01") for number in invented)


def test_every_log_follows_the_table_and_ends_where_its_offer_stands(planted: dict[str, int]) -> None:
    logs: dict[object, list[r.OfferEvent]] = defaultdict(list)
    for event in db.session.scalars(select(r.OfferEvent).order_by(r.OfferEvent.number)):
        logs[event.offer_id].append(event)
    offers = db.session.scalars(select(r.Offer)).all()
    assert len(offers) > planted["needs"] > 500
    for offer in offers:
        state = "draft"
        for event in logs[offer.id]:
            move = MOVES[event.action]
            assert state in move.sources
            assert event.role in move.roles
            state = move.target
        assert (state, len(logs[offer.id])) == (offer.state, offer.version)


def test_every_open_need_has_a_deadline_ahead_and_every_other_is_closed(planted: dict[str, int]) -> None:
    for need in db.session.scalars(select(r.Need)):
        if need.offers[-1].state in ENDS:
            assert need.closed_at is not None
        else:
            assert need.closed_at is None
            assert need.deadline is not None
            assert need.deadline.date() >= DAY


def test_two_programs_are_on_with_people_districts_and_four_published_quarters(
    planted: dict[str, int],
) -> None:
    programs = {row.preset: row for row in db.session.scalars(select(ResponseProgram))}
    assert {code: row.organization.name for code, row in programs.items()} == {
        "partners-in-care-nashville": "Cumberland Bend Police",
        "qrt-hamilton": "Quick Response Team",
    }
    for row in programs.values():
        assert row.members
        assert row.districts
        assert [each.quarter for each in published_quarters(row.id)] == [
            "2025-q3",
            "2025-q4",
            "2026-q1",
            "2026-q2",
        ]
    calls = db.session.scalars(select(Encounter.reference)).all()
    assert len(calls) == planted["calls"] == 1344 + 3 + 4 * 114 + 2
    assert all(reference.startswith("SIM-") for reference in calls)


def test_at_the_first_start_there_is_work_and_there_are_figures(
    browser_of: Callable[[str], FlaskClient],
) -> None:
    program = db.session.scalars(
        select(ResponseProgram).where(ResponseProgram.preset == "partners-in-care-nashville")
    ).one()
    work = browser_of("specialist").get("/tasks").get_data(as_text=True)
    assert work.count("The follow-up specialist calls") == 3
    assert "Go to the home" in browser_of("peer").get("/tasks").get_data(as_text=True)
    assert "Partners in Care" in browser_of("officer").get("/programs").get_data(as_text=True)
    report = browser_of("sergeant").get(f"/programs/{program.id}/reports/2025-q3").get_data(as_text=True)
    assert "524" in report
    anybody = current_app.test_client()
    assert "Partners in Care" in anybody.get("/figures").get_data(as_text=True)
    frozen = anybody.get(f"/figures/{program.id}/2025-q3").get_data(as_text=True)
    assert "524" in frozen
    assert "Simulated calls are among these." in frozen


def test_desks_ask_on_the_phone_what_a_person_may_be_asked_and_some_answer_texts(
    planted: dict[str, int], browser_of: Callable[[str], FlaskClient]
) -> None:
    for name, asked in QUESTIONS.items():
        place = key("listing", listing_home(name), name)
        listing = db.session.scalars(select(d.ServiceAtLocation).where(d.ServiceAtLocation.id == place)).one()
        kept = questions_of(listing.id)
        assert kept.version == 1
        for one in kept.questions:
            assert checked_question(one.text, "question", LONGEST_QUESTION) == one.text
            assert all(len(each) <= LONGEST_CHOICE for each in one.choices)
            assert (one.kind == "choice") == bool(one.choices)
        assert len(kept.questions) == len(asked) <= MOST_QUESTIONS
        page = browser_of("responder").get(f"/services/{listing.id}/call").get_data(as_text=True)
        assert all(escape(one.text) in page for one in kept.questions)
    desks = db.session.scalars(select(d.Contact).where(d.Contact.text_number_id.is_not(None))).all()
    assert {desk.email for desk in desks} == {
        "riverbend-crisis-center@demo.invalid",
        "stillwater-recovery@demo.invalid",
        "harbor-family-shelter@demo.invalid",
    }
    assert all(reachable(desk.text_number_id) for desk in desks)


def listing_home(name: str) -> str:
    return next(row.organization for row in ROWS if row.name == name)


@pytest.mark.usefixtures("unmeasured")
def test_the_same_day_gives_the_same_rows(planted: dict[str, int], tmp_path: Path) -> None:
    here = digest()
    app, _made = planted_in(tmp_path)
    with app.app_context():
        assert digest() == here
