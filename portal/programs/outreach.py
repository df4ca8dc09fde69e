"""Days on which a team goes where overdoses cluster, or opens its doors: numbers, and nobody's name. And the queue that an officer
fills with two taps."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from portal.programs.access import today
from portal.programs.encounters import record_encounter
from portal.programs.facts import EncounterFacts
from portal.programs.models import OutreachDay, ResponseProgram
from portal.programs.tasks.access import Place, place_in
from portal.referrals import NotHere
from portal.store import Actor, Refused, audit, clock, db, write

MOST = 2000  # people or kits of one day at one place


def record_outreach(
    actor: Actor, program_id: UUID, kind: str, day: date, district_id: UUID, people: int, kits: int
) -> UUID:
    """One day at one place: how many people were spoken to, how many naloxone kits were given out. The same day, place and kind
    again puts it right. Refused for a kind that the program does not count, a district in which it does not work, a day to come."""
    with write() as session:
        place = _place(actor, session.get(ResponseProgram, program_id))
        if kind not in place.options.outreach:
            raise Refused(_("Choose one."), "kind")
        if district_id not in {each.district_id for each in place.program.districts}:
            raise Refused(_("Choose one of the list."), "district")
        if day > today() or day < place.program.turned_on_at.date():
            raise Refused(_("Choose a day since the program began, and not in the future."), "day")
        for name, number in (("people", people), ("kits", kits)):
            if not 0 <= number <= MOST:
                raise Refused(_("Write a number from 0 to %(most)s.", most=MOST), name)
        row = session.scalar(
            select(OutreachDay).where(
                OutreachDay.program_id == program_id,
                OutreachDay.district_id == district_id,
                OutreachDay.day == day,
                OutreachDay.kind == kind,
            )
        )
        if row is None:
            row = OutreachDay(program_id=program_id, district_id=district_id, day=day, kind=kind)
            session.add(row)
        row.people, row.kits = people, kits
        row.recorded_by, row.recorded_at = actor.account_id, clock.now()
        session.flush()
        audit.append(actor, "record_outreach", "outreach_day", row.id)
        return row.id


def outreach_of(actor: Actor, program_id: UUID) -> Sequence[OutreachDay]:
    """The newest hundred, for who works in the program."""
    _place(actor, db.session.get(ResponseProgram, program_id))
    return db.session.scalars(
        select(OutreachDay)
        .where(OutreachDay.program_id == program_id)
        .order_by(OutreachDay.day.desc(), OutreachDay.id)
        .limit(100)
    ).all()


def flag_person(
    actor: Actor,
    program_id: UUID,
    response_type: str,
    *,
    reference: str = "",
    district_id: UUID | None = None,
) -> UUID:
    """The officer's second tap: somebody here should hear from a social worker. An encounter, ended so, now; its task follows. The
    agency's own number of the call may be added, and leads the social worker to whom it is about in the agency's own system."""
    program = db.session.get(ResponseProgram, program_id)
    place = _place(actor, program)
    flag = place.options.flag
    if flag is None:
        raise NotHere
    if not response_type:
        raise Refused(_("Tap what it is about."))
    now = clock.now()
    return record_encounter(
        actor,
        program_id,
        EncounterFacts(
            source=flag.source,
            received_at=now,
            cleared_at=now,
            outcome=flag.outcome,
            response_type=response_type,
            reference=reference,
            district_id=district_id,
        ),
    )


def _place(actor: Actor, program: ResponseProgram | None) -> Place:
    place = place_in(actor, program) if program is not None else None
    if place is None:
        raise NotHere
    return place
