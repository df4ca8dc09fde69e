"""The list of one conference, as one seat sees it. Nobody is named on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from portal.directory import community
from portal.programs.access import preset_of, program_for, roles_in, today
from portal.programs.conference.settings import Conferences, conference_of
from portal.programs.models import ConferenceItem, Encounter, ResponseProgram
from portal.programs.queries import view_of
from portal.store import Actor, db

LISTED = 200
BACK = timedelta(days=56)  # what was never talked about stays on the list for eight weeks


@dataclass(frozen=True)
class Item:
    """One meeting on the list: only what this reader's seat is to know. facts: answers to the preset's questions, by code."""

    encounter_id: UUID
    reference: str
    received: datetime | None
    district: str
    outcome: str
    services: tuple[str, ...]
    facts: dict[str, Any]
    decided: str


@dataclass(frozen=True)
class Conference:
    """One day's list. may_decide: the reader writes down decisions."""

    program: ResponseProgram
    settings: Conferences
    meets_on: date
    before: date
    after: date
    items: tuple[Item, ...]
    may_decide: bool


def next_conference(actor: Actor, program_id: UUID) -> date | None:
    """The day of the next one, for a seat of it; None for all others."""
    found = _seated(actor, program_id)
    return found[1].next_on(today()) if found else None


def conference_for(actor: Actor, program_id: UUID, meets_on: date) -> Conference | None:
    """The list of that day: what was met before it and is undecided, and what was decided there. None for who has no seat, and for
    a day on which none meets."""
    found = _seated(actor, program_id)
    if found is None or found[1].next_on(meets_on) != meets_on:
        return None
    program, settings, roles = found
    week = timedelta(days=7)
    return Conference(
        program,
        settings,
        meets_on,
        meets_on - week,
        meets_on + week,
        tuple(_item(settings, row, roles, decided) for row, decided in listed(program, settings, meets_on)),
        bool(roles & set(settings.decide)),
    )


def listed(
    program: ResponseProgram, settings: Conferences, meets_on: date
) -> Sequence[tuple[Encounter, str]]:
    """Meetings that stand on that day's list, oldest first, each with what was decided."""
    here = ZoneInfo(community().time_zone)
    until = datetime.combine(meets_on, time(), here)
    rows = db.session.execute(
        select(Encounter, ConferenceItem.outcome)
        .outerjoin(ConferenceItem, ConferenceItem.encounter_id == Encounter.id)
        .where(
            Encounter.program_id == program.id,
            Encounter.received_at < until,
            Encounter.received_at >= until - BACK,
            or_(ConferenceItem.id.is_(None), ConferenceItem.meets_on == meets_on),
        )
        .order_by(Encounter.received_at, Encounter.id)
    )
    flagged = [(row, decided or "") for row, decided in rows if row.facts.get(settings.flag) is True]
    return flagged[:LISTED]


def _seated(actor: Actor, program_id: UUID) -> tuple[ResponseProgram, Conferences, frozenset[str]] | None:
    program = program_for(actor, program_id)
    settings = conference_of(preset_of(program)) if program else None
    if program is None or settings is None:
        return None
    roles = roles_in(actor, program) & set(settings.seats)
    return (program, settings, frozenset(roles)) if roles else None


def _item(settings: Conferences, row: Encounter, roles: frozenset[str], decided: str) -> Item:
    def sees(what: str) -> bool:
        return bool(roles & set(dict(settings.sees).get(what, ())))  # type: ignore[call-overload]

    return Item(
        row.id,
        row.reference if sees("reference") else "",
        row.received_at if sees("received") else None,
        row.district.name if row.district and sees("district") else "",
        row.outcome if sees("outcome") else "",
        tuple(row.services) if sees("services") else (),
        view_of(row, roles).facts,
        decided,
    )
