"""Verbs with one tap: can you take one person now, and "this listing is still right"."""

from datetime import UTC, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select, true, update
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.directory.feed import record_change, record_service_change, write_history
from portal.directory.freshness.settling import settle_waiting
from portal.directory.freshness.trust import lift_doubt
from portal.directory.hours import zone
from portal.directory.rules import ShownAvailability, shown_availability
from portal.store import Actor, Refused, audit, clock, write
from portal.store.language import gettext as _

AVAILABILITY_SOURCES = ("desk", "decline", "ask", "steward", "seed")
SAME_TAP = timedelta(seconds=60)  # a second tap within it is a double tap, not news


def editable(actor: Actor) -> ColumnElement[bool]:
    """Which organizations' listings this actor may edit: a provider's own, a steward's whole community.

    The clock, a terminal and an answer link are let through: the verb that calls for them has checked the offer.
    """
    if actor.kind in ("clock", "terminal", "link"):
        return true()
    here = d.Organization.community_id == actor.community_id
    return (
        here
        if actor.has("steward")
        else here & d.Organization.id.in_(actor.organizations("provider", "editor"))
    )


def keeps_desk(actor: Actor, organization_id: UUID) -> bool:
    """Whether a human let this actor speak for the organization's desk: where requests are sent, how it is asked. Who keeps
    its words on a mailbox's word alone may not."""
    return (
        actor.kind != "account" or actor.has("steward") or organization_id in actor.organizations("provider")
    )


def own_listing(session: Session, actor: Actor, sal_id: UUID) -> d.ServiceAtLocation | None:
    """The listing, read afresh, its service and place locked until the end; None when it is not this actor's to edit."""
    query = (
        select(d.ServiceAtLocation.number, d.ServiceAtLocation.service_id, d.ServiceAtLocation.location_id)
        .join(d.Service, d.Service.id == d.ServiceAtLocation.service_id)
        .join(d.Organization, d.Organization.id == d.Service.organization_id)
        .where(d.ServiceAtLocation.id == sal_id, editable(actor))
    )
    found = session.execute(query).first()
    if found is None:
        return None
    number, service_id, location_id = found
    session.execute(select(d.Service.number).where(d.Service.id == service_id).with_for_update())
    session.execute(select(d.Location.id).where(d.Location.id == location_id).with_for_update())
    return session.get(d.ServiceAtLocation, number, populate_existing=True)


def set_availability(
    actor: Actor, sal_id: UUID, value: str, source: str = "desk"
) -> ShownAvailability | None:
    """Say whether this service can take one person now: `yes`, `limited`, `no` or `unknown`. None: not theirs, or gone.

    Writes the listing (its version stays, so nobody's open edit is disturbed), one history row and the change feed. The
    same word from the same person within a minute writes nothing; later it is a fresh confirmation. `source` is where
    the word came from: desk, decline, ask, steward, seed. Raises Refused for any other word.
    """
    if value not in d.AVAILABILITIES or source not in AVAILABILITY_SOURCES:
        raise Refused(_("Choose yes, limited, no or not known."), "availability")
    with write() as session:
        row = own_listing(session, actor, sal_id)
        if row is None:
            return None
        now, who = clock.now(), actor.name or actor.kind
        if source == "desk" and actor.has("steward") and not actor.has("provider"):
            source = "steward"
        told = (row.availability, row.availability_by, row.availability_source)
        recent = row.availability_at is not None and now - row.availability_at < SAME_TAP
        if not (recent and told == (value, who, source)):
            write_history(
                session, actor, "service_at_location", sal_id, "availability", row.availability, value
            )
            session.execute(
                update(d.ServiceAtLocation)
                .where(d.ServiceAtLocation.id == sal_id)
                .values(
                    availability=value, availability_at=now, availability_by=who, availability_source=source
                )
            )
            record_change(session, row.number)
    return shown_availability(value, now, now, source)


def assure_service(actor: Actor, sal_id: UUID) -> bool | None:
    """ "Still right": a human says today that the listing is true. True when written, False when today's word stood already.

    Writes `assured_date` (the date at the place) and `assurer_email` of the service, one history row, the change feed of
    every location of the service, and the audit trail; a letter that asked is answered, and what was in doubt no longer is.
    None: not theirs, or gone.
    """
    with write() as session:
        row = own_listing(session, actor, sal_id)
        if row is None:
            return None
        service = row.service
        today = clock.now().astimezone(zone(row.location.time_zone) or UTC).date()
        settle_waiting(session, [service.id], "confirmed", clock.now())
        lifted = lift_doubt(session, service.id)
        if service.assured_date == today and service.assurer_email == actor.email and not lifted:
            return False
        before = service.assured_date.isoformat() if service.assured_date else ""
        service.assured_date, service.assurer_email = today, actor.email
        service.last_modified = clock.now()
        write_history(session, actor, "service", service.id, "assured_date", before, today.isoformat())
        audit.append(actor, "assure_service", "service", service.id)
        session.flush()
        record_service_change(session, service.id)
    return True


def settle_flags(actor: Actor, sal_id: UUID) -> int | None:
    """A steward has looked into what desks called wrong about this listing. Returns how many marks were settled.

    Writes the marks and the audit trail; the listing itself stays as it is. None: not theirs, or not there.
    """
    with write() as session:
        if not actor.has("steward") or own_listing(session, actor, sal_id) is None:
            return None
        settled = session.execute(
            update(d.ListingFlag)
            .where(d.ListingFlag.service_at_location_id == sal_id, d.ListingFlag.settled_at.is_(None))
            .values(settled_at=clock.now())
        )
        audit.append(actor, "settle_flags", "service_at_location", sal_id)
    return int(getattr(settled, "rowcount", 0))
