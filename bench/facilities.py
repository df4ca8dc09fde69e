"""`/search.json` over HTTP on the real facilities: 200 mixed questions of keyword, point and radius, or both.

The home holds what `importing` brought. Two web processes and the worker; the client is one light process beside.
"""

import random
from pathlib import Path
from urllib.parse import urlencode

from flask_migrate import upgrade

from bench import importing
from bench.apart import apart
from bench.client import Driven, drive
from bench.goals import Row, at_least, at_most, percentile, spread
from bench.search import QUESTIONS
from portal import create_app
from portal.search import index_state, rebuild
from portal.store import db
from tests.conftest import settings_for
from tests.prove.server import Install

COUNT, ROUNDS, CLIENTS = 200, 5, 8
CENTERS = [  # latitude, longitude of cities large and small
    (36.1627, -86.7816), (34.0522, -118.2437), (40.7128, -74.0060), (41.8781, -87.6298), (29.7604, -95.3698),
    (33.4484, -112.0740), (39.7392, -104.9903), (47.6062, -122.3321), (25.7617, -80.1918), (42.3601, -71.0589),
    (46.8721, -113.9940), (35.9606, -83.9207), (43.6150, -116.2023), (32.2988, -90.1848), (44.9778, -93.2650),
]  # fmt: skip


def run(home: Path) -> list[Row]:
    """Rows; where the books are not beside this checkout, one row that says so."""
    if not importing.books():
        return [
            Row(
                "search.json on the real facilities",
                "not measured: the workbooks are not beside this checkout",
            )
        ]
    listings = apart(_indexed, home)
    install = Install(home, with_cast=False)
    try:
        install.start()
        paths = [f"/search.json?{query}" for query in mixed()]
        apart(drive, install.port, paths, CLIENTS)
        one: Driven = apart(drive, install.port, paths, 1, ROUNDS)
        eight: Driven = apart(drive, install.port, paths, CLIENTS, ROUNDS)
    finally:
        install.stop()
    return [
        Row("facilities / questions", f"{listings:,} / {len(paths)}"),
        Row("search.json, one client, ms p50 / p95 / p99", spread(one.times)),
        at_most("search.json p95, one client", percentile(one.times, 95), 4, "ms"),
        Row(f"search.json, {CLIENTS} clients, ms p50 / p95 / p99", spread(eight.times)),
        at_least(f"search.json, {CLIENTS} clients, requests/s", eight.rate, 1000),
        Row(
            "client's own share of a request", f"{eight.own / len(eight.times) * 1000:.2f} ms of a processor"
        ),
        at_most("answers that were none", one.errors + eight.errors, 0),
    ]


def mixed(seed: int = 1) -> list[str]:
    """A third each: words as people type them; a point and a radius; both."""
    chance = random.Random(seed)
    lines = QUESTIONS.read_text().splitlines()
    typed = [line[2:].replace("+", " ") for line in lines if line.startswith("q=") and "&" not in line]
    found = []
    for number in range(COUNT):
        lat, lon = chance.choice(CENTERS)
        point = [
            ("lat", f"{lat + chance.gauss(0, 0.1):.4f}"), ("lon", f"{lon + chance.gauss(0, 0.1):.4f}"),
            ("within", str(chance.choice((5, 10, 10, 25, 50)))),
        ]  # fmt: skip
        words = [("q", chance.choice(typed))]
        found.append(urlencode([words, point, words + point][number % 3]))
    return found


def _indexed(home: Path) -> int:
    app = create_app(settings_for(home))
    with app.app_context():
        upgrade()
        if index_state()["state"] != "ready" or index_state()["behind"]:
            rebuild()
        count = int(index_state()["listings"])
        db.session.remove()
        db.engine.dispose()
        return count
