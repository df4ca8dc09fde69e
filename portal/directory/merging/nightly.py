"""Once a night, what imports and edits have brought is looked through for what is listed twice."""

from datetime import datetime

from portal.directory.merging.actions import find_duplicates
from portal.directory.queries import NoCommunity, community
from portal.store import heartbeat
from portal.store.actor import CLOCK

NAME = "directory.duplicates"


def find_duplicates_tonight(now: datetime) -> int:
    """See find_duplicates; by the community's clock, for one worker alone. Not before the first night: a new install has just
    been filled, and whoever filled it may still be at it. Returns how many pairs were merged."""
    if heartbeat.last(NAME) is None:
        heartbeat.beat(NAME)
        return 0
    try:
        zone = community().time_zone
    except NoCommunity:
        return 0
    if not heartbeat.is_due_tonight(NAME, now, zone):
        return 0
    return sum(find_duplicates(CLOCK).merged.values())
