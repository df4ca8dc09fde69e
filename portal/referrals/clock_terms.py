"""By which clocks a service is asked: what was set for it, before what the community has set, before the product's table.

Asked while a need is sent, inside its transaction; what comes out is copied into the need's Plan and never looked up again.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.directory import timetable
from portal.directory.hours import days_off, weekly_lines
from portal.directory.models import Community, Contact, ServiceAtLocation
from portal.referrals.clock_rules import follow_up_days_of, sound
from portal.referrals.hours import Hours
from portal.referrals.models import ClockSetting
from portal.referrals.plan import CLOCKS, Terms
from portal.store import clock


def newest_setting(
    session: Session, community_id: UUID | None, urgency: str, listing_id: UUID | None = None
) -> ClockSetting | None:
    """What counts for this listing, or for the community as such; None when nothing was ever set."""
    return session.scalar(
        select(ClockSetting)
        .where(
            ClockSetting.community_id == community_id,
            ClockSetting.service_at_location_id == listing_id,
            ClockSetting.urgency == urgency,
        )
        .order_by(ClockSetting.version.desc())
        .limit(1)
    )


def community_terms(session: Session, community_id: UUID | None, urgency: str) -> Terms:
    """The community's clocks; where it has set none, the product's."""
    return overlaid(session, urgency, Terms(CLOCKS[urgency]), newest_setting(session, community_id, urgency))


def listing_terms(session: Session, base: Terms, urgency: str, listing: ServiceAtLocation) -> Terms:
    """The same for one service: its own where it has any, else those of `base`."""
    community_id = listing.service.organization.community_id
    return overlaid(session, urgency, base, newest_setting(session, community_id, urgency, listing.id))


def overlaid(session: Session, urgency: str, base: Terms, row: ClockSetting | None) -> Terms:
    """`base`, but for what this row sets. Lengths that do not fit with those of `base` are left aside."""
    if row is None:
        return base
    contact = session.get(Contact, row.backup_contact_id) if row.backup_contact_id else None
    return Terms(
        sound(urgency, base.clocks, row.lengths),
        row.backup_email or (contact.email if contact else "") or base.backup_email,
        follow_up_days_of(row.follow_up_days) or base.follow_up_days,
    )


def community_hours(community: Community) -> Hours:
    """When the community's offices are open: its week, less federal holidays and the days it has named."""
    closures = community.settings.get("closures") or ()
    return Hours.of_community(community.business_hours, community.time_zone, closures)


def listing_hours(session: Session, listing: ServiceAtLocation) -> Hours:
    """The service's own hours as they hold today; unknown: the community's."""
    community = session.get_one(Community, listing.service.organization.community_id)
    table, today = timetable(listing.number), clock.now().date()
    if table is None:
        return community_hours(community)
    own = Hours.of_listing(weekly_lines(table, today), table.zone, days_off(table, today))
    return own or community_hours(community)
