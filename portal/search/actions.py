"""Keeping what search reads up to date: the worker's verbs. And counting what was looked for, coarsely."""

import logging

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from portal.search import pack_index, postgres_index
from portal.search.answer import Answer
from portal.search.models import SearchTally
from portal.search.question import Question
from portal.search.which import on_postgres
from portal.store import clock, write

log = logging.getLogger(__name__)


def catch_up() -> int:
    """Bring what search reads up to the change feed; returns how many listings were looked at."""
    return postgres_index.catch_up() if on_postgres() else pack_index.catch_up()


def rebuild() -> int:
    """Make anew what search reads, while search goes on; returns how many listings it holds, 0 when another is at it."""
    return postgres_index.rebuild() if on_postgres() else pack_index.rebuild()


def tally(question: Question, answer: Answer) -> None:
    """Count that somebody looked: the day, care codes, a three-digit ZIP area, whether anything was found. Never fails."""
    place = answer.place
    key = {
        "day": clock.now().date(),
        "care": ",".join(answer.care),
        "area": (place.zip[:3] or place.state) if place else "",
        "found": bool(answer.total),
    }
    try:
        with write() as session:
            same = [getattr(SearchTally, name) == value for name, value in key.items()]
            done = session.execute(update(SearchTally).where(*same).values(count=SearchTally.count + 1))
            if not getattr(done, "rowcount", 0):
                session.add(SearchTally(**key))
    except SQLAlchemyError as error:
        log.info("a search was not counted: %s", type(error).__name__)
