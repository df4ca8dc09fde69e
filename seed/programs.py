"""Two programs at work in the demonstration: Partners in Care at the county's police, and a quick response team.

Their last four whole quarters are simulated (the number of each call begins with `SIM`) and published; a few calls of today
are recorded through the same verbs as anybody's, so that there is something to do.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from portal.accounts import actor_of
from portal.accounts.models import Account
from portal.directory import models as d
from portal.outcomes import publish, simulate_program
from portal.outcomes.simulate import last_quarters
from portal.programs import EncounterFacts, presets, record_encounter
from portal.programs.models import ProgramMember, ResponseProgram
from portal.store import clock
from portal.store.actor import TERMINAL
from seed.keys import key

QUARTERS = 4
POLICE = "Cumberland Bend Police"
VISITORS = "Quick Response Team"


@dataclass(frozen=True)
class Today:
    """A call of today: by whom it was recorded, and how many hours ago it came."""

    by: str
    hours: float
    source: str
    outcome: str
    services: tuple[str, ...] = ()
    met_before: str = "first"


@dataclass(frozen=True)
class Planted:
    """A program of the demonstration. per_quarter: simulated calls (0: as its preset says)."""

    preset: str
    agency: str
    members: tuple[tuple[str, str], ...]  # sign-in name, role of the preset
    today: tuple[Today, ...]
    per_quarter: int = 0


PROGRAMS = (
    Planted(
        "partners-in-care-nashville",
        POLICE,
        (("officer", "officer"), ("responder", "clinician"), ("specialist", "follow_up_specialist")),
        (
            Today("officer", 9, "911", "resolved", ("support", "resources")),
            Today("officer", 5, "911", "crisis_center", ("support", "transport"), "again"),
            Today("officer", 2, "on_view", "refused"),
        ),
    ),
    Planted(
        "qrt-hamilton",
        VISITORS,
        (("peer", "peer"), ("responder", "clinician"), ("officer", "officer")),
        (
            Today("peer", 20, "fire_ems", "taken_to_hospital"),
            Today("peer", 6, "fire_ems", "stayed", ("naloxone",), "again"),
        ),
        per_quarter=114,  # 795 people were sought there in 21 months
    ),
)


def turn_programs_on(
    session: Session,
    here: d.Community,
    organizations: dict[str, d.Organization],
    people: dict[str, Account],
    moment: datetime,
) -> int:
    """Each program with its people and its published quarters before `moment`; how many calls there are of them. Calls of today
    are of the clock's day, whatever `moment` is."""
    zone = ZoneInfo(here.time_zone)
    spans = last_quarters(moment, zone, QUARTERS)
    began, calls = spans[0][1], 0
    for each in PROGRAMS:
        preset = presets()[each.preset]
        program = ResponseProgram(
            id=key("program", each.preset),
            community_id=here.id,
            organization_id=organizations[each.agency].id,
            preset=preset.code,
            preset_version=preset.version,
            name=preset.name,
            rank=preset.owner_rank,
            public=True,
            turned_on_at=began,
            changed_by=people["steward"].id,
        )
        session.add(program)
        session.flush()
        since = began.astimezone(zone).date()
        session.add_all(
            ProgramMember(program_id=program.id, account_id=people[name].id, role=role, since=since)
            for name, role in each.members
        )
        session.flush()
        made = simulate_program(
            TERMINAL, each.preset, quarters=QUARTERS, seed=1, per_quarter=each.per_quarter, now=moment
        )
        for quarter, _start, end in spans:
            if end <= clock.now():
                publish(actor_of(people["steward"]), program.id, quarter)
        _today(program, each, people)
        calls += made["encounter"] + len(each.today)
    return calls


def _today(program: ResponseProgram, planted: Planted, people: dict[str, Account]) -> None:
    now = clock.now()
    district = min(program.districts, key=lambda each: (each.since, each.district.name)).district_id
    for number, call in enumerate(planted.today, 1):
        came = now - timedelta(hours=call.hours)
        record_encounter(
            actor_of(people[call.by]),
            program.id,
            EncounterFacts(
                call.source,
                came,
                call.outcome,
                reference=f"SIM-{now:%Y-%m-%d}-{number}",
                dispatched_at=came + timedelta(minutes=3),
                on_scene_at=came + timedelta(minutes=14),
                cleared_at=came + timedelta(minutes=61),
                district_id=district,
                met_before=call.met_before,
                age_band="25_64",
                services=call.services,
            ),
        )
