"""Addresses asked of a real server on this machine: a good one, and ones that are slow, huge, redirecting, down."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from geopy.exc import GeocoderServiceError

from portal.geo import geocoder, locate
from portal.geo.models import Geocode, Place
from portal.store import db, write

ADDRESS = "12 Main St, Nashville TN 37203"


class Nominatim(BaseHTTPRequestHandler):
    """Answers as `server.mode` says and keeps what it was asked."""

    server: Any

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        mode = self.server.mode
        if mode == "redirect":
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
            self.end_headers()
            return
        self.send_response(500 if mode == "broken" else 200)
        self.end_headers()
        if mode == "slow":
            for _ in range(1200):  # a drop at a time, for a minute; then the address after all
                if self.server.stopping.wait(0.05):
                    return
                self.wfile.write(b" ")
                self.wfile.flush()
        if mode == "huge":
            self.wfile.write(b"[" + b" " * geocoder.LARGEST + b"]")
        elif mode == "nothing":
            self.wfile.write(b"[]")
        elif mode == "nonsense":
            self.wfile.write(b"[" * 3000)
        elif mode == "nowhere":
            self.wfile.write(b'[{"lat": "NaN", "lon": "1e400", "display_name": "?"}]')
        else:
            self.wfile.write(
                json.dumps([{"lat": "36.1523", "lon": "-86.7899", "display_name": "12 Main St"}]).encode()
            )

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Any]:
    made: Any = ThreadingHTTPServer(("127.0.0.1", 0), Nominatim)
    made.mode, made.asked, made.stopping = "good", [], threading.Event()
    made.handle_error = lambda *_args: None
    thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    made.stopping.set()
    made.shutdown()
    made.server_close()


@pytest.fixture
def asking(app: Flask, server: Any) -> Iterator[Any]:
    """An install whose PORTAL_GEOCODER is that server, and the ZIP that an address falls back to."""
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, geocoder=f"http://127.0.0.1:{server.server_port}")
    with write() as session:
        session.add(
            Place(
                kind="zip", code="37203", folded="nashville", state="TN", county="Davidson",
                latitude=36.1504, longitude=-86.7916, time_zone="America/Chicago",
            )
        )  # fmt: skip
    yield server
    app.extensions["settings"] = before
    app.extensions.pop("geocoder_rests_until", None)


def test_an_address_is_found_exactly_and_asked_once(asking: Any) -> None:
    for text in (ADDRESS, ADDRESS.lower() + " "):
        found = locate(text)
        assert (found.lat, found.lon, found.kind, found.approximate) == (36.1523, -86.7899, "address", False)
        assert (found.zip, found.county, found.state) == ("37203", "Davidson", "TN")
    assert len(asking.asked) == 1
    assert parse_qs(urlsplit(asking.asked[0]).query)["q"] == [ADDRESS]


def test_the_cache_keeps_no_address(asking: Any) -> None:
    locate(ADDRESS)
    row = db.session.query(Geocode).one()
    assert "main" not in row.key
    assert len(row.key) == 40


def test_an_address_nobody_knows_falls_back_and_is_remembered(asking: Any) -> None:
    asking.mode = "nothing"
    for _ in range(2):
        found = locate(ADDRESS)
        assert (found.kind, found.approximate, found.lat) == ("zip", True, 36.1504)
    assert len(asking.asked) == 1


@pytest.mark.sqlite_only
@pytest.mark.parametrize("mode", ["redirect", "huge", "broken", "nonsense"])
def test_a_failing_geocoder_leaves_the_zip_and_is_left_alone_a_while(asking: Any, mode: str) -> None:
    asking.mode = mode
    for _ in range(2):
        found = locate(ADDRESS)
        assert (found.kind, found.approximate) == ("zip", True)
    assert len(asking.asked) == 1  # no redirect followed, no second try
    assert db.session.query(Geocode).count() == 0


@pytest.mark.sqlite_only
def test_a_point_off_the_earth_is_no_answer(asking: Any) -> None:
    asking.mode = "nowhere"
    assert locate(ADDRESS).kind == "zip"


@pytest.mark.sqlite_only
def test_a_slow_geocoder_is_cut(asking: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geocoder, "SECONDS", 0.2)
    asking.mode = "slow"
    assert locate(ADDRESS).kind == "zip"  # whoever waited to the end would have been told where it is


@pytest.mark.sqlite_only
def test_a_geocoder_that_is_down_leaves_the_zip(asking: Any) -> None:
    asking.shutdown()
    asking.server_close()
    assert locate(ADDRESS).kind == "zip"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "ftp://127.0.0.1/",
        "http://user:secret@127.0.0.1:{port}/",
        "http://10.0.0.1/",
        "http://169.254.169.254/",
        "http://[::ffff:10.0.0.1]/",
        "http://192.168.1.1:{port}/",
        "http://0.0.0.0:{port}/",
        "http://0:{port}/",
        "http://2130706433:{port}/",
        "http://0177.0.0.1:{port}/",
        "http:///search",
    ],
)
def test_no_other_way_in_is_taken(server: Any, url: str) -> None:
    with pytest.raises(GeocoderServiceError):
        geocoder._fetch(url.format(port=server.server_port), 1, {})
    assert server.asked == []
