"""From the directory's tables to cards, with few SELECTs and no object of the ORM.

What is confidential is left out here, once: of a confidential place a card holds the area in words and the wider areas it
serves, never a street, a point, a ZIP or a name.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Select, Uuid, bindparam, select, type_coerce

from portal.directory import models as d
from portal.directory.card import About, Card, Whereabouts
from portal.directory.fields import looks_like_address
from portal.directory.freshness.kinds import Pace, pace_for, paces_of
from portal.directory.hours.rows import kept_hours
from portal.directory.merging.composing import compose
from portal.directory.rooms import rooms_of
from portal.directory.rules import how_by
from portal.directory.said import original_languages, said_of
from portal.directory.terms import TAXONOMY
from portal.store import db

BATCH = 1000
ADDRESS_NAMES = ("address_type", "id", "address_1", "address_2", "city", "state_province", "postal_code")
WIDE_AREAS = ("county", "state", "nation")  # what may be said of where a confidential place serves


def cards(numbers: Sequence[int]) -> dict[int, Card]:
    """Cards by number, in the order asked; unknown numbers are left out, listings of any status are not.

    Eleven SELECTs for each thousand, twelve where some have no phone of their own, a few more where listings of several
    sources are one. No object of the ORM is made.
    """
    found: dict[int, Card] = {}
    for start in range(0, len(numbers), BATCH):
        batch = list(numbers[start : start + BATCH])
        made = compose(_batch(batch), _batch)
        found.update((number, made[number]) for number in batch if number in made)
    return found


def numbers_of(ids: Sequence[UUID]) -> dict[UUID, int]:
    """The numbers of the listings with these ids."""
    query = select(d.ServiceAtLocation.id, d.ServiceAtLocation.number)
    return {row[0]: row[1] for row in db.session.execute(query.where(d.ServiceAtLocation.id.in_(ids)))}


def first_address(rows: Sequence[Sequence[Any]]) -> list[str]:
    """[line 1, line 2, city, state, ZIP] of the first physical address (any, failing that); rows hold
    the columns ADDRESS_NAMES."""
    if not rows:
        return []
    first = rows[0] if len(rows) == 1 else min(rows, key=lambda row: (row[0] != "physical", str(row[1])))
    return list(first[2:])


def web_address(url: str) -> str:
    """The address if it may be a link (http or https), else nothing: `javascript:` and friends never become one."""
    stripped = url.strip()
    return stripped if stripped.lower().startswith(("https://", "http://")) else ""


# The queries. Each starts at the numbered listings, so that no UUID goes in or comes out but those that are shown.
_AT, _SERVICE, _PLACE, _OWNER = (
    model.__table__.c for model in (d.ServiceAtLocation, d.Service, d.Location, d.Organization)
)
_TRUST = d.ListingTrust.__table__.c
_TEXT_ID = Uuid(as_uuid=False)
_ASKED = _AT.number.in_(bindparam("numbers", expanding=True))
_LISTINGS = (
    select(
        _AT.number, type_coerce(_AT.id, _TEXT_ID).label("id"), _AT.version, _AT.description.label("more"),
        _AT.availability, _AT.availability_at, _AT.availability_source,
        type_coerce(_SERVICE.id, _TEXT_ID).label("service_id"), _SERVICE.name, _SERVICE.alternate_name,
        _SERVICE.description, _SERVICE.eligibility_description, _SERVICE.fees_description,
        _SERVICE.application_process, _SERVICE.interpretation_services, _SERVICE.alert, _SERVICE.status, _SERVICE.url,
        _SERVICE.minimum_age, _SERVICE.maximum_age, _SERVICE.assured_date, _SERVICE.not_in_source_since.label("service_gone"), _AT.not_in_source_since.label("gone"),
        type_coerce(_OWNER.id, _TEXT_ID).label("organization_id"), _OWNER.name.label("organization"),
        _OWNER.alternate_name.label("organization_too"), _OWNER.kind, _OWNER.joined_at, _OWNER.website,
        _PLACE.location_type, _PLACE.name.label("place"), _PLACE.transportation, _PLACE.area_text, _PLACE.latitude,
        _PLACE.longitude, _PLACE.point_kind, _PLACE.time_zone, _PLACE.address_confidential,
        type_coerce(_OWNER.community_id, _TEXT_ID).label("community_id"), _TRUST.used_date, _TRUST.doubted_at,
    )
    .join(d.Service.__table__, _SERVICE.id == _AT.service_id)
    .join(d.Organization.__table__, _OWNER.id == _SERVICE.organization_id)
    .join(d.Location.__table__, _PLACE.id == _AT.location_id)
    .outerjoin(d.ListingTrust.__table__, _TRUST.service_at_location_number == _AT.number)
    .where(_ASKED)
)  # fmt: skip
_SETTINGS = select(type_coerce(d.Community.id, _TEXT_ID), d.Community.settings)


def _hanging(model: Any, key: str, *names: str) -> Select[Any]:
    """Rows of a table that names the listing, its service or its place: (number of the listing, *names)."""
    table = model.__table__
    parent = _AT.id if key == "service_at_location_id" else _AT[key]
    columns = [table.c[name] for name in names]
    return select(_AT.number, *columns).join(table, table.c[key] == parent).where(_ASKED)


_PHONE_NAMES = ("ordinal", "type", "number", "extension", "description")
_ADDRESSES = _hanging(d.Address, "location_id", *ADDRESS_NAMES)
_LANGUAGES = _hanging(d.Language, "service_id", "name", "code")
_DOCUMENTS = _hanging(d.RequiredDocument, "service_id", "document")
_AREAS = _hanging(d.ServiceArea, "service_id", "extent_type", "extent", "name")
_PHONES = _hanging(d.Phone, "service_at_location_id", *_PHONE_NAMES)
_OWNERS_PHONES = (
    select(_AT.number, *(d.Phone.__table__.c[name] for name in _PHONE_NAMES))
    .join(d.Service.__table__, _SERVICE.id == _AT.service_id)
    .join(d.Phone.__table__, d.Phone.__table__.c.organization_id == _SERVICE.organization_id)
    .where(_ASKED)
)
_WORDS = (
    select(d.TaxonomyTerm.number, d.TaxonomyTerm.category, d.TaxonomyTerm.code)
    .join(d.Taxonomy, d.Taxonomy.id == d.TaxonomyTerm.taxonomy_id)
    .where(d.Taxonomy.name == TAXONOMY)
)
_PAIR = d.ServiceTerm.__table__.c
# A service of a SAMHSA book has sixty terms of the book's own beside ours: a range of numbers keeps most of them unread.
_TERMS = (
    select(_AT.number, _PAIR.term_number)
    .join(d.Service.__table__, _SERVICE.id == _AT.service_id)
    .join(d.ServiceTerm.__table__, _PAIR.service_number == _SERVICE.number)
    .where(_ASKED, _PAIR.term_number.between(bindparam("first"), bindparam("last")))
)


def _batch(numbers: list[int]) -> dict[int, Card]:
    rows = db.session.execute(_LISTINGS, {"numbers": numbers}).all()
    if not rows:
        return {}
    addresses, languages, documents, areas = (
        _grouped(query, numbers) for query in (_ADDRESSES, _LANGUAGES, _DOCUMENTS, _AREAS)
    )
    hours = kept_hours(numbers)
    phones, terms = _phones(numbers), _terms(numbers)
    said = said_of(numbers, frozenset(row.number for row in rows if row.address_confidential))
    written, rooms = original_languages(), rooms_of(numbers)
    paces = {key: paces_of(settings) for key, settings in db.session.execute(_SETTINGS)}
    found = {}
    for row in rows:
        number, hidden = row.number, row.address_confidential
        where = _hidden(areas[number]) if hidden else _open(row, addresses[number], areas[number])
        found[number] = Card(
            **_about(
                row,
                pace_for({code for group, code in terms[number] if group == "care"}, paces[row.community_id]),
            ),
            **where,
            phones=[
                [digits, extension, kind, about] for _n, kind, digits, extension, about in phones[number]
            ],
            hours=hours[number].hours,
            hours_said=_shown(hours[number].said, hidden),
            closures=[
                [begins, ends, *(_shown(text, hidden) for text in words)]
                for begins, ends, *words in hours[number].closures
            ],
            languages=[[code, name] for name, code in sorted(languages[number])],
            terms=terms[number],
            documents=sorted(paper for (paper,) in documents[number]),
            language=written.get(row.community_id, "en"),
            said=said[number],
            rooms=rooms[number],
        )
    return found


def _about(row: Any, pace: Pace) -> About:
    at: datetime | None = row.availability_at
    assured: date | None = row.assured_date
    return {
        "number": row.number,
        "id": row.id,
        "version": row.version,
        "service_id": row.service_id,
        "organization_id": row.organization_id,
        "organization": row.organization,
        "organization_too": row.organization_too,
        "organization_kind": row.kind,
        "joined": row.joined_at is not None,
        "how": how_by(row.kind, row.joined_at is not None, row.status),
        "name": row.name,
        "alternate_name": row.alternate_name,
        "description": row.description,
        "more": row.more,
        "eligibility": row.eligibility_description,
        "fees": row.fees_description,
        "application_process": row.application_process,
        "interpretation": row.interpretation_services,
        "alert": row.alert,
        "status": row.status,
        "url": web_address(row.url) or web_address(row.website),
        "ages": [row.minimum_age, row.maximum_age],
        "confidential": row.address_confidential,
        "virtual": row.location_type == "virtual",
        "area_text": row.area_text,
        "time_zone": row.time_zone,
        "availability": row.availability,
        "availability_at": at.timestamp() if at else 0.0,
        "availability_source": row.availability_source,
        "assured": assured.isoformat() if assured else "",
        "used": row.used_date.isoformat() if row.used_date else "",
        "doubted": row.doubted_at is not None or _gone(row),
        "pace": [pace.days, pace.half_life],
    }


def _gone(row: Any) -> bool:
    """Its source no longer lists it, and no human has said since that it is right."""
    told = [at for at in (row.service_gone, row.gone) if at is not None]
    return bool(told) and (row.assured_date is None or row.assured_date < max(told).date())


def _open(row: Any, addresses: list[Any], areas: list[Any]) -> Whereabouts:
    return {
        "place": row.place,
        "address": first_address(addresses),
        "transportation": row.transportation,
        "lat": row.latitude,
        "lon": row.longitude,
        "point_kind": row.point_kind,
        "areas": [list(area) for area in sorted(areas)],
    }


def _hidden(areas: list[Any]) -> Whereabouts:
    """Where a confidential place is: nothing of its row or its address comes in here."""
    return {
        "place": "",
        "address": [],
        "transportation": "",
        "lat": None,
        "lon": None,
        "point_kind": None,
        "areas": [list(area) for area in sorted(areas) if area[0] in WIDE_AREAS],
    }


def _grouped(query: Executable, numbers: list[int]) -> defaultdict[int, list[Any]]:
    """The rest of each row, by its first column."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query, {"numbers": numbers}).all():
        found[row[0]].append(row[1:])
    return found


def _phones(numbers: list[int]) -> defaultdict[int, list[Any]]:
    """A listing's own numbers, or its organization's when it has none."""
    found = _grouped(_PHONES, numbers)
    without = [number for number in numbers if number not in found]
    if without:
        found.update(_grouped(_OWNERS_PHONES, without))
    for phones in found.values():
        phones.sort()
    return found


def _terms(numbers: list[int]) -> defaultdict[int, list[list[str]]]:
    """[group, code] of the portal's own words."""
    words = {number: [group, code] for number, group, code in db.session.execute(_WORDS)}
    found: defaultdict[int, list[list[str]]] = defaultdict(list)
    if words:
        ends = {"numbers": numbers, "first": min(words), "last": max(words)}
        for number, term in db.session.execute(_TERMS, ends).all():
            if term in words:
                found[number].append(words[term])
    for held in found.values():
        held.sort()
    return found


@lru_cache(2000)
def _shown(words: str, hidden: bool) -> str:
    """Words beside hours; none of a confidential place that look like an address, whoever wrote them."""
    return "" if hidden and looks_like_address(words) else words
