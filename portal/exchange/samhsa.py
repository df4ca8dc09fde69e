"""`import samhsa`: both books are read and checked whole, then written in short transactions.

Referrals and sign-ins go on meanwhile. A killed run is finished by the next, a second run changes nothing.
"""

import contextlib
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal import geo
from portal.directory import community, record_change
from portal.directory import models as d
from portal.exchange.intake.records import ImportResult, Progress, Rejected
from portal.exchange.rejected import write_report
from portal.exchange.samhsa_book import Book, read_books
from portal.exchange.samhsa_plan import Changes, Planner
from portal.exchange.samhsa_wanted import Site, WantedSite, Wanting, service_id, sites_of
from portal.exchange.samhsa_writing import (
    apply,
    begin_run,
    checkpoint_between,
    checkpoint_later,
    ensure_terms,
    live_services,
    mark_vanished,
    read_standing,
)
from portal.store import Actor, audit, clock, db, write

LOOK = 400  # sites compared at a time
FIRST = 20  # sites in the first transaction
AIM = 0.04  # seconds a transaction should take; no one is to wait 0.2
LEAST, MOST = 12, 100  # sites in a transaction: fewer cost more than they save, however slow the disk is
GAP = 0.005  # seconds between two transactions, in which whoever waits takes their turn
CHECKPOINT = 4  # transactions between two checkpoints: some 10 MB of SQLite's log
MARK = 100  # vanished services a transaction
MANY_GONE = (
    0.10  # more than this share of a book gone at once, and more than FEW_GONE rows, waits for a human's word
)
FEW_GONE = 100


class _TakenBack(Exception):  # noqa: N818
    """Rolls a dry run's writing back."""


@dataclass
class _Run:
    wanting: Wanting
    planner: Planner
    progress: Progress
    dry: bool
    total: int
    outcomes: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("created", "updated", "unchanged"), 0)
    )
    size: float = FIRST
    longest: float = 0.0
    written: int = 0  # transactions
    done: int = 0

    def count(self, changes: Changes) -> None:
        for outcome in changes.outcomes:
            self.outcomes[outcome] += 1
        self.done += len(changes.outcomes)
        self.progress(self.done, self.total)


def import_samhsa(
    actor: Actor,
    paths: list[Path],
    dry_run: bool = False,
    report: Path | None = None,
    progress: Progress | None = None,
    accept_vanished: bool = False,
) -> ImportResult:
    """Take the official workbooks as they are into the directory.

    Writes organizations, places, services, listings, phones, languages, coded terms, one history row a new listing, the
    change feed, the run with its rejected rows, and the audit trail; with `report` also a CSV of the rejected rows. Tells
    nobody. Raises BadWorkbook in one sentence, and then nothing was written; NoCommunity before there is one. Where more
    than one in ten rows of a book (and more than 100) are gone, they are held unless `accept_vanished`.
    """
    books = read_books(paths)
    rejected = [row for book in books for row in book.rejected]
    if report is not None:
        write_report(report, rejected)
    home = community()
    community_id, time_zone = home.id, home.time_zone
    run_id = None
    if not dry_run:
        geo.load_gazetteer()
        run_id = _begin(actor, books, rejected)
    numbers, ours = _terms(books, dry_run)
    places = geo.zip_centres({facility.zip for book in books for facility in book.facilities})
    wanting = Wanting(books, numbers, ours, places, community_id, time_zone)
    planner = Planner(numbers, ours.values(), clock.now())
    total = sum(len(book.facilities) for book in books)
    run = _Run(wanting, planner, progress or (lambda done, total: None), dry_run, total)
    sites = sites_of(books)
    for start in range(0, len(sites), LOOK):
        _take(run, sites[start : start + LOOK])
    vanished, held = _vanish(run, books, accept_vanished)
    checkpoint_between()
    read = sum(book.read for book in books)
    counts = {"read": read, **run.outcomes, "rejected": len(rejected)}
    if run_id is not None:
        _finish(run_id, counts)
    return ImportResult(counts, rejected, run_id, vanished, held, run.longest)


def _terms(books: list[Book], dry_run: bool) -> tuple[dict[str, list[int]], dict[str, int]]:
    """Term numbers. A dry run makes them too, to have numbers to compare with, and takes them back."""
    with contextlib.suppress(_TakenBack), write() as session:
        found = ensure_terms(session, books)
        if dry_run:
            raise _TakenBack
    return found


def _begin(actor: Actor, books: list[Book], rejected: list[Rejected]) -> UUID:
    with write() as session:
        run_id = begin_run(session, [book.file for book in books])
        audit.append(actor, "import_samhsa", "import_run", run_id)
        if rejected:
            session.execute(
                insert(d.RejectedRow),
                [
                    {"import_run_id": run_id, "file": row.file, "row": row.row, "reason": row.reason}
                    for row in rejected
                ],
            )
    return run_id


def _finish(run_id: UUID, counts: dict[str, int]) -> None:
    with write() as session:
        found = session.scalar(select(d.ImportRun).where(d.ImportRun.id == run_id))
        if found is not None:
            found.state, found.counts, found.finished_at = "done", dict(counts), clock.now()


def _take(run: _Run, sites: list[Site]) -> None:
    """Compare without a lock; write what differs in transactions that adapt to the disk."""
    session = db.session()
    waiting: list[WantedSite] = []
    wanted = [run.wanting.site(site) for site in sites]
    standing = read_standing(session, wanted)
    for site in wanted:
        changes = run.planner.plan(site, standing)
        if changes.empty or run.dry:
            run.count(changes)
        else:
            waiting.append(site)
    session.rollback()
    while waiting:
        part, waiting = waiting[: int(run.size)], waiting[int(run.size) :]
        with write() as locked:
            began = time.perf_counter()  # the wait for one's turn is nobody else's burden
            checkpoint_later(locked)
            changes = _write_part(run, locked, part)
        took = time.perf_counter() - began
        run.longest = max(run.longest, took)
        run.size = min(MOST, max(LEAST, run.size * min(1.5, AIM / took)))
        run.count(changes)
        run.written += 1
        if run.written % CHECKPOINT == 0:
            checkpoint_between()
        time.sleep(GAP)


def _write_part(run: _Run, session: Session, sites: list[WantedSite]) -> Changes:
    """Look again under the lock (somebody may have edited meanwhile), then write."""
    record_change(session)  # on PostgreSQL takes the feed's lock, so that two imports queue
    standing = read_standing(session, sites)
    changes = Changes()
    for site in sites:
        changes.add(run.planner.plan(site, standing))
    apply(session, changes)
    return changes


def _vanish(run: _Run, books: list[Book], accept: bool) -> tuple[int, int]:
    """Mark services that their book no longer lists. Returns (marked, held)."""
    marked = held = 0
    for book in books:
        listed = {service_id(book.kind, facility) for facility in book.facilities}
        session = db.session()
        live = live_services(session, book.kind)
        session.rollback()
        gone = sorted(
            found
            for found, key in live.items()
            if found not in listed and " | ".join(key.split(" | ")[:4]) not in book.rejected_sites
        )
        if len(gone) > max(FEW_GONE, MANY_GONE * len(live)) and not accept:
            held += len(gone)
            continue
        marked += len(gone)
        if run.dry:
            continue
        for start in range(0, len(gone), MARK):
            with write() as locked:
                mark_vanished(locked, gone[start : start + MARK], run.planner.now)
    return marked, held
