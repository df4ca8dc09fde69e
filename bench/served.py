"""Search over HTTP, over made-up listings of a size: the page and its baseline on two alike servers, one after the other.

Two web processes and the worker, as `portal serve` runs them; the client is one light process beside (bench/client.py).
Beside the times: how soon an edit is found, what twenty hostile strings at once do to others, what a web process holds.
"""

import contextlib
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import psutil
from sqlalchemy import select

from bench.apart import Beside, apart, new_event
from bench.client import Driven, drive, drive_until
from bench.goals import Row, at_most, percentile, spread
from bench.hostile import STRINGS
from bench.in_process import TYPED
from bench.mix import mixed
from portal.directory import models as d
from portal.store import db
from tests.prove.server import Browser, Install
from tests.search.edits import new_word, rename

EMPTY = "/about/safety"
ROUNDS = 3
WARMING = 8  # connections: so many meet both processes
RATIO = {2_000: 1.0, 20_000: 0.3, 200_000: 0.1}  # of the baseline's page p95
EDITS = 50
PLAIN = (
    "/search?q=recovery",
    "/search?q=family+support",
    "/search?near=37203",
    "/search?q=detox&near=60601&within=10",
)
LONGEST_LINE = 3500  # bytes of an address that a server takes


def measure(home: Path, size: int) -> list[Row]:
    """Rows; the home holds listings, an index, and the baseline of in_process."""
    install = Install(home, with_cast=False)
    with install.app.test_request_context():
        pages = [f"/search?{one.query}" for one in mixed()]
    try:
        install.start()
        apart(drive, install.port, [*pages, EMPTY], WARMING)
        empty = apart(drive, install.port, [EMPTY] * len(pages), 1, ROUNDS)
        ours: Driven = apart(drive, install.port, pages, 1, ROUNDS)
        rows = _held(install, size)
        rows += _typeahead(install)
        rows += _edits(install)
        rows += _hostile(install)
    finally:
        install.stop()
    with baseline_server(home) as port:
        apart(drive, port, pages, WARMING)
        plain: Driven = apart(drive, port, pages, 1, ROUNDS)
    limit = next((limit for most, limit in sorted(RATIO.items()) if size <= most), RATIO[200_000])
    return [
        Row("empty page over HTTP, ms p50 / p95 / p99", spread(empty.times)),
        Row("search page over HTTP, ms p50 / p95 / p99", spread(ours.times)),
        Row("same page answered by the baseline, ms", spread(plain.times)),
        Row("client's own share of a request", f"{ours.own / len(ours.times) * 1000:.2f} ms"),
        at_most("search page p95 / same page by the baseline", percentile(ours.times, 95) / percentile(plain.times, 95), limit),
        at_most("search page p50 / empty page p50", percentile(ours.times, 50) / percentile(empty.times, 50), 2.5),
        Row("answers that were no page", f"{ours.errors + plain.errors}"),
        *rows,
    ]  # fmt: skip


@contextlib.contextmanager
def baseline_server(home: Path) -> Iterator[int]:
    """The port of a server whose pages the baseline answers."""
    install = Install(home, with_cast=False)
    with (home / "baseline.log").open("ab") as log:
        install.process = subprocess.Popen(
            [sys.executable, "-m", "bench.baseline_app"], env=install.environ, stdout=log, stderr=log
        )
    try:
        install.wait_until_up()
        yield install.port
    finally:
        install.stop()


def web_processes(install: Install) -> list[psutil.Process]:
    """The ones that serve: they listen, the worker does not."""
    return [each for each in install.processes()[1:] if each.net_connections("tcp")]


def _held(install: Install, size: int) -> list[Row]:
    """Memory of the web processes, each as its share of what is common (PSS), after all questions were asked."""
    held = [each.memory_full_info().pss / 1e6 for each in web_processes(install)]
    told = " and ".join(f"{megabytes:.0f}" for megabytes in held) + " MB"
    if size < 200_000:
        return [Row("web processes, PSS", told)]
    return [at_most("web process PSS", max(held, default=float("inf")), 500, "MB", told)]


def _typeahead(install: Install) -> list[Row]:
    paths = [f"/search/suggest?q={quote(text)}" for text in TYPED]
    apart(drive, install.port, paths, WARMING)
    typing: Driven = apart(drive, install.port, paths, 1, ROUNDS)
    return [at_most("typeahead p95 over HTTP", percentile(typing.times, 95), 50, "ms")]


def _edits(install: Install) -> list[Row]:
    """Seconds from the commit of a new name until a search finds it, with the server's own worker."""
    waits = edits_until_visible(install, EDITS)
    told = f"{percentile(waits, 95):.2f} s (p50 {percentile(waits, 50):.2f}, longest {max(waits):.2f}, {len(waits)} edits)"
    return [at_most("edit saved to visible in search, p95", percentile(waits, 95), 1, "s", told)]


def edits_until_visible(install: Install, count: int, seed: int = 5) -> list[float]:
    chance = random.Random(seed)
    browser, waits = Browser(install.port), []
    with install.app.app_context():
        numbers = list(db.session.scalars(select(d.ServiceAtLocation.number).limit(2000)))
        for _edit in range(count):
            word = new_word()
            rename(chance.choice(numbers), word)
            began = time.perf_counter()
            while not _is_found(browser, word):
                if time.perf_counter() - began > 30:
                    raise TimeoutError("an edit was not found within 30 s")
                time.sleep(0.002)
            waits.append(time.perf_counter() - began)
            time.sleep(chance.uniform(0, 0.5))  # so that edits meet the worker at any moment of its turn
    return waits


def _is_found(browser: Browser, word: str) -> bool:
    answer = json.loads(browser.request("GET", f"/search.json?q={word}&exact=1").text)
    return any(word in hit["name"].lower() for hit in answer["hits"])


def _hostile(install: Install) -> list[Row]:
    """Others' plain searches while twenty send hostile strings without pause."""
    paths = [f"/search?q={quote(text)[:LONGEST_LINE]}" for text in STRINGS]
    paths = [path[: path.rfind("%")] if "%" in path[-3:] else path for path in paths]
    calm: Driven = apart(drive, install.port, PLAIN, 1, 100)
    alone: Driven = apart(drive, install.port, paths, 1, 2)
    meanwhile, storm = _beside(install, paths)
    crowded, _crowd = _beside(install, PLAIN)
    ratio = percentile(meanwhile.times, 95) / percentile(crowded.times, 95)
    waits = " / ".join(f"{percentile(each.times, 95):.1f}" for each in (calm, crowded, meanwhile))
    return [
        at_most("hostile string over HTTP, longest, alone", max(alone.times), 300, "ms"),
        Row("the same, 20 at once without pause", f"{max(storm.times):.0f} ms"),
        Row("others' p95: alone / beside 20 plain / 20 hostile, ms", f"{waits}, {meanwhile.errors} errors"),
        # twenty without pause take every processor whatever they send; what the strings themselves do is beyond that
        at_most("others beside 20 hostile / beside 20 plain", ratio, 2),
    ]


def _beside(install: Install, paths: Sequence[str]) -> tuple[Driven, Driven]:
    """One who searches plainly, and twenty who ask these paths meanwhile, all without pause."""
    stop = new_event()
    with Beside(drive_until, stop, install.port, PLAIN) as others:
        storm: Driven = apart(drive, install.port, paths, 20, 100 // len(paths))
        stop.set()
        meanwhile: Driven = others.result()
    return meanwhile, storm
