"""What the measures of needs stand on, read once: the sheets of a quarter, names of services, the community's days and places."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select

from portal.directory.models import Community, Organization
from portal.outcomes.facts import NeedFacts
from portal.outcomes.log import need_facts
from portal.outcomes.measures import Ground
from portal.referrals import coarse
from portal.referrals.clock_terms import community_hours
from portal.store import db


def read_ground(
    here: Community,
    start: datetime,
    end: datetime,
    cut: datetime,
    organization_ids: frozenset[UUID] | None = None,
    only: Sequence[ColumnElement[bool]] = (),
) -> Ground:
    """Of the needs sent in [start, end) by these organizations (None: all), narrowed by `only`, as known at the cut (UTC)."""
    zone = ZoneInfo(here.time_zone)
    return stand_on(here, need_facts(here.id, start, end, cut, organization_ids, zone=zone, only=only), cut)


def stand_on(here: Community, facts: list[NeedFacts], cut: datetime) -> Ground:
    """These sheets, with what the measures need beside them."""
    asked = {offer.organization_id for sheet in facts for offer in sheet.offers}
    named = db.session.execute(select(Organization.id, Organization.name).where(Organization.id.in_(asked)))
    return Ground(
        facts,
        cut,
        ZoneInfo(here.time_zone),
        community_hours(here),
        {row.id: row.name for row in named} if asked else {},
        cache(lambda area: coarse(area, here)),  # a quarter has few places and many needs
    )
