"""Search in one process, over made-up listings of a size: the mixed questions asked of the portal and of plain SQLite.

Both sides start at the question and end at a page of 20 with what a hit shows; understanding the question is in both.
Beside the times: whether the answers are the right ones, what hostile strings do, typeahead, two processes at once.
"""

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import time_machine
from flask import Flask
from werkzeug.datastructures import MultiDict

from bench import fts5
from bench.apart import Beside
from bench.goals import Row, all_of, at_least, at_most, percentile, spread
from bench.hostile import STRINGS
from bench.mix import Asked, mixed
from portal import create_app
from portal.directory import community
from portal.search import Question, find_services, learn, suggested
from portal.search.called import names_of
from portal.search.harvest import stands
from portal.search.queries import trusted
from portal.search.understand import IsName, Meaning, understand
from portal.store import clock, db
from tests.conftest import settings_for
from tests.search.plain import plain_listings
from tests.search.referee import Referee

ROUNDS = 5
RATIO = {2_000: 1.5, 20_000: 0.5, 200_000: 0.15}  # of the baseline's p95
JUDGED_UP_TO = 20_000  # listings; a referee of more would take minutes
SECONDS_OF_LOAD = 6
_TYPED = ("detox", "shelter", "recovery", "nashville", "crisis", "mental health", "family", "zebra")
TYPED = [word[:size] for word in _TYPED for size in range(1, min(9, len(word) + 1))]
BASELINE, PLANS = "baseline.db", "plans.json"


def measure(home: Path, size: int) -> tuple[list[Row], float]:
    """Rows, and the p95 in milliseconds that sizes are compared by. The home holds listings and an index."""
    app = create_app(settings_for(home))
    learn()  # as a server does before its first request
    rows: list[Row] = []
    with app.test_request_context():
        asked = mixed()
        meanings = [meaning_of(one.question) for one in asked]
        baseline = prepared(home, meanings)
        first = times_of(asked, _portal)
        ours = times_of(asked, _portal, ROUNDS)
        pairs = list(zip(asked, meanings, strict=True))
        plain = times_of(asked, lambda one: _plainly(baseline, one), ROUNDS)
        bare = times_of(pairs, lambda pair: baseline.page(pair[1]), ROUNDS)
        p95 = percentile(ours, 95)
        rows += [
            Row("first time asked, CPU ms p50 / p95 / p99", spread(first)),
            Row("search in process, CPU ms p50 / p95 / p99", spread(ours)),
            Row("baseline, CPU ms p50 / p95 / p99", spread(plain)),
            Row("baseline understood beforehand, rows alone", spread(bare)),
            at_most("search p95 in process / baseline", p95 / percentile(plain, 95), _limit(size)),
            Row("by kind, p95 ms ours / baseline", _by_kind(asked, ours, plain)),
        ]
        rows += _judged(asked, baseline, size)
        rows += _hostile(app)
        rows += _typeahead()
    return rows, p95


def second_engine(home: Path, url: str, size: int) -> list[Row]:
    """The same questions where PostgreSQL searches: times, and whether the answers are the right ones."""
    app = create_app(settings_for(home, url))
    with app.test_request_context():
        asked = mixed()
        times_of(asked, _portal)
        times = times_of(asked, _portal, ROUNDS, time.perf_counter)  # the database is another process
        rows = [Row("search in process, ms p50 / p95 / p99", spread(times))]
        rows += _judged(asked, None, size)
        db.session.remove()
        db.engine.dispose()
    return rows


def two_processes(home: Path) -> list[Row]:
    """Throughput of two processes that ask at once, beside one alone."""
    one = Beside(_steadily, home).result()
    both = [Beside(_steadily, home) for _ in range(2)]
    together = sum(each.result() for each in both)
    told = f"{together / one:.2f} ({one:.0f} and {together:.0f} questions/s)"
    return [at_least("two processes / one", together / one, 1.6, told=told)]


def meaning_of(question: Question, is_name: IsName | None = None) -> Meaning:
    return understand(question, str(community().area.get("state") or "") or None, is_name)


def prepared(home: Path, meanings: Sequence[Meaning]) -> fts5.Baseline:
    """The baseline over this home's listings, filled and its plans tried out, once."""
    path = home / BASELINE
    if not path.exists():
        fts5.fill(path)
    baseline = fts5.Baseline(path)
    if (home / PLANS).exists():
        baseline.plans = json.loads((home / PLANS).read_text())
    else:
        baseline.learn(meanings)
        (home / PLANS).write_text(json.dumps(baseline.plans))
    return baseline


def _portal(one: Asked) -> Any:
    return find_services(one.question, counts=one.counts)


def _plainly(baseline: fts5.Baseline, one: Asked) -> Any:
    meaning = meaning_of(one.question)
    return baseline.views(meaning), baseline.counts(meaning) if one.counts else {}


def times_of(
    asked: Sequence[Any],
    answer: Callable[[Any], Any],
    rounds: int = 1,
    clock_of: Callable[[], float] = time.thread_time,
) -> list[float]:
    """Milliseconds, each question in a session of its own as a request has. Of this thread's processor, unless another clock is
    given: so a busy machine measures the same as a quiet one, and both sides answer within this thread."""
    found = []
    for _round in range(rounds):
        for question in asked:
            db.session.remove()
            started = clock_of()
            answer(question)
            found.append((clock_of() - started) * 1000)
    return found


