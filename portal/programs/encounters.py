"""The verbs of an encounter: record it, note a time, finish or correct it, sign it, tie a referral to it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.programs import facts as f
from portal.programs.access import preset_of, roles_in
from portal.programs.counterfactuals import check_said
from portal.programs.models import Encounter, EncounterNeed, ResponseProgram, Signature
from portal.programs.persons.settings import keeps_unnamed
from portal.programs.planning import plan_tasks
from portal.programs.preset import Preset
from portal.programs.settings import is_missing, missing_words
from portal.programs.setup import redirect_words
from portal.programs.storing import given_of, keep_version, put
from portal.referrals import NotHere
from portal.referrals.models import Need
from portal.store import Actor, Conflict, Refused, audit, clock, limits, write

SENDERS = ("responder", "dispatcher", "supervisor")
Moment = Literal["dispatched_at", "on_scene_at", "cleared_at"]


def record_encounter(
    actor: Actor, program_id: UUID, given: f.EncounterFacts, *, once: UUID | None = None
) -> UUID:
    """A new encounter of this program, and the tasks that its preset owes. With an outcome it is finished at once; without, it
    waits for `change_encounter`. once: its id, made with the form, so that a form sent twice is one encounter. Refused for what
    does not fit the preset, for answers that are another role's, and for a reference and ordinal recorded before."""
    try:
        return _record(actor, program_id, given, once)
    except (
        IntegrityError
    ):  # the same form or number at the same moment, on PostgreSQL: the other one has stored it by now
        return _record(actor, program_id, given, once)


def _record(actor: Actor, program_id: UUID, given: f.EncounterFacts, once: UUID | None) -> UUID:
    with write() as session:
        program = standing(session, actor, program_id)
        there = session.get(Encounter, once) if once else None
        if there is not None:
            if there.program_id != program_id or there.recorded_by != actor.account_id:
                raise Refused(_("This form is too old. Open it again."), "once")
            return there.id
        if program.turned_off_at is not None:
            raise Refused(redirect_words(program))
        if is_missing(program):
            raise Refused(missing_words(program))
        preset, now, roles = preset_of(program), clock.now(), roles_in(actor, program)
        _theirs(preset, given, roles)
        disposition = f.check(preset, given, now, roles=roles)
        check_said(preset, None, given, roles)
        not_twice(session, program, given)
        limits.spend("note", str(actor.account_id))
        row = Encounter(
            community_id=program.community_id,
            program=program,
            organization_id=program.organization_id,
            reference=given.reference,
            ordinal=given.ordinal,
            recorded_by=actor.account_id,
            recorded_at=now,
            changed_at=now,
        )
        if once:
            row.id = once
        put(session, row, given, disposition)
        session.add(row)
        session.flush()
        plan_tasks(session, preset, row, now)
        audit.append(actor, "record_encounter", "encounter", row.id)
        return row.id


def change_encounter(actor: Actor, encounter_id: UUID, given: f.EncounterFacts, *, version: int) -> None:
    """Finish or correct it. What stood before is kept as a version, and so are answers that are another role's; the tasks that
    follow from the new answers are made, and none that stands is taken away. Its number and ordinal stay. Conflict when somebody
    changed it meanwhile. Refused for an arrest where a person is known: that stands beside nobody."""
    _change(actor, encounter_id, version, lambda _row: given, "change_encounter")


def note_time(actor: Actor, encounter_id: UUID, moment: Moment, *, version: int) -> None:
    """The time is now: sent, on scene, or done. Refused when that time stands; Conflict when somebody changed it meanwhile."""

    def noted(row: Encounter) -> f.EncounterFacts:
        if getattr(row, moment) is not None:
            raise Refused(_("This time is noted. Correct it if it is wrong."), moment)
        now: dict[str, Any] = {moment: clock.now()}
        return replace(given_of(row), **now)

    _change(actor, encounter_id, version, noted, "note_time")


def sign_encounter(actor: Actor, encounter_id: UUID, role: str) -> None:
    """The actor signs it, in a role that they have in the program. Each role signs once."""
    with write() as session:
        row = _locked(session, actor, encounter_id)
        if role not in roles_in(actor, row.program):
            raise Refused(_("You do not work in this role here."), "role")
        if any(signed.role == role for signed in row.signatures):
            raise Conflict(_("Somebody has signed in this role."))
        if any(signed.account_id == actor.account_id for signed in row.signatures):
            raise Refused(_("You have signed already. The second signature is somebody else's."), "role")
        row.signatures.append(Signature(role=role, account_id=actor.account_id, at=clock.now()))
        audit.append(actor, "sign_encounter", "encounter", row.id, role)


