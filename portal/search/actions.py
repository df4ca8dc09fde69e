"""Keeping the index: the worker's verbs. And counting what was looked for, coarsely."""

import fcntl
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from whoosh.index import LockError

from portal.search import whoosh_index
from portal.search.answer import Answer
from portal.search.engine import DAMAGED_FILE, FACTS_FILE, index_dir
from portal.search.facts import About, Damaged, Facts, load, peek, save
from portal.search.harvest import changed_since, community_key, harvest, newest_change
from portal.search.models import SearchTally
from portal.search.question import Question
from portal.store import clock, db, write

log = logging.getLogger(__name__)

LOCK_FILE = "writer.lock"
BATCH = 2000
REBUILD_FROM = 4000  # changes waiting; more are quicker from scratch


def catch_up() -> int:
    """Bring the index up to the change feed; returns how many listings were looked at. Made for the worker's every second.

    Builds a new index when there is none, when it is damaged or another version's, or when it belongs to another
    database. Does nothing while another process is writing.
    """
    with _only_writer() as mine:
        if not mine:
            return 0
        db.session.rollback()  # see what was committed since
        about = _held()
        if about is None:
            return _rebuild()
        newest = newest_change()
        if newest == about["change"]:
            return 0
        if newest < about["change"] or newest - about["change"] > REBUILD_FROM:
            return _rebuild()
        try:
            return _apply(about)
        except LockError:
            return 0
        except SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001 - a torn index raises anything; it is derived, so build it again
            log.error("the index could not be changed (%s) and is built again", type(error).__name__)
            return _rebuild()


def rebuild() -> int:
    """Build the index from the database in a new folder and swap it in; returns how many listings it holds. Search goes on
    meanwhile. Returns 0 when another process is writing."""
    with _only_writer() as mine:
        return _rebuild() if mine else 0


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


@contextmanager
def _only_writer() -> Iterator[bool]:
    """True for the one process that may write. The lock ends with the process, however it ends."""
    folder = index_dir()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK_FILE).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def _held() -> About | None:
    """What stands on disk, if it can be trusted and belongs to this database."""
    base = index_dir()
    if (base / DAMAGED_FILE).exists():
        return None
    try:
        about = peek(base / FACTS_FILE)
    except FileNotFoundError:
        return None
    except Damaged as error:
        log.warning("%s", error)
        return None
    if about["community"] != community_key() or not (base / about["folder"]).is_dir():
        return None
    return about


def _apply(about: About) -> int:
    facts, _about = load(index_dir() / FACTS_FILE)
    seen = 0
    while changes := changed_since(about["change"], BATCH):
        numbers = sorted({listing for _change, listing in changes})
        rows = {row.number: row for row in harvest(numbers)}
        gone = [number for number in numbers if number not in rows and number in facts.row_of]
        texts = [(n, row.text) for n, row in rows.items() if facts.text_of(n) != row.checksum]
        if texts or gone:
            about["generation"] = whoosh_index.apply(index_dir() / about["folder"], texts, gone)
        for row in rows.values():
            facts.put(row)
        for number in gone:
            facts.drop(number)
        about["change"] = changes[-1][0]
        save(index_dir() / FACTS_FILE, facts, about)
        seen += len(numbers)
    return seen


def _rebuild() -> int:
    db.session.rollback()  # read one state of the database, from the change number on
    change, community = newest_change(), community_key()
    base = index_dir()
    name = f"words-{uuid4().hex[:12]}"
    (base / name).mkdir()
    whoosh_index.create(base / name).close()
    facts = Facts()

    def texts() -> Iterator[tuple[int, list[str]]]:
        for row in harvest():
            facts.put(row)
            yield row.number, row.text

    generation = whoosh_index.apply(base / name, texts(), (), fresh=True)
    old = _folder_now(base)
    about: About = {"folder": name, "generation": generation, "change": change, "community": community}
    save(base / FACTS_FILE, facts, about)
    (base / DAMAGED_FILE).unlink(missing_ok=True)
    _tidy(base, {name, old})
    log.info("the search index was built: %s listings", len(facts))
    return len(facts)


def _folder_now(base: Path) -> str:
    try:
        return peek(base / FACTS_FILE)["folder"]
    except (Damaged, OSError, KeyError):
        return ""


def _tidy(base: Path, kept: set[str]) -> None:
    """Remove older folders; the last one stays a while for a process that is reading it."""
    for folder in base.glob("words-*"):
        if folder.name not in kept and folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)
    for file in base.glob("facts.*"):
        if file.name not in (FACTS_FILE, f"facts.{os.getpid()}"):
            file.unlink(missing_ok=True)
