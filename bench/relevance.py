"""Relevance: the judged questions of tests/relevance, asked of the portal and of two searches as tutorials write them.

    .venv/bin/python -m bench.relevance

One half over the demonstration, one over both SAMHSA workbooks imported beside it. The hour is the judges': two in the
morning. "any word" and "all words" are the two ways a tutorial joins words; the goal is held against the better one.
Of the phrases held back (unseen.txt, unseen_samhsa.txt) only means are shown: which of them miss is not to be read.
"""

import contextlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import time_machine
from flask import Flask
from flask_migrate import upgrade

from bench.importing import books
from bench.textbook import Fts5, Whoosh, pages
from portal import create_app, exchange
from portal.search import rebuild
from portal.store.actor import TERMINAL
from seed import plant
from tests import postgres
from tests.conftest import settings_for
from tests.relevance import asking
from tests.relevance.judge import Judge
from tests.relevance.judging import Figures
from tests.relevance.questions import DEMONSTRATION, KINDS, SAMHSA, UNSEEN, UNSEEN_SAMHSA, Judged, read

CRISIS_RECALL, TIMES_TEXTBOOK, NOTHING = 0.95, 1.25, 0.01  # the goals
Rows = list[tuple[str, str]]


def run(home: Path) -> Rows:
    """Rows of (what, figure). `home` is an empty folder. The real half is left out where the workbooks are not here."""
    halves = [("demonstration", read(DEMONSTRATION), [])]
    if books():
        halves.append(("SAMHSA 2022", read(SAMHSA), books()))
    rows: Rows = []
    with time_machine.travel(asking.MOMENT, tick=True):
        for name, questions, files in halves:
            rows += _half(name, questions, files, home / name.split()[0])
    return rows


def _half(name: str, questions: list[Judged], files: list[Path], home: Path) -> Rows:
    rows: Rows = []
    with _standing(home, None, files):
        judge = Judge()
        unseen = asking.ask(asking.portal, judge, read(UNSEEN_SAMHSA if files else UNSEEN))
        rows.append((f"{name}: portal, phrases nobody prepared for", _line(unseen)))
        listings = pages()
        ours = asking.ask(asking.portal, judge, questions)
        whoosh, fts5 = Whoosh(home / "textbook", listings), Fts5(home / "textbook.db", listings)
        others: list[tuple[str, asking.Asked]] = []
        for label, engine in (("textbook Whoosh", whoosh), ("SQLite FTS5 + R*Tree", fts5)):
            for how, any_word in (("all words", False), ("any word", True)):
                answer: Callable[[Judged], list[int]] = partial(engine.answer, any_word=any_word)
                others.append((f"{label}, {how}", asking.ask(answer, judge, questions)))
    rows += [(f"{name}: {label}", _line(asked)) for label, asked in [("portal", ours), *others]]
    second = _on_postgres(name, questions, files, home)
    rows += [(f"{name}: portal on PostgreSQL", _line(second) if second else postgres.ABSENT)]
    textbook = max(
        (asked for label, asked in others if "Whoosh" in label), key=lambda asked: asking.figures(asked).ndcg
    )
    for engine_name, asked in [("portal", ours)] + ([("PostgreSQL", second)] if second else []):
        rows += _goals(f"{name}: {engine_name}", asked, textbook)
    return rows + _kinds(name, ours, textbook)


@contextlib.contextmanager
def _standing(home: Path, url: str | None, files: list[Path]) -> Iterator[Flask]:
    """An install with the demonstration, the workbooks and an index."""
    app = create_app(settings_for(home, url))
    with app.test_request_context():
        upgrade()
        plant(None, "only for measuring", programs=False)
        if files:
            exchange.import_samhsa(TERMINAL, files)
        rebuild()
        yield app


def _on_postgres(name: str, questions: list[Judged], files: list[Path], home: Path) -> asking.Asked | None:
    """The same over the second engine, where a server can be had."""
    url = postgres.new_database(f"handrail_relevance_{name.split()[0].lower()}_{int(time.time())}")
    if url is None:
        return None
    with _standing(home / "postgres", url, files):
        return asking.ask(asking.portal, Judge(), questions)


def _line(asked: asking.Asked) -> str:
    every, crisis = asking.figures(asked), asking.figures(asked, "crisis")
    return (
        f"nDCG@10 {every.ndcg:.3f}, recall@5 {every.recall:.3f} (crisis {crisis.recall:.3f}), MRR {every.rank:.3f}, "
        f"nothing found {every.empty:.1%} of {every.questions}"
    )


def _goals(name: str, asked: asking.Asked, textbook: asking.Asked) -> Rows:
    every, crisis = asking.figures(asked), asking.figures(asked, "crisis")
    times = every.ndcg / asking.figures(textbook).ndcg
    return [
        (f"{name}, recall@5 on crisis phrases", _judged(crisis.recall >= CRISIS_RECALL, f"{crisis.recall:.3f}, at least {CRISIS_RECALL}")),
        (f"{name}, nDCG@10 / textbook Whoosh", _judged(times >= TIMES_TEXTBOOK, f"{times:.2f}, at least {TIMES_TEXTBOOK}")),
        (f"{name}, nothing found", _judged(every.empty <= NOTHING, f"{every.empty:.1%}, at most {NOTHING:.0%}")),
    ]  # fmt: skip


def _judged(good: bool, figure: str) -> str:
    return f"{figure}: {'pass' if good else 'falls short'}"


def _kinds(name: str, ours: asking.Asked, textbook: asking.Asked) -> Rows:
    rows = []
    for kind in sorted(KINDS):
        here, there = asking.figures(ours, kind), asking.figures(textbook, kind)
        if here.questions:
            rows.append(
                (f"{name}: {kind} ({here.questions})", f"{_short(here)}; textbook Whoosh {_short(there)}")
            )
    return rows


def _short(one: Figures) -> str:
    return f"nDCG@10 {one.ndcg:.2f} recall@5 {one.recall:.2f} MRR {one.rank:.2f} nothing {one.empty:.0%}"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        for what, figure in run(Path(folder)):
            print(f"{what:58} {figure}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
