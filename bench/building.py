"""From rows to searchable: made-up listings are written, indexed in a process of its own, and indexed again while others search."""

import threading
import time
from pathlib import Path

from flask_migrate import upgrade
from werkzeug.datastructures import MultiDict

from bench.apart import Beside, apart, new_event, peak_megabytes
from bench.generator import careless, fill
from bench.goals import Row, at_most, percentile
from portal import create_app
from portal.search import Question, find_services, index_state, rebuild
from portal.store import db
from tests.conftest import settings_for

REBUILD = {20_000: 20.0, 200_000: 300.0}  # seconds
IMPORT_SECONDS, IMPORT_MEGABYTES = 360, 2000
ASKED = ("recovery", "family support", "detox", "housing help")
PAUSE = 0.01


def prepare(home: Path, size: int) -> list[Row]:
    """Fill an empty home with so many listings and their index."""
    writing, filled = apart(_fill, home, size)
    indexing, own, indexed = apart(_index, home)
    rows = [
        Row("listings written", f"{size:,} in {writing:.0f} s, {filled:.0f} MB at the most"),
        Row("first index", f"{indexing:.1f} s ({own:.1f} s of one core), {indexed:.0f} MB at the most"),
    ]
    if size >= 200_000:
        told = f"{writing + indexing:.0f} s"
        rows.append(at_most("rows written to searchable", writing + indexing, IMPORT_SECONDS, "s", told))
        rows.append(at_most("most memory of the indexing process", indexed, IMPORT_MEGABYTES, "MB"))
    return rows


def again(home: Path, size: int) -> list[Row]:
    """Build the index anew while another process searches without pause."""
    stop = new_event()
    with Beside(_searching, stop, home) as others:
        time.sleep(2)
        seconds, own, _peak = apart(_index, home)
        stop.set()
        times, errors, absent = others.result()
    told = f"{seconds:.1f} s ({own:.1f} s of one core)"
    limit = REBUILD.get(size)
    rows = [
        at_most("rebuild beside a search without pause", seconds, limit, "s", told)
        if limit
        else Row("rebuild", told)
    ]
    down = f"{len(times):,} searches, {errors} errors, {absent} without the index; p95 {percentile(times, 95):.1f} ms"
    rows.append(at_most("searches that failed during the rebuild", errors + absent, 0, told=down))
    return rows


def _fill(home: Path, size: int) -> tuple[float, float]:
    app = create_app(settings_for(home))
    with app.app_context():
        upgrade()
        careless()
        return fill(size), peak_megabytes()


def _index(home: Path) -> tuple[float, float, float]:
    """Seconds, seconds of the processor, most megabytes."""
    app = create_app(settings_for(home))
    with app.app_context():
        began, own = time.perf_counter(), time.process_time()
        rebuild()
        return time.perf_counter() - began, time.process_time() - own, peak_megabytes()


def _searching(stop: threading.Event, home: Path) -> tuple[list[float], int, int]:
    """Milliseconds of each search, how many failed, how many the index did not answer."""
    app = create_app(settings_for(home))
    times: list[float] = []
    errors = absent = at = 0
    with app.test_request_context():
        while not stop.is_set():
            db.session.remove()
            began = time.perf_counter()
            try:
                answer = find_services(Question.from_args(MultiDict({"q": ASKED[at % len(ASKED)]})))
                absent += answer.index_state != "ready" or not answer.total
            except Exception:  # noqa: BLE001 - whatever it is, somebody got no answer
                errors += 1
            times.append((time.perf_counter() - began) * 1000)
            at += 1
            stop.wait(PAUSE)
        absent += index_state()["state"] != "ready"
    return times, errors, absent
