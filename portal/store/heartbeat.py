"""When a worker was last alive, and when it last did what is done once a night: a row each, for all hosts to see."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import clock
from portal.store.database import Base, db, write

NIGHT = range(2, 5)  # the hours, by the community's clock, in which a night's work begins


class WorkerSeen(Base):
    """One row a name: `worker`, however many run, and one for each night's work."""

    __tablename__ = "worker_seen"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


def beat(name: str = "worker") -> int:
    """Say that a worker is alive, or that it has done this job. Writes one row; returns 1."""
    with write() as session:
        row = session.get(WorkerSeen, name)
        if row is None:
            session.add(WorkerSeen(name=name, at=clock.now()))
        else:
            row.at = clock.now()
    return 1


def seen_seconds() -> int | None:
    """Whole seconds since a worker was last alive; None when none ever was."""
    at = last("worker")
    return None if at is None else max(0, int((clock.now() - at).total_seconds()))


def last(name: str) -> datetime | None:
    """When a worker was last alive, or had last done this job; None when never."""
    return db.session.scalar(select(WorkerSeen.at).where(WorkerSeen.name == name))


def is_due_tonight(name: str, now: datetime, zone: str) -> bool:
    """True once a night (or at once, where two nights were missed), for one worker alone: who asks must do it."""
    with write() as session:
        row = session.get(WorkerSeen, name, with_for_update=True)
        since = now - row.at if row is not None else timedelta(days=365)
        asleep = now.astimezone(ZoneInfo(zone)).hour in NIGHT
        if since < timedelta(hours=12) or (not asleep and since < timedelta(hours=44)):
            return False
        if row is None:
            session.add(WorkerSeen(name=name, at=now))
        else:
            row.at = now
    return True
