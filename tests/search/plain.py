"""Every listing as its tables tell it, read the plain way: for the referee and for the baseline of the measurements.

Nothing here comes from the search's own reading but the way a word is cut to its stem.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from portal.directory import models as d
from portal.directory.terms import TAXONOMY
from portal.search.words import stems
from portal.store import db
from tests.directory.hours.slow_hours import SlowLine

READ_AT_ONCE = 1000
SLOW = tuple(each.name for each in fields(SlowLine))
LONGEST = 4000  # characters of a long text that the index promises to hold


@dataclass(frozen=True)
class Plain:
    """One active listing. A confidential one has no point, no address and no ZIP area here, as everywhere."""

    number: int
    name: str
    organization: str
    text: tuple[str, str, str]  # names, organization's names, the rest
    codes: frozenset[tuple[str, str]]  # (group, code), languages among them
    lat: float | None
    lon: float | None
    state: str
    areas: tuple[tuple[str, str], ...]
    time_zone: str
    week: tuple[SlowLine, ...]
    closures: tuple[tuple[datetime, datetime], ...]  # from and until, by its own clock
    home: str  # the state whose holidays it keeps, where its hours say so
    availability: str
    availability_at: datetime | None
    availability_source: str
    assured: date | None
    confidential: bool
    virtual: bool

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(stem for text in self.text for stem in stems(text))


def plain_listings() -> Iterator[Plain]:
    """All active listings by number; memory holds a thousand at a time."""
    area = db.session.scalar(select(d.Community.area).limit(1)) or {}
    numbers = list(
        db.session.scalars(select(d.ServiceAtLocation.number).order_by(d.ServiceAtLocation.number))
    )
    for start in range(0, len(numbers), READ_AT_ONCE):
        yield from _some(numbers[start : start + READ_AT_ONCE], str(area.get("state") or ""))


def _some(numbers: Sequence[int], own_state: str) -> Iterator[Plain]:
    sal, service, place, owner = d.ServiceAtLocation, d.Service, d.Location, d.Organization
    rows = db.session.execute(
        select(sal, service, place, owner)
        .join(service, service.id == sal.service_id)
        .join(place, place.id == sal.location_id)
        .join(owner, owner.id == service.organization_id)
        .where(sal.number.in_(numbers), service.status == "active")
        .order_by(sal.number)
    ).all()
    services, places = {row[1].id for row in rows}, {row[2].id for row in rows}
    addresses = _by(d.Address, d.Address.location_id, places)
    weeks = _weeks([(row[0], row[1], row[2]) for row in rows])
    shut = _closures([(row[0], row[3]) for row in rows])
    areas = _by(d.ServiceArea, d.ServiceArea.service_id, services)
    languages = _by(d.Language, d.Language.service_id, services)
    codes = _codes([row[1].number for row in rows])
    for at, what, where, who in rows:
        held = codes[what.number] | {("language", language.code) for language in languages[what.id]}
        week = weeks[at.id]
        yield _plain(
            at,
            what,
            where,
            who,
            addresses[where.id],
            week,
            areas[what.id],
            held,
            own_state,
            tuple(shut[at.id]),
        )
    db.session.expunge_all()


def _by(model: Any, column: Any, ids: set[Any]) -> defaultdict[Any, list[Any]]:
    found: defaultdict[Any, list[Any]] = defaultdict(list)
    for row in db.session.scalars(select(model).where(column.in_(ids))):
        found[getattr(row, column.key)].append(row)
    return found


def _weeks(rows: Sequence[tuple[Any, Any, Any]]) -> dict[Any, list[Any]]:
    """A listing's own schedules; without any, its service's; without those, its place's."""
    own = _by(d.Schedule, d.Schedule.service_at_location_id, {at.id for at, _what, _where in rows})
    of_service = _by(d.Schedule, d.Schedule.service_id, {what.id for _at, what, _where in rows})
    of_place = _by(d.Schedule, d.Schedule.location_id, {where.id for _at, _what, where in rows})
    found = {}
    for at, what, where in rows:
        for_all = [
            h
            for h in of_service[what.id]
            if h.service_at_location_id is None and h.location_id in (None, where.id)
        ]
        there = [h for h in of_place[where.id] if h.service_at_location_id is None and h.service_id is None]
        found[at.id] = own[at.id] or for_all or there
    return found


def _closures(rows: Sequence[tuple[Any, Any]]) -> defaultdict[Any, list[tuple[datetime, datetime]]]:
    found: defaultdict[Any, list[tuple[datetime, datetime]]] = defaultdict(list)
    for each in db.session.scalars(select(d.Closure).where(d.Closure.lifted_at.is_(None))):
        begins = datetime.combine(each.begins_on, each.begins_at or time())
        ends = datetime.combine(each.ends_on, each.ends_at or time()) + timedelta(
            days=0 if each.ends_at else 1
        )
        for at, owner in rows:
            if each.service_at_location_id == at.id or each.organization_id == owner.id:
                found[at.id].append((begins, ends))
    return found


def _codes(service_numbers: Sequence[int]) -> defaultdict[int, set[tuple[str, str]]]:
    found: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    query = (
        select(d.ServiceTerm.service_number, d.TaxonomyTerm.category, d.TaxonomyTerm.code)
        .join(d.TaxonomyTerm, d.TaxonomyTerm.number == d.ServiceTerm.term_number)
        .join(d.Taxonomy, d.Taxonomy.id == d.TaxonomyTerm.taxonomy_id)
        .where(d.Taxonomy.name == TAXONOMY, d.ServiceTerm.service_number.in_(service_numbers))
    )
    for number, group, code in db.session.execute(query):
        found[number].add((group, code))
    return found


def _plain(
    at: d.ServiceAtLocation, what: d.Service, where: d.Location, who: d.Organization, addresses: list[d.Address],
    week: list[d.Schedule], areas: list[d.ServiceArea], codes: set[tuple[str, str]], own_state: str,
    closures: tuple[tuple[datetime, datetime], ...],
) -> Plain:  # fmt: skip
    secret = where.address_confidential
    shown = [area for area in areas if not secret or area.extent_type in ("county", "state", "nation")]
    # the physical address first, as the listing's page has it
    ordered = sorted(addresses, key=lambda row: (row.address_type != "physical", str(row.id)))
    address = ordered[0] if ordered and not secret else None
    states = [
        area.extent for area in sorted(shown, key=lambda area: area.extent) if area.extent_type == "state"
    ]
    rest = [text[:LONGEST] for text in (what.description, at.description, what.eligibility_description)]
    rest += [where.area_text, *(area.name for area in shown), "" if secret else where.name]
    if address:
        rest += [address.address_1, address.city, address.state_province, address.postal_code[:5]]
    return Plain(
        number=at.number,
        name=what.name,
        organization=who.name,
        text=(f"{what.name} {what.alternate_name}", f"{who.name} {who.alternate_name}", " ".join(rest)),
        codes=frozenset(codes),
        lat=None if secret else where.latitude,
        lon=None if secret else where.longitude,
        state=(address.state_province if address else "") or next(iter(states), "") or own_state,
        areas=tuple((area.extent_type, area.extent) for area in shown),
        time_zone=where.time_zone,
        week=tuple(SlowLine(**{name: getattr(h, name) for name in SLOW}) for h in week),
        closures=closures,
        home=address.state_province if address else next(iter(states), ""),
        availability=at.availability,
        availability_at=at.availability_at,
        availability_source=at.availability_source,
        assured=what.assured_date,
        confidential=secret,
        virtual=where.location_type == "virtual",
    )
