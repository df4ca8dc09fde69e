"""Free places as somebody counted them: told with their age, and no longer told when that is too high."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, select

from portal.directory import models as d
from portal.directory.rules import age_words
from portal.store import db
from portal.store.language import gettext as _

TOLD_FOR = timedelta(hours=24)  # a count of yesterday sends people to a full house

# [unit, free, of how many or None, counted at, in seconds since 1970]
Room = tuple[str, float, float | None, float]

_AT = d.ServiceAtLocation.__table__.c
_ROOM, _UNIT = d.ServiceCapacity.__table__.c, d.Unit.__table__.c
_ROOMS = (
    select(_AT.number, _UNIT.name, _ROOM.available, _ROOM.maximum, _ROOM.updated)
    .join(d.ServiceCapacity.__table__, _ROOM.service_id == _AT.service_id)
    .join(d.Unit.__table__, _UNIT.id == _ROOM.unit_id)
    .where(_AT.number.in_(bindparam("numbers", expanding=True)))
)


def rooms_of(numbers: Sequence[int]) -> defaultdict[int, list[Room]]:
    """The counts of listings by number, by the name of what is counted."""
    found: defaultdict[int, list[Room]] = defaultdict(list)
    for number, unit, free, most, at in db.session.execute(_ROOMS, {"numbers": list(numbers)}):
        found[number].append((unit, float(free), None if most is None else float(most), at.timestamp()))
    for rooms in found.values():
        rooms.sort(key=lambda room: room[0].casefold())
    return found


def room_words(rooms: Sequence[Room], now: datetime) -> tuple[str, ...]:
    """`3 of 12 beds, 14 min ago`, of counts younger than TOLD_FOR."""
    words = []
    for unit, free, most, at in rooms:
        age = max(now - datetime.fromtimestamp(at, UTC), timedelta(0))
        if age >= TOLD_FOR:
            continue
        count = f"{free:g} {unit}"
        if most is not None:
            count = _("%(free)s of %(most)s %(unit)s", free=f"{free:g}", most=f"{most:g}", unit=unit)
        words.append(_("%(count)s, %(age)s ago", count=count, age=age_words(age)))
    return tuple(words)
