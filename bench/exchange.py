"""The directory given out: pages of the API, and all services whole in one answer, from an install with both SAMHSA workbooks.

.venv/bin/python -m bench.exchange [PORTAL_HOME]
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from bench import importing
from bench.apart import apart, peak_megabytes
from bench.goals import Row, at_most, percentile, show, spread
from portal import create_app
from portal.directory.models import Service
from portal.store import db, limits
from tests.conftest import settings_for

PAGES = 300
FEWEST = 20_000  # services of an install that is worth measuring
ONE, WHOLE = "/api/v3/services", "/api/v3/services?format=ndjson&full=true"


def run(home: Path) -> Iterator[Row]:
    """Rows as they are measured; `home` holds an install with the workbooks, or gets one."""
    if apart(count, home) < FEWEST:
        if not importing.books():
            yield Row("the API over the SAMHSA workbooks", "not measured: they are not beside this checkout")
            return
        home = home / "exchange"
        home.mkdir()
        importing.run(home)
    times = apart(pages, home)
    yield Row("page of 50 services, ms p50 / p95 / p99", spread(times))
    yield at_most("page of 50 services, p95", percentile(times, 95), 50, "ms")
    count_, size, seconds, held = apart(everything, home)
    yield Row("all services whole, one answer", f"{count_:,} services, {size / 1e6:,.0f} MB")
    yield at_most("the same, time", seconds, 30, "s")
    yield at_most("the same, peak memory", held, 300, "MB")


def count(home: Path) -> int:
    """Services of the install there, 0 where there is none."""
    if not (home / "handrail.db").exists():
        return 0
    with create_app(settings_for(home)).app_context():
        return db.session.scalar(select(func.count()).select_from(Service)) or 0


def pages(home: Path) -> list[float]:
    """Milliseconds of each of many pages, in process, in an order drawn by lot."""
    client, chance, times = create_app(settings_for(home)).test_client(), random.Random(3), []
    limits.LIMITS["api"] = ((10**9, 60),)
    client.get(ONE)
    for _page in range(PAGES):
        path = f"{ONE}?page={chance.randint(1, 400)}"
        began = time.perf_counter()
        assert client.get(path).status_code == 200
        times.append((time.perf_counter() - began) * 1000)
    return times


def everything(home: Path) -> tuple[int, int, float, float]:
    """(services, bytes, seconds, most megabytes held) of the whole directory as lines."""
    client = create_app(settings_for(home)).test_client()
    began, lines, size = time.perf_counter(), 0, 0
    for piece in client.get(WHOLE).iter_encoded():
        lines, size = lines + piece.count(b"\n"), size + len(piece)
    return lines, size, time.perf_counter() - began, peak_megabytes()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        show(run(Path(sys.argv[1] if len(sys.argv) > 1 else folder)))
