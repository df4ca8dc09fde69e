"""What a clinician on the phone may do beside talking: send a team; and what an officer does whom nobody could join."""

from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from portal.programs.dispatch.access import home_of
from portal.programs.dispatch.asking import Ask, make_request
from portal.programs.dispatch.events import note
from portal.programs.dispatch.moving import End, end_request, standing_request
from portal.programs.dispatch.options import options_for
from portal.programs.encounters import record_encounter, standing
from portal.programs.facts import EncounterFacts
from portal.programs.models import ResponseProgram, TeamRequest
from portal.programs.settings import effective
from portal.referrals import NotHere
from portal.store import Actor, Refused, audit, clock, db, write

MEANS = ("phone", "video")


@dataclass(frozen=True)
class Consult:
    """Somebody on call was tried. reached: they answered. outcome: how the call ended, if it has."""

    means: str
    reached: bool
    source: str = "911"
    district_id: UUID | None = None
    language: str = ""
    outcome: str = ""
    reference: str = ""


def teams_to_send(row: TeamRequest) -> list[ResponseProgram]:
    """The teams that may be sent from this call: the preset names their presets."""
    options = options_for(row.program)
    if options is None or not options.sends:
        return []
    found = db.session.scalars(
        select(ResponseProgram)
        .where(
            ResponseProgram.community_id == row.community_id,
            ResponseProgram.preset.in_(options.sends),
            ResponseProgram.turned_off_at.is_(None),
        )
        .order_by(ResponseProgram.name, ResponseProgram.id)
    )
    return [program for program in found if options_for(program) is not None]


def send_team(actor: Actor, request_id: UUID, program_id: UUID, *, version: int) -> UUID:
    """The call ends with a team on its way to be asked: one request to it, with the call's district and language. Returns that
    request's id. Refused for a team that this program does not send."""
    with write() as session:
        row, options = standing_request(session, actor, request_id)
        program = next((each for each in teams_to_send(row) if each.id == program_id), None)
        if program is None:
            raise Refused(_("Choose one of the teams."), "team")
        theirs = options_for(program)
        if theirs is None:
            raise NotHere
        end_request(actor, request_id, End(options.sent), version=version)
        given = Ask(source="911", language=row.language, parent_id=row.id)
        child = make_request(session, actor, program, theirs, given, row.program.organization_id)
        return child.id


def record_consult(actor: Actor, program_id: UUID, given: Consult) -> UUID:
    """Nobody of the roster was free, and the one on call was tried by phone or video. The encounter is recorded, finished or not,
    with the preset's answer that no specialist was there, so that what it owes next day is planned. Returns the encounter's id."""
    with write() as session:
        program = standing(session, actor, program_id)
        options = options_for(program)
        if options is None or "consult" not in options.ways:
            raise NotHere
        if given.means not in MEANS:
            raise Refused(_("Choose how you tried."), "means")
        now, preset = clock.now(), effective(program)
        known = preset.field(options.consult_field) is not None
        encounter_id = record_encounter(
            actor,
            program_id,
            EncounterFacts(
                source=given.source,
                received_at=now,
                reference=given.reference,
                outcome=given.outcome,
                cleared_at=now if given.outcome else None,
                district_id=given.district_id,
                language=given.language,
                facts={options.consult_field: True} if known else {},
            ),
        )
        row = TeamRequest(
            community_id=program.community_id,
            program=program,
            way="consult",
            source=given.source,
            asked_by=actor.account_id,
            asker_organization_id=home_of(actor, program),
            reference=given.reference,
            district_id=given.district_id,
            language=given.language,
            state="done" if given.reached else "nobody",
            means=given.means,
            asked_at=now,
            answer_by=now,
            accepted_at=now if given.reached else None,
            ended_at=now,
            encounter_id=encounter_id,
        )
        session.add(row)
        session.flush()
        note(session, row, "consult", actor.account_id, now, given.means)
        audit.append(actor, "record_consult", "team_request", row.id)
        return encounter_id
