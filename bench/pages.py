"""Search over HTTP: the fixed questions as pages and as JSON against a real server, an empty page beside them.

A server with the install's two processes, keep-alive connections. Called by `python -m bench`, which has filled the home.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

from bench.search import QUESTIONS
from tests.prove.server import Browser, Install

EMPTY = "/about/safety"
CLIENTS = 8
ROUNDS = 3


def run(home: Path) -> list[tuple[str, str]]:
    """Rows of (what, figure); the home holds listings and an index."""
    install = Install(home, with_cast=False)
    asked = [
        quote(line.strip(), safe="=&,+%")
        for line in QUESTIONS.read_text().splitlines()
        if line.strip() and not line.startswith("#")
    ]
    try:
        install.start()
        pages = [f"/search?{question}" for question in asked]
        answers = [f"/search.json?{question}" for question in asked]
        for path in pages:  # everything has been asked once
            Browser(install.port).request("GET", path)
        empty = _times(install.port, [EMPTY] * len(pages))
        page = _times(install.port, pages)
        json = _times(install.port, answers)
        began = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(lambda _: _times(install.port, answers), range(CLIENTS)))
        rate = CLIENTS * ROUNDS * len(answers) / (time.perf_counter() - began)
        return [
            ("empty page over HTTP, ms p50 / p95 / p99", _three(empty)),
            ("search page over HTTP, ms p50 / p95 / p99", _three(page)),
            ("search page p50 / empty page p50", f"{_at(page, 50) / _at(empty, 50):.1f}"),
            ("search.json over HTTP, ms p50 / p95 / p99", _three(json)),
            (f"search.json, {CLIENTS} clients, requests/s", f"{rate:.0f}"),
        ]
    finally:
        install.stop()


def _times(port: int, paths: list[str]) -> list[float]:
    """Milliseconds of each request on one keep-alive connection. Raises ValueError for an answer that is no page."""
    browser = Browser(port)
    found = []
    for _round in range(ROUNDS):
        for path in paths:
            began = time.perf_counter()
            status = browser.request("GET", path).status
            found.append((time.perf_counter() - began) * 1000)
            if status not in (200, 422):
                raise ValueError(f"GET {path}: {status}")
    return found


def _at(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _three(values: list[float]) -> str:
    return " / ".join(f"{_at(values, percent):.1f}" for percent in (50, 95, 99))
