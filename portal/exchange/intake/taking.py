"""`take_in`: the one way in. Records are spooled and checked whole, then written in short transactions, a family at a time.

Referrals and sign-ins go on meanwhile. A killed run is finished by the next, a second run changes nothing.
"""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal import geo
from portal.directory import community, record_change, write_terms
from portal.exchange.intake.changes import Changes
from portal.exchange.intake.lists import match_lists, source_terms
from portal.exchange.intake.plan import Planner
from portal.exchange.intake.records import ImportResult, Progress, Stream
from portal.exchange.intake.report import begin, finish, write_report
from portal.exchange.intake.samples import Samples
from portal.exchange.intake.settling import settle
from portal.exchange.intake.spool import Row, Spool
from portal.exchange.intake.standing import any_stands, read_standing, source_of
from portal.exchange.intake.tables import ALONE, FAMILIES
from portal.exchange.intake.vanishing import vanish
from portal.exchange.intake.wanting import Family, Wanting
from portal.exchange.intake.writing import apply, write_late
from portal.store import Actor, clock, db, write
from portal.store.database import checkpoint, sqlite_checkpoints_safe

FIRST = 50  # roots in the first transaction
AIM = 0.08  # seconds a transaction should take; no one is to wait 0.2
LEAST, MOST = 50, 400  # fewer cost more than they save, however slow the disk is
GAP = 0.003  # seconds between two transactions, in which whoever waits takes their turn
CHECKPOINT = 6  # transactions between two checkpoints
KEPT_REJECTED = 1_000
TELL = 2_000  # records between two words of progress while reading


@dataclass
class _Run:
    spool: Spool
    wanting: Wanting
    planner: Planner
    samples: Samples
    source: str
    now: datetime
    dry: bool
    progress: Progress
    size: float = FIRST
    longest: float = 0.0
    written: int = 0
    done: int = 0
    waiting: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    owners: dict[UUID, str | None] = field(default_factory=dict)

    def owner(self, session: Session, table: str, row: Any) -> str | None:
        """Whose a row is; of the terms of one list it is asked once."""
        if table != "taxonomy_term":
            return source_of(session, table, row)
        if row.taxonomy_id not in self.owners:
            self.owners[row.taxonomy_id] = source_of(session, table, row)
        return self.owners[row.taxonomy_id]


def take_in(
    actor: Actor,
    source: str,
    records: Stream,
    *,
    files: tuple[str, ...] = (),
    dry_run: bool = False,
    report: Path | None = None,
    progress: Progress | None = None,
    accept_vanished: bool = False,
) -> ImportResult:
    """Take a whole source into the directory.

    `source` names the feed for good (`hsds ilao`, `csv ca-dhcs`): it owns the rows that it brings, and each run must bring all
    of them. Writes what is new or differs, its history and provenance, the change feed, the run with its rejected rows, and
    the audit trail; with `report` also a CSV of the rejected and mended rows. Tells nobody. Only fields that the source
    brought change; what a person edited here stays, and so does everything about a confidential place. A row that is no
    longer in the source is marked so, never deleted; where more than one in ten would be, none is unless `accept_vanished`.
    A crisis number that the source changed waits for a steward. A killed run is finished by the next, a second run changes
    nothing. Raises BadPackage in one sentence, and then nothing was written; NoCommunity before there is one.
    """
    home = community()
    community_id, time_zone, now = home.id, home.time_zone, clock.now()
    tell = progress or (lambda done, total: None)
    with Spool() as spool:
        _read(spool, records, tell)
        settle(spool, source)
        if not dry_run:
            geo.load_gazetteer()
            write_terms()
        wanting = Wanting(spool, source, community_id, time_zone, now)
        match_lists(spool, wanting, source)
        run_id = None if dry_run else begin(actor, source, files)
        planner = Planner(source, now, source_terms(spool, wanting))
        run = _Run(spool, wanting, planner, Samples(), source, now, dry_run, tell)
        for table in (*ALONE, *FAMILIES):
            _take_table(run, table)
            if table == "taxonomy_term":
                planner.own_terms = source_terms(spool, wanting)
        if not dry_run:
            _write_late(run)
        vanished, held = vanish(spool, wanting, source, now, dry_run, accept_vanished)
        return _result(run, run_id, report, vanished, held)


