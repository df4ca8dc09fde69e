"""Who could be asked next, with the reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
from portal.directory.terms import GROUPS, NEEDS
from portal.geo import Located, PlaceAmbiguous, PlaceUnknown, locate, miles
from portal.referrals import rules
from portal.referrals.access import in_the_dark, roles_at
from portal.referrals.ask_offer import said_yes
from portal.referrals.models import Need
from portal.referrals.shapes import Proposal, ServiceChoice
from portal.referrals.taught import often_declines
from portal.store import Actor, clock, db

MOST = 8
LOOKED_AT = 300
NEAR = 1.0  # degrees around the place, some 60 miles
FAR = 10_000.0


@dataclass(frozen=True)
class Wanted:
    """What the need asks for, and what the answers so far have taught. In the dark no answer of this need counts.

    cares: kinds of care, best first. access: what a service should have besides (wheelchair, transit, families). room: services
    that said yes when they were asked for it, the first first. named: by "who could?", the newest first. often: listing -> the reason for which it often declines such needs.
    """

    cares: tuple[str, ...]
    language: str = ""
    access: tuple[str, ...] = ()
    room: tuple[UUID, ...] = ()
    named: tuple[UUID, ...] = ()
    often: Mapping[UUID, str] = field(default_factory=dict)

    @property
    def first(self) -> tuple[UUID, ...]:
        """Who has room by their own word comes before who was named by another."""
        return (*self.room, *self.named)


def proposals_for(
    actor: Actor, need_id: UUID, *, again: bool = False, language: str = ""
) -> tuple[Proposal, ...]:
    """Up to eight services for this need, best first, each with its reasons; empty when the need is not the actor's to move
    on. Never a victim service, never one that was asked or is on the list.

    After a decline that the person caused (refused, a client already, left) there are none until the sender asks for them
    `again`; see nothing_proposed. language: of the person, where it is not on the need yet; who speaks it comes first.
    """
    need = db.session.get(Need, need_id)
    if need is None or roles_at(actor, need, None, clock.now()).isdisjoint(("sender", "supervisor")):
        return ()
    place = _place(need.area)
    ranked, wanted = _ranked(need, place, again, language if language in rules.LANGUAGES else "")
    return tuple(_proposal(view, place, wanted) for view in ranked[:MOST])


def nothing_proposed(actor: Actor, need_id: UUID) -> bool:
    """True when the list is empty because of what the person decided: the page then offers to show it again."""
    need = db.session.get(Need, need_id)
    if need is None or roles_at(actor, need, None, clock.now()).isdisjoint(("sender", "supervisor")):
        return False
    return not in_the_dark(need) and _person_done(need)


def fitting(need: Need) -> list[Listing]:
    """The services that this need could still be put to, best first. In the dark it tells nothing of any answer."""
    return _ranked(need, _place(need.area), again=False)[0]


def _ranked(
    need: Need, place: Located | None, again: bool, language: str = ""
) -> tuple[list[Listing], Wanted]:
    dark = in_the_dark(need)
    wanted = _wanted(need, dark)
    if language:
        wanted = replace(wanted, language=language)
    if not dark and _person_done(need) and not again:
        return [], wanted
    known = {offer.service_at_location_id for offer in need.offers}
    known |= {row.service_at_location_id for row in need.fallbacks}
    ids: list[UUID] = list(db.session.scalars(_candidates(need, wanted.cares, place)))
    views = [
        view
        for view in listings([*wanted.first, *ids]).values()
        if view.id not in known and view.how != "victim_call"
    ]
    wanted = replace(wanted, often=often_declines(need, [view.id for view in views]))
    return sorted(views, key=lambda view: _rank(view, place, wanted)), wanted


def _person_done(need: Need) -> bool:
    """The person does not want it, is a client already, or has left: nothing is proposed until the sender asks anew."""
    last = need.offers[-1] if need.offers else None
    return (
        last is not None
        and last.state == "declined"
        and rules.DECLINE_REASONS[last.decline_reason].group == "person"
    )


def _wanted(need: Need, dark: bool) -> Wanted:
    """A kind of care that a decline asked for (detox, a medical check) comes first; an access code is wished for besides."""
    cares = NEEDS[need.code][1]
    if dark:
        return Wanted(cares, need.language, room=tuple(said_yes(need)))
    declined = [one.decline_reason for one in need.offers if one.decline_reason]
    said = [rules.DECLINE_REASONS[reason].proposes for reason in declined]
    care_first = [code for code in said if code in GROUPS["care"]]
    access = tuple(dict.fromkeys(code for code in said if code and code not in GROUPS["care"]))
    named = tuple(one.who_could_id for one in reversed(need.offers) if one.who_could_id is not None)
    return Wanted(
        tuple(dict.fromkeys([*care_first, *cares])), need.language, access, tuple(said_yes(need)), named
    )


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


def _rank(view: Listing, place: Located | None, wanted: Wanted) -> tuple[float, ...]:
    has = {coded.code for coded in (*view.care, *view.access, *view.for_)}
    best = next((index for index, code in enumerate(wanted.cares) if code in has), len(wanted.cares))
    room = {"yes": 0, "limited": 1, "unknown": 2, "no": 3}[view.availability.value]
    away = _away(view, place)
    return (
        wanted.first.index(view.id) if view.id in wanted.first else len(wanted.first),
        view.how != "refer",
        sum(code not in has for code in wanted.access),
        bool(wanted.language) and not _speaks(view, wanted.language),
        view.id in wanted.often,
        view.open.open is False,
        room,
        best,
        FAR if away is None else away,
        view.number,
    )


def _speaks(view: Listing, language: str) -> bool:
    """Staff who speak it. English is taken for granted."""
    return language == "en" or any(coded.code == language for coded in view.languages)


def _proposal(view: Listing, place: Located | None, wanted: Wanted) -> Proposal:
    away = _away(view, place)
    why = [_("Said yes when you asked for room")] if view.id in wanted.room else []
    why += [_("Named by the service that was asked")] if view.id in wanted.named else []
    if wanted.language not in ("", "en"):
        why += [coded.label for coded in view.languages if coded.code == wanted.language]
    why += [str(coded.label) for coded in (*view.access, *view.for_) if coded.code in wanted.access]
    why += [str(coded.label) for coded in view.care[:2]]
    why += [view.open.words, view.availability.words]
    if away is not None:
        why.append(_("%(miles)s miles away", miles=round(away, 1)))
    if view.how == "call":
        why.append(_("Answers by phone only"))
    if view.id in wanted.often:
        reason = rules.DECLINE_REASONS[wanted.often[view.id]]
        why.append(_("Often declines: %(reason)s", reason=reason.label))
    phone = view.phones[0].number if view.phones else ""
    service = ServiceChoice(view.id, view.name, view.organization, phone)
    away = None if away is None else round(away, 1)
    return Proposal(service, view.how, away, tuple(filter(None, why)), view.id in wanted.first)
