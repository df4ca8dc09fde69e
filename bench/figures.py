"""How long a program's quarterly report takes over a million calls, each with what it made owed, on both kinds of database.

The rows are made inside the database from their numbers, so that they are the same each time: a million calls of one quarter,
what was given at them, the call-back that each owes, and the tries at it.
"""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import text

from bench.goals import Row, at_most
from portal.outcomes import program_report
from portal.programs import presets
from portal.programs.models import District, ProgramDistrict, ResponseProgram
from portal.store import Actor, db, write
from tests.people import Cast, make_cast
from tests.prove.server import app_on

PRESET, QUARTER = "partners-in-care-nashville", "2026-q1"
BEGAN = datetime(2026, 1, 1, 6, tzinfo=UTC)  # midnight in Chicago
SECONDS = 90 * 86400 - 7200
GOALS = {"postgresql": 5.0, "sqlite": 10.0}
PLACES = 8
GIVEN = ("[]", '["support"]', '["referral", "support"]', '["referral"]')
TRIED = "4000 + (i % 9) * 40000"  # seconds from the call to the try
LOOKS = 3


def run(folder: Path) -> Iterator[tuple[Any, ...]]:
    """Rows of the report: for each database, how long making the calls took, and the report of whom sees all and of all others."""
    calls = int(os.environ.get("CALLS") or 1_000_000)
    for engine, goal in GOALS.items():
        app = app_on(engine, folder / engine, "figures")
        with app.app_context(), app.test_request_context():
            cast = make_cast()
            began = time.perf_counter()
            program = fill(cast, engine, calls)
            yield Row(f"{engine}: {calls:,} calls made", f"{time.perf_counter() - began:.0f} s")
            for who, actor in (
                ("the agency", inside(cast)),
                ("all others, small cells hidden", outside(cast)),
            ):
                taken = min(look(actor, program) for _ in range(LOOKS))
                yield at_most(f"{engine}: report of the quarter, {who}", taken, goal, "s")
        with disposed(app):
            pass


def look(actor: Actor, program: UUID) -> float:
    """Seconds that one report takes; it is looked at that it counts something."""
    db.session.rollback()
    began = time.perf_counter()
    report = program_report(actor, program, QUARTER)
    taken = time.perf_counter() - began
    assert report is not None
    assert report.sections[0].headline is not None
    assert (report.sections[0].headline.numerator or 0) > 0
    return taken


def inside(cast: Cast) -> Actor:
    return _actor(cast, ("supervisor", cast.team.id))


def outside(cast: Cast) -> Actor:
    return _actor(cast, ("steward", None))


def _actor(cast: Cast, membership: tuple[str, UUID | None]) -> Actor:
    return Actor(
        kind="account",
        community_id=cast.community.id,
        account_id=cast.supervisor.id,
        memberships=frozenset((membership,)),
    )


def fill(cast: Cast, engine: str, calls: int) -> UUID:
    """The program, its districts, and its calls. The id of the program."""
    preset = presets()[PRESET]
    with write() as session:
        program = ResponseProgram(
            community_id=cast.community.id,
            organization_id=cast.team.id,
            preset=PRESET,
            preset_version=preset.version,
            name=preset.name,
            turned_on_at=BEGAN,
        )
        session.add(program)
        session.flush()
        found = [
            District(id=uuid4(), community_id=cast.community.id, name=f"District {i}") for i in range(PLACES)
        ]
        session.add_all(found)
        session.flush()
        session.add_all(
            ProgramDistrict(program_id=program.id, district_id=each.id, since=date(2025, 1 + i, 1))
            for i, each in enumerate(found)
        )
        session.flush()
        ids = [each.id for each in found]
        chosen = program.id
    outcomes = [(each.code, each.disposition) for each in preset.outcomes]
    with db.engine.begin() as connection:
        for table, columns, which in tables(Sql(engine == "sqlite"), cast, chosen, ids, outcomes, calls):
            connection.execute(text(statement(Sql(engine == "sqlite"), calls, table, columns, which)))
        connection.execute(text("ANALYZE"))
    return chosen


@dataclass(frozen=True)
class Sql:
    """The same values in the words of either database. `i` is the number of the call."""

    lite: bool

    def numbered(self, kind: int) -> str:
        """An id made of the call's number, in no order, as ids are; kind keeps the tables' ids apart."""
        mixed = f"(i * 2654435761 % 4294967296) * 16 + {kind}"
        if self.lite:
            return f"printf('%032x', {mixed})"
        return f"lpad(to_hex({mixed}), 32, '0')::uuid"

    def known(self, one: UUID) -> str:
        return f"'{one.hex}'" if self.lite else f"'{one}'::uuid"

    def moment(self, seconds: str) -> str:
        """So many seconds after the quarter began."""
        at = f"{int(BEGAN.timestamp())} + {seconds}"
        return f"strftime('%Y-%m-%d %H:%M:%f000', {at}, 'unixepoch')" if self.lite else f"to_timestamp({at})"

    def json(self, value: str) -> str:
        return f"'{value}'" if self.lite else f"'{value}'::json"

    def one_of(self, values: Sequence[str], number: str) -> str:
        cases = " ".join(f"WHEN {place} THEN {value}" for place, value in enumerate(values))
        return f"CASE ({number}) % {len(values)} {cases} END"


