"""Keeping the index on disk: the worker applies the change feed to it, or builds it anew.

Order of writing: words (Whoosh), packs, cards, then the file of facts that points at all of them, in one rename. A process
killed anywhere leaves the old facts or the new ones; what nothing points at is swept at the next rebuild.
"""

import fcntl
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError
from whoosh.index import LockError

from portal.search import whoosh_index
from portal.search.arrays import Damaged, load, peek, save
from portal.search.cardfile import CARDS_FILE, CardWriter
from portal.search.facts import Facts, FactsWriter, Row, shared_in, shared_out
from portal.search.generation import DAMAGED_FILE, FACTS_FILE, About, about_of, index_dir
from portal.search.harvest import changed_since, community_key, harvest, newest_change
from portal.store import db

log = logging.getLogger(__name__)

LOCK_FILE = "writer.lock"
BATCH = 2000
REBUILD_FROM = 4000  # changes waiting; more are quicker from scratch
MOST_WASTE = 4  # times the size of the live cards; then it is built anew
SMALL = 64_000_000  # bytes of cards whose waste does not matter


def catch_up() -> int:
    """Bring the index up to the change feed; returns how many listings were looked at.

    Builds a new index when there is none, when it is damaged or another version's, or when it belongs to another
    database. Does nothing while another process is writing.
    """
    with only_writer() as mine:
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
    with only_writer() as mine:
        return _rebuild() if mine else 0


@contextmanager
def only_writer() -> Iterator[bool]:
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
        about = about_of(peek(base / FACTS_FILE))
    except FileNotFoundError:
        return None
    except Damaged as error:
        log.warning("%s", error)
        return None
    if about["community"] != community_key() or not (base / about["folder"]).is_dir():
        return None
    return about


def _apply(about: About) -> int:
    _about, head, arrays = load(index_dir() / FACTS_FILE)
    writer = FactsWriter(Facts(arrays, shared_in(head)))
    folder, seen = index_dir() / about["folder"], 0
    before = about["segments"]
    while changes := changed_since(about["change"], BATCH):
        numbers = sorted({listing for _change, listing in changes})
        rows = {row.number: row for row in harvest(numbers)}
        gone = [number for number in numbers if number not in rows and writer.place(number) >= 0]
        texts = [(n, row.text) for n, row in rows.items() if writer.text_of(n) != row.checksum]
        if texts or gone:
            about["segments"], about["deleted"] = whoosh_index.apply(folder, texts, gone)
        put_cards(folder, writer, list(rows.values()))
        for number in gone:
            writer.drop(number)
        about["change"] = changes[-1][0]
        seen += len(numbers)
    facts = writer.finish()
    save(index_dir() / FACTS_FILE, about, shared_out(facts.shared), facts.columns)
    whoosh_index.tidy(folder, {*before, *about["segments"]})
    waste = (folder / CARDS_FILE).stat().st_size - SMALL
    if waste > MOST_WASTE * int(facts.columns["card_length"].sum()):
        _rebuild()
    return seen


def put_cards(folder: Path, writer: FactsWriter, rows: list[Row]) -> None:
    cards = CardWriter(folder)
    for row in rows:
        writer.put(row, cards.put(row.card))
    cards.close()


def _rebuild() -> int:
    db.session.rollback()  # read one state of the database, from the change number on
    change, community = newest_change(), community_key()
    base = index_dir()
    name = f"words-{uuid4().hex[:12]}"
    folder = base / name
    folder.mkdir()
    whoosh_index.create(folder)
    writer, cards = FactsWriter(), CardWriter(folder)

    def texts() -> Iterator[tuple[int, list[str]]]:
        for row in harvest():
            writer.put(row, cards.put(row.card))
            yield row.number, row.text

    segments, deleted = whoosh_index.apply(folder, texts(), (), fresh=True)
    cards.close()
    old = _folder_now(base)
    about = About(folder=name, segments=segments, deleted=deleted, change=change, community=community)
    facts = writer.finish()
    save(base / FACTS_FILE, about, shared_out(facts.shared), facts.columns)
    (base / DAMAGED_FILE).unlink(missing_ok=True)
    _tidy(base, {name, old})
    log.info("the search index was built: %s listings", len(facts))
    return len(facts)


def _folder_now(base: Path) -> str:
    try:
        return str(peek(base / FACTS_FILE)["folder"])
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
