"""The listing as anybody may see it: one frozen object for pages, search hits and JSON. Built from rows, reads nothing.

What is confidential is left out here, once: a confidential listing has no address, point, directions or ZIP area.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from flask_babel import get_locale
from flask_babel import gettext as _

from portal.directory import models as d
from portal.directory.hours import HoursLine, OpenState, hours_lines, open_state, zone
from portal.directory.rules import Freshness, How, ShownAvailability, can_refer, freshness, shown_availability
from portal.directory.terms import GROUPS, needs_for


class Coded(NamedTuple):
    code: str
    label: str


class PhoneLine(NamedTuple):
    """A number as written, and the digits that a `tel:` link dials."""

    number: str
    extension: str
    type: str
    description: str

    @property
    def tel(self) -> str:
        digits = "".join(letter for letter in self.number if letter.isdigit())
        dial = ("+" if self.number.startswith("+") else "") + digits
        return dial + (f",{self.extension}" if self.extension.isdigit() else "")


@dataclass(frozen=True)
class Listing:
    """A service at a location. `latitude`, `longitude`, `point_kind` and `directions` are None where confidential."""

    id: UUID
    number: int
    version: int
    service_id: UUID
    organization_id: UUID
    organization: str
    organization_kind: str
    joined: bool
    how: How
    name: str
    description: str
    eligibility: str
    fees: str
    application_process: str
    interpretation: str
    alert: str
    status: str
    url: str
    minimum_age: int | None
    maximum_age: int | None
    phones: tuple[PhoneLine, ...]
    confidential: bool
    virtual: bool
    address: tuple[str, ...]
    directions: str | None
    transportation: str
    area_text: str
    latitude: float | None
    longitude: float | None
    point_kind: str | None
    time_zone: str
    hours: tuple[HoursLine, ...]
    hours_words: str
    open: OpenState
    availability: ShownAvailability
    assured_date: date | None
    freshness: Freshness
    languages: tuple[Coded, ...]
    care: tuple[Coded, ...]
    for_: tuple[Coded, ...]
    pay: tuple[Coded, ...]
    access: tuple[Coded, ...]
    documents: tuple[str, ...]
    service_areas: tuple[str, ...]
    needs: tuple[str, ...]

    @property
    def assured_words(self) -> str:
        return self.freshness.words

    @property
    def area(self) -> str:
        """Where, when no address may be said: the area in words, or the areas served."""
        return self.area_text or ", ".join(self.service_areas)


@dataclass
class Parts:
    """The rows that hang on one service at a location, as queries.py found them."""

    phones: Sequence[d.Phone] = ()
    schedules: Sequence[d.Schedule] = ()
    addresses: Sequence[d.Address] = ()
    languages: Sequence[d.Language] = ()
    documents: Sequence[d.RequiredDocument] = ()
    areas: Sequence[d.ServiceArea] = ()
    terms: Sequence[tuple[str, str]] = ()  # (group, code) of the taxonomy `handrail`


def listing_view(row: d.ServiceAtLocation, parts: Parts, now: datetime) -> Listing:
    """Everything the public may see of this row at `now`."""
    service, place = row.service, row.location
    secret = place.address_confidential
    lines = () if secret else address_lines(parts.addresses)
    hours = hours_lines(parts.schedules)
    today = now.astimezone(zone(place.time_zone) or UTC).date()
    groups = _coded(parts.terms)
    return Listing(
        id=row.id,
        number=row.number,
        version=row.version,
        service_id=service.id,
        organization_id=service.organization_id,
        organization=service.organization.name,
        organization_kind=service.organization.kind,
        joined=service.organization.joined_at is not None,
        how=can_refer(row),
        name=service.name,
        description=_paragraphs(service.description, row.description),
        eligibility=service.eligibility_description,
        fees=service.fees_description,
        application_process=service.application_process,
        interpretation=service.interpretation_services,
        alert=service.alert,
        status=service.status,
        url=web_address(service.url) or web_address(service.organization.website),
        minimum_age=service.minimum_age,
        maximum_age=service.maximum_age,
        phones=tuple(PhoneLine(p.number, p.extension, p.type, p.description) for p in parts.phones),
        confidential=secret,
        virtual=place.location_type == "virtual",
        address=lines,
        directions=", ".join(lines) or None,
        transportation="" if secret else place.transportation,
        area_text=place.area_text,
        latitude=None if secret else place.latitude,
        longitude=None if secret else place.longitude,
        point_kind=None if secret else place.point_kind,
        time_zone=place.time_zone,
        hours=hours,
        hours_words="; ".join(f"{line.days}: {line.words}" for line in hours)
        or _("Hours unknown: call first"),
        open=open_state(parts.schedules, place.time_zone, now),
        availability=shown_availability(row.availability, row.availability_at, now, row.availability_source),
        assured_date=service.assured_date,
        freshness=freshness(service.assured_date, today),
        languages=tuple(Coded(language.code, language.name) for language in parts.languages),
        care=groups["care"],
        for_=groups["for"],
        pay=groups["pay"],
        access=groups["access"],
        documents=tuple(paper.document for paper in parts.documents),
        service_areas=tuple(filter(None, (area_words(area, secret) for area in parts.areas))),
        needs=tuple(needs_for({code for group, code in parts.terms if group == "care"})),
    )


def address_lines(addresses: Iterable[d.Address]) -> tuple[str, ...]:
    """The first physical address (any, failing that) as the lines of an envelope."""
    ordered = sorted(addresses, key=lambda row: (row.address_type != "physical", str(row.id)))
    if not ordered:
        return ()
    first = ordered[0]
    town = f"{first.city}, {first.state_province} {first.postal_code}".strip()
    return tuple(filter(None, (first.address_1, first.address_2, town)))


def area_words(area: d.ServiceArea, secret: bool) -> str:
    """`Davidson County, TN`, `ZIP 37203`, `All of TN`; a ZIP says too much about a confidential place."""
    if area.extent_type == "nation":
        return _("The whole country")
    if area.extent_type == "zip":
        return "" if secret else _("ZIP %(zip)s", zip=area.extent)
    if area.extent_type == "state":
        return area.name or _("All of %(state)s", state=area.extent)
    if area.name:
        return area.name
    county, _comma, state = area.extent.partition(",")
    return _("%(county)s County, %(state)s", county=county.removesuffix(" County"), state=state.strip())


def web_address(url: str) -> str:
    """The address if it may be a link (http or https), else nothing: `javascript:` and friends never become one."""
    stripped = url.strip()
    return stripped if stripped.lower().startswith(("https://", "http://")) else ""


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(filter(None, texts))


def _coded(terms: Iterable[tuple[str, str]]) -> dict[str, tuple[Coded, ...]]:
    """Codes with their labels, by group, in the order in which the lists are written."""
    held = set(terms)
    return {
        group: tuple(coded for coded in codes if (group, coded.code) in held)
        for group, codes in _labels(str(get_locale())).items()
    }


@cache
def _labels(_locale: str) -> dict[str, tuple[Coded, ...]]:
    """Every code with its label in the locale of this moment: looked up once, as a page of hits shows hundreds."""
    return {
        group: tuple(Coded(code, str(label)) for code, label in codes.items())
        for group, codes in GROUPS.items()
    }
