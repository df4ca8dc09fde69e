"""A directory of the size of the two books: every FHIR resource judged from outside, how long a page takes, and what sitemap,
feed and a webhook that starts from the beginning cost. Printed."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from portal import create_app, exchange, geo
from portal.directory import models as d
from portal.exchange.webhooks.models import Webhook
from portal.store import db, limits, write
from portal.store.actor import TERMINAL, Actor
from tests.conftest import settings_for
from tests.exchange.fhir.judges import faults, installed
from tests.messages.httpserver import HttpServer

pytestmark = pytest.mark.prove
KINDS = ("Organization", "Location", "HealthcareService")
QUESTIONS = (
    "HealthcareService?name=recovery",
    "HealthcareService?characteristic=spanish&active=true",
    "HealthcareService?_include=HealthcareService:location&_include=HealthcareService:organization",
    "HealthcareService?_lastUpdated=ge2026-01-01&_sort=-_lastUpdated",
    "Location?address-city=Nashville&address-state=TN",
    "Organization?address-state=TN&_revinclude=HealthcareService:organization",
    "Organization?name=health",
)
AT_ONCE = 20  # pages that the judges look at in one go


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory, samhsa_books: list[Path]) -> Iterator[Flask]:
    app = create_app(settings_for(tmp_path_factory.mktemp("books"), push_loopback=True))
    with app.app_context():
        upgrade()
        with write() as session:
            session.add(d.Community(name="Books"))
        geo.load_gazetteer()
        exchange.import_samhsa(TERMINAL, samhsa_books)
        yield app


def pages(client: FlaskClient, path: str) -> Iterator[tuple[float, dict[str, Any]]]:
    """Each page of a search, and how many seconds it took."""
    while path:
        begun = time.perf_counter()
        bundle = client.get(path).get_json(force=True)
        yield time.perf_counter() - begun, bundle
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        path = urlsplit(links["next"])._replace(scheme="", netloc="").geturl() if "next" in links else ""


def test_the_whole_directory_in_fhir_is_accepted(
    books: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.LIMITS, "api", ((10**9, 60),))
    judge, client = installed(tmp_path), books.test_client()
    print()
    for kind in KINDS:
        took, waiting, seen = [], [], 0
        for seconds, bundle in pages(client, f"/fhir/r4/{kind}?_count=100"):
            took.append(seconds)
            waiting.append(bundle)
            seen += len(bundle.get("entry", []))
            if len(waiting) == AT_ONCE:
                assert not faults(judge, waiting)
                waiting = []
        assert not waiting or not faults(judge, waiting)
        assert seen == bundle["total"]
        middle = statistics.median(took) * 1000
        print(
            f"{kind}: {seen} accepted; a page of 100 in {middle:.0f} ms, the slowest {max(took) * 1000:.0f}"
        )
    for question in QUESTIONS:
        took = []
        for _ in range(5):
            begun = time.perf_counter()
            bundle = client.get(f"/fhir/r4/{question}").get_json(force=True)
            took.append(time.perf_counter() - begun)
        print(f"{question}: {bundle['total']} found, {statistics.median(took) * 1000:.0f} ms")


def test_sitemap_feed_and_a_webhook_from_the_beginning(books: Flask) -> None:
    client = books.test_client()
    print()
    named = owners = 0
    begun = time.perf_counter()
    for loc in ElementTree.fromstring(client.get("/sitemap.xml").data).iter():
        if (loc.text or "").endswith(".xml"):
            part = client.get(str(loc.text).removeprefix("http://localhost")).data
            named += part.count(b"/services/")
            owners += part.count(b"/organizations/")
    print(f"sitemap: {named} listings, {owners} organizations in {time.perf_counter() - begun:.1f} s")
    begun = time.perf_counter()
    assert client.get("/changes.atom").status_code == 200
    print(f"feed: {(time.perf_counter() - begun) * 1000:.0f} ms")
    here = db.session.query(d.Community).one()
    keeper = Actor(kind="account", community_id=here.id, memberships=frozenset([("steward", None)]))
    with HttpServer(usual=(204, "")) as receiver:
        made, _secret = exchange.add_webhook(keeper, "Everything", f"{receiver.url}/in")
        exchange.replay_webhook(keeper, made, 1)
        begun, calls = time.perf_counter(), 0
        while done := exchange.send_webhooks():
            calls += done
        told = sum(len(asked.json["data"].get("listings", [])) for asked in receiver.asked)
        print(f"webhook: {told} listings in {calls} calls, {time.perf_counter() - begun:.1f} s")
    assert named == told
    assert db.session.get_one(Webhook, made).state == "active"