def tie_need(actor: Actor, encounter_id: UUID, need_id: UUID) -> None:
    """A referral that the actor's unit has sent came of this encounter. The encounter takes the need's random key, so that the
    person is known again. A second time changes nothing. Refused for an arrest, and for a referral of another encounter."""
    with write() as session:
        row = _locked(session, actor, encounter_id)
        need = session.get(Need, need_id)
        if need is None or need.sender_organization_id not in actor.organizations(*SENDERS):
            raise NotHere
        if row.disposition == "arrest":
            raise Refused(_("An arrest is never recorded beside a person."))
        tied = session.scalars(select(EncounterNeed).where(EncounterNeed.need_id == need_id)).all()
        if any(tie.encounter_id != row.id for tie in tied):
            raise Refused(_("This referral came of another call."))
        if tied:
            return
        session.add(EncounterNeed(encounter_id=row.id, need_id=need_id, at=clock.now()))
        if not keeps_unnamed(preset_of(row.program), row.facts):
            row.client_id = row.client_id or need.client_id
        audit.append(actor, "tie_need", "encounter", row.id)


def standing(session: Session, actor: Actor, program_id: UUID) -> ResponseProgram:
    """The program, for somebody who works in it. NotHere otherwise."""
    program = session.get(ResponseProgram, program_id)
    if program is None or not roles_in(actor, program):
        raise NotHere
    return program


def checked_change(
    preset: Preset, row: Encounter, given: f.EncounterFacts, roles: frozenset[str] | None
) -> str:
    """The disposition of the corrected encounter. Refused for what a correction may not do."""
    disposition = f.check(preset, given, clock.now(), roles=roles)
    if row.disposition and not disposition:
        raise Refused(_("It has ended. Choose another end, if this one is wrong."), "outcome")
    if disposition == "arrest" and (row.client_id or row.person_id or row.needs):
        raise Refused(_("An arrest is never recorded beside a person. Count it without them."), "outcome")
    if row.person_id and keeps_unnamed(preset, given.facts):
        raise Refused(_("Somebody was hurt here. First take the name of this call back."))
    check_said(preset, row, given, roles)
    return disposition


def not_twice(session: Session, program: ResponseProgram, given: f.EncounterFacts) -> None:
    """Refused for a reference and ordinal that the agency has recorded before."""
    there = select(Encounter.id).where(
        Encounter.organization_id == program.organization_id,
        Encounter.reference == given.reference,
        Encounter.ordinal == given.ordinal,
    )
    if given.reference and session.scalar(there):
        raise Refused(
            _("This number was recorded before. For one more person on the same call, count on."), "reference"
        )


def _change(
    actor: Actor,
    encounter_id: UUID,
    version: int,
    answers: Callable[[Encounter], f.EncounterFacts],
    action: str,
) -> None:
    with write() as session:
        row = _locked(session, actor, encounter_id)
        if row.version != version:
            raise Conflict(_("Somebody changed this meanwhile. Look at what stands now."))
        preset, now, roles = preset_of(row.program), clock.now(), roles_in(actor, row.program)
        given = replace(answers(row), reference=row.reference, ordinal=row.ordinal)
        given = _kept(preset, row, given, roles)
        disposition = checked_change(preset, row, given, roles)
        keep_version(session, row, actor.account_id, now)
        put(session, row, given, disposition)
        session.flush()
        plan_tasks(session, preset, row, now)
        audit.append(actor, action, "encounter", row.id)


def _kept(preset: Preset, row: Encounter, given: f.EncounterFacts, roles: frozenset[str]) -> f.EncounterFacts:
    """The answers with those that another role has given, as they stand. Refused for a try to give them."""
    others = {
        question.code: row.facts.get(question.code)
        for question in preset.fields
        if not f.question_is_for(question, roles)
    }
    mine = {
        code: answer for code, answer in given.facts.items() if code not in others or answer != others[code]
    }
    _theirs(preset, replace(given, facts=mine), roles)
    return replace(
        given, facts={**mine, **{code: found for code, found in others.items() if found is not None}}
    )


def _theirs(preset: Preset, given: f.EncounterFacts, roles: frozenset[str]) -> None:
    for question in preset.fields:
        if given.facts.get(question.code) is not None and not f.question_is_for(question, roles):
            raise Refused(_("Somebody else of the team says this."), question.code)


def _locked(session: Session, actor: Actor, encounter_id: UUID) -> Encounter:
    row = session.scalar(select(Encounter).where(Encounter.id == encounter_id).with_for_update(of=Encounter))
    if row is None or not roles_in(actor, row.program):
        raise NotHere
    return row
