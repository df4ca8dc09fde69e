"""What an encounter makes owed: one task a follow-up of the preset, with its deadline and its alarm."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.directory import community
from portal.programs.models import Encounter, ProgramTask
from portal.programs.preset import FollowUp, Preset, business_days, length
from portal.referrals.hours import Hours


def plan_tasks(session: Session, preset: Preset, row: Encounter, now: datetime) -> list[ProgramTask]:
    """Make the tasks of the preset that are owed for this encounter and not there yet. Nothing that stands is changed."""
    there = set(session.scalars(select(ProgramTask.step).where(ProgramTask.encounter_id == row.id)))
    made = []
    for follow_up in preset.follow_ups:
        if follow_up.code in there or not owed(follow_up, row):
            continue
        start = {"received": row.received_at, "cleared": row.cleared_at or now, "recorded": now}[
            follow_up.since
        ]
        made.append(
            ProgramTask(
                program_id=row.program_id,
                encounter_id=row.id,
                organization_id=row.organization_id,
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
