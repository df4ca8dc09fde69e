"""Who could be asked next, with the reasons."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, or_, select

from portal.directory import Listing, listings
from portal.directory.models import (
    Location,
    Organization,
    Service,
    ServiceAtLocation,
    ServiceTerm,
    TaxonomyTerm,
)
from portal.directory.terms import NEEDS
from portal.geo import Located, PlaceAmbiguous, PlaceUnknown, locate, miles
from portal.referrals import rules
from portal.referrals.access import in_the_dark, roles_at
from portal.referrals.models import Need
from portal.referrals.shapes import Proposal, ServiceChoice
from portal.store import Actor, clock, db

MOST = 8
LOOKED_AT = 300
NEAR = 1.0  # degrees around the place, some 60 miles
FAR = 10_000.0


def proposals_for(actor: Actor, need_id: UUID) -> tuple[Proposal, ...]:
    """Up to eight services for this need, best first, each with its reasons; empty when the need is not the actor's to move
    on. Never a victim service, never one that was asked or is on the list."""
    need = db.session.get(Need, need_id)
    if need is None or roles_at(actor, need, None, clock.now()).isdisjoint(("sender", "supervisor")):
        return ()
    place = _place(need.area)
    _cares, first = _wanted(need, in_the_dark(need))
    return tuple(_proposal(view, place, view.id in first) for view in fitting(need)[:MOST])


def fitting(need: Need) -> list[Listing]:
    """The services that this need could still be put to, best first. In the dark it tells nothing of any answer."""
    dark = in_the_dark(need)
    if not dark and _person_done(need):
        return []
    place = _place(need.area)
    wanted, first = _wanted(need, dark)
    known = {offer.service_at_location_id for offer in need.offers}
    known |= {row.service_at_location_id for row in need.fallbacks}
    ids: list[UUID] = list(db.session.scalars(_candidates(need, wanted, place)))
    views = [
        view
        for view in listings([*first, *ids]).values()
        if view.id not in known and view.how != "victim_call"
    ]
    return sorted(views, key=lambda view: _rank(view, place, first, wanted))


def _person_done(need: Need) -> bool:
    """The person does not want it, is a client already, or has left: nothing is proposed until the sender asks anew."""
    last = need.offers[-1] if need.offers else None
    return (
        last is not None
        and last.state == "declined"
        and rules.DECLINE_REASONS[last.decline_reason].group == "person"
    )


def _wanted(need: Need, dark: bool) -> tuple[tuple[str, ...], list[UUID]]:
    """Care codes best first, and the services named by "who could?". In the dark nothing that was answered counts."""
    cares = NEEDS[need.code][1]
    if dark:
        return cares, []
    said = [rules.DECLINE_REASONS[one.decline_reason].proposes for one in need.offers if one.decline_reason]
    first = [one for one in (offer.who_could_id for offer in reversed(need.offers)) if one is not None]
    return tuple(dict.fromkeys([*filter(None, said), *cares])), first


def _place(area: str) -> Located | None:
    if not area:
        return None
    try:
        return locate(area)
    except (PlaceUnknown, PlaceAmbiguous):
        return None


def _candidates(need: Need, wanted: tuple[str, ...], place: Located | None) -> Select[UUID]:
    query = (
        select(ServiceAtLocation.id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Organization, Organization.id == Service.organization_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(
            Organization.community_id == need.community_id,
            Organization.kind != "victim_service",
            Service.status == "active",
            Service.number.in_(
                select(ServiceTerm.service_number)
                .join(TaxonomyTerm, TaxonomyTerm.number == ServiceTerm.term_number)
                .where(TaxonomyTerm.code.in_(wanted))
            ),
        )
        .order_by(Organization.joined_at.is_(None), ServiceAtLocation.number)
        .limit(LOOKED_AT)
    )
    if place is not None and place.lat is not None and place.lon is not None:
        near = Location.latitude.between(place.lat - NEAR, place.lat + NEAR) & Location.longitude.between(
            place.lon - NEAR, place.lon + NEAR
        )
        query = query.where(or_(near, Location.latitude.is_(None)))
    return query


def _away(view: Listing, place: Located | None) -> float | None:
    if (
        place is None
        or place.lat is None
        or place.lon is None
        or view.latitude is None
        or view.longitude is None
    ):
        return None
    return miles(place.lat, place.lon, view.latitude, view.longitude)


def _rank(
    view: Listing, place: Located | None, first: list[UUID], wanted: tuple[str, ...]
) -> tuple[float, ...]:
    cares = {coded.code for coded in (*view.care, *view.access, *view.for_)}
    best = next((index for index, code in enumerate(wanted) if code in cares), len(wanted))
    room = {"yes": 0, "limited": 1, "unknown": 2, "no": 3}[view.availability.value]
    away = _away(view, place)
    return (
        view.id not in first,
        view.how != "refer",
        view.open.open is False,
        room,
        best,
        FAR if away is None else away,
        view.number,
    )


def _proposal(view: Listing, place: Located | None, named: bool) -> Proposal:
    away = _away(view, place)
    why = [_("Named by the service that was asked")] if named else []
    why += [str(coded.label) for coded in view.care[:2]]
    why += [view.open.words, view.availability.words]
    if away is not None:
        why.append(_("%(miles)s miles away", miles=round(away, 1)))
    if view.how == "call":
        why.append(_("Answers by phone only"))
    phone = view.phones[0].number if view.phones else ""
    service = ServiceChoice(view.id, view.name, view.organization, phone)
    return Proposal(service, view.how, None if away is None else round(away, 1), tuple(filter(None, why)))
