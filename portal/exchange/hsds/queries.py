"""The lists of the API: which rows a question asks for, page by page or all of them.

Filters combine with "and". Services, listings, terms stand in the order in which they came, organizations and taxonomies by id;
what was searched for, best first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, type_coerce

from portal.directory import models as d
from portal.exchange.hsds.nesting import Reading, rows_by_id
from portal.exchange.hsds.public import MERGED, TEXT_ID, is_public, own_rows, stands_for
from portal.exchange.hsds.tables import OBJECTS
from portal.exchange.hsds.values import Row, moment
from portal.store import db

BATCH = 250  # objects of a stream that are held at once
CHUNK = 5_000  # numbers in one SELECT
BESIDE = {
    "service": ("organization", "program"),
    "service_at_location": ("location",),
}  # what stands in each item of a list

_AT, _SERVICE, _OWNER, _PAIR, _TERM, _LIST, _SAID, _CHANGE = (
    model.__table__.c
    for model in (
        d.ServiceAtLocation, d.Service, d.Organization, d.ServiceTerm, d.TaxonomyTerm, d.Taxonomy, d.Attribute, d.Change,
    )
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; ids as text. `listings`: numbers of service_at_location that a search found, best first.
    `words`: each must stand in a name or a description, where no search is made. `top_only`: terms without a parent."""

    organization_id: str = ""
    taxonomy_id: str = ""
    taxonomy_term_id: str = ""
    parent_id: str = ""
    top_only: bool = False
    modified_after: datetime | None = None
    words: tuple[str, ...] = ()
    listings: Sequence[int] | None = None


@dataclass(frozen=True)
class Page:
    """`total` counts all that the question asks for, `rows` are those of this page."""

    total: int
    rows: list[Row]


def one(name: str, row_id: str, *, services: bool = False) -> Row | None:
    """The whole object, or None where there is none that is public. `services`: an organization with its services whole."""
    rows = _items(Reading(), name, [row_id], True, services)
    return rows[0] if rows else None


def stands_now(name: str, row_id: str) -> str:
    """The id of the row that stands for a merged one; empty where there is none."""
    if name not in MERGED:
        return ""
    c = OBJECTS[name].model.__table__.c
    asked = select(type_coerce(c.merged_into_id, TEXT_ID)).where(type_coerce(c.id, TEXT_ID) == row_id)
    return db.session.scalar(asked) or ""


def page(
    name: str, wanted: Wanted, number: int, size: int, *, full: bool = False, services: bool = False
) -> Page:
    """Page `number` (from 1) of at most `size`. `full`: whole objects. `services`: organizations with their services whole."""
    start = (number - 1) * size
    if wanted.listings is not None:
        found = _found(name, wanted)
        total, ids = len(found), found[start : start + size]
    else:
        total = _count(name, wanted)
        asked = _which(name, wanted).limit(size).offset(start)
        ids = list(db.session.scalars(asked)) if start < total else []
    return Page(total, _items(Reading(), name, ids, full, services))


def stream(name: str, wanted: Wanted, *, full: bool = False, services: bool = False) -> Iterator[list[Row]]:
    """All of them, so many at a time."""
    if wanted.listings is not None:
        ids: Sequence[str] = _found(name, wanted)
    else:
        ids = list(db.session.scalars(_which(name, wanted)))
    reading = Reading()
    for start in range(0, len(ids), BATCH):
        yield _items(reading, name, ids[start : start + BATCH], full, services)


def minimal(wanted: Wanted) -> list[Row]:
    """Id and date of the last change of every service: of what it says itself, or of what the directory shows of it."""
    changed = (
        select(_AT.service_id, func.max(_CHANGE.at).label("at"))
        .join(d.Change.__table__, _CHANGE.service_at_location_number == _AT.number)
        .group_by(_AT.service_id)
        .subquery()
    )
    asked = (
        select(type_coerce(_SERVICE.id, TEXT_ID), _SERVICE.last_modified, changed.c.at)
        .outerjoin(changed, changed.c.service_id == _SERVICE.id)
        .where(*_filters("service", wanted))
        .order_by(_SERVICE.number)
    )
    found = {row[0]: max(filter(None, row[1:])) for row in db.session.execute(asked)}
    ids = found if wanted.listings is None else _found("service", wanted)
    return [{"id": row_id, "modified_date": moment(found[row_id])} for row_id in ids]


