"""How soon an edit is found on PostgreSQL, with a real server and worker. SQLite is measured with the sizes."""

import os
from pathlib import Path

from bench.generator import fill
from bench.goals import Row, at_most, percentile
from bench.served import EDITS, edits_until_visible
from portal.search import rebuild
from portal.store import db
from tests import postgres
from tests.prove.server import Install

LISTINGS = 2000


def run(home: Path) -> list[Row]:
    """Rows; without a PostgreSQL, one that says so."""
    url = postgres.new_database(f"handrail_bench_{os.getpid()}")
    if url is None:
        return [Row("edit saved to visible on PostgreSQL", f"not measured: {postgres.ABSENT}")]
    install = Install(home, with_cast=False, url=url)
    try:
        with install.app.test_request_context():
            fill(LISTINGS)
            rebuild()
            db.session.remove()
        install.start()
        waits = edits_until_visible(install, EDITS)
    finally:
        install.stop()
    told = f"{percentile(waits, 95) * 1000:.0f} ms (p50 {percentile(waits, 50) * 1000:.0f}, longest {max(waits) * 1000:.0f})"
    return [
        at_most("edit saved to visible on PostgreSQL, p95", percentile(waits, 95) * 1000, 200, "ms", told)
    ]
