"""Somebody is named at a meeting, and it is seen at once whether they are met often."""

from uuid import UUID

from portal.programs.cases.frequent import open_frequent
from portal.programs.compose import settle_owner
from portal.programs.models import Encounter
from portal.programs.persons import ToldPerson, tell_person
from portal.store import Actor, clock, write


def meet_person(actor: Actor, encounter_id: UUID, told: ToldPerson) -> bool:
    """`tell_person`; and the meeting that makes somebody met often opens their case, in the same transaction. Where the agency's
    programs share their calls, who has the case follows the call up, and nobody else. True when the
    person can be known again."""
    with write() as session:
        keyed = tell_person(actor, encounter_id, told)
        row, now = session.get_one(Encounter, encounter_id), clock.now()
        open_frequent(session, row, now)
        settle_owner(session, row, actor.account_id, now)
        return keyed