def whole(reading: Reading, name: str, rows: list[Row]) -> list[Row]:
    """A listing holds its service, which HSDS lets no other object do."""
    reading.whole(name, rows)
    if name == "service_at_location":
        services = rows_by_id("service", list(dict.fromkeys(row["service_id"] for row in rows)))
        reading.whole("service", list(services.values()), ("service_at_locations",))
        for row in rows:
            row["service"] = services[row["service_id"]]
    return rows


def _items(reading: Reading, name: str, ids: Sequence[str], full: bool, services: bool) -> list[Row]:
    known = rows_by_id(name, ids)
    rows = [known[row_id] for row_id in ids if row_id in known]
    if full or name in ("taxonomy", "taxonomy_term"):
        whole(reading, name, rows)
    elif name in BESIDE:
        _beside(reading, name, rows)
    if services:
        _with_services(reading, rows)
    return rows


def _beside(reading: Reading, name: str, rows: list[Row]) -> None:
    reading.shallow(name, rows, BESIDE[name])
    if name == "service_at_location":
        services = rows_by_id("service", list(dict.fromkeys(row["service_id"] for row in rows)))
        for row in rows:
            row["service"] = services[row["service_id"]]


def _with_services(reading: Reading, rows: list[Row]) -> None:
    services = reading.rows_where("service", "organization_id", [row["id"] for row in rows])
    reading.whole("service", services, ("organization",))
    for row in rows:
        row["services"] = [service for service in services if service["organization_id"] == row["id"]]


def _which(name: str, wanted: Wanted) -> Select[Any]:
    """Ids in the order of the list."""
    c = OBJECTS[name].model.__table__.c
    order = c.number if "number" in c else c.id
    row_id = type_coerce(c.id, TEXT_ID)
    return select(row_id).where(*_filters(name, wanted)).order_by(order)


def _count(name: str, wanted: Wanted) -> int:
    """How many rows a list has; of all rows an index tells."""
    table, filters = OBJECTS[name].model.__table__, _filters(name, wanted)
    if name in MERGED and len(filters) == 1:
        filters = [table.c.merged_into_id.is_(None)]
    return db.session.scalar(select(func.count()).select_from(table).where(*filters)) or 0


def _found(name: str, wanted: Wanted) -> list[str]:
    """Ids of what the search found and every filter lets through, best first."""
    listings = list(wanted.listings or ())
    by_number: dict[int, str] = {}
    c = OBJECTS[name].model.__table__.c
    row_id = type_coerce(c.id, TEXT_ID)
    own = d.ServiceAtLocation.__table__ if name == "service_at_location" else None
    for start in range(0, len(listings), CHUNK):
        asked = select(_AT.number, row_id).where(
            _AT.number.in_(listings[start : start + CHUNK]), *_filters(name, wanted)
        )
        if own is None:
            asked = asked.join(d.Service.__table__, _SERVICE.id == _AT.service_id)
        if name == "organization":
            asked = asked.join(
                d.Organization.__table__, _OWNER.id == stands_for("organization", _SERVICE.organization_id)
            )
        by_number.update((number, found) for number, found in db.session.execute(asked))
    return list(dict.fromkeys(by_number[number] for number in listings if number in by_number))


