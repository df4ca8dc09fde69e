"""Whether the listings are true: M23, of the whole community. No person is in it, so nothing of it is hidden."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, select

from portal.directory.models import Community, ListingCall, Metadata, Organization, Service, ServiceAtLocation
from portal.outcomes.definitions import definition
from portal.outcomes.measures import Block, share_row
from portal.store import db

DAYS = 90


def listing_truth(here: Community, start: datetime, end: datetime, cut: datetime) -> list[Block]:
    """Services confirmed in the 90 days before the cut, of those listed today; and of the services called in [start, end) those
    whose number was wrong at the newest call. A later word is not known at the cut: the day of each is in the history."""
    kept, dead = definition("M23-90", on=start.date()), definition("M23-dead", on=start.date())
    listed = [
        Organization.community_id == here.id,
        Service.status == "active",
        Service.merged_into_id.is_(None),
        Service.not_in_source_since.is_(None),
    ]
    every = (
        select(func.count())
        .select_from(Service)
        .join(Organization, Organization.id == Service.organization_id)
    )
    total = db.session.scalar(every.where(*listed)) or 0
    confirmed = db.session.scalar(every.where(*listed, _confirmed(here, cut))) or 0
    wrong, called = _calls(here, start, min(end, cut))
    return [
        Block(kept.measure, str(kept.name), (share_row(kept, str(kept.name), confirmed, total),)),
        Block(dead.measure, str(dead.name), (share_row(dead, str(dead.name), wrong, called),)),
    ]


def _confirmed(here: Community, cut: datetime) -> ColumnElement[bool]:
    """The newest word before the cut is in the service's row, or, where a later one replaced it, in its history."""
    last = cut.astimezone(ZoneInfo(here.time_zone)).date()
    first = last - timedelta(days=DAYS)
    before = exists().where(
        and_(
            Metadata.resource_type == "service",
            Metadata.resource_id == Service.id,
            Metadata.field_name == "assured_date",
            Metadata.last_action_date <= cut,
            Metadata.replacement_value.between(first.isoformat(), last.isoformat()),
        )
    )
    return Service.assured_date.between(first, last) | and_(Service.assured_date > last, before)


def _calls(here: Community, start: datetime, end: datetime) -> tuple[int, int]:
    """(services whose number was wrong at their newest call, services called)."""
    newest = (
        select(func.max(ListingCall.number))
        .join(ServiceAtLocation, ServiceAtLocation.id == ListingCall.service_at_location_id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Organization, Organization.id == Service.organization_id)
        .where(Organization.community_id == here.id, ListingCall.at >= start, ListingCall.at < end)
        .group_by(Service.id)
    )
    outcomes = db.session.scalars(select(ListingCall.outcome).where(ListingCall.number.in_(newest))).all()
    return sum(outcome == "wrong_number" for outcome in outcomes), len(outcomes)
