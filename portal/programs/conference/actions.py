"""What a conference decided about one meeting of its list."""

from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.programs.access import preset_of, roles_in, today
from portal.programs.conference.queries import listed
from portal.programs.conference.settings import conference_of
from portal.programs.models import ConferenceItem, ResponseProgram
from portal.referrals import NotHere
from portal.store import Actor, Conflict, Refused, audit, clock, write


def decide_item(actor: Actor, program_id: UUID, meets_on: date, encounter_id: UUID, outcome: str) -> None:
    """Write down, coded, what was decided about this meeting on this day. Audited. Refused before the day and for what does not
    stand on its list; Conflict when something was decided already."""
    try:
        with write() as session:
            program = session.get(ResponseProgram, program_id)
            settings = conference_of(preset_of(program)) if program is not None else None
            if (
                program is None
                or settings is None
                or not roles_in(actor, program) & set(settings.decide)
                or settings.next_on(meets_on) != meets_on
            ):
                raise NotHere
            if outcome not in {choice.code for choice in settings.outcomes}:
                raise Refused(_("Choose one."), "outcome")
            if meets_on > today():
                raise Refused(_("This conference has not met yet."), "outcome")
            if encounter_id not in {row.id for row, _decided in listed(program, settings, meets_on)}:
                raise NotHere
            if session.scalar(select(ConferenceItem.id).where(ConferenceItem.encounter_id == encounter_id)):
                raise Conflict(_("Something was decided about this already."))
            session.add(
                ConferenceItem(
                    program_id=program.id,
                    encounter_id=encounter_id,
                    meets_on=meets_on,
                    outcome=outcome,
                    at=clock.now(),
                    account_id=actor.account_id,
                )
            )
            session.flush()
            audit.append(actor, "decide_item", "encounter", encounter_id, outcome)
    except IntegrityError as error:
        raise Conflict(_("Something was decided about this already.")) from error