def quoted(*values: str) -> list[str]:
    return [f"'{value}'" for value in values]


def statement(sql: Sql, calls: int, table: str, columns: dict[str, str], which: str) -> str:
    """One INSERT for all calls that `which` lets through."""
    numbers = f"WITH n(i) AS (SELECT generate_series(0::bigint, {calls - 1}))"
    if sql.lite:
        numbers = f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {calls})"
    return f"INSERT INTO {table} ({', '.join(columns)}) {numbers} SELECT {', '.join(columns.values())} FROM n WHERE {which}"


def tables(
    sql: Sql,
    cast: Cast,
    program: UUID,
    places: Sequence[UUID],
    outcomes: Sequence[tuple[str, str]],
    calls: int,
) -> Iterator[tuple[str, dict[str, str], str]]:
    """Table, its columns, and which calls have a row. Four in a hundred end in an arrest, as in Nashville's pilot."""
    mixed = "(i * 7919 + i / 97)"  # no two neighbours alike
    received = f"(i * {SECONDS} / {calls})"  # written down as they came
    arrest = next(each for each in outcomes if each[1] == "arrest")
    others = [each for each in outcomes if each != arrest]
    code, end = (
        f"CASE WHEN {mixed} % 25 = 0 THEN '{arrest[at]}' ELSE "
        + sql.one_of(quoted(*(each[at] for each in others)), f"{mixed} / 25")
        + " END"
        for at in (0, 1)
    )
    plain = dict.fromkeys(
        ("response_type", "reference", "language", "race", "arrest_would", "ed_would"), "''"
    )
    yield (
        "encounter",
        plain
        | {
            "id": sql.numbered(1),
            "community_id": sql.known(cast.community.id),
            "program_id": sql.known(program),
            "organization_id": sql.known(cast.team.id),
            "ordinal": "1",
            "source": sql.one_of(quoted("911", "on_view", "police"), mixed),
            "received_at": sql.moment(received),
            "on_scene_at": sql.moment(f"{received} + 900"),
            "cleared_at": sql.moment(f"{received} + 3600"),
            "district_id": sql.one_of([sql.known(each) for each in places], f"{mixed} / 7"),
            "meets_criteria": "1" if sql.lite else "true",
            "disposition": end,
            "outcome": code,
            "met_before": sql.one_of(quoted("first", "again", ""), f"{mixed} / 3"),
            "contact_consent": sql.one_of(quoted("yes", "no", ""), f"{mixed} / 5"),
            "referral_refused": "CASE WHEN i % 4 = 0 THEN 'refused' ELSE '' END",
            "age_band": "'unknown'",
            "services": sql.one_of([sql.json(each) for each in GIVEN], "i"),
            "facts": sql.json("{}"),
            "recorded_at": sql.moment(f"{received} + 4000"),
            "changed_at": sql.moment(f"{received} + 4000"),
            "version": "1",
            "owes_contact": "1" if sql.lite else "true",
            "person_after": f"CASE WHEN i % 5 <> 0 AND i % 3 <> 2 THEN {TRIED} END",
            "followed_at": sql.moment(f"{received} + {TRIED} + 100"),
        },
        "true",
    )
    yield (
        "program_task",
        {
            "id": sql.numbered(2),
            "program_id": sql.known(program),
            "encounter_id": sql.numbered(1),
            "organization_id": sql.known(cast.team.id),
            "kind": "'first_contact'",
            "step": "'specialist'",
            "role": "'follow_up_specialist'",
            "opens_at": sql.moment(f"{received} + 4000"),
            "due_at": sql.moment(f"{received} + 90400"),
            "made_at": sql.moment(f"{received} + 4000"),
            "state": "'done'",
            "result": "'contact'",
            "close_reason": "''",
            "facts": sql.json("{}"),
            "version": "1",
        },
        "true",
    )
    yield (
        "task_attempt",
        {
            "id": sql.numbered(3),
            "task_id": sql.numbered(2),
            "at": sql.moment(f"{received} + {TRIED}"),
            "means": "'phone'",
            "result": sql.one_of(quoted("reached", "reached", "no_answer"), "i"),
            "roles": sql.json("[]"),
            "given": sql.json("[]"),
            "recorded_at": sql.moment(f"{received} + {TRIED} + 100"),
        },
        "i % 5 <> 0",
    )


@contextmanager
def disposed(app: Flask) -> Iterator[None]:
    """The connections of this app end, so that the next one has the machine for itself."""
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()
