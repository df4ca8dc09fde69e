"""What goes on every response: policy, who may keep a copy, compression; and no cookie for anybody who looks around."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import create_app
from tests.conftest import settings_for
from tests.people import Cast

pytestmark = pytest.mark.sqlite_only

PAGES = ("/", "/about/data", "/about/safety", "/nowhere", "/exit", "/robots.txt", "/favicon.svg")


@pytest.mark.parametrize("path", PAGES)
def test_every_response_carries_the_policy(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert re.fullmatch(r"'nonce-[\w-]{20,}'", policy["style-src"])
    assert policy["form-action"] == "'self'"
    assert policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_the_nonce_of_the_page_is_the_one_of_its_policy_and_never_used_twice(client: FlaskClient) -> None:
    seen = set()
    for _try in range(3):
        answer = client.get("/")
        found = re.findall(r'nonce="([^"]+)"', answer.text)
        assert found
        assert f"'nonce-{found[0]}'" in answer.headers["Content-Security-Policy"]
        seen.update(found)
    assert len(seen) == 3


@pytest.mark.parametrize("path", ["/", "/about/data", "/about/safety", "/nowhere"])
def test_who_looks_around_gets_no_cookie_and_leaves_no_copy(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert "Set-Cookie" not in headers
    assert headers["Cache-Control"] == "no-store"


def test_a_page_holds_no_inline_script_or_style_and_asks_no_other_host(client: FlaskClient) -> None:
    for path in ("/", "/about/data", "/about/safety", "/nowhere"):
        page = client.get(path).text
        assert not re.search(r"\son\w+=", page), path
        assert not re.search(r"\sstyle=", page), path
        assert not re.search(r"<script(?![^>]*\ssrc=\"/static/)", page), path
        assert not re.search(r"(src|href|action)=\"(https?:)?//", page), path


def test_a_signed_in_page_is_never_kept(cast: Cast, signed_in_as: Callable[[Any], FlaskClient]) -> None:
    browser = signed_in_as(cast.responder)
    for path in ("/", "/about/data", "/robots.txt"):
        assert browser.get(path).headers["Cache-Control"] == "no-store", path


def test_a_marked_file_is_kept_for_a_year(client: FlaskClient) -> None:
    address = re.findall(r'src="(/static/exit\.js\?v=\w+)"', client.get("/").text)[0]
    assert client.get(address).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in client.get("/static/exit.js").headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/", "/static/exit.js", "/nowhere", "/nowhere.json?long"])
def test_brotli_is_sent_to_who_takes_it_and_says_the_same(client: FlaskClient, path: str) -> None:
    def without_nonce(page: str) -> str:
        return re.sub(r'(nonce|value)="[^"]+"', "", page)

    plain = client.get(path)
    small = client.get(path, headers={"Accept-Encoding": "gzip, br"})
    assert "Accept-Encoding" in plain.headers.get("Vary", "")
    if len(plain.data) < 400:
        assert "Content-Encoding" not in small.headers
        return
    assert small.headers["Content-Encoding"] == "br"
    assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data)
    assert without_nonce(brotli.decompress(small.data).decode()) == without_nonce(plain.text)


def test_an_old_browser_gets_gzip(client: FlaskClient) -> None:
    assert client.get("/", headers={"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"


def test_a_file_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/static/exit.js", headers={"Accept-Encoding": "br"})
    again = client.get(
        "/static/exit.js", headers={"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304
    assert again.data == b""


def test_https_installs_ask_browsers_to_stay_on_https(tmp_path: Path) -> None:
    settings = replace(settings_for(tmp_path), base_url="https://help.example.gov")
    secure: Flask = create_app(settings)
    answer = secure.test_client().get("/about/data", base_url="https://help.example.gov")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert (
        "Strict-Transport-Security"
        not in create_app(settings_for(tmp_path)).test_client().get("/about/data").headers
    )


def test_everything_on_the_start_page_fits_one_window(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept-Encoding": "br"})
    whole = len(page.data)
    for address in re.findall(r'src="(/static/[^"]+)"', brotli.decompress(page.data).decode()):
        whole += len(client.get(address, headers={"Accept-Encoding": "br"}).data)
    assert whole <= 14 * 1024
