"""Reading the directory as it is compared: places and listings of every source. Nothing confidential, nothing of victim services."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.directory.merging.likeness import Offering, Place, place_names
from portal.directory.merging.words import fold, phone_of, street_of
from portal.directory.terms import TAXONOMY


@dataclass
class Compared:
    """What stands: places by id, listings by place, names of organizations and which of them have joined."""

    places: dict[UUID, Place]
    communities: dict[UUID, UUID]  # of places
    offerings: dict[UUID, list[Offering]]  # by place
    organizations: dict[UUID, str]
    joined: frozenset[UUID]


def read_compared(session: Session) -> Compared:
    """The whole directory, in six SELECTs: 21,000 places take three seconds and some 60 MB."""
    phones_at, phones_of = _phones(session)
    fields = _fields(session)
    organizations = {
        row.id: row
        for row in session.execute(
            select(d.Organization.id, d.Organization.name, d.Organization.alternate_name, d.Organization.joined_at,
                   d.Organization.community_id).where(d.Organization.kind != "victim_service")
        )
    }  # fmt: skip
    offerings: defaultdict[UUID, list[Offering]] = defaultdict(list)
    phones: defaultdict[UUID, set[str]] = defaultdict(set)
    for listing in session.execute(_LISTINGS):
        at = phones_at[listing.id] or phones_of[listing.organization_id]
        phones[listing.location_id] |= at
        offerings[listing.location_id].append(
            Offering(
                listing.id,
                listing.number,
                listing.source or "",
                listing.name,
                fields[listing.service_number],
                frozenset(at),
            )
        )
    places: dict[UUID, Place] = {}
    communities: dict[UUID, UUID] = {}
    for row in session.execute(_PLACES):
        owner = organizations.get(row.organization_id)
        if owner is None or row.id in places or row.id not in offerings:
            continue
        communities[row.id] = owner.community_id
        places[row.id] = Place(
            id=row.id,
            organization_id=owner.id,
            organization=owner.name,
            program=row.name or owner.name,
            names=place_names(owner.name, row.name, owner.alternate_name, row.alternate_name),
            street=street_of(row.address_1, row.address_2),
            city=" ".join(fold(row.city)),
            state=row.state_province.upper(),
            zip=row.postal_code[:5],
            phones=frozenset(phones[row.id] - {""}),
            point=(row.latitude, row.longitude) if row.point_kind == "exact" else None,
        )
    names = {key: row.name for key, row in organizations.items()}
    joined = frozenset(key for key, row in organizations.items() if row.joined_at is not None)
    return Compared(places, communities, offerings, names, joined)


def living() -> ColumnElement[bool]:
    """Listings that may be compared: of a service that is not given up."""
    return d.Service.status != "defunct"


_PLACES = (
    select(
        d.Location.id, d.Location.organization_id, d.Location.name, d.Location.alternate_name, d.Location.latitude,
        d.Location.longitude, d.Location.point_kind, d.Address.address_1, d.Address.address_2, d.Address.city,
        d.Address.state_province, d.Address.postal_code,
    )
    .join(d.Address, d.Address.location_id == d.Location.id)
    .where(~d.Location.address_confidential, d.Location.location_type == "physical")
    .order_by(d.Location.id, d.Address.address_type != "physical", d.Address.id)
)  # fmt: skip
_LISTINGS = (
    select(
        d.ServiceAtLocation.id, d.ServiceAtLocation.number, d.ServiceAtLocation.location_id, d.Service.source,
        d.Service.name, d.Service.organization_id, d.Service.number.label("service_number"),
    )
    .join(d.Service, d.Service.id == d.ServiceAtLocation.service_id)
    .where(living())
    .order_by(d.ServiceAtLocation.number)
)  # fmt: skip


def _phones(session: Session) -> tuple[defaultdict[UUID, set[str]], defaultdict[UUID, set[str]]]:
    """Ten digits, by listing and by organization."""
    at: defaultdict[UUID, set[str]] = defaultdict(set)
    of: defaultdict[UUID, set[str]] = defaultdict(set)
    for listing, organization, number in session.execute(
        select(d.Phone.service_at_location_id, d.Phone.organization_id, d.Phone.number).where(
            d.Phone.type != "fax"
        )
    ):
        if listing is not None:
            at[listing].add(phone_of(number))
        elif organization is not None:
            of[organization].add(phone_of(number))
    return at, of


def _fields(session: Session) -> defaultdict[int, frozenset[str]]:
    """Service number -> what it treats, in the portal's own words of the group `field`."""
    found: defaultdict[int, frozenset[str]] = defaultdict(frozenset)
    query = (
        select(d.ServiceTerm.service_number, d.TaxonomyTerm.code)
        .join(d.TaxonomyTerm, d.TaxonomyTerm.number == d.ServiceTerm.term_number)
        .join(d.Taxonomy, d.Taxonomy.id == d.TaxonomyTerm.taxonomy_id)
        .where(d.Taxonomy.name == TAXONOMY, d.TaxonomyTerm.category == "field")
    )
    for number, code in session.execute(query):
        found[number] |= {code}
    return found
