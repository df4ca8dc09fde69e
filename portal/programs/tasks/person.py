"""The person's contact, for the role that owns a task: opened in one read, and each opening is in the audit trail."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.programs.models import Encounter, EncounterNeed, ProgramTask
from portal.programs.persons.opening import unsealed
from portal.programs.persons.settings import Persons, persons_of
from portal.programs.tasks.access import Place, place_of, works
from portal.referrals import PersonView, person_view
from portal.referrals.models import Need
from portal.store import Actor, audit, clock, db, write

KEPT = timedelta(days=30)  # after the task ended, as with one's own entry


def has_person(task: ProgramTask, place: Place, now: datetime) -> bool:
    """Whether there is somebody whose contact this place of the team may open: for the roles that work the task and are of a kind
    that the preset lets see who was met, not for a supervisor; not where the person wants no contact; until 30 days after the
    end. What was told in a referral is never opened for police: its sender has their own entry."""
    row = task.encounter
    if row is None or row.contact_consent == "no" or row.disposition == "arrest" or task.result == "refused":
        return False
    if task.closed_at is not None and now > task.closed_at + KEPT:
        return False
    kinds = _kinds(task, place)
    if not kinds:
        return False
    return row.person_id is not None or (kinds != {"police"} and need_of(db.session(), task, row) is not None)


def reveal_for_task(actor: Actor, task_id: UUID) -> PersonView | None:
    """Who is to be reached, and how safely, for whoever works the task. Writes one audit row. None when it is not theirs, or
    nobody is named."""
    task = db.session.get(ProgramTask, task_id)
    place = place_of(actor, task) if task is not None else None
    if task is None or place is None or not works(actor, place, task):
        return None
    if not has_person(task, place, clock.now()):
        return None
    with write() as session:
        audit.append(actor, "reveal_person", "program_task", task.id)
        return contact_of(session, task, referral=_kinds(task, place) != {"police"})


def contact_of(session: Session, task: ProgramTask, *, referral: bool = True) -> PersonView | None:
    """Unseal the person of a task. Whoever calls this has decided that its actor may, and has written it down. A referral's entry
    goes before the encounter's: it says how to contact the person safely."""
    row = task.encounter
    need = need_of(session, task, row) if row is not None and referral else None
    if need is not None:
        return person_view(session, need)
    met = unsealed(session, row.person_id) if row is not None else None
    if met is None:
        return None
    return PersonView(
        name=met.name, phone=met.phone, safety_notes="", date_of_birth=met.born, safe_contact="unknown"
    )


def _kinds(task: ProgramTask, place: Place) -> set[str]:
    """The kinds of the actor's roles that work this task and may see who was met."""
    roles = place.roles & {task.role, *place.options.also}
    settings = persons_of(place.preset) or Persons()
    return {place.preset.role_kind(role) for role in roles} & set(settings.seen_by)


def need_of(session: Session, task: ProgramTask, row: Encounter) -> Need | None:
    """The newest referral that came of the encounter and still has its person, sent by the department whose task it is, where the
    person agreed to be contacted again."""
    if row.contact_consent != "yes":
        return None
    return session.scalar(
        select(Need)
        .join(EncounterNeed, EncounterNeed.need_id == Need.id)
        .where(
            EncounterNeed.encounter_id == row.id,
            Need.person_id.is_not(None),
            Need.sender_organization_id == task.organization_id,
        )
        .order_by(Need.sent_at.desc())
        .limit(1)
    )
