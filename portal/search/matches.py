"""Everything that answers a question, for programs: all rows at once, best first, with nothing read into the words."""

from collections.abc import Iterable
from typing import NamedTuple

from portal.search.called import names_of
from portal.search.fallback import SqlEngine
from portal.search.harvest import stands
from portal.search.queries import trusted
from portal.search.question import Question
from portal.search.ranking import standing
from portal.search.selection import choose
from portal.search.understand import understand
from portal.store import clock


class Match(NamedTuple):
    """`number` of a listing (service_at_location). `miles` None: it has no point, or none that may be told. `serves`: its area
    holds the place that was asked for."""

    number: int
    miles: float | None
    serves: bool


def matching(question: Question) -> list[Match]:
    """Every active listing that has all of the words and passes every filter, best first; pages and sorting are not looked at.

    Words are taken as typed: nothing is corrected and no need or place is guessed. Raises PlaceUnknown or PlaceAmbiguous
    for `near`. Writes nothing.
    """
    here = stands()
    found = trusted(here)
    meaning = understand(question, here.state or None, names_of(found), places=False, guesses="none")
    engine = found or SqlEngine(meaning)
    facts, now = engine.facts, clock.now()
    chosen = choose(engine, meaning, standing(facts, now), max(facts.size, 1))
    rows = chosen.rows[: chosen.whole] if meaning.parts else chosen.rows
    numbers: Iterable[int] = facts.columns["number"][rows].tolist()
    return [
        Match(number, chosen.distances.get(row), chosen.stands.get(row) == "serves")
        for number, row in zip(numbers, rows, strict=True)
    ]
