"""Invented calls of one program: rows for its tables, drawn from stated rates. Pure; the same seed gives the same rows."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from portal.outcomes.simulate.rates import Rates, ends_of, may_be_referred
from portal.programs.models import Encounter
from portal.programs.open_hours import works_at
from portal.programs.planning import after, owed
from portal.programs.preset import Preset
from portal.programs.rules import SOURCES

AGES = ("unknown", "13_17", "18_24", "25_64", "65_plus")
AGE_SHARES = (0.1, 0.06, 0.16, 0.58, 0.1)
MARK = "SIM"  # what the number of every simulated call begins with


@dataclass(frozen=True)
class Ground:
    """Where the calls come: ids of rows that stand. districts: id, first moment, share. base: what all rows share."""

    base: dict[str, Any]
    districts: tuple[tuple[UUID, datetime, float], ...]
    zone: ZoneInfo
    now: datetime


@dataclass
class Met:
    """One call: its row, and what goes beside it."""

    row: dict[str, Any]
    tasks: list[tuple[dict[str, Any], list[dict[str, Any]]]] = field(default_factory=list)
    referred: bool = False


def made_id(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128), version=4)


def mark_of(preset: Preset, quarter: str) -> str:
    """The beginning of the numbers of one preset's simulated calls in a quarter."""
    return f"{MARK}-{zlib.crc32(preset.code.encode()):08x}-{quarter}"


def calls(
    random: Random,
    preset: Preset,
    rates: Rates,
    ground: Ground,
    span: tuple[str, datetime, datetime],
    number: int,
) -> Iterator[Met]:
    """So many calls of one quarter (its name, first moment, and the next one's), in no order."""
    quarter, start, end = span
    codes, weights = ends_of(preset, rates)
    ends, totals = {each.code: each.disposition for each in preset.outcomes}, list(accumulate(weights))
    sources = list(rates.sources or dict.fromkeys(preset.sources or tuple(SOURCES), 1.0))
    heard = list(accumulate((rates.sources or dict.fromkeys(sources, 1.0)).values()))
    types = [choice.code for choice in preset.response_types]
    typed = list(accumulate(rates.types.get(code, 0.0 if rates.types else 1.0) for code in types))
    seconds, mark = (end - start).total_seconds(), mark_of(preset, quarter)
    for i in range(number):
        received = start + timedelta(seconds=int(random.random() * seconds))
        outcome = random.choices(codes, cum_weights=totals)[0]
        if outcome not in rates.without_team:
            received = _when_it_works(random, preset, ground, received, start, end)
        row = dict(
            ground.base,
            id=made_id(random),
            reference=f"{mark}-{i:07d}",
            source=random.choices(sources, cum_weights=heard)[0],
            response_type=random.choices(types, cum_weights=typed)[0] if types else "",
            received_at=received,
            outcome=outcome,
            disposition=ends[outcome],
            district_id=_district(random, ground, received),
        )
        _times(random, row, came=outcome not in rates.without_team)
        yield _answers(random, preset, rates, Met(row))


def _when_it_works(
    random: Random, preset: Preset, ground: Ground, at: datetime, start: datetime, end: datetime
) -> datetime:
    """A team answers when it works: another moment, where the program was closed at this one."""
    for _try in range(50):
        if works_at(preset.hours, at, ground.zone):
            break
        at = start + timedelta(seconds=int(random.random() * (end - start).total_seconds()))
    return at


def _district(random: Random, ground: Ground, at: datetime) -> UUID | None:
    open_then = [each for each in ground.districts if each[1] <= at]
    if not open_then:
        return None
    return random.choices([each[0] for each in open_then], [each[2] for each in open_then])[0]


def _times(random: Random, row: dict[str, Any], *, came: bool) -> None:
    at = row["received_at"]
    row["dispatched_at"] = row["on_scene_at"] = None
    if came:
        at = row["dispatched_at"] = at + timedelta(minutes=random.randrange(1, 8))
        at = row["on_scene_at"] = at + timedelta(minutes=random.randrange(4, 26))
    at = row["cleared_at"] = at + timedelta(minutes=random.randrange(5, 95))
    row["recorded_at"] = row["changed_at"] = at + timedelta(minutes=random.randrange(1, 30))