def _read(spool: Spool, records: Stream, tell: Progress) -> None:
    stream, read = iter(records), 0
    while part := list(islice(stream, TELL)):
        for record in part:
            spool.take(record)
        read += len(part)
        tell(0, read)


def _take_table(run: _Run, table: str) -> None:
    total = run.spool.total()
    for roots in _portions(run, table):
        family = run.wanting.family(roots)
        session = db.session()
        if run.dry or any_stands(session, table, family):
            changes = run.planner.plan(family, read_standing(session, family), partial(run.owner, session))
            session.rollback()
            if not (changes.empty or run.dry):
                changes = _write(run, family)
        else:
            changes = _write(run, family)
        _count(run, family, changes)
        run.done += sum(len(rows) for rows in family.rows.values())
        run.progress(min(run.done, total), total)
    if not run.dry and sqlite_checkpoints_safe():
        checkpoint()


def _portions(run: _Run, table: str) -> Any:
    """Rows of a table in portions as large as transactions may be just now."""
    for roots in run.spool.roots(table, MOST):
        waiting: list[Row] = roots
        while waiting:
            size = MOST if run.dry else int(run.size)
            part, waiting = waiting[:size], waiting[size:]
            yield part


def _write(run: _Run, family: Family) -> Changes:
    """Look under the lock (somebody may have edited meanwhile), then write."""
    with write() as session:
        began = time.perf_counter()  # the wait for one's turn is nobody else's burden
        _checkpoint_later(session)
        record_change(session)  # on PostgreSQL takes the feed's lock, so that two imports queue
        changes = run.planner.plan(family, read_standing(session, family), partial(run.owner, session))
        run.waiting += apply(session, changes, run.source, run.now)
    took = time.perf_counter() - began
    run.longest = max(run.longest, took)
    run.size = min(MOST, max(LEAST, run.size * min(1.5, AIM / took)))
    run.written += 1
    if run.written % CHECKPOINT == 0 and sqlite_checkpoints_safe():
        checkpoint()
    time.sleep(GAP)
    return changes


def _checkpoint_later(session: Session) -> None:
    """SQLite: no checkpoint at this connection's commits, where it would make everybody wait."""
    if session.connection().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA wal_autocheckpoint=0")


def _count(run: _Run, family: Family, changes: Changes) -> None:
    for row, reason in changes.refused:
        run.spool.drop(row, reason)
    for row, what in changes.notes:
        run.spool.say(row.file, row.row, what)
    for table, outcomes in changes.outcomes.items():
        run.counts.setdefault(table, Counter()).update(outcomes.values())
    run.spool.defer(changes.late)
    run.samples.look(family, changes)


def _write_late(run: _Run) -> None:
    for part in run.spool.deferred(500):
        rows = [(table, found, name, run.wanting.id_of(ref)) for table, found, name, ref in part]
        with write() as session:
            write_late(session, rows)


def _result(run: _Run, run_id: UUID | None, report: Path | None, vanished: int, held: int) -> ImportResult:
    spool = run.spool
    tables = {
        table: {
            "read": spool.read[table],
            **dict(run.counts.get(table, Counter())),
            "rejected": spool.lost[table],
        }
        for table in sorted(spool.read)
    }
    services = run.counts.get("service", Counter())
    counts = {
        "read": spool.read["service"],
        **{name: services[name] for name in ("created", "updated", "unchanged")},
        "rejected": spool.lost["service"],
    }
    if report is not None:
        write_report(report, spool)
    if run_id is not None:
        finish(run_id, spool, {**counts, "held": held, "vanished": vanished, "waiting": run.waiting})
    return ImportResult(
        counts, list(islice(spool.rejected(), KEPT_REJECTED)), run_id, vanished, held, run.longest, tables,
        spool.mended, run.samples.lines, run.waiting,
    )  # fmt: skip
