"""A copy of a SQLite database while it is in use, and the way back.

PostgreSQL has its own tools (pg_dump, pg_restore), so both verbs refuse there. A backup holds sealed values but not the
seal keys: whoever restores it elsewhere needs PORTAL_SEAL_KEYS (or PORTAL_HOME/seal.keys) as well.
"""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from flask import current_app

from portal.store.conflict import Refused
from portal.store.database import db, engine_name, sqlite_module
from portal.store.retention import RETENTION

_NAME = "handrail-%Y%m%dT%H%M%SZ.db"


def folder() -> Path:
    """Where backups go that name no file; what lies there expires."""
    return Path(current_app.extensions["settings"].home) / "backups"


def next_file(now: datetime) -> Path:
    """The name of a backup made now, in the folder (made, mode 0700, if it is not there)."""
    folder().mkdir(mode=0o700, exist_ok=True)
    return folder() / now.astimezone(UTC).strftime(_NAME)


def expire(now: datetime) -> int:
    """Delete the folder's backups that are older than RETENTION says, by the moment in their names; returns how many."""
    cutoff, gone = RETENTION["backups"].cutoff(now), 0
    for file in folder().glob("handrail-*.db"):
        ours = re.fullmatch(r"handrail-\d{8}T\d{6}Z\.db", file.name)
        if ours and datetime.strptime(file.name, _NAME).replace(tzinfo=UTC) < cutoff:
            file.unlink(missing_ok=True)
            gone += 1
    return gone


def backup(target: Path) -> int:
    """Write a whole, checked copy to a new file (mode 0600); returns its bytes. Raises Refused."""
    _only_sqlite("pg_dump")
    if target.exists():
        raise Refused(f"{target} is there already. Name a new file.")
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        source = sqlite_module().connect(str(db.engine.url.database))
        try:
            source.execute("VACUUM INTO ?", (str(target),))
        finally:
            source.close()
        _checked(target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target.stat().st_size


def restore(source: Path) -> str:
    """Put a backup in the place of everything stored now, in one transaction; returns its revision. Raises Refused.

    Stop the server first: what it writes meanwhile would be lost.
    """
    _only_sqlite("pg_restore")
    revision = _checked(source)
    module = sqlite_module()
    db.session.remove()
    db.engine.dispose()
    origin = module.connect(f"file:{source}?mode=ro", uri=True)
    there = module.connect(str(db.engine.url.database))
    try:
        origin.backup(there)
    finally:
        origin.close()
        there.close()
    return revision


def _only_sqlite(tool: str) -> None:
    if engine_name() != "sqlite":
        raise Refused(f"This install keeps its data in PostgreSQL. Use {tool}.")


def _checked(path: Path) -> str:
    """The revision of a whole database of this product; raises Refused for anything else."""
    module = sqlite_module()
    try:
        file = module.connect(f"file:{path}?mode=ro", uri=True)
        try:
            whole = file.execute("PRAGMA integrity_check").fetchone()[0]
            revision = file.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        finally:
            file.close()
    except (module.Error, TypeError) as error:
        raise Refused(f"{path} is not a backup of this product, or it is damaged.") from error
    if whole != "ok":
        raise Refused(f"{path} is damaged: {whole}")
    return str(revision)
