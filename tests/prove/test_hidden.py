"""What is published tells of nobody: every preset's report, alone and beside a later one, before another solver than ours."""

import random
import time
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from portal import create_app
from portal.directory import community
from portal.outcomes import simulate_program
from portal.outcomes.cells import protect
from portal.outcomes.program.report import computed
from portal.outcomes.simulate import last_quarters
from portal.programs import effective as program_preset
from portal.programs import presets
from portal.programs.models import Encounter, ResponseProgram
from portal.store import Refused, clock, db, write
from portal.store.actor import TERMINAL
from tests.conftest import settings_for
from tests.outcomes.tables import could_not_be, crossed, told_by
from tests.people import make_cast

TABLES = 400
SIZES = (15, 60, 400)  # calls a quarter


@pytest.fixture
def counted(tmp_path: Path) -> Iterator[Flask]:
    """An install with the cast and nothing else."""
    made = create_app(settings_for(tmp_path))
    made.testing = True
    with made.app_context(), made.test_request_context():
        upgrade()
        make_cast()
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.mark.prove
def test_crossed_tables_tell_nothing() -> None:
    chance, began, hidden, told = random.Random(36), time.perf_counter(), 0, 0
    for _round in range(TABLES):
        counts, sums = crossed(chance, chance.randint(1, 5), chance.randint(2, 6))
        taken = protect(counts, sums)
        hidden += len(taken)
        told += len(could_not_be(taken, taken, sums, counts))
    print(f"\n{TABLES} crossed tables: {hidden} hidden, {told} told; {time.perf_counter() - began:.0f} s")
    assert told == 0


@pytest.mark.prove
@pytest.mark.parametrize("size", SIZES)
def test_the_reports_of_every_preset_tell_nothing_alone_or_in_pairs(counted: Flask, size: int) -> None:
    began, chance, reports, hidden = time.perf_counter(), random.Random(size), 0, 0
    told: list[tuple[str, int]] = []
    for code in presets():
        try:
            simulate_program(TERMINAL, code, quarters=1, seed=size, per_quarter=size, force=True)
        except Refused:
            continue  # it records no calls
        program = db.session.scalars(select(ResponseProgram).where(ResponseProgram.preset == code)).one()
        text = last_quarters(clock.now(), ZoneInfo(community().time_zone), 1)[0][0]
        _report, first = computed(program, text, whole=False)
        _corrected(program, chance)
        _report, later = computed(program, text, whole=False, before=[first])
        reports, hidden = reports + 2, hidden + len(first.hidden) + len(later.hidden)
        told += told_by([first]) + told_by([first, later])
    print(
        f"\n{reports} reports of programs with {size} calls a quarter: {hidden} hidden, {len(told)} told; {time.perf_counter() - began:.0f} s"
    )
    assert reports > 30
    assert told == []


def _corrected(program: ResponseProgram, chance: random.Random) -> None:
    """One call in twenty ended otherwise than was thought."""
    outcomes = [outcome for outcome in program_preset(program).outcomes if outcome.disposition != "arrest"]
    with write() as session:
        for row in session.scalars(select(Encounter).where(Encounter.program_id == program.id)):
            if chance.random() < 0.05:
                outcome = chance.choice(outcomes)
                row.outcome, row.disposition = outcome.code, outcome.disposition
