"""A person is typed at a meeting, once; or taken back by whoever typed them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from portal.programs.access import preset_of, roles_in
from portal.programs.models import Encounter, ProgramCase
from portal.programs.persons.settings import keeps_unnamed, persons_of
from portal.referrals import NotHere, forget_met, know_met
from portal.referrals.models import Person
from portal.referrals.names import OLDEST
from portal.store import Actor, Conflict, Refused, audit, clock, limits, write

LONGEST_NAME, LONGEST_PHONE = 80, 30


@dataclass(frozen=True)
class ToldPerson:
    """Who it is, as far as they say. Any of it may be missing, not all."""

    name: str = ""
    born: date | None = None
    phone: str = ""


def tell_person(actor: Actor, encounter_id: UUID, told: ToldPerson) -> bool:
    """Seal who was met at this meeting, and give the meeting the random key of that person. True when it was enough to know them
    again: a full name with the date of birth or the phone. Audited.

    Refused for an arrest, where somebody was hurt by somebody, by a program that names nobody, and later than the preset's
    hours; Conflict when somebody stands there: nobody tries one name after another. TooMany after 20 in an hour.
    """
    with write() as session:
        row = _met(session, actor, encounter_id)
        _may_be_named(row)
        if row.person_id is not None:
            raise Conflict(_("Who was met stands here already."))
        limits.spend("met", str(actor.account_id))
        now = clock.now()
        row.person_id = seal(session, told, now)
        if row.client_id is None:
            row.client_id = know_met(session, row.community_id, row.id, told.name, told.born, told.phone, now)
        audit.append(actor, "tell_person", "encounter", row.id)
        return row.client_id is not None


def forget_met_person(actor: Actor, encounter_id: UUID) -> None:
    """The wrong person, or they said no after all: name, marks and key are gone from this meeting at once. By whoever recorded
    it. Refused once a case hangs on it, which is ended first."""
    with write() as session:
        row = _met(session, actor, encounter_id)
        if row.recorded_by != actor.account_id:
            raise Refused(_("Only who recorded this may take it back."))
        if session.scalar(select(ProgramCase.id).where(ProgramCase.encounter_id == row.id)):
            raise Refused(_("A case hangs on this. End the case first."))
        unname(session, row)
        audit.append(actor, "forget_met_person", "encounter", row.id)


def unname(session: Session, row: Encounter) -> None:
    """The meeting is of nobody any more; a key that came with a referral stays with the referral."""
    person_id, row.person_id = row.person_id, None
    row.client_id = None
    session.flush()
    forget_met(session, [row.id])
    drop_person(session, person_id)


def drop_person(session: Session, person_id: UUID | None) -> None:
    """The sealed row, unless something else of the product still has it."""
    if person_id is None:
        return
    kept = [
        exists().where(column == Person.id)
        for table in Person.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == Person.__tablename__ for key in column.foreign_keys)
    ]
    unused = [~each for each in kept]
    session.execute(
        delete(Person).where(Person.id == person_id, *unused).execution_options(synchronize_session=False)
    )


def seal(session: Session, told: ToldPerson, now: datetime) -> UUID:
    """A new sealed person. Refused, by field, for what no name, day or number is."""
    name, phone = " ".join(told.name.split()), " ".join(told.phone.split())
    if not (name or phone):
        raise Refused(_("Write a name or a phone number, or go back: nobody has to be named."), "name")
    if len(name) > LONGEST_NAME:
        raise Refused(_("Use %(most)s characters or fewer.", most=LONGEST_NAME), "name")
    if len(phone) > LONGEST_PHONE:
        raise Refused(_("Use %(most)s characters or fewer.", most=LONGEST_PHONE), "phone")
    if told.born is not None and not OLDEST <= told.born <= now.date():
        raise Refused(_("Check the year."), "born")
    person = Person(
        name=name or None,
        date_of_birth=told.born.isoformat() if told.born else None,
        phone=phone or None,
        created_at=now,
    )
    session.add(person)
    session.flush()
    return person.id


def _met(session: Session, actor: Actor, encounter_id: UUID) -> Encounter:
    row = session.scalar(select(Encounter).where(Encounter.id == encounter_id).with_for_update(of=Encounter))
    if row is None or not roles_in(actor, row.program):
        raise NotHere
    return row


def _may_be_named(row: Encounter) -> None:
    preset = preset_of(row.program)
    settings = persons_of(preset)
    if settings is None:
        raise Refused(_("This program names nobody."))
    if row.disposition == "arrest":
        raise Refused(_("An arrest is never recorded beside a person."))
    if keeps_unnamed(preset, row.facts):
        raise Refused(_("Somebody was hurt here. Nobody of this meeting is named in this system."))
    if clock.now() - row.recorded_at > settings.length:
        raise Refused(_("It is too long ago to add a person."))
