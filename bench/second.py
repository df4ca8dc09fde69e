"""The second engine, on PostgreSQL: right answers, and how soon an edit and an approval are found with a real server and worker."""

import os
import time
from pathlib import Path

from bench.apart import apart
from bench.edits import edits
from bench.generator import fill
from bench.goals import Row
from bench.in_process import second_engine
from portal.search import rebuild
from portal.store import db
from tests import postgres
from tests.prove.server import Install

LISTINGS = 2000


def run(home: Path) -> list[Row]:
    """Rows; without a PostgreSQL, one that says so."""
    url = postgres.new_database(f"handrail_bench_{os.getpid()}")
    if url is None:
        return [Row("search on PostgreSQL", f"not measured: {postgres.ABSENT}")]
    install = Install(home, with_cast=False, url=url)
    try:
        with install.app.test_request_context():
            fill(LISTINGS)
            began = time.perf_counter()
            rebuild()
            indexed = time.perf_counter() - began
            db.session.remove()
        rows = [Row("listings indexed", f"{LISTINGS:,} in {indexed:.1f} s")]
        rows += apart(second_engine, home, url, LISTINGS)
        install.start()
        rows += edits(install, 200, "ms", " on PostgreSQL")
    finally:
        install.stop()
    return rows
