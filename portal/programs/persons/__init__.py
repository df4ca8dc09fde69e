"""Who was met: typed at a meeting, sealed, known again by a random key; and opened again by few, each time written down."""

from portal.programs.persons.opening import MetPerson, open_met
from portal.programs.persons.settings import Persons, persons_of
from portal.programs.persons.telling import ToldPerson, forget_met_person, seal, tell_person

__all__ = [
    "MetPerson",
    "Persons",
    "ToldPerson",
    "forget_met_person",
    "open_met",
    "persons_of",
    "seal",
    "tell_person",
]
