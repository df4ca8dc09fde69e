"""Search over HTTP, over made-up listings of a size: the page and its baseline on two alike servers, one after the other.

Two web processes and the worker, as `portal serve` runs them; the client is one light process beside (bench/client.py).
Beside the times: how soon an edit and an approval are found, what twenty hostile strings at once do to others, what a web process holds.
"""

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import psutil

from bench.apart import Beside, apart, new_event
from bench.client import Driven, drive, drive_until
from bench.edits import edits
from bench.goals import Row, at_most, percentile, spread
from bench.hostile import STRINGS
from bench.in_process import TYPED
from bench.mix import mixed
from tests.prove.server import Install

EMPTY = "/about/safety"
ROUNDS = 3
WARMING = 8  # connections: so many meet both processes
RATIO = {2_000: 1.0, 20_000: 0.3, 200_000: 0.1}  # of the baseline's page p95
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
        rows += edits(install, 1)
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
