"""Search, in process, on what was imported: the fixed questions asked of the portal and of plain SQLite FTS5 + R*Tree.

    PORTAL_HOME=... .venv/bin/python -m bench.search

Both sides start at the question and end at a page of 20 with what a hit shows. Made-up listings of several sizes are
measured in bench/in_process.py.
"""

import time
from pathlib import Path
from urllib.parse import parse_qsl

from flask_migrate import upgrade
from werkzeug.datastructures import MultiDict

from bench import importing
from bench.apart import apart
from bench.goals import Row, at_most, percentile, spread
from bench.in_process import meaning_of, prepared, times_of
from portal import create_app
from portal.config import read_settings
from portal.search import Question, find_services, index_state, rebuild
from seed import plant
from tests.conftest import settings_for

QUESTIONS = Path(__file__).with_name("questions.txt")
ROUNDS = 5


def questions() -> list[Question]:
    lines = QUESTIONS.read_text().splitlines()
    return [
        Question.from_args(MultiDict(parse_qsl(line))) for line in lines if line and not line.startswith("#")
    ]


def run(home: Path) -> list[Row]:
    """Rows; where the home is empty and no workbooks are at hand, of the demonstration."""
    rows: list[Row] = apart(_measure, home)
    return rows


def _measure(home: Path) -> list[Row]:
    app = create_app(settings_for(home))
    with app.test_request_context():
        upgrade()
        if not importing.books():
            plant(None, "only for measuring", programs=False)
        started = time.perf_counter()
        built, seconds = rebuild(), time.perf_counter() - started
        asked = questions()
        meanings = [meaning_of(question) for question in asked]
        baseline = prepared(home, meanings)
        first = times_of(asked, find_services)
        ours = times_of(asked, find_services, ROUNDS)
        plain = times_of(asked, lambda question: baseline.views(meaning_of(question)), ROUNDS)
        bare = times_of(meanings, baseline.page, ROUNDS)
        ratios = [percentile(ours, share) / max(percentile(plain, share), 1e-9) for share in (50, 95, 99)]
        return [
            at_most(
                "index of the real listings built", seconds, 60, "s", f"{built:,} listings in {seconds:.1f} s"
            ),
            Row("index", str(index_state()["state"])),
            Row("search, first time asked, CPU ms p50 / p95 / p99", spread(first)),
            at_most("search p95", percentile(ours, 95), 100, "ms"),
            Row("search, CPU ms p50 / p95 / p99", spread(ours)),
            Row("SQLite FTS5 + R*Tree, CPU ms p50 / p95 / p99", spread(plain)),
            Row("the same, understood beforehand, rows alone", spread(bare)),
            Row("ratio p50 / p95 / p99", " / ".join(f"{ratio:.2f}" for ratio in ratios)),
        ]


if __name__ == "__main__":
    for row in run(read_settings().home):
        print(f"{row.what:52} {row.figure:28} {row.goal:16} {row.verdict}")
