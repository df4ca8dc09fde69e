"""The one door: a question in, an answer out."""

import logging
from traceback import extract_tb
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from portal.search import generation, holder, postgres_engine
from portal.search.answer import Answer
from portal.search.answering import answer_with
from portal.search.arrays import Damaged
from portal.search.called import names_of
from portal.search.engine import Engine
from portal.search.fallback import SqlEngine
from portal.search.harvest import Stands, stands
from portal.search.question import Question
from portal.search.second_thoughts import answer_kindly
from portal.search.understand import understand
from portal.search.which import on_postgres
from portal.store import clock

log = logging.getLogger(__name__)


def find_services(question: Question, *, counts: bool = False) -> Answer:
    """The services that answer the question, 20 a page, best first, each saying why.

    Reads the index, or the database while there is none (Answer.notice says so). With `counts`, how many services each value
    of each filter would find. Raises PlaceUnknown or PlaceAmbiguous for `near`. Writes nothing; see `tally`.
    """
    here = stands()
    engine = trusted(here)
    meaning = understand(question, here.state or None, names_of(engine))
    now = clock.now()
    if engine is not None:
        try:
            return answer_kindly(engine, meaning, now, here, counts)
        except (Damaged, OSError) as error:
            (postgres_engine if on_postgres() else generation).distrust(error)
        except SQLAlchemyError:
            raise  # without the database nobody answers
        except Exception as error:  # noqa: BLE001 - people still need an answer; one odd question must not cost all of them the index
            where = extract_tb(error.__traceback__)[-1]
            log.error(
                "a question was not answered from the index: %s at %s:%s",
                type(error).__name__,
                where.name,
                where.lineno,
            )
    return answer_with(SqlEngine(meaning), meaning, now, here, counts, "rebuilding")


def index_state() -> dict[str, Any]:
    """`{"state": "ready"|"rebuilding", "listings": n, "behind": n}`: behind counts changes that the index has not seen."""
    here = stands()
    engine = trusted(here)
    if engine is None:
        return {"state": "rebuilding", "listings": 0, "behind": here.change}
    behind = max(0, here.change - (engine.change or 0))
    return {"state": "ready", "listings": len(engine.facts), "behind": behind}


def trusted(here: Stands) -> Engine | None:
    """The index, if it is whole and was made for this database."""
    if on_postgres():
        return postgres_engine.current(here.community)
    engine = holder.current()
    return engine if engine is not None and engine.about["community"] == here.community else None
