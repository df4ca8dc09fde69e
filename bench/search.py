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
from portal.search import Question, catch_up, find_services, index_state, rebuild
from portal.search.harvest import own_state
from portal.search.selection import around_place
from portal.search.understand import Meaning, understand

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
        rows.append(("sets under 20 hits equal to plain SQL", _equal_sets(meanings, baseline)))
        rows += _hostile(app)
    return rows


def _times(asked: list, answer: Callable, rounds: int) -> list[float]:
    """Milliseconds, sorted."""
    found = []
    for _round in range(rounds):
        for question in asked:
            started = time.perf_counter()
            answer(question)
            found.append((time.perf_counter() - started) * 1000)
    return sorted(found)


def _equal_sets(meanings: list[Meaning], baseline: Baseline) -> str:
    """Place and filter questions (no words: ranking by words differs by design), compared as sets of listings."""
    same = total = 0
    for meaning in meanings:
        if any(not part.codes for part in meaning.parts) or meaning.parts or meaning.open_now:
            continue
        count, rows = baseline.ask(meaning)
        answer = find_services(meaning.question)
        if 0 < count <= 20:
            total += 1
            numbers = {row[0] for row in rows} | _beside(baseline, meaning)
            same += {hit.listing.number for hit in answer.hits} - _beside(
                baseline, meaning
            ) == numbers - _beside(baseline, meaning)
    return f"{same} of {total}"


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
