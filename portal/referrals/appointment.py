"""The appointment as it goes into the person's hand or a calendar: when, where and whom to call, and never what for."""

import hashlib
import hmac
from uuid import UUID

from flask import current_app
from icalendar import Calendar, Event

from portal.directory import listing
from portal.referrals.access import roles_at
from portal.referrals.matrix import reader_of, sees
from portal.referrals.models import Offer
from portal.referrals.shapes import AppointmentView
from portal.referrals.stages import zone_of
from portal.store import Actor, clock, db


def appointment_for(actor: Actor, offer_id: UUID) -> AppointmentView | None:
    """The appointment that stands, for the service's own people, signed in. None for everybody else: the sender never sees it."""
    offer = db.session.get(Offer, offer_id)
    if offer is None or actor.kind != "account" or offer.state != "scheduled":
        return None
    need = offer.need
    mine = "receiver" in roles_at(actor, need, offer, clock.now())
    if not mine or not sees(reader_of("receiver", need, offer), "appointment") or not offer.appointment_at:
        return None
    place = listing(offer.service_at_location_id)
    home = offer.listing.location
    silent = home.address_confidential or offer.organization.under_part2
    return AppointmentView(
        at=offer.appointment_at,
        zone=home.time_zone or zone_of(db.session(), need).key,
        place=tuple(place.address) if place is not None and not silent else (),
        phone=place.phones[0].number if place is not None and place.phones else "",
        uid=_uid(offer.id),
        sequence=offer.version,
    )


def calendar_file(appointment: AppointmentView) -> bytes:
    """The appointment as an iCalendar file (RFC 5545) with one event: a time in UTC, so that no calendar need know our zone.
    Whoever sees the calendar learns that there is an appointment, and nothing else."""
    calendar, event = Calendar(), Event()
    calendar.add("prodid", "-//Handrail//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", clock.now())
    event.add("dtstart", appointment.at)
    event.add("summary", "Appointment")
    event.add("class", "PRIVATE")
    if appointment.place:
        event.add("location", ", ".join(appointment.place))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _uid(offer_id: UUID) -> str:
    """The same for one request, and of no use to find it."""
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, b"appointment" + offer_id.bytes, hashlib.sha256).hexdigest()[:32]
