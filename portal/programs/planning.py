"""What an encounter makes owed: one task a follow-up of the preset, with its deadline and its alarm."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.directory import community
from portal.programs.access import today
from portal.programs.compose import GIVEN, owner_of
from portal.programs.dispatch.partners import partner_for
from portal.programs.models import District, Encounter, ProgramTask, ResponseProgram
from portal.programs.preset import SAME_DAY, FollowUp, Preset, business_days, length
from portal.programs.settings import effective
from portal.programs.tasks.options import options
from portal.referrals.hours import Hours

ELSEWHERE = "result"  # of `when`: another task leads to it
LATE = time(22)


def plan_tasks(session: Session, preset: Preset, row: Encounter, now: datetime) -> list[ProgramTask]:
    """Make the tasks that are owed for this encounter and not there yet. They are those of `preset`, the encounter's own program;
    where its agency has several that share their calls, those of the one that has the follow-up (see compose). What stands is not
    taken away; an open task moves on to the department of the town that the encounter now names, where tasks go by town."""
    owner = owner_of(session, row, lambda each: owes(each, row))
    return make_tasks(session, owner, row, now, now)


def make_tasks(
    session: Session, program: ResponseProgram, row: Encounter, recorded: datetime, now: datetime
) -> list[ProgramTask]:
    """The tasks of this program that are owed for the encounter and not there yet. recorded: what clocks that begin with the
    record count from."""
    preset = effective(program)
    there = {
        task.step: task
        for task in session.scalars(
            select(ProgramTask).where(
                ProgramTask.encounter_id == row.id,
                ProgramTask.program_id == program.id,
                ProgramTask.close_reason != GIVEN,
            )
        )
    }
    if options(preset).by_town:
        _move(session, program, list(there.values()), row)
    made = [
        new_task(session, program, row, follow_up, recorded, now)
        for follow_up in preset.follow_ups
        if follow_up.code not in there and owed(follow_up, row)
    ]
    session.add_all(made)
    return made


def new_task(
    session: Session,
    program: ResponseProgram,
    row: Encounter,
    follow_up: FollowUp,
    recorded: datetime,
    now: datetime,
) -> ProgramTask:
    """The task of one follow-up, not yet in the session: from when it counts, and whose it is."""
    start = {"received": row.received_at, "cleared": row.cleared_at or recorded, "recorded": recorded}[
        follow_up.since
    ]
    by_town = options(effective(program)).by_town
    district_id, organization_id = whose(session, row) if by_town else (row.district_id, None)
    if follow_up.to == "partner":
        partner = partner_for(session, program, row, today())
        organization_id = partner.organization_id if partner else None
    return ProgramTask(
        program_id=program.id,
        encounter_id=row.id,
        organization_id=organization_id or program.organization_id,
        district_id=district_id,
        kind=follow_up.kind,
        step=follow_up.code,
        role=follow_up.role,
        opens_at=after(start, follow_up.opens) if follow_up.opens else start,
        due_at=after(start, follow_up.within),
        alarm_at=after(start, follow_up.alarm or follow_up.within),
        made_at=now,
    )


def whose(session: Session, row: Encounter) -> tuple[UUID | None, UUID | None]:
    """The district in which it is to be done, and the department there: where the person lives, else where they were met."""
    district_id = row.home_district_id or row.district_id
    district = session.get(District, district_id) if district_id else None
    return district_id, district.organization_id if district else None


def owes(preset: Preset, row: Encounter) -> bool:
    """Whether a program of this preset owes this encounter anything."""
    return any(owed(follow_up, row) for follow_up in preset.follow_ups)


def owed(follow_up: FollowUp, row: Encounter) -> bool:
    """Whether this encounter, as it stands, owes this follow-up. Nothing is owed for a call that met nobody."""
    if row.disposition == "not_found_or_unfounded":
        return False
    if follow_up.since == "cleared" and not row.disposition:
        return False  # until it has ended nobody knows whether anybody was met
    if follow_up.needs_disposition and row.disposition not in follow_up.needs_disposition:
        return False
    if follow_up.types and row.response_type not in follow_up.types:
        return False
    if follow_up.unless and row.facts.get(follow_up.unless) is True:
        return False
    if follow_up.when == "everyone":
        return True
    if follow_up.when == "consented":
        return row.contact_consent == "yes"
    return follow_up.when != ELSEWHERE and row.facts.get(follow_up.when) is True


def after(start: datetime, text: str) -> datetime:
    """The moment that lies this length after `start` (UTC); business days are the community's. The same day is over at its
    midnight; what starts in its last two hours has until the next one, for nobody could keep it."""
    if text == SAME_DAY:
        there = start.astimezone(ZoneInfo(community().time_zone))
        days_on = 1 if there.time() < LATE else 2
        return datetime.combine(there.date() + timedelta(days=days_on), time(0), there.tzinfo).astimezone(UTC)
    days = business_days(text)
    if days is None:
        return start + length(text)
    here = community()
    return Hours.of_community(
        here.business_hours, here.time_zone, here.settings.get("closures", ())
    ).business_days_after(start, days)


def _move(session: Session, program: ResponseProgram, tasks: list[ProgramTask], row: Encounter) -> None:
    district_id, organization_id = whose(session, row)
    for task in tasks:
        if task.state == "open" and district_id and task.district_id != district_id:
            task.district_id = district_id
            task.organization_id = organization_id or program.organization_id
            task.account_id = task.told_at = None
            task.version += 1
