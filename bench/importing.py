"""The import of both real SAMHSA workbooks, and what others feel meanwhile.

    .venv/bin/python -m bench.importing

The import runs in a process of its own; here another writer commits a small row every 20 ms and times its wait.
"""

import multiprocessing
import os
import resource
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import func, select, text

from portal import create_app, exchange
from portal.directory.models import Community, ServiceTerm
from portal.store import db, limits, write
from portal.store.actor import TERMINAL
from tests.conftest import SHARED, settings_for

BOOKS = SHARED / "data" / "samhsa_directory_2022"
PAUSE = 0.02  # seconds between two writes of the other


def books() -> list[Path]:
    """The two official workbooks, or nothing where they are not beside this checkout."""
    found = sorted(BOOKS.glob("*.xlsx"))
    return found if len(found) == 2 else []


def run(home: Path, url: str | None = None) -> list[tuple[str, str]]:
    """Rows of (what, figure). `home` is an empty folder; `url` names a database other than SQLite there."""
    if not books():
        return [("import of the SAMHSA workbooks", "not measured: they are not beside this checkout")]
    app = create_app(settings_for(home, url))
    with app.app_context():
        upgrade()
        with write() as session:
            session.add(Community(name="Bench County"))
        db.session.remove()
        db.engine.dispose()
        rows, waits = _import_beside_a_writer(home, url, books())
        rows.append(("another writer's wait meanwhile", _spread(waits)))
        rows.append(
            (
                "coded terms of services",
                f"{db.session.scalar(select(func.count()).select_from(ServiceTerm)):,}",
            )
        )
        rows.append(("database", f"{_megabytes(home):.0f} MB"))
        db.session.remove()
    again, _ = _import_beside_a_writer(home, url, books(), alone=True)
    return rows + [(f"second run: {what}", figure) for what, figure in again[:2]]


def _import_beside_a_writer(
    home: Path, url: str | None, files: list[Path], alone: bool = False
) -> tuple[list[tuple[str, str]], list[float]]:
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_import, args=(home, url, files, there))
    process.start()
    waits: list[float] = []
    while not here.poll(PAUSE):
        if not process.is_alive() and not here.poll():
            raise RuntimeError("the import died")
        if not alone:
            began = time.perf_counter()
            limits.tried("bench", str(os.getpid()), most=1_000_000, seconds=1)
            waits.append(time.perf_counter() - began)
    rows: list[tuple[str, str]] = here.recv()
    process.join()
    return rows, waits


def _import(home: Path, url: str | None, files: list[Path], answer: Connection) -> None:
    app = create_app(settings_for(home, url))
    with app.app_context():
        began, cpu = time.perf_counter(), time.process_time()
        result = exchange.import_samhsa(TERMINAL, files)
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    counts = ", ".join(f"{name} {count:,}" for name, count in result.counts.items() if count)
    answer.send(
        [
            ("rows", counts),
            ("time", f"{took:.1f} s ({result.counts['read'] / took:,.0f} rows/s; {cpu:.1f} s of one core)"),
            ("longest transaction", f"{result.longest_transaction * 1000:.0f} ms"),
            ("peak memory", f"{peak:.0f} MB"),
        ]
    )


def _megabytes(home: Path) -> float:
    if db.engine.dialect.name == "postgresql":
        return float(db.session.scalar(text("SELECT pg_database_size(current_database())")) or 0) / 1e6
    return (home / "handrail.db").stat().st_size / 1e6


def _spread(waits: list[float]) -> str:
    ordered = sorted(waits)
    p50, p95 = (ordered[int(len(ordered) * share)] * 1000 for share in (0.5, 0.95))
    return f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, longest {ordered[-1] * 1000:.0f} ms ({len(ordered)} writes)"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for what, figure in run(Path(folder)):
            print(f"{what:40} {figure}")
