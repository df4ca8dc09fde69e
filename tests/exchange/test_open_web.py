"""What search engines and feed readers get: complete, well-formed whatever stands in a listing, and nothing confidential."""

import json
import re
from datetime import date, time, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.directory import listing, record_change
from portal.directory import models as d
from portal.exchange.open_web import schema_org, sitemap, sitemap_part
from portal.store import clock, write
from tests.people import Cast

pytestmark = pytest.mark.sqlite_only
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = '</script><script>alert(1)</script><!-- \u2028 {{7*7}} ${7*7} %(x)s \x0b " \\" \\ \' & ]]>'
# What schema.org's own pages list for each of these types.
KNOWN = {
    "Service": {
        "url", "identifier", "name", "alternateName", "description", "serviceType", "provider", "areaServed",
        "audience", "hoursAvailable", "availableChannel", "offers",
    },
    "Organization": {"name"},
    "Place": {"name", "address", "geo"},
    "PostalAddress": {"streetAddress", "addressLocality", "addressRegion", "postalCode", "addressCountry"},
    "GeoCoordinates": {"latitude", "longitude"},
    "PeopleAudience": {"audienceType", "suggestedMinAge", "suggestedMaxAge"},
    "OpeningHoursSpecification": {"dayOfWeek", "opens", "closes", "validFrom", "validThrough"},
    "ServiceChannel": {"serviceUrl", "availableLanguage", "serviceLocation", "servicePhone"},
    "ContactPoint": {"telephone"},
    "Language": {"name", "alternateName"},
    "Offer": {"description"},
}  # fmt: skip


def on_page(client: FlaskClient, sal: d.ServiceAtLocation) -> Any:
    page = client.get(f"/services/{sal.id}").get_data(as_text=True)
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(block)


def things(of: Any) -> list[dict[str, Any]]:
    """Every typed thing inside."""
    if isinstance(of, list):
        return [found for each in of for found in things(each)]
    if not isinstance(of, dict):
        return []
    return [of, *(found for each in of.values() for found in things(each))]


def rename(sal: d.ServiceAtLocation, name: str) -> None:
    with write() as session:
        session.get_one(d.Service, sal.service.number).name = name
        record_change(session, sal.number)


def test_a_listing_says_who_where_when_and_how_to_call(app: Flask, cast: Cast, client: FlaskClient) -> None:
    with write() as session:
        session.add(d.Language(service_id=cast.crisis_center.service_id, name="Spanish", code="es"))
    told = on_page(client, cast.crisis_center)
    assert (told["@context"], told["@type"]) == ("https://schema.org", "Service")
    assert told["name"] == "Crisis Receiving"
    assert told["provider"]["name"] == "Test Crisis Center"
    (channel,) = told["availableChannel"]
    assert channel["servicePhone"] == {"@type": "ContactPoint", "telephone": "615-555-0123"}
    assert channel["availableLanguage"][0]["alternateName"] == "es"
    place = channel["serviceLocation"]
    assert place["address"] == {
        "@type": "PostalAddress",
        "streetAddress": "1 Main St",
        "addressLocality": "Nashville",
        "addressRegion": "TN",
        "postalCode": "37203",
        "addressCountry": "US",
    }
    assert place["geo"]["latitude"] == 36.16
    (hours,) = told["hoursAvailable"]
    assert (hours["opens"], hours["closes"], len(hours["dayOfWeek"])) == ("00:00", "23:59", 7)


def test_every_word_is_schema_orgs_own(app: Flask, cast: Cast, client: FlaskClient) -> None:
    with write() as session:
        service = session.get_one(d.Service, cast.crisis_center.service.number)
        service.minimum_age, service.fees_description, service.alternate_name = 18, "Free", "The Center"
        session.add(
            d.Schedule(
                service_at_location_id=cast.crisis_center.id,
                byday="MO",
                opens_at=time(18),
                closes_at=time(2),
                valid_from=date(2026, 1, 1),
                valid_to=date(2026, 6, 1),
            )
        )
    for sal in (cast.crisis_center, cast.shelter, cast.detox, cast.victim_service, cast.hotline):
        for thing in things(on_page(client, sal)):
            extra = set(thing) - KNOWN[thing["@type"]] - {"@type", "@id", "@context"}
            assert not extra, f"{thing['@type']}: {extra}"
            assert all(value not in ("", None, [], {}) for value in thing.values())


def test_hours_that_are_no_plain_week_are_left_out(app: Flask, cast: Cast) -> None:
    with write() as session:
        for more in (
            {"byday": "", "description": "By appointment"},
            {"byday": "2TU", "freq": "MONTHLY", "opens_at": time(9), "closes_at": time(10)},
        ):
            session.add(d.Schedule(service_at_location_id=cast.crisis_center.id, **more))
    found = listing(cast.crisis_center.id)
    assert found is not None
    assert len(schema_org(found)["hoursAvailable"]) == 1


