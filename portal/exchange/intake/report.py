"""What is kept and told of a run: its row, the rows that were rejected or mended, and the CSV for whoever sent the file."""

import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select

from portal.directory import models as d
from portal.exchange.intake.spool import Spool
from portal.exchange.rejected import safe_cell
from portal.store import Actor, audit, clock, write

AT_ONCE = 500


def begin(actor: Actor, source: str, files: Iterable[str]) -> UUID:
    """The run's row; a killed run of the same source is taken over, its list made anew."""
    with write() as session:
        run = session.scalar(
            select(d.ImportRun).where(d.ImportRun.source == source, d.ImportRun.state == "running").limit(1)
        )
        if run is None:
            run = d.ImportRun(id=uuid4(), source=source, started_at=clock.now())
            session.add(run)
        run.files = list(files)
        session.flush()
        session.execute(delete(d.RejectedRow).where(d.RejectedRow.import_run_id == run.id))
        audit.append(actor, "import", "import_run", run.id, reason=source)
        return run.id


def finish(run_id: UUID, spool: Spool, counts: dict[str, Any]) -> None:
    rows = _lines(spool)
    while part := list(islice(rows, AT_ONCE)):
        with write() as session:
            session.execute(
                insert(d.RejectedRow),
                [
                    {"import_run_id": run_id, "kind": kind, "file": file, "row": row, "reason": reason}
                    for kind, file, row, reason in part
                ],
            )
    with write() as session:
        found = session.get(d.ImportRun, run_id)
        if found is not None:
            found.state, found.counts, found.finished_at = "done", dict(counts), clock.now()


def write_report(path: Path, spool: Spool) -> None:
    """`file, row, reason, what became of it`, safe to open in a spreadsheet."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "row", "reason", "kind"])
        for kind, name, row, reason in _lines(spool):
            writer.writerow([safe_cell(name), row, safe_cell(reason), kind])


def _lines(spool: Spool) -> Iterator[tuple[str, str, int, str]]:
    for rejected in spool.rejected():
        yield "rejected", rejected.file, rejected.row, rejected.reason
    for mended in spool.told():
        yield (
            "mended",
            mended.file,
            mended.row,
            f"{mended.what}: {mended.detail}" if mended.detail else mended.what,
        )
