"""`take_in`: the one way in. Records are spooled and checked whole, then written in short transactions, a family at a time."""

from pathlib import Path

from portal.exchange.intake.records import ImportResult, Progress, Stream
from portal.store import Actor


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
    raise NotImplementedError
