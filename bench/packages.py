"""The import of a made-up HSDS package of 100,000 listings, in CSV, in a process of its own: rows a second, memory, and a
second run that changes nothing.

    .venv/bin/python -m bench.packages [100000]
"""

import csv
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import UUID

from flask_migrate import upgrade

from portal import create_app, exchange
from portal.directory.models import Community
from portal.store import db, write
from portal.store.actor import TERMINAL
from tests.conftest import settings_for

LISTINGS = 100_000
CITIES = (
    ("Nashville", "TN", "37203"),
    ("Memphis", "TN", "38103"),
    ("Chicago", "IL", "60601"),
    ("Miami", "FL", "33101"),
)
HEADERS = {
    "organizations": "id,name,description,email,website",
    "locations": "id,location_type,organization_id,name,latitude,longitude",
    "addresses": "id,location_id,address_1,city,state_province,postal_code,country,address_type",
    "services": "id,organization_id,name,description,status,eligibility_description,fees_description",
    "service_at_location": "id,service_id,location_id",
    "phones": "id,service_at_location_id,organization_id,number,type",
    "schedules": "id,service_at_location_id,freq,byday,opens_at,closes_at",
    "languages": "id,service_id,name,code",
}
WORDS = [
    "help",
    "food",
    "shelter",
    "legal",
    "counseling",
    "family",
    "youth",
    "housing",
    "health",
    "crisis",
    "detox",
]


def made(folder: Path, listings: int) -> Path:
    """A package of CSV files: three services an organization, each at a place of its own."""
    chance = random.Random(5)  # noqa: S311
    files = {name: (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") for name in HEADERS}
    tables = {name: csv.writer(file) for name, file in files.items()}
    for name, header in HEADERS.items():
        tables[name].writerow(header.split(","))
    for number in range(listings):
        for name, row in _rows(number, chance):
            tables[name].writerow(row)
    for file in files.values():
        file.close()
    return folder


def _rows(number: int, chance: random.Random) -> Iterator[tuple[str, Iterable[object]]]:
    def made_id() -> str:
        return str(UUID(int=chance.getrandbits(128), version=4))

    owner = f"org-{number // 3}"
    said = " ".join(chance.choices(WORDS, k=40))
    city, state, code = chance.choice(CITIES)
    if number % 3 == 0:
        yield (
            "organizations",
            (owner, f"Organization {number // 3}", said, f"desk{number}@example.org", "https://example.org"),
        )
    place, service, listing = made_id(), made_id(), made_id()
    yield (
        "locations",
        (
            place,
            "physical",
            owner,
            f"Place {number}",
            round(30 + chance.random() * 10, 5),
            round(-90 + chance.random() * 10, 5),
        ),
    )
    yield "addresses", (made_id(), place, f"{number} Main Street", city, state, code, "US", "physical")
    yield (
        "services",
        (service, owner, f"{chance.choice(WORDS).title()} {number}", said, "active", "Adults", "Free"),
    )
    yield "service_at_location", (listing, service, place)
    yield "phones", (made_id(), listing, "", f"615-555-{number % 10_000:04}", "voice")
    yield "schedules", (made_id(), listing, "WEEKLY", "MO,TU,WE,TH,FR", "09:00", "17:00")
    yield "languages", (made_id(), service, "Spanish", "es")


def run(home: Path, listings: int = LISTINGS, url: str | None = None) -> list[tuple[str, str]]:
    """Rows of (what, figure). `home` is an empty folder."""
    package = home / "package"
    package.mkdir(parents=True)
    made(package, listings)
    app = create_app(settings_for(home, url))
    with app.app_context():
        upgrade()
        with write() as session:
            session.add(Community(name="Bench County"))
        db.session.remove()
        db.engine.dispose()
    rows = _apart(home, package, url)
    return rows + [(f"second run: {what}", figure) for what, figure in _apart(home, package, url)]


def _apart(home: Path, package: Path, url: str | None) -> list[tuple[str, str]]:
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_import, args=(home, package, url, there))
    process.start()
    while not here.poll(0.2):
        if not process.is_alive() and not here.poll():
            raise RuntimeError("the import died")
    rows: list[tuple[str, str]] = here.recv()
    process.join()
    return rows


def _import(home: Path, package: Path, url: str | None, answer: Connection) -> None:
    app = create_app(settings_for(home, url))
    with app.app_context():
        began, cpu = time.perf_counter(), time.process_time()
        result = exchange.import_hsds(TERMINAL, package, source="bench")
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    counts = ", ".join(f"{name} {count:,}" for name, count in result.counts.items() if count)
    every = sum(table["read"] for table in result.tables.values())
    answer.send(
        [
            ("listings", counts),
            (
                "time",
                f"{took:.1f} s ({result.counts['read'] / took:,.0f} listings/s, {every / took:,.0f} rows/s; {cpu:.1f} s of one core)",
            ),
            ("longest transaction", f"{result.longest_transaction * 1000:.0f} ms"),
            ("peak memory", f"{peak:.0f} MB"),
        ]
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for what, figure in run(Path(folder), int(sys.argv[1]) if len(sys.argv) > 1 else LISTINGS):
            print(f"{what:40} {figure}")
