"""When a worker was last alive: one row, so that a web server on another host can see it too."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import clock
from portal.store.database import Base, db, write


class WorkerSeen(Base):
    """One row a name; there is one name, `worker`, however many workers run."""

    __tablename__ = "worker_seen"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


def beat() -> int:
    """Say that a worker is alive. Writes one row; returns 1."""
    with write() as session:
        row = session.get(WorkerSeen, "worker")
        if row is None:
            session.add(WorkerSeen(name="worker", at=clock.now()))
        else:
            row.at = clock.now()
    return 1


def seen_seconds() -> int | None:
    """Whole seconds since a worker was last alive; None when none ever was."""
    at = db.session.scalar(select(WorkerSeen.at).where(WorkerSeen.name == "worker"))
    return None if at is None else max(0, int((clock.now() - at).total_seconds()))
