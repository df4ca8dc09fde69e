"""The verbs of an encounter: record it, finish or correct it, sign it, tie a referral to it."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.programs import facts as f
from portal.programs.access import preset_of, roles_in
from portal.programs.models import (
    District,
    Encounter,
    EncounterNeed,
    EncounterService,
    EncounterVersion,
    ResponseProgram,
    Signature,
)
from portal.programs.planning import plan_tasks
from portal.programs.preset import Preset
from portal.referrals import NotHere
from portal.referrals.models import Need
from portal.store import Actor, Conflict, Refused, audit, clock, limits, write

# What a version keeps: the coded columns. The person's key and row are not among them.
CODED = (
    "source", "response_type", "received_at", "dispatched_at", "on_scene_at", "cleared_at", "district_id",
    "meets_criteria", "disposition", "outcome", "met_before", "contact_consent", "referral_refused",
    "arrest_would", "ed_would", "age_band", "language", "race", "facts",
)  # fmt: skip


def record_encounter(actor: Actor, program_id: UUID, given: f.EncounterFacts) -> UUID:
    """A new encounter of this program, and the tasks that its preset owes. With an outcome it is finished at once; without, it
    waits for `change_encounter`. Refused for what does not fit the preset, and for a reference and ordinal recorded before."""
    with write() as session:
        program = standing(session, actor, program_id)
        if program.turned_off_at is not None:
            raise Refused(_("This program is turned off."))
        preset, now = preset_of(program), clock.now()
        disposition = f.check(preset, given, now)
        _not_twice(session, program, given)
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
        _put(session, row, given, disposition)
        session.add(row)
        session.flush()
        _give(session, row, given)
        plan_tasks(session, preset, row, now)
        audit.append(actor, "record_encounter", "encounter", row.id)
        return row.id


def change_encounter(actor: Actor, encounter_id: UUID, given: f.EncounterFacts, *, version: int) -> None:
    """Finish or correct it. What stood before is kept as a version; the tasks that follow from the new answers are made, and
    none that stands is taken away. Conflict when somebody changed it meanwhile. Refused for an arrest where a person is known:
    that stands beside nobody."""
    with write() as session:
        row = _locked(session, actor, encounter_id)
        if row.version != version:
            raise Conflict(_("Somebody changed this meanwhile. Look at what stands now."))
        preset, now = preset_of(row.program), clock.now()
        disposition = f.check(preset, given, now)
        if disposition == "arrest" and (row.client_id or row.person_id or row.needs):
            raise Refused(_("An arrest is never recorded beside a person. Count it without them."), "outcome")
        _still(preset, row, given)
        session.add(
            EncounterVersion(
                encounter_id=row.id,
                version=row.version,
                until=now,
                values=coded(row),
                changed_by=actor.account_id,
            )
        )
        _put(session, row, given, disposition)
        row.changed_at, row.version = now, row.version + 1
        _give(session, row, given)
        session.flush()
        plan_tasks(session, preset, row, now)
        audit.append(actor, "change_encounter", "encounter", row.id)


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
    person is known again. Refused for an arrest."""
    with write() as session:
        row = _locked(session, actor, encounter_id)
        need = session.get(Need, need_id)
        if need is None or need.sender_organization_id not in actor.organizations(
            "responder", "dispatcher", "supervisor"
        ):
            raise NotHere
        if row.disposition == "arrest":
            raise Refused(_("An arrest is never recorded beside a person."))
        if session.get(EncounterNeed, (row.id, need_id)) is None:
            session.add(EncounterNeed(encounter_id=row.id, need_id=need_id, at=clock.now()))
        row.client_id = row.client_id or need.client_id
        audit.append(actor, "tie_need", "encounter", row.id)


def standing(session: Session, actor: Actor, program_id: UUID) -> ResponseProgram:
    """The program, for somebody who works in it. NotHere otherwise."""
    program = session.get(ResponseProgram, program_id)
    if program is None or not roles_in(actor, program):
        raise NotHere
    return program


def coded(row: Encounter) -> dict[str, Any]:
    """The coded columns as JSON: moments and ids as text."""
    plain = {name: getattr(row, name) for name in CODED}
    return {
        name: value if isinstance(value, (str, int, bool, dict, type(None))) else str(value)
        for name, value in plain.items()
    } | {"services": [given.code for given in row.services]}


def _locked(session: Session, actor: Actor, encounter_id: UUID) -> Encounter:
    row = session.scalar(select(Encounter).where(Encounter.id == encounter_id).with_for_update(of=Encounter))
    if row is None or not roles_in(actor, row.program):
        raise NotHere
    return row


def _not_twice(session: Session, program: ResponseProgram, given: f.EncounterFacts) -> None:
    there = select(Encounter.id).where(
        Encounter.organization_id == program.organization_id,
        Encounter.reference == given.reference,
        Encounter.ordinal == given.ordinal,
    )
    if given.reference and session.scalar(there):
        raise Refused(
            _("This number was recorded before. For one more person on the same call, count on."), "reference"
        )


def _still(preset: Preset, row: Encounter, given: f.EncounterFacts) -> None:
    """What is asked before the clinician acts stands once an end was recorded."""
    if not row.disposition:
        return
    for name in ("arrest_would", "ed_would"):
        if getattr(row, name) and getattr(given, name) != getattr(row, name):
            raise Refused(_("This was said before the end was known, and stays as it was said."), name)
    for question in preset.fields:
        before = row.facts.get(question.code)
        if question.before_disposition and before is not None and given.facts.get(question.code) != before:
            raise Refused(
                _("This was said before the end was known, and stays as it was said."), question.code
            )


def _put(session: Session, row: Encounter, given: f.EncounterFacts, disposition: str) -> None:
    if given.district_id is not None:
        district = session.get(District, given.district_id)
        if district is None or district.community_id != row.community_id:
            raise Refused(_("Choose one of the list."), "district_id")
    values = asdict(given)
    for name in CODED:
        if name not in ("disposition", "facts"):
            setattr(row, name, values[name])
    row.disposition = disposition
    row.facts = {code: answer for code, answer in given.facts.items() if answer is not None}


def _give(session: Session, row: Encounter, given: f.EncounterFacts) -> None:
    stands = {found.code: found for found in row.services}
    for code in set(given.services) - stands.keys():
        session.add(EncounterService(encounter_id=row.id, code=code))
    for code in stands.keys() - set(given.services):
        session.delete(stands[code])
    session.flush()
    session.expire(row, ["services"])
