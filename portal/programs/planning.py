"""What an encounter makes owed: one task a follow-up of the preset, with its deadline and its alarm."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.directory import community
from portal.programs.compose import GIVEN, owner_of
from portal.programs.models import Encounter, ProgramTask, ResponseProgram
from portal.programs.preset import FollowUp, Preset, business_days, length
from portal.programs.settings import effective
from portal.referrals.hours import Hours


def plan_tasks(session: Session, preset: Preset, row: Encounter, now: datetime) -> list[ProgramTask]:
    """Make the tasks that are owed for this encounter and not there yet. Nothing that stands is changed. They are those of
    `preset`, the encounter's own program; where its agency has several that share their calls, those of the one that has the
    follow-up (see compose)."""
    owner = owner_of(session, row, lambda each: owes(each, row))
    return make_tasks(session, owner, row, now, now)


def make_tasks(
    session: Session, program: ResponseProgram, row: Encounter, recorded: datetime, now: datetime
) -> list[ProgramTask]:
    """The tasks of this program that are owed for the encounter and not there yet. recorded: what clocks that begin with the
    record count from."""
    there = set(
        session.scalars(
            select(ProgramTask.step).where(
                ProgramTask.encounter_id == row.id,
                ProgramTask.program_id == program.id,
                ProgramTask.close_reason != GIVEN,
            )
        )
    )
    made = []
    for follow_up in effective(program).follow_ups:
        if follow_up.code in there or not owed(follow_up, row):
            continue
        start = {"received": row.received_at, "cleared": row.cleared_at or recorded, "recorded": recorded}[
            follow_up.since
        ]
        made.append(
            ProgramTask(
                program_id=program.id,
                encounter_id=row.id,
                organization_id=program.organization_id,
                kind=follow_up.kind,
                step=follow_up.code,
                role=follow_up.role,
                opens_at=after(start, follow_up.opens) if follow_up.opens else start,
                due_at=after(start, follow_up.within),
                alarm_at=after(start, follow_up.alarm or follow_up.within),
                made_at=now,
            )
        )
    session.add_all(made)
    return made


def owes(preset: Preset, row: Encounter) -> bool:
    """Whether a program of this preset owes this encounter anything."""
    return any(owed(follow_up, row) for follow_up in preset.follow_ups)


def owed(follow_up: FollowUp, row: Encounter) -> bool:
    """Whether this encounter, as it stands, owes this follow-up. Nothing is owed for a call that met nobody."""
    if row.disposition == "not_found_or_unfounded":
        return False
    if follow_up.needs_disposition and row.disposition not in follow_up.needs_disposition:
        return False
    if follow_up.unless and row.facts.get(follow_up.unless) is True:
        return False
    if follow_up.when == "everyone":
        return True
    if follow_up.when == "consented":
        return row.contact_consent == "yes"
    return row.facts.get(follow_up.when) is True


def after(start: datetime, text: str) -> datetime:
    """The moment that lies this length after `start` (UTC); business days are the community's."""
    days = business_days(text)
    if days is None:
        return start + length(text)
    here = community()
    return Hours.of_community(
        here.business_hours, here.time_zone, here.settings.get("closures", ())
    ).business_days_after(start, days)
