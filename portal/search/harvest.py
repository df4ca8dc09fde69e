"""From the directory's tables to rows of facts and the words of the index."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Select, func, select

from portal.directory import models as d
from portal.directory.terms import TAXONOMY
from portal.search.facts import CONFIDENTIAL, VIRTUAL, Hours, Row
from portal.search.words import stems
from portal.store import db

BATCH = 500
NAME, ORGANIZATION, REST = 3, 2, 1  # how often a word counts, by where it stands
LONGEST_TEXT = 4000  # characters of a description that are indexed


def harvest(numbers: Sequence[int] | None = None) -> Iterator[Row]:
    """Rows of active listings, all of them or those numbered; what is absent or not active is left out.

    Reads eight SELECTs a batch of 500. A confidential listing has words and an area here, never a point or an address.
    """
    state = own_state()
    if numbers is None:
        numbers = list(
            db.session.scalars(select(d.ServiceAtLocation.number).order_by(d.ServiceAtLocation.number))
        )
    for start in range(0, len(numbers), BATCH):
        yield from _batch(numbers[start : start + BATCH], state)


def own_state() -> str:
    """The community's state, empty when none is set."""
    area = db.session.scalar(select(d.Community.area).limit(1)) or {}
    return str(area.get("state") or "")


def community_key() -> str:
    """Whose listings these are: an index made for another database is not used."""
    return str(db.session.scalar(select(d.Community.id).limit(1)) or "")


def newest_change() -> int:
    return db.session.scalar(select(func.max(d.Change.number))) or 0


def changed_since(number: int, most: int) -> list[tuple[int, int]]:
    """(change, listing) of the feed after `number`, in order."""
    query = select(d.Change.number, d.Change.service_at_location_number).where(d.Change.number > number)
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(d.Change.number).limit(most))]


def _batch(numbers: Sequence[int], state: str) -> Iterator[Row]:
    rows = db.session.execute(_listings(numbers)).all()
    places = {row.location_id for row in rows}
    services = {row.service_id for row in rows}
    addresses = _many(
        select(*d.Address.__table__.columns).where(d.Address.location_id.in_(places)), "location_id"
    )
    hours = _many(
        select(*d.Schedule.__table__.columns)
        .where(d.Schedule.service_at_location_id.in_({row.id for row in rows}))
        .order_by(d.Schedule.byday, d.Schedule.opens_at),
        "service_at_location_id",
    )
    areas = _many(
        select(*d.ServiceArea.__table__.columns)
        .where(d.ServiceArea.service_id.in_(services))
        .order_by(d.ServiceArea.extent),
        "service_id",
    )
    languages = _many(
        select(*d.Language.__table__.columns).where(d.Language.service_id.in_(services)), "service_id"
    )
    codes = _codes([row.service_number for row in rows])
    for row in rows:
        yield _row(row, addresses[row.location_id], hours[row.id], areas[row.service_id],
                   languages[row.service_id], codes[row.service_number], state)  # fmt: skip


def _listings(numbers: Sequence[int]) -> Executable:
    sal, service, place = d.ServiceAtLocation, d.Service, d.Location
    return (
        select(
            sal.id, sal.number, sal.service_id, sal.location_id, sal.description.label("more"),
            sal.availability, sal.availability_at,
            service.number.label("service_number"), service.name, service.alternate_name, service.description,
            service.eligibility_description, service.assured_date,
            d.Organization.name.label("organization"), d.Organization.alternate_name.label("organization_too"),
            place.location_type, place.name.label("place"), place.latitude, place.longitude,
            place.address_confidential, place.area_text, place.time_zone,
        )
        .join(service, service.id == sal.service_id)
        .join(d.Organization, d.Organization.id == service.organization_id)
        .join(place, place.id == sal.location_id)
        .where(sal.number.in_(numbers), service.status == "active")
    )  # fmt: skip


def _many(query: Select[Any], key: str) -> defaultdict[UUID, list[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        found[getattr(row, key)].append(row)
    return found


def _codes(service_numbers: Sequence[int]) -> defaultdict[int, list[tuple[str, str]]]:
    terms = {
        row.number: (row.category, row.code)
        for row in db.session.execute(
            select(d.TaxonomyTerm.number, d.TaxonomyTerm.category, d.TaxonomyTerm.code)
            .join(d.Taxonomy, d.Taxonomy.id == d.TaxonomyTerm.taxonomy_id)
            .where(d.Taxonomy.name == TAXONOMY)
        )
    }
    found: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    query = select(d.ServiceTerm.service_number, d.ServiceTerm.term_number).where(
        d.ServiceTerm.service_number.in_(service_numbers), d.ServiceTerm.term_number.in_(terms)
    )
    for number, term in db.session.execute(query):
        found[number].append(terms[term])
    return found


def _row(
    row: Any, addresses: list[Any], hours: list[Any], areas: list[Any], languages: list[Any],
    codes: list[tuple[str, str]], community_state: str,
) -> Row:  # fmt: skip
    secret = bool(row.address_confidential)
    address = None if secret or not addresses else addresses[0]
    extents = tuple(
        (area.extent_type, area.extent) for area in areas if not (secret and area.extent_type == "zip")
    )
    state = address.state_province if address else next((e for kind, e in extents if kind == "state"), "")
    at = row.availability_at
    lines = tuple(Hours(h.byday, h.opens_at, h.closes_at, h.valid_from, h.valid_to) for h in hours)
    return Row(
        number=row.number,
        lat=None if secret else row.latitude,
        lon=None if secret else row.longitude,
        codes=codes,
        languages=[language.code for language in languages],
        state=state or community_state,
        area=extents,
        hours=(row.time_zone, lines),
        availability=row.availability,
        availability_at=at.astimezone(UTC).timestamp() if at else 0.0,
        assured=row.assured_date.toordinal() if row.assured_date else 0,
        flags=(CONFIDENTIAL if secret else 0) | (VIRTUAL if row.location_type == "virtual" else 0),
        text=_text(row, address, areas, secret),
    )


def _text(row: Any, address: Any, areas: list[Any], secret: bool) -> list[str]:
    """Every word as often as it counts. Of a confidential place only the area in words."""
    rest = [
        row.description[:LONGEST_TEXT],
        row.more[:LONGEST_TEXT],
        row.eligibility_description[:LONGEST_TEXT],
        row.area_text,
    ]
    rest += [area.name for area in areas]
    if not secret:
        rest.append(row.place)
    if address:
        rest += [address.address_1, address.city, address.state_province, address.postal_code[:5]]
    return (
        stems(f"{row.name} {row.alternate_name}") * NAME
        + stems(f"{row.organization} {row.organization_too}") * ORGANIZATION
        + stems(" ".join(rest)) * REST
    )
