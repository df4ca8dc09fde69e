"""Logs hold no person: canaries go in everywhere and come out nowhere."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from portal.logs import JsonLines, safe_path

pytestmark = pytest.mark.sqlite_only
CANARY = "canary7f3a"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", "portal")}
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.getLogger("portal").setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_is_one_line_without_its_query_its_form_or_its_token(
    app: Flask, written: io.StringIO
) -> None:
    browser = app.test_client()
    headers = {
        "Referer": f"http://localhost/{CANARY}",
        "User-Agent": CANARY,
        "X-Forwarded-For": CANARY,
        "Cookie": f"a={CANARY}",
    }
    for path in (
        f"/search?q={CANARY}",
        f"/search.json?near={CANARY}",
        f"/answer/{CANARY}",
        f"/reset/{CANARY}",
        f"/reports/{CANARY}",
        f"/{CANARY}",
        f"/static/{CANARY}",
        f"/sign-in?next=/{CANARY}",
    ):
        browser.get(path, headers=headers)
    browser.post("/search", data={"q": CANARY}, headers=headers)
    browser.post("/sign-in", data={"email": f"{CANARY}@x.org", "password": CANARY}, headers=headers)
    browser.open("/", method=CANARY.upper(), headers=headers)
    requests = [line for line in lines(written) if line["event"] == "request"]
    assert len(requests) == 11
    assert {"method", "path", "status", "ms"} <= set(requests[0])
    assert CANARY not in written.getvalue().lower()


def test_an_unhandled_error_says_its_type_and_place_but_not_its_message(
    app: Flask, written: io.StringIO
) -> None:
    try:
        raise ValueError(f"{CANARY} is not a number")
    except ValueError:
        app.log_exception(sys.exc_info())
    (line,) = lines(written)
    assert line["error"] == "ValueError"
    assert "test_logs.py" in line["at"][-1]
    assert CANARY not in written.getvalue()


def test_a_library_is_not_quoted(written: io.StringIO) -> None:
    logging.getLogger("gunicorn.error").warning(f"Invalid request from ip=1.2.3.4: GET /search?q={CANARY}")
    logging.getLogger("gunicorn.error").error("Error handling request %s", f"/search?q={CANARY}")
    assert CANARY not in written.getvalue()
    assert len(lines(written)) == 2


def test_ids_stay_and_everything_else_of_a_path_goes(app: Flask) -> None:
    service = "5f0c7a52-6a62-4f7e-9a55-0a8f5a0f9d2b"
    with app.test_request_context(f"/services/{service}"):
        assert safe_path() in (f"/services/{service}", "-")
    with app.test_request_context(f"/nowhere/{CANARY}"):
        assert safe_path() == "-"


def test_line_ends_cannot_forge_a_line(written: io.StringIO) -> None:
    logging.getLogger("portal.test").info('one\n{"event": "two"}\x1b[31m')
    assert len(written.getvalue().splitlines()) == 1
