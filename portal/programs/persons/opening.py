"""The one read that opens a person who was met. Each opening is in the audit trail."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from portal.programs.access import preset_of, roles_in
from portal.programs.models import Encounter
from portal.programs.persons.settings import Persons, persons_of
from portal.referrals.models import Person
from portal.store import Actor, audit, clock, db, write

OWN_DAYS = timedelta(days=30)  # whoever typed it sees their own entry for so long


@dataclass(frozen=True)
class MetPerson:
    """Who was met, as typed."""

    name: str
    born: date | None
    phone: str


def open_met(actor: Actor, encounter_id: UUID) -> MetPerson | None:
    """Who was met, for the kinds of roles that the preset lets see it, and for 30 days for whoever recorded the meeting. None
    for all others, and where nobody was named. A partner's people see whom their own task names, and nobody here. Writes one
    audit row."""
    row = db.session.get(Encounter, encounter_id)
    if row is None or row.person_id is None:
        return None
    preset = preset_of(row.program)
    partners = {each.role for each in preset.follow_ups if each.to == "partner"}
    kinds = {preset.role_kind(role) or role for role in roles_in(actor, row.program) - partners}
    settings = persons_of(preset) or Persons()
    own = row.recorded_by == actor.account_id and clock.now() - row.recorded_at <= OWN_DAYS
    if not kinds or not (own or kinds & set(settings.seen_by)):
        return None
    with write() as session:
        audit.append(actor, "open_met", "encounter", row.id)
        return unsealed(session, row.person_id)


def unsealed(session: Session, person_id: UUID | None) -> MetPerson | None:
    """Unseal one row. Whoever calls this has decided that its actor may, and has written it down."""
    person = session.get(Person, person_id) if person_id else None
    if person is None:
        return None
    born = date.fromisoformat(person.date_of_birth) if person.date_of_birth else None
    return MetPerson(person.name or "", born, person.phone or "")
