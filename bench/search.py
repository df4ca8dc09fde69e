"""Search, in process: the fixed questions asked of the portal and of plain SQLite FTS5 + R*Tree over the same listings.

    PORTAL_HOME=... .venv/bin/python -m bench.search

Both sides get the question already understood and answer with a page of 20. The portal's figure is the whole of
`find_services`, understanding and the public views included; the baseline fetches its rows and nothing more.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qsl

from flask import Flask
from werkzeug.datastructures import MultiDict

from bench.fts5 import Baseline
from portal import create_app
from portal.geo import miles
from portal.search import Question, catch_up, find_services, index_state, rebuild
from portal.search.harvest import own_state
from portal.search.selection import around_place
from portal.search.understand import Meaning, understand
from portal.store import db

QUESTIONS = Path(__file__).with_name("questions.txt")
ROUNDS = 5

HOSTILE = [
    "[a TO z]",
    " ".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz"),
    "a" * 60_000,
    "(" * 1000,
    "field:* owner: email:",
    '"' * 10_000,
    "AND OR NOT ^^^ ~~",
    'NEAR("a b", 99999999)',
    "!!!&",
    "(a+)+$",
    "@" * 50_000,
    " ".join("abcdefgh"),
    "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz " * 5,
    "in near at in near at in near at in near at",
]


def questions() -> list[Question]:
    lines = QUESTIONS.read_text().splitlines()
    return [
        Question.from_args(MultiDict(parse_qsl(line))) for line in lines if line and not line.startswith("#")
    ]


def run(app: Flask) -> list[tuple[str, str]]:
    """Rows of (what, figure). Needs listings in the app's database; brings the index up to date first."""
    rows: list[tuple[str, str]] = []
    with app.test_request_context(), tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        built = rebuild()
        rows.append(("listings indexed / seconds", f"{built:,} / {time.perf_counter() - started:.1f}"))
        catch_up()
        rows.append(("index", str(index_state()["state"])))
        asked = questions()
        baseline = Baseline(Path(folder) / "baseline.db")
        meanings = [understand(question, own_state() or None) for question in asked]
        first = _times(asked, find_services, 1)
        ours = _times(asked, find_services, ROUNDS)
        plain = _times(meanings, baseline.ask, ROUNDS)
        rows.append(("questions", str(len(asked))))
        rows.append(("search, first time asked, ms p50 / p95 / p99", _three(first)))
        rows.append(("search, ms p50 / p95 / p99", _three(ours)))
        rows.append(("SQLite FTS5 + R*Tree, ms p50 / p95 / p99", _three(plain)))
        ratios = [_at(ours, share) / max(_at(plain, share), 1e-9) for share in (50, 95, 99)]
        rows.append(("ratio p50 / p95 / p99", " / ".join(f"{ratio:.2f}" for ratio in ratios)))
        sets, nearest = _equal_sets(meanings, baseline)
        rows.append(("sets under 20 hits equal to plain SQL", sets))
        rows.append(("nearest 20 equal to plain SQL", nearest))
        rows += _hostile(app)
    return rows


def _times(asked: list, answer: Callable, rounds: int) -> list[float]:
    """Milliseconds, each question in a session of its own as a request has."""
    found = []
    for _round in range(rounds):
        for question in asked:
            db.session.remove()
            started = time.perf_counter()
            answer(question)
            found.append((time.perf_counter() - started) * 1000)
    return found


def _equal_sets(meanings: list[Meaning], baseline: Baseline) -> tuple[str, str]:
    """Questions of places and filters alone (words rank differently by design): as sets under 20 hits; as the miles of the
    nearest 20. Listings that the portal keeps whatever the distance are left out, plain SQL does not know them."""
    sets, nearest = [], []
    for meaning in meanings:
        question = meaning.question
        if meaning.parts or meaning.open_now or question.page > 1:
            continue
        count, rows = baseline.ask(meaning)
        beside = _beside(baseline, meaning)
        hits = [hit for hit in find_services(question).hits if hit.listing.number not in beside]
        if 0 < count <= 20:
            sets.append({hit.listing.number for hit in hits} == {row[0] for row in rows} - beside)
        place = meaning.place
        if place is not None and place.lat is not None and place.lon is not None:
            ours = [hit.distance_miles for hit in hits]
            plain = sorted(
                round(miles(place.lat, place.lon, row[1], row[2]), 2) for row in rows if row[0] not in beside
            )
            size = min(len(ours), len(plain))
            nearest.append(ours[:size] == plain[:size])
    return f"{sum(sets)} of {len(sets)}", f"{sum(nearest)} of {len(nearest)}"


def _beside(baseline: Baseline, meaning: Meaning) -> set[int]:
    """Listings that the portal keeps whatever the distance, which plain SQL does not know."""
    around = around_place(baseline.facts, meaning)
    kept = around.serving | around.roughly
    return {baseline.facts.columns["number"][row] for row in kept}


def _hostile(app: Flask) -> list[tuple[str, str]]:
    def ask(text: str) -> float:
        with app.test_request_context():
            started = time.perf_counter()
            find_services(Question.from_args(MultiDict({"q": text})))
            return (time.perf_counter() - started) * 1000

    worst = max(ask(text) for text in HOSTILE)
    with ThreadPoolExecutor(20) as pool:
        together = max(pool.map(ask, HOSTILE * 2))
    return [("worst hostile string, ms alone / 20 at once", f"{worst:.0f} / {together:.0f}")]


def _three(times: list[float]) -> str:
    return " / ".join(f"{_at(times, share):.1f}" for share in (50, 95, 99))


def _at(times: list[float], share: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[share - 1]


def main() -> None:
    for what, figure in run(create_app()):
        print(f"{what:48} {figure}")


if __name__ == "__main__":
    main()
