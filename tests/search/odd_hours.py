"""Hours that are more than a week, given to some of the listings there are: what the generator does not make."""

from datetime import time, timedelta

from sqlalchemy import delete, select

from portal.directory import models as d
from portal.directory.hours.rows import schedules_of
from portal.store import clock, write

TYPED = (
    "Mon-Fri 9-5, Sat by appointment, closed holidays",
    "2nd Tuesday and last Friday 1pm-11pm",
    "Nov-Feb: daily 6pm-8am\nMon-Fri 9-5",
    "24/7, closed Thanksgiving and Christmas",
    "By appointment only",
    "Call for hours",
    "the 1st and 24th of each month 11-2",
)


def odd_hours(every: int = 3) -> None:
    """Every third listing: typed hours of its own, or its service's or place's in place of its own; some are closed."""
    with write() as session:
        today = clock.now().date()
        for step, row in enumerate(
            session.scalars(select(d.ServiceAtLocation).order_by(d.ServiceAtLocation.number)).all()
        ):
            if step % every:
                continue
            session.execute(delete(d.Schedule).where(d.Schedule.service_at_location_id == row.id))
            for schedule in schedules_of(TYPED[step // every % len(TYPED)]):
                parent = ("service_at_location_id", "service_id", "location_id")[step // every % 3]
                setattr(
                    schedule,
                    parent,
                    {"service_id": row.service_id, "location_id": row.location_id}.get(parent, row.id),
                )
                session.add(schedule)
            if step % (4 * every) == 0:
                whole = step % (8 * every) == 0
                session.add(
                    d.Closure(
                        service_at_location_id=row.id, begins_on=today - timedelta(days=1), ends_on=today + timedelta(days=step % 5),
                        begins_at=None if whole else time(13), ends_at=None if whole else time(15, 30), made_by="odd",
                        made_at=clock.now(),
                    )
                )  # fmt: skip
