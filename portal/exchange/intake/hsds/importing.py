"""The verb: a package of HSDS into the directory."""

import re
from pathlib import Path

from portal.exchange.intake.hsds.package import Package
from portal.exchange.intake.hsds.reading import read_package
from portal.exchange.intake.records import BadPackage, ImportResult, Progress
from portal.exchange.intake.taking import take_in
from portal.store import Actor


def import_hsds(
    actor: Actor,
    path: Path,
    *,
    source: str = "",
    dry_run: bool = False,
    report: Path | None = None,
    progress: Progress | None = None,
    accept_vanished: bool = False,
) -> ImportResult:
    """Take an HSDS package (folder, zip or file) into the directory, as take_in promises.

    `source` names the publisher for good, and is the file's or folder's name unless given: whoever sends a new package
    under the same name updates what the last one brought. Raises BadPackage in one sentence, and then nothing was written.
    """
    with Package(path) as package:
        return take_in(
            actor,
            f"hsds {source or named_after(path)}",
            read_package(package),
            files=tuple(part.name for part in package.parts),
            dry_run=dry_run,
            report=report,
            progress=progress,
            accept_vanished=accept_vanished,
        )


def named_after(path: Path) -> str:
    """The publisher's name where none is given: the file's, without days and versions, so that the next one is the same."""
    stem = path.resolve().stem if path.is_file() else path.resolve().name
    found = re.sub(r"[-_. ]*(?:v?\d+(?:[-_.]\d+)*)$", "", stem.lower())
    name = re.sub(r"[^a-z0-9]+", "-", found or stem.lower()).strip("-")[:60]
    if not name:
        raise BadPackage("Name the source: --source NAME.")
    return name