def test_a_confidential_place_is_in_none_of_it(app: Flask, cast: Cast, client: FlaskClient) -> None:
    with write() as session:
        place = session.get_one(d.Location, cast.victim_service.location_id)
        place.name, place.description = "Canary House on Elm Street", "Behind the mill"
        session.add(
            d.ServiceArea(service_id=cast.victim_service.service_id, extent="37299", extent_type="zip")
        )
        record_change(session, cast.victim_service.number)
    told = on_page(client, cast.victim_service)
    kinds = {thing["@type"] for thing in things(told)}
    assert kinds.isdisjoint({"PostalAddress", "GeoCoordinates"})
    assert told["areaServed"] == [{"@type": "Place", "name": "Davidson County"}]
    everything = json.dumps(told) + "".join(
        client.get(path).get_data(as_text=True)
        for path in ("/changes.atom", "/sitemap.xml", "/sitemap-1.xml")
    )
    assert str(cast.victim_service.id) in everything
    for word in ("Canary", "Elm", "mill", "37299", str(cast.victim_service.location_id)):
        assert word not in everything


def test_whatever_stands_in_a_listing_is_text(app: Flask, cast: Cast, client: FlaskClient) -> None:
    rename(cast.crisis_center, HOSTILE)
    page = client.get(f"/services/{cast.crisis_center.id}").get_data(as_text=True)
    assert "<script>alert" not in page
    assert on_page(client, cast.crisis_center)["name"] == HOSTILE
    feed = ElementTree.fromstring(client.get("/changes.atom").data)
    titles = [title.text or "" for title in feed.iter(f"{ATOM}title")]
    assert any(HOSTILE.replace("\x0b", "") in title for title in titles)


def test_the_sitemap_names_every_public_page_once_and_when_it_changed(
    app: Flask, cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "PART", 2)
    with write() as session:
        session.get_one(d.Service, cast.detox.service.number).status = "defunct"
        session.get_one(d.Service, cast.hotline.service.number).status = "temporarily closed"
        record_change(session, cast.detox.number)
    index = ElementTree.fromstring(client.get("/sitemap.xml").data)
    parts = [loc.text or "" for loc in index.iter(f"{SITEMAP}loc")]
    assert len(parts) > 1
    pages = []
    for part in parts:
        root = ElementTree.fromstring(client.get(part.removeprefix("http://localhost")).data)
        for page in root.iter(f"{SITEMAP}url"):
            pages.append(page.findtext(f"{SITEMAP}loc"))
            assert re.fullmatch(
                r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", page.findtext(f"{SITEMAP}lastmod") or ""
            )
    shown = (cast.crisis_center, cast.shelter, cast.victim_service, cast.hotline)
    named = [f"services/{sal.id}" for sal in shown]
    named += [f"organizations/{owner}" for owner in {sal.service.organization_id for sal in shown}]
    assert sorted(pages, key=str) == sorted(f"http://localhost/{path}" for path in named)
    for page in pages:
        assert client.get(str(page)).status_code == 200
    for beyond in (0, 10**6, 10**30):
        assert client.get(f"/sitemap-{beyond}.xml").status_code == 404
    assert sitemap_part(-1) is None


def test_the_feed_has_each_listing_once_the_newest_change_first(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False), write() as session:
        record_change(session, cast.shelter.number, cast.crisis_center.number, cast.shelter.number)
        newest = clock.now()
    feed = ElementTree.fromstring(client.get("/changes.atom").data)
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert ids[:2] == [f"urn:uuid:{cast.shelter.id}", f"urn:uuid:{cast.crisis_center.id}"]
    assert len(ids) == len(set(ids)) == 5
    assert feed.findtext(f"{ATOM}updated") == newest.isoformat(timespec="seconds")
    for entry in feed.iter(f"{ATOM}entry"):
        assert {each.tag for each in entry} >= {
            f"{ATOM}{name}" for name in ("id", "title", "updated", "link")
        }


def test_who_has_seen_it_gets_no_body_until_something_changes(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    for path in ("/changes.atom", "/sitemap.xml", "/sitemap-1.xml"):
        first = client.get(path)
        assert first.status_code == 200
        assert "public" in first.headers["Cache-Control"]
        tag = {"If-None-Match": first.headers["ETag"]}
        again = client.get(path, headers=tag)
        assert (again.status_code, again.data) == (304, b"")
        rename(cast.shelter, f"Shelter {path}")
        assert client.get(path, headers=tag).status_code == 200


def test_an_empty_directory_has_a_sitemap_and_a_feed(app: Flask, client: FlaskClient) -> None:
    with write() as session:
        session.add(d.Community(name="New County"))
    for path in ("/changes.atom", "/sitemap.xml", "/sitemap-1.xml"):
        ElementTree.fromstring(client.get(path).data)


def test_a_demonstration_asks_not_to_be_found(app: Flask, cast: Cast, client: FlaskClient) -> None:
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").text
    with write() as session:
        session.get_one(d.Community, cast.community.id).demonstration = True
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
