"""What was erased, by id, in the database and in a file beside it: so that a restored backup can be made to forget again.

A verb that erases calls `remember` in its own transaction. The worker copies the rows to PORTAL_HOME/purged.log, which is in no
backup of the database. After a restore the file names what the older database does not know of; `referrals.erase_again`
does it once more. A row holds a word and an id, nothing of a person.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy import false, select, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import clock
from portal.store.database import Base, db, write

BATCH = 500


class Erased(Base):
    """One thing that was erased. `noted`: it stands in the file too."""

    __tablename__ = "erased"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    at: Mapped[datetime] = mapped_column(index=True)
    what: Mapped[str]
    subject_id: Mapped[UUID]
    noted: Mapped[bool] = mapped_column(default=False, index=True)


@dataclass(frozen=True)
class Line:
    """A line of the file that the database has no row for."""

    id: UUID
    at: datetime
    what: str
    subject_id: UUID


def remember(what: str, subject_id: UUID) -> None:
    """In the caller's transaction: this was erased. `what` is a word that `referrals.erase_again` knows."""
    with write() as session:
        session.add(Erased(at=clock.now(), what=what, subject_id=subject_id))


def note_down() -> int:
    """Copy to the file what is not there yet; returns how many. A line that a crash left double does no harm."""
    done = 0
    while db.session.scalar(select(Erased.id).where(Erased.noted == false()).limit(1)) is not None:
        with write() as session:
            rows = session.scalars(
                select(Erased)
                .where(Erased.noted == false())
                .order_by(Erased.at)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            ).all()
            if not rows:  # another worker has them in hand
                return done
            _append(rows)
            session.execute(
                update(Erased)
                .where(Erased.id.in_([row.id for row in rows]))
                .values(noted=True)
                .execution_options(synchronize_session=False)
            )
        done += len(rows)
    return done


def _append(rows: Sequence[Erased]) -> None:
    lines = "".join(
        json.dumps([row.at.isoformat(), row.what, row.subject_id.hex, row.id.hex]) + "\n" for row in rows
    )
    with os.fdopen(os.open(file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as log:
        log.write(lines)
        log.flush()
        os.fsync(log.fileno())


def unknown() -> list[Line]:
    """Lines of the file that this database has no row for, oldest first: it is an older one, put back. A line that a crash
    cut short is passed over."""
    try:
        text = file().read_text()
    except FileNotFoundError:
        return []
    known = set(db.session.scalars(select(Erased.id)))
    lines = {line.id: line for line in map(_read, text.splitlines()) if line is not None}
    return sorted((line for line in lines.values() if line.id not in known), key=lambda line: line.at)


def _read(text: str) -> Line | None:
    try:
        at, what, subject, line_id = json.loads(text)
        return Line(UUID(line_id), datetime.fromisoformat(at), str(what), UUID(subject))
    except (ValueError, TypeError):
        return None


def file() -> Path:
    return Path(current_app.extensions["settings"].home) / "purged.log"
