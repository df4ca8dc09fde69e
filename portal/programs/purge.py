"""What is known of people met is erased when it has served its time, or when the person asks; and once more after a restore.

The clocks are rows of portal.store.retention. Nothing is erased while something is still owed or open about it, and nothing under a
legal hold of a referral that came of the meeting. What was erased is remembered by id.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, exists, or_, select, update
from sqlalchemy.orm import Session

from portal import referrals as r
from portal.programs.access import today
from portal.programs.family.actions import forget_note
from portal.programs.models import (
    CareRequest,
    Encounter,
    EncounterNeed,
    Engagement,
    FamilyNote,
    ProgramCase,
    ProgramTask,
)
from portal.programs.persons.telling import drop_person, unname
from portal.referrals.models import LegalHold, RightsRequest
from portal.store import Actor, Refused, audit, clock, erased, guards
from portal.store.actor import CLOCK
from portal.store.retention import RETENTION

BATCH = 200


def purge_met(now: datetime) -> int:
    """Erase what is due, in batches of one transaction each, each in the trail. Returns how many rows lost something."""
    day = today()
    screens = Engagement.review_by < day - timedelta(days=RETENTION["screens"].days)
    return sum(
        _in_batches(what, due, forget)
        for what, due, forget in (
            ("met", _due_people(now), _forget_met),
            ("case", _due_cases(now), _forget_case),
            ("note", select(FamilyNote.id).where(*_due_notes(now)), _forget_note),
            ("care", _due_care(now), _forget_care),
            ("screen", select(Engagement.id).where(screens, Engagement.screened_at.is_not(None), Engagement.score.is_not(None)), _forget_screen),
            ("key", _due_keys(now), _cut_key),
        )
    )  # fmt: skip


def erase_met(actor: Actor, request_id: UUID) -> None:
    """A privacy officer carries out a person's wish: what hangs on their key at meetings, cases, notes, requests and screens goes, and
    then all of their referrals (`referrals.erase_person`), in one transaction. Refused while a legal hold stands for any of it."""
    with guards.purging() as session:
        row = session.get(RightsRequest, request_id)
        key = row.client_id if row is not None else None
        need_id = row.need_id if row is not None else None
        meetings = _meetings_of(session, key, need_id)
        if session.scalar(select(_held(Encounter.id)).where(Encounter.id.in_(meetings)).limit(1)):
            raise Refused(_("A legal hold stands: part of this must be kept. Nothing was deleted."))
        if key is not None:
            for case_id in session.scalars(select(ProgramCase.id).where(ProgramCase.client_id == key)).all():
                _forget_case(session, case_id)
                erased.remember("case", case_id)
            for note_id in session.scalars(select(FamilyNote.id).where(FamilyNote.client_id == key)).all():
                _forget_note(session, note_id)
                erased.remember("note", note_id)
        for meeting_id in meetings:
            _erase_meeting(session, meeting_id)
            erased.remember("meeting", meeting_id)
        r.erase_person(actor, request_id)


def _meetings_of(session: Session, key: UUID | None, need_id: UUID | None) -> list[UUID]:
    """The meetings of this key; without one, those of the one referral of the card."""
    tied = select(EncounterNeed.encounter_id).where(EncounterNeed.need_id == need_id)
    which = Encounter.client_id == key if key is not None else Encounter.id.in_(tied)
    return list(session.scalars(select(Encounter.id).where(which)))


def _in_batches(what: str, due: Select[UUID], forget: Callable[[Session, UUID], None]) -> int:
    done = 0
    while True:
        with guards.purging() as session:
            found = session.scalars(due.limit(BATCH)).all()
            for row_id in found:
                forget(session, row_id)
                if what != "key":
                    erased.remember(what, row_id)
            if found:
                r.drop_idle_keys(session)
                audit.append(CLOCK, "purge", what, len(found), what)
        if not found:
            return done
        done += len(found)


def _held(encounter_id: object) -> ColumnElement[bool]:
    """A legal hold stands for a referral that came of this meeting."""
    return exists().where(
        EncounterNeed.encounter_id == encounter_id,
        LegalHold.need_id == EncounterNeed.need_id,
        LegalHold.lifted_at.is_(None),
    )


def _due_people(now: datetime) -> Select[UUID]:
    """People of meetings about which nothing is owed and no case is open any more."""
    cutoff = RETENTION["met"].cutoff(now)
    owed = exists().where(
        ProgramTask.encounter_id == Encounter.id,
        or_(ProgramTask.state == "open", ProgramTask.closed_at >= cutoff),
    )
    cased = exists().where(
        ProgramCase.person_id == Encounter.person_id,
        or_(ProgramCase.closed_at.is_(None), ProgramCase.closed_at >= cutoff),
    )
    return select(Encounter.id).where(
        Encounter.person_id.is_not(None), Encounter.recorded_at < cutoff, ~owed, ~cased, ~_held(Encounter.id)
    )


def _due_cases(now: datetime) -> Select[UUID]:
    words = or_(
        ProgramCase.plan_helps.is_not(None),
        ProgramCase.plan_avoid.is_not(None),
        ProgramCase.person_id.is_not(None),
    )
    return select(ProgramCase.id).where(
        ProgramCase.closed_at < RETENTION["plans"].cutoff(now), words, ~_held(ProgramCase.encounter_id)
    )


def _due_notes(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return FamilyNote.taken_at < RETENTION["family_notes"].cutoff(now), FamilyNote.ended_at.is_(None)


def _due_care(now: datetime) -> Select[UUID]:
    return select(CareRequest.id).where(
        CareRequest.ended_at < RETENTION["care_requests"].cutoff(now),
        or_(CareRequest.person_id.is_not(None), CareRequest.place.is_not(None)),
    )


def _due_keys(now: datetime) -> Select[UUID]:
    cutoff = RETENTION["client_key"].cutoff(now)
    return select(Encounter.id).where(
        Encounter.client_id.is_not(None), Encounter.received_at < cutoff, ~_held(Encounter.id)
    )


def _forget_met(session: Session, encounter_id: UUID) -> None:
    """The sealed person goes; the key and its marks stay for their own clocks."""
    row = session.get(Encounter, encounter_id)
    if row is None or row.person_id is None:
        return
    person_id, row.person_id = row.person_id, None
    cases = update(ProgramCase).where(ProgramCase.person_id == person_id, ProgramCase.closed_at.is_not(None))
    session.execute(cases.values(person_id=None).execution_options(synchronize_session=False))
    session.flush()
    drop_person(session, person_id)


def _forget_case(session: Session, case_id: UUID) -> None:
    row = session.get(ProgramCase, case_id)
    if row is None:
        return
    now = clock.now()
    person_id, row.person_id = row.person_id, None
    row.plan_helps = row.plan_avoid = None
    if row.closed_at is None:
        row.closed_at, row.close_reason = now, "declined"
    session.flush()
    drop_person(session, person_id)


def _forget_note(session: Session, note_id: UUID) -> None:
    row = session.get(FamilyNote, note_id)
    if row is not None:
        forget_note(session, row)
        row.ended_at = row.ended_at or clock.now()


def _forget_care(session: Session, request_id: UUID) -> None:
    row = session.get(CareRequest, request_id)
    if row is None:
        return
    person_id, row.person_id, row.place = row.person_id, None, None
    session.flush()
    drop_person(session, person_id)


def _forget_screen(session: Session, engagement_id: UUID) -> None:
    row = session.get(Engagement, engagement_id)
    if row is not None:
        row.screen, row.score = None, None


def _cut_key(session: Session, encounter_id: UUID) -> None:
    """Of nobody any more; with it the key of cases and notes that came of this meeting."""
    row = session.get(Encounter, encounter_id)
    if row is None or row.client_id is None:
        return
    for case in session.scalars(select(ProgramCase).where(ProgramCase.encounter_id == row.id)):
        if case.closed_at is not None:
            case.client_id = None
    row.client_id = None
    session.flush()
    r.forget_met(session, [row.id])


def _erase_meeting(session: Session, encounter_id: UUID) -> None:
    """The person's own wish: who, and what describes them. The coded end of the call stays, of nobody."""
    row = session.get(Encounter, encounter_id)
    if row is None:
        return
    for engagement in session.scalars(select(Engagement).where(Engagement.encounter_id == row.id)):
        engagement.screen, engagement.score = None, None
    for case in session.scalars(select(ProgramCase).where(ProgramCase.encounter_id == row.id)):
        _forget_case(session, case.id)
        case.client_id = None
    row.age_band, row.language, row.race, row.reference = "unknown", "", "", ""
    unname(session, row)


# The words of `erased.remember` here, with what does it once more after an older database was put back.
MET_AGAIN: dict[str, Callable[[Session, UUID], None]] = {
    "met": _forget_met,
    "case": _forget_case,
    "note": _forget_note,
    "care": _forget_care,
    "screen": _forget_screen,
    "meeting": _erase_meeting,
}