def _by_kind(asked: Sequence[Asked], ours: Sequence[float], plain: Sequence[float]) -> str:
    told = []
    for kind in dict.fromkeys(one.kind for one in asked):
        at = [place for place in range(len(ours)) if asked[place % len(asked)].kind == kind]
        told.append(
            f"{kind} {percentile([ours[i] for i in at], 95):.1f}/{percentile([plain[i] for i in at], 95):.1f}"
        )
    return "; ".join(told)


def _limit(size: int) -> float:
    return next((limit for most, limit in sorted(RATIO.items()) if size <= most), RATIO[200_000])


def _judged(mix: Sequence[Asked], baseline: fts5.Baseline | None, size: int) -> list[Row]:
    """Sets and counts against the referee; of a large directory, words and counts against plain SQL. Words are meant as
    typed: what an unfinished or a mistyped one may stand for is no matter of sets."""
    asked = [one._replace(question=replace(one.question, exactly=True)) for one in mix]
    names = names_of(trusted(stands()))
    meanings = [meaning_of(one.question, names) for one in asked]
    if size > JUDGED_UP_TO and baseline:
        return _against_sql(asked, meanings, baseline)
    referee = Referee(plain_listings(), community().time_zone)
    # at one moment, a minute's beginning: who is open, and which answers have faded, is kept for a minute
    with time_machine.travel(clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1), tick=False):
        return _with_referee(asked, meanings, referee)


def _with_referee(asked: Sequence[Asked], meanings: Sequence[Meaning], referee: Referee) -> list[Row]:
    sets, nearest, counts = [], [], []
    for one, meaning in zip(asked, meanings, strict=True):
        if one.kind in ("unfinished word", "mistyped word"):
            continue
        now = clock.now()
        ruling = referee.rule(meaning, now, count=one.counts)
        answer = find_services(one.question, counts=one.counts)
        if len(ruling.numbers) <= 20:
            sets.append({hit.listing.number for hit in answer.hits} == ruling.numbers)
        else:
            sets.append(answer.total == len(ruling.numbers))
        if one.kind == "nearest 20":
            ours = [miles for hit in answer.hits if (miles := hit.distance_miles) is not None]
            within = [miles for miles in ours if miles <= one.question.within]
            nearest.append(within == [round(miles, 2) for miles, _number in ruling.nearest()])
        if one.counts:
            counts.append(_same_counts(answer.counts, ruling.counts))
    return [
        all_of("sets of under 20 hits, and totals, as the referee has them", sum(sets), len(sets)),
        all_of("nearest 20 as the referee has them", sum(nearest), len(nearest)),
        all_of("counts beside filters as the referee has them", sum(counts), len(counts)),
    ]


def _against_sql(asked: Sequence[Asked], meanings: Sequence[Meaning], baseline: fts5.Baseline) -> list[Row]:
    sets, counts = [], []
    for one, meaning in zip(asked, meanings, strict=True):
        exact = one.kind in ("common word", "several words", "rare word") or one.counts
        if not exact or any(part.codes for part in meaning.parts):
            continue
        found = baseline.page(meaning)
        answer = find_services(one.question, counts=one.counts)
        same = answer.total == found.total
        if found.total <= 20:
            same = same and {hit.listing.number for hit in answer.hits} == {row[0] for row in found.rows}
        sets.append(same)
        if one.counts:
            counts.append(_same_counts(answer.counts, baseline.counts(meaning), but=("availability", "open")))
    return [
        all_of("sets of under 20 hits, and totals, as plain SQL has them", sum(sets), len(sets)),
        all_of("counts beside filters as plain SQL has them", sum(counts), len(counts)),
    ]


def _same_counts(ours: Any, theirs: Any, but: Sequence[str] = ()) -> bool:
    """Zeroes may be told or left out."""

    def told(counts: Any) -> dict[tuple[str, str], int]:
        return {
            (group, code): count
            for group, held in counts.items() if group not in but
            for code, count in held.items() if count
        }  # fmt: skip

    return told(ours) == told(theirs)


def _hostile(app: Flask) -> list[Row]:
    def ask(text: str) -> float:
        with app.test_request_context():
            started = time.perf_counter()
            find_services(Question.from_args(MultiDict({"q": text})))
            return (time.perf_counter() - started) * 1000

    alone = max((ask(text), text[:20]) for text in STRINGS)
    with ThreadPoolExecutor(20) as pool:
        together = max(pool.map(ask, STRINGS * 2))
    told = f"{alone[0]:.0f} ms ({alone[1]!r})"
    return [
        at_most("worst hostile string alone", alone[0], 300, "ms", told),
        Row("worst hostile string, 20 at once in one process", f"{together:.0f} ms"),
    ]


def _typeahead() -> list[Row]:
    """Every beginning of one to eight letters of some names."""
    times = times_of(TYPED, lambda text: suggested(text, "en"), ROUNDS)
    return [at_most("typeahead p95 in process", percentile(times, 95), 10, "ms")]


def _steadily(home: Path) -> float:
    """Questions a second of this process alone, over some seconds."""
    app = create_app(settings_for(home))
    with app.test_request_context():
        asked = mixed()
        for one in asked:
            _portal(one)
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < SECONDS_OF_LOAD:
            one = asked[count % len(asked)]
            db.session.remove()
            find_services(replace(one.question), counts=one.counts)
            count += 1
        return count / (time.perf_counter() - began)
