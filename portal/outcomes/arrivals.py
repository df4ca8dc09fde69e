"""Codes that were handed over for a victim service and that came back: by service and month, small numbers hidden."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.directory import community
from portal.directory.models import Organization, Service, ServiceAtLocation
from portal.outcomes.small import small
from portal.referrals.models import ArrivalTally
from portal.store import Actor, clock, db

COUNTERS = ("evaluator", "privacy_officer", "admin")  # never those who send: what came of it is not theirs


@dataclass(frozen=True)
class Month:
    """A whole month. A count of 1 to 10, or one from which such a count could be had, is None."""

    first_day: date
    handed: int | None
    arrived: int | None


@dataclass(frozen=True)
class ServiceMonths:
    """The months of one service that are over, the newest first."""

    service: str
    months: tuple[Month, ...]


def arrivals(actor: Actor, listing_id: UUID | None = None) -> tuple[ServiceMonths, ...]:
    """For those who count, every victim service of the community; with listing_id for the service's own people. Empty for all
    others. The month that runs is not in it: two looks at it would tell of single people."""
    here = community()
    this_month = clock.now().astimezone(ZoneInfo(here.time_zone)).date().replace(day=1)
    query = (
        select(Service.name, ArrivalTally)
        .join(ServiceAtLocation, ServiceAtLocation.id == ArrivalTally.service_at_location_id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Organization, Organization.id == Service.organization_id)
        .where(Organization.community_id == here.id, ArrivalTally.month < this_month)
        .order_by(Service.name, ArrivalTally.service_at_location_id, ArrivalTally.month.desc())
    )
    if actor.kind != "account" or actor.community_id != here.id:
        return ()
    if listing_id is not None:
        query = query.where(
            ServiceAtLocation.id == listing_id, Organization.id.in_(actor.organizations("provider"))
        )
    elif not actor.has(*COUNTERS):
        return ()
    found: dict[UUID, tuple[str, list[Month]]] = {}
    for name, row in db.session.execute(query):
        found.setdefault(row.service_at_location_id, (name, []))[1].append(_month(row))
    return tuple(ServiceMonths(name, tuple(months)) for name, months in found.values())


def _month(row: ArrivalTally) -> Month:
    """Both numbers stand, or what would give one of 1 to 10 away is hidden: the difference between the two as well."""
    if small(row.handed):
        return Month(row.month, None, None)
    if small(row.arrived) or small(row.handed - row.arrived):
        return Month(row.month, row.handed, None)
    return Month(row.month, row.handed, row.arrived)
