"""A listing that nobody confirms fades, is asked about, called, and comes back: a quarter of a year through the pages."""

import re
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
import time_machine
from flask.testing import FlaskClient

from portal import accounts, directory, search
from portal.directory import models as d
from portal.store import clock, write
from tests.directory.freshness.steps import letters, token
from tests.people import DAYS, Cast
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
START = datetime(2026, 7, 1, 15, tzinfo=UTC)
SEARCH = "/search.json?care=shelter"


def second_shelter(cast: Cast) -> UUID:
    """Another shelter, just as good, which is confirmed all the time."""
    with write() as session:
        service = d.Service(
            organization_id=cast.crisis_center.service.organization_id,
            name="Second Shelter",
            last_modified=clock.now(),
        )
        place = d.Location(
            organization_id=service.organization_id, latitude=36.171, longitude=-86.752, point_kind="exact"
        )
        session.add_all([service, place])
        session.flush()
        terms = directory.write_terms()
        session.add(d.ServiceTerm(service_number=service.number, term_number=terms["shelter"]))
        listing = d.ServiceAtLocation(service_id=service.id, location_id=place.id)
        session.add(listing)
        session.flush()
        whole_day = {"opens_at": time(0), "closes_at": time(0)}
        session.add(d.Schedule(service_at_location_id=listing.id, byday=DAYS, **whole_day))
        directory.record_change(session, listing.number)
        return listing.id


def confirm_all_but(cast: Cast, stale: d.ServiceAtLocation) -> None:
    with write() as session:
        for service in session.query(d.Service).where(d.Service.id != stale.service_id):
            service.assured_date = clock.now().date()


def first(client: FlaskClient) -> list[str]:
    names = [hit["name"] for hit in client.get(SEARCH).get_json()["hits"]]
    return [name for name in names if name.endswith("Shelter")]


def worker() -> int:
    return directory.ask_confirmations(clock.now(), accounts.keepers_of)


def test_a_stale_listing_fades_is_called_and_comes_back(
    cast: Cast, client: FlaskClient, signed_in_as: SignIn
) -> None:
    page = f"/services/{cast.shelter.id}"
    with time_machine.travel(START, tick=False) as traveller:
        second_shelter(cast)
        with write() as session:
            session.get_one(d.ServiceAtLocation, cast.shelter.number).service.assured_date = START.date()
        confirm_all_but(cast, cast.shelter)
        assert "Confirmed today" in client.get(page).text
        assert first(client) == ["Family Shelter", "Second Shelter"]

        link = ""
        for day, sent in ((68, 0), (69, 1), (76, 1), (83, 1), (90, 0)):  # a shelter's word holds 90 days
            traveller.move_to(START + timedelta(days=day))
            confirm_all_but(cast, cast.shelter)
            assert worker() == sent, day
            link = f"/confirmation/{token()}" if sent else link
        assert "Confirmed 2 months ago" in client.get(page).text

        traveller.move_to(START + timedelta(days=91))
        confirm_all_but(cast, cast.shelter)
        assert "Not confirmed for 2 months: call first" in client.get(page).text
        assert first(client) == ["Second Shelter", "Family Shelter"]

        client.get(page)
        search.write_wanted()
        steward = signed_in_as(cast.steward)
        due = steward.get("/steward/due").text
        assert re.findall(r"<h2><a[^>]*>([^<]+)</a></h2>", due) == ["Family Shelter"]
        assert "Nobody answered our letters" in due
        press(
            steward, "/steward/due", to=f"/steward/due/{cast.shelter.id}/calls?page=1", outcome="wrong_number"
        )
        assert "Something here may be wrong: call first" in client.get(page).text

        traveller.move_to(START + timedelta(days=95))
        assert press(client, link, press="right").status_code == 303
        assert "Confirmed today" in client.get(page).text
        assert first(client) == ["Family Shelter", "Second Shelter"]
        assert "(0)" in signed_in_as(cast.steward).get("/steward/due").text
    assert len(letters()) == 3