def _filters(name: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [*own_rows(name), *_OF[name](wanted)]
    c = OBJECTS[name].model.__table__.c
    for word in wanted.words:
        texts = [c[field] for field in ("name", "alternate_name", "description", "code") if field in c]
        found.append(or_(*(text.icontains(word, autoescape=True) for text in texts)))
    return found


def _of_services(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.organization_id:
        yield _of_organization(wanted)
    yield from _of_terms(wanted, _carries)
    if wanted.modified_after:
        yield or_(
            _SERVICE.last_modified >= wanted.modified_after, _changed(_AT.service_id == _SERVICE.id, wanted)
        )


def _of_organization(wanted: Wanted) -> ColumnElement[bool]:
    """The organization's own services, and those of organizations that it stands for."""
    same = d.Organization.__table__.alias()
    asked = type_coerce(same.c.id, TEXT_ID), type_coerce(same.c.merged_into_id, TEXT_ID)
    which = or_(*(row_id == wanted.organization_id for row_id in asked))
    return _SERVICE.organization_id.in_(select(same.c.id).where(which))


def _of_listings(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    service = [
        *(
            [type_coerce(_SERVICE.organization_id, TEXT_ID) == wanted.organization_id]
            if wanted.organization_id
            else []
        ),
        *_of_terms(
            wanted, lambda which: or_(_carries(which), _said_of("service_at_location", _AT.id, which))
        ),
    ]
    if service:
        yield exists(
            select(1).select_from(d.Service.__table__).where(_SERVICE.id == _AT.service_id, *service)
        )
    if wanted.modified_after:
        yield _AT.number.in_(
            select(_CHANGE.service_at_location_number).where(_CHANGE.number >= _first(wanted.modified_after))
        )


def _of_organizations(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    yield is_public("organization", _OWNER.id)
    if wanted.organization_id:
        yield type_coerce(_OWNER.id, TEXT_ID) == wanted.organization_id

    same = d.Organization.__table__.alias()
    of_it = _SERVICE.organization_id.in_(
        select(same.c.id)
        .where(or_(same.c.id == _OWNER.id, same.c.merged_into_id == _OWNER.id))
        .correlate(_OWNER.id.table)
    )

    def told(which: ColumnElement[bool]) -> ColumnElement[bool]:
        ours = exists(select(1).select_from(d.Service.__table__).where(of_it, _carries(which)))
        return or_(ours, _said_of("organization", _OWNER.id, which))

    yield from _of_terms(wanted, told)


def _of_taxonomies(_wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    return iter(())


def _of_taxonomy_terms(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.taxonomy_id:
        yield type_coerce(_TERM.taxonomy_id, TEXT_ID) == wanted.taxonomy_id
    if wanted.parent_id:
        yield type_coerce(_TERM.parent_id, TEXT_ID) == wanted.parent_id
    if wanted.top_only:
        yield _TERM.parent_id.is_(None)


_OF = {
    "service": _of_services,
    "service_at_location": _of_listings,
    "organization": _of_organizations,
    "taxonomy": _of_taxonomies,
    "taxonomy_term": _of_taxonomy_terms,
}


def _of_terms(wanted: Wanted, told: Any) -> Iterator[ColumnElement[bool]]:
    if wanted.taxonomy_term_id:
        yield told(type_coerce(_TERM.id, TEXT_ID) == wanted.taxonomy_term_id)
    if wanted.taxonomy_id:
        yield told(type_coerce(_TERM.taxonomy_id, TEXT_ID) == wanted.taxonomy_id)


def _carries(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the service has a term of these, as a pair or told in more words."""
    numbers = select(_TERM.number).where(which)
    first, last = (select(end(_TERM.number)).where(which).scalar_subquery() for end in (func.min, func.max))
    pair = exists(
        select(1).select_from(d.ServiceTerm.__table__).where(
            _PAIR.service_number == _SERVICE.number, _PAIR.term_number.between(first, last), _PAIR.term_number.in_(numbers)
        )
    )  # fmt: skip
    return or_(pair, _said_of("service", _SERVICE.id, which))


def _said_of(entity: str, row_id: Any, which: ColumnElement[bool]) -> ColumnElement[bool]:
    terms = select(_TERM.id).where(which)
    return exists(
        select(1).select_from(d.Attribute.__table__).where(
            _SAID.link_id == row_id, _SAID.link_entity == entity, _SAID.taxonomy_term_id.in_(terms)
        )
    )  # fmt: skip


def _changed(listing: ColumnElement[bool], wanted: Wanted) -> ColumnElement[bool]:
    """Whether the change feed names a listing of it since then."""
    return exists(
        select(1)
        .select_from(d.ServiceAtLocation.__table__)
        .join(d.Change.__table__, _CHANGE.service_at_location_number == _AT.number)
        .where(and_(listing, _CHANGE.number >= _first(wanted.modified_after)))
    )


def _first(since: datetime | None) -> Any:
    """The number of the first change at or after a moment: numbers grow with time."""
    return select(func.coalesce(func.min(_CHANGE.number), 2**62)).where(_CHANGE.at >= since).scalar_subquery()
