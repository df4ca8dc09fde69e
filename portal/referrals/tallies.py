"""Counts by the month of the community's calendar; nothing of any request is in them."""

from datetime import date
from zoneinfo import ZoneInfo

from portal.directory.models import Community
from portal.store import clock
from portal.store.tallies import add_one, month_of


def today_in(community: Community) -> date:
    """The date on the community's calendar."""
    return clock.now().astimezone(ZoneInfo(community.time_zone)).date()


__all__ = ["add_one", "month_of", "today_in"]