def _answers(random: Random, preset: Preset, rates: Rates, met: Met) -> Met:
    row = met.row
    somebody = row["on_scene_at"] is not None and row["disposition"] != "not_found_or_unfounded"
    row["met_before"] = ("first" if random.random() < rates.first else "again") if somebody else ""
    asked = somebody and random.random() < rates.asked
    row["contact_consent"] = ("yes" if random.random() < rates.agreed else "no") if asked else ""
    for name in ("arrest", "ed"):
        said = name in preset.diversions and somebody
        row[f"{name}_would"] = ("yes" if random.random() < rates.would else "no") if said else ""
    row["age_band"] = random.choices(AGES, AGE_SHARES)[0] if somebody else "unknown"
    row["facts"] = _facts(random, preset, rates, row, somebody=somebody)
    row["referral_refused"], row["services"] = "", []
    if somebody:
        row["services"] = sorted(
            each.code for each in preset.services if random.random() < rates.services.get(each.code, 0.2)
        )
        if may_be_referred(row["disposition"]):
            met.referred = random.random() < rates.referred
            if not met.referred and random.random() < rates.refused:
                row["referral_refused"] = "refused"
    return met


def _facts(
    random: Random, preset: Preset, rates: Rates, row: dict[str, Any], *, somebody: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for question in preset.fields:
        stayed = question.code in rates.asked_without_team
        asked = row["on_scene_at"] is None if stayed else somebody
        if not asked and not question.required:
            continue
        if question.kind == "choice":
            found[question.code] = random.choice(question.choices).code
        elif question.kind == "yes_no":
            found[question.code] = random.random() < rates.facts.get(question.code, 0.3)
        else:
            found[question.code] = random.randrange(1, 11)
    return found


def follow_up(random: Random, preset: Preset, rates: Rates, met: Met, now: datetime) -> None:
    """What the call made owed, and the tries at it, as far as they have come by now."""
    row = met.row
    view = cast(Encounter, SimpleNamespace(**row))
    for part in preset.follow_ups:
        if not owed(part, view):
            continue
        start = {"received": row["received_at"], "cleared": row["cleared_at"]}.get(
            part.since, row["recorded_at"]
        )
        opens = after(start, part.opens) if part.opens else start
        due = after(start, part.within)
        task = {
            "id": made_id(random),
            "program_id": row["program_id"],
            "encounter_id": row["id"],
            "organization_id": row["organization_id"],
            "district_id": row["district_id"],
            "kind": part.kind,
            "step": part.code,
            "role": part.role,
            "opens_at": opens,
            "due_at": due,
            "alarm_at": after(start, part.alarm) if part.alarm else due,
            "made_at": row["recorded_at"],
            "state": "open",
            "result": "",
            "closed_at": None,
        }
        met.tasks.append((task, _tries(random, rates, task, part.tries, part.role, now)))


def _tries(
    random: Random, rates: Rates, task: dict[str, Any], most: int, role: str, now: datetime
) -> list[dict[str, Any]]:
    tries: list[dict[str, Any]] = []
    step = (task["due_at"] - task["opens_at"]) / (most + 1)
    for i in range(most):
        at = task["opens_at"] + step * (i + random.random())
        if at > now:
            break
        reached = random.random() < rates.reached
        tries.append(
            {
                "id": made_id(random),
                "task_id": task["id"],
                "at": at,
                "means": random.choice(("phone", "phone", "in_person")),
                "result": "reached" if reached else random.choice(("no_answer", "left_message")),
                "roles": [role],
                "recorded_at": at,
            }
        )
        if reached:
            connected = random.random() < rates.connected
            task |= {"state": "done", "result": "connected" if connected else "contact", "closed_at": at}
            break
    else:
        task |= {"state": "unreachable", "result": "unreachable", "closed_at": tries[-1]["at"]}
    return tries
