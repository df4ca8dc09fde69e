"""Both engines over the same database, asked the same: the same answer in the same order with the same counts.

Fixed questions over made-up listings and the cases at the edges; random ones are in test_referee.py, which asks each engine
against somebody who looks at every listing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import current_app
from werkzeug.datastructures import MultiDict

from bench.generator import fill
from portal.directory import models as d
from portal.directory.feed import record_change
from portal.geo import miles
from portal.geo.models import Place
from portal.geo.nearest import forget
from portal.search import Answer, Question, catch_up, find_services, rebuild
from portal.search.harvest import stands
from portal.search.pack_engine import PackEngine
from portal.search.postgres_engine import PostgresEngine
from portal.search.queries import trusted
from portal.search.which import on_postgres
from portal.store import clock, write
from tests.people import Cast
from tests.search.asking import differences
from tests.search.plain import plain_listings
from tests.search.referee import Referee
from tests.search.test_referee import PLACES

pytestmark = pytest.mark.postgres_only

ENGINES = ("pack", "postgres")
LISTINGS = 150
EQUALS = 45  # more than two pages of listings that score the same
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=ZoneInfo("America/Chicago"))
FIJI = (16, "city", "Taveuni", "Taveuni", "HI", "Maui", -16.9, 179.98)  # on both sides of the 180th meridian

# (name, point or None, confidential, virtual, areas, week); "" for hours nobody knows
EDGES: list[tuple[str, tuple[float, float] | None, bool, bool, list[tuple[str, str]], str]] = [
    ("East of the line", (-16.9, 179.9), False, False, [], "MO,TU,WE,TH,FR"),
    ("West of the line", (-16.9, -179.9), False, False, [], ""),
    ("Far west of the line", (-16.9, -178.0), False, False, [], ""),
    ("Twin one", (36.1504, -86.7916), False, False, [], ""),
    ("Twin two", (36.1504, -86.7916), False, False, [], ""),
    ("Hidden harbor", None, True, False, [("county", "Davidson, TN")], "MO,TU"),
    ("Hidden harbor by ZIP", None, True, False, [("zip", "37203")], ""),
    ("Everywhere line", None, False, True, [], "MO,TU,WE,TH,FR,SA,SU"),
    ("National line", None, False, True, [("nation", "US")], ""),
    ("Statewide help", (35.1, -90.0), False, False, [("state", "TN")], "SA,SU"),
    ("ZIP help", (36.17, -86.80), False, False, [("zip", "37013"), ("zip", "37207")], "TU"),
    ("County help", (35.93, -86.86), False, False, [("county", "Williamson, TN")], ""),
    ("Nowhere known", None, False, False, [], ""),
    ("Refugio de la Niñez & Family", (36.2, -86.7), False, False, [], "TU"),
]  # fmt: skip

QUESTIONS: list[dict[str, str]] = [
    {},
    {"page": "2"},
    {"page": "9"},
    {"q": "detox"},
    {"q": "recovery house"},
    {"q": "recov"},
    {"q": "recoverry"},
    {"q": "twin"},
    {"q": "qzxvkjh twin"},
    {"q": "qzxvkjh"},
    {"q": "ninez"},
    {"q": "refugio & family"},
    {"q": "hidden harbor", "near": "37203"},
    {"q": "line", "near": "50.0, -40.0", "within": "1"},
    {"q": "help", "near": "37013"},
    {"q": "center", "near": "37203", "open": "now"},
    {"near": "37203"},
    {"near": "37203", "within": "1"},
    {"near": "37203", "sort": "near"},
    {"near": "38103", "within": "500", "page": "3"},
    {"near": "37064", "within": "150", "care": "detox"},
    {"near": "09001"},
    {"near": "Nashville", "room": "yes"},
    {"near": "-16.9, 179.98", "within": "25"},
    {"near": "-16.9, -179.98", "within": "60"},
    {"near": "-16.9, -179.98", "within": "150", "sort": "near"},
    {"q": "samesame"},
    {"q": "samesame", "page": "2"},
    {"q": "samesame", "near": "37203", "page": "3"},
    {"care": "shelter", "pay": "free"},
    {"for": "women", "language": "es", "near": "37203", "within": "60"},
    {"open": "now", "access": "walk_in"},
    {"open": "2026-11-28T02:30", "near": "37207"},
    {"q": "shelter for women tonight", "near": "37203"},
    {"q": "necesito desintoxicacion esta noche", "near": "37203"},
]


@pytest.fixture
def edges(cast: Cast) -> Iterator[UUID]:
    """Made-up listings and those at the edges; neither engine has seen them yet. Gives the organization of the latter."""
    forget()
    team = cast.team.id
    with write() as session:
        for number, kind, code, city, state, county, lat, lon in [*PLACES, FIJI]:
            session.add(
                Place(
                    number=number, kind=kind, code=code, folded=city.lower(), state=state, county=county, latitude=lat,
                    longitude=lon, time_zone="America/Chicago", street=True,
                )
            )  # fmt: skip
    with time_machine.travel(NOON, tick=False):
        fill(LISTINGS)
        with write() as session:
            for edge in EDGES:
                session.add_all(_made(team, *edge))
            for number in range(EQUALS):
                session.add_all(_made(team, f"Samesame {number}", (36.2, -86.7), False, False, [], ""))
        yield team
    forget()


def _made(
    team: UUID, name: str, point: tuple[float, float] | None, secret: bool, virtual: bool,
    areas: list[tuple[str, str]], days: str,
) -> list[Any]:  # fmt: skip
    place = d.Location(
        organization_id=team, address_confidential=secret, location_type="virtual" if virtual else "physical",
        latitude=point[0] if point else None, longitude=point[1] if point else None,
        point_kind="exact" if point else "none",
    )  # fmt: skip
    service = d.Service(organization_id=team, name=name, last_modified=clock.now())
    service.service_areas = [d.ServiceArea(extent_type=kind, extent=extent) for kind, extent in areas]
    listing = d.ServiceAtLocation(service=service, location=place)
    if days:
        nine = NOON.replace(hour=9).time()
        listing.schedules = [d.Schedule(byday=days, opens_at=nine, closes_at=NOON.replace(hour=17).time())]
    return [place, service, listing]


@contextmanager
def searching_with(engine: str) -> Iterator[None]:
    settings = current_app.extensions["settings"]
    current_app.extensions["settings"] = replace(settings, search_engine=engine)
    try:
        yield
    finally:
        current_app.extensions["settings"] = settings


def told(answer: Answer) -> dict[str, Any]:
    """All that an answer says of what was found, in order."""
    assert answer.index_state == "ready"
    hits = [
        (hit.listing.number, hit.listing, hit.distance_miles, hit.serves, hit.why, hit.scored)
        for hit in answer.hits
    ]
    counts = {(group, code): n for group, held in answer.counts.items() for code, n in held.items() if n}
    return {
        "total": answer.total, "hits": hits, "counts": counts, "notice": answer.notice, "meant": answer.did_you_mean,
        "understood": answer.understood,
    }  # fmt: skip


def asked_of_both(question: Question) -> tuple[dict[str, Any], dict[str, Any]]:
    answers = []
    for engine in ENGINES:
        with searching_with(engine):
            answers.append(told(find_services(question, counts=True)))
    return answers[0], answers[1]


def in_both(verb: Any) -> None:
    for engine in ENGINES:
        with searching_with(engine):
            verb()


def assert_all_agree() -> None:
    for args in QUESTIONS:
        pack, postgres = asked_of_both(Question.from_args(MultiDict(args)))
        for what in pack:
            assert pack[what] == postgres[what], (args, what)


def test_both_engines_give_the_same_answers_and_those_of_the_referee(edges: UUID) -> None:
    in_both(rebuild)
    in_both(assert_it_is_another)
    assert_all_agree()
    referee = Referee(plain_listings())
    for engine in ENGINES:
        with searching_with(engine):
            assert_the_referee_agrees(referee)
            assert_the_line_is_crossed(referee)


def test_they_agree_after_listings_changed_went_and_came_back(edges: UUID) -> None:
    in_both(rebuild)
    assert_all_agree()  # and words are looked up, to be mended
    for status in ("inactive", "active"):
        with write() as session:
            listings = session.query(d.ServiceAtLocation).order_by(d.ServiceAtLocation.number).all()
            for listing in listings[::9]:
                listing.service.status = status
                record_change(session, listing.number)
            for at, listing in enumerate(listings[::7]):
                listing.service.name = f"Twin recovery {at}"
                listing.availability, listing.availability_at = "yes", clock.now() - timedelta(hours=at)
                listing.availability_source = "desk"
                record_change(session, listing.number)
        in_both(catch_up)
        assert_all_agree()


def assert_it_is_another() -> None:
    chosen = PostgresEngine if on_postgres() else PackEngine
    assert isinstance(trusted(stands()), chosen)


def assert_the_referee_agrees(referee: Referee) -> None:
    for args in QUESTIONS:
        if args.get("q", "") not in ("recov", "recoverry") and "page" not in args:
            # unfinished and mistyped words are not the referee's
            assert differences([*args.items(), ("exact", "1")], referee) == [], args


def assert_the_line_is_crossed(referee: Referee) -> None:
    """Around the 180th meridian, by the geodesic."""
    plain = {each.name: each for each in referee.listings}
    for lat, lon in ((-16.9, 179.98), (-16.9, -179.98)):
        found = find_services(Question(near=f"{lat}, {lon}", within=25, sort="near"))
        away = {hit.listing.name: hit.distance_miles for hit in found.hits if hit.distance_miles}
        assert away == {
            name: round(miles(lat, lon, plain[name].lat or 0.0, plain[name].lon or 0.0), 2)
            for name in ("East of the line", "West of the line")
        }
