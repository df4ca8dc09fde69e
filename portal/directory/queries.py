"""Reads of the directory. What the public sees is `Listing`; what an editor sees is asked through the actor."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from portal.directory import models as d
from portal.directory.terms import TAXONOMY
from portal.directory.view import Listing, Parts, listing_view
from portal.store import clock, db

Key = TypeVar("Key", int, UUID)


class NoCommunity(Exception):  # noqa: N818 - it is said aloud: "there is no community"
    """Nothing was set up yet: `portal seed --demo` or `portal community set` makes one."""


def community() -> d.Community:
    """The one community of this install. Raises NoCommunity before there is one."""
    found = db.session.scalar(select(d.Community).limit(1))
    if found is None:
        raise NoCommunity
    return found


def listing(key: UUID | int) -> Listing | None:
    """What anybody may see of this service at a location; None when there is none."""
    return listings([key]).get(key) if isinstance(key, int) else listings([key]).get(key)


def listings(keys: Sequence[Key], now: datetime | None = None) -> dict[Key, Listing]:
    """Public views by id or by number, whichever was asked, in the order asked. Unknown keys are left out.

    Eight SELECTs however many are asked; `now` is the moment for "open" and ages (the clock's by default).
    """
    if not keys:
        return {}
    by_number = isinstance(keys[0], int)
    column: ColumnElement[Any] = d.ServiceAtLocation.number if by_number else d.ServiceAtLocation.id  # type: ignore[assignment]
    rows = db.session.scalars(select(d.ServiceAtLocation).where(column.in_(keys))).unique().all()
    parts = _parts(rows)
    moment = now or clock.now()
    views: dict[Any, Listing] = {
        (row.number if by_number else row.id): listing_view(row, parts[row.id], moment) for row in rows
    }
    return {key: views[key] for key in keys if key in views}


def _parts(rows: Sequence[d.ServiceAtLocation]) -> dict[UUID, Parts]:
    """All that hangs on these rows: seven SELECTs."""
    phones = _phones(rows)
    schedules = _many(d.Schedule, d.Schedule.service_at_location_id, {row.id for row in rows})
    addresses = _many(d.Address, d.Address.location_id, {row.location_id for row in rows})
    services = {row.service_id for row in rows}
    languages = _many(d.Language, d.Language.service_id, services)
    documents = _many(d.RequiredDocument, d.RequiredDocument.service_id, services)
    areas = _many(d.ServiceArea, d.ServiceArea.service_id, services)
    terms = _terms({row.service.number for row in rows})
    return {
        row.id: Parts(
            phones=phones[row.id],
            schedules=schedules[row.id],
            addresses=addresses[row.location_id],
            languages=sorted(languages[row.service_id], key=lambda found: found.name),
            documents=sorted(documents[row.service_id], key=lambda found: found.document),
            areas=sorted(areas[row.service_id], key=lambda found: (found.extent_type, found.extent)),
            terms=terms[row.service.number],
        )
        for row in rows
    }


def _many(model: Any, column: Any, ids: Iterable[UUID]) -> defaultdict[UUID, list[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in db.session.scalars(select(model).where(column.in_(ids))):
        found[getattr(row, column.key)].append(row)
    return found


def _phones(rows: Sequence[d.ServiceAtLocation]) -> dict[UUID, list[d.Phone]]:
    """A listing's own numbers, or its organization's when it has none."""
    organizations = {row.service.organization_id for row in rows}
    own: defaultdict[UUID, list[d.Phone]] = defaultdict(list)
    query = (
        select(d.Phone)
        .where(
            or_(
                d.Phone.service_at_location_id.in_({row.id for row in rows}),
                d.Phone.organization_id.in_(organizations),
            )
        )
        .order_by(d.Phone.ordinal, d.Phone.type, d.Phone.number)
    )
    for phone in db.session.scalars(query):
        parent = phone.service_at_location_id or phone.organization_id
        if parent is not None:
            own[parent].append(phone)
    return {row.id: own[row.id] or own[row.service.organization_id] for row in rows}


def _terms(service_numbers: Iterable[int]) -> defaultdict[int, list[tuple[str, str]]]:
    """(group, code) of the portal's own words, by service."""
    query = (
        select(d.ServiceTerm.service_number, d.TaxonomyTerm.category, d.TaxonomyTerm.code)
        .join(d.TaxonomyTerm, d.TaxonomyTerm.number == d.ServiceTerm.term_number)
        .join(d.Taxonomy, d.Taxonomy.id == d.TaxonomyTerm.taxonomy_id)
        .where(d.ServiceTerm.service_number.in_(service_numbers), d.Taxonomy.name == TAXONOMY)
    )
    found: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for number, group, code in db.session.execute(query):
        found[number].append((group, code))
    return found
