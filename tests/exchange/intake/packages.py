"""Small packages of HSDS to take in: one organization with a clinic and a line, as CSV, which a test then changes."""

import csv
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from portal.directory import models as d
from portal.exchange import ImportResult, import_hsds
from portal.geo.actions import LAST
from portal.geo.models import Place
from portal.store import clock, db, write
from portal.store.actor import TERMINAL

ORGANIZATION, CLINIC, LINE = (UUID(int=number, version=4) for number in (1, 2, 3))
PLACE, AT_CLINIC, AT_LINE = (UUID(int=number, version=4) for number in (4, 5, 6))
PHONE, CRISIS = (UUID(int=number, version=4) for number in (7, 8))
Rows = dict[str, list[dict[str, object]]]


def package() -> Rows:
    return {
        "organizations": [
            {"id": ORGANIZATION, "name": "Harbor Help", "description": "Helps", "email": "a@harbor.example.org"}
        ],
        "locations": [
            {"id": PLACE, "location_type": "physical", "organization_id": ORGANIZATION, "name": "Harbor house",
             "latitude": "36.16", "longitude": "-86.78"},
        ],
        "addresses": [
            {"id": "a1", "location_id": PLACE, "address_1": "1 Main Street", "city": "Nashville", "state_province": "TN",
             "postal_code": "37203", "country": "US", "address_type": "physical"},
        ],
        "services": [
            {"id": CLINIC, "organization_id": ORGANIZATION, "name": "Clinic", "description": "Care", "status": "active",
             "minimum_age": "18"},
            {"id": LINE, "organization_id": ORGANIZATION, "name": "Line", "description": "", "status": "active",
             "minimum_age": ""},
        ],
        "service_at_location": [
            {"id": AT_CLINIC, "service_id": CLINIC, "location_id": PLACE},
            {"id": AT_LINE, "service_id": LINE, "location_id": PLACE},
        ],
        "phones": [
            {"id": PHONE, "service_at_location_id": AT_CLINIC, "number": "615-555-0100 ext 12", "type": "voice"},
            {"id": CRISIS, "service_at_location_id": AT_LINE, "number": "615-555-0199", "type": "crisis"},
        ],
        "schedules": [
            {"id": "s1", "service_at_location_id": AT_CLINIC, "freq": "WEEKLY", "byday": "Monday,Tue", "opens_at": "9am",
             "closes_at": "17:00"},
        ],
        "languages": [{"id": "l1", "service_id": CLINIC, "name": "Spanish", "code": "es"}],
    }  # fmt: skip


def write_package(folder: Path, rows: Rows) -> Path:
    folder.mkdir(exist_ok=True)
    for name, table in rows.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(table[0]) if table else ["id"])
            writer.writeheader()
            writer.writerows(table)
    return folder


def community() -> None:
    with write() as session:
        session.add(d.Community(name="Test County"))


def gazetteer() -> None:
    """One ZIP, under the number of the first, so that the gazetteer counts as loaded."""
    with write() as session:
        session.add(
            Place(
                number=LAST, kind="zip", code="37203", folded="nashville", state="TN", county="Davidson", latitude=36.15,
                longitude=-86.79, time_zone="America/Chicago", street=True,
            )
        )  # fmt: skip


def take(folder: Path, rows: Rows, **asked: object) -> ImportResult:
    return import_hsds(TERMINAL, write_package(folder / "package", rows), source="harbor", **asked)  # type: ignore[arg-type]


def person_changes(table: str, found: UUID, field: str) -> None:
    """The trace that every edit here leaves."""
    with write() as session:
        session.add(
            d.Metadata(
                resource_type=table, resource_id=found, last_action_date=clock.now(), last_action_type="update",
                field_name=field, updated_by="A steward",
            )
        )  # fmt: skip


def numbers_of(listing: UUID) -> list[str]:
    phone = d.Phone
    found = db.session.scalars(
        select(phone.number).where(phone.service_at_location_id == listing).order_by(phone.ordinal)
    )
    return list(found)


def fed(found: UUID) -> int:
    """How often a listing stands in the change feed."""
    db.session.rollback()
    listing = db.session.scalars(
        select(d.ServiceAtLocation.number).where(d.ServiceAtLocation.id == found)
    ).one()
    query = select(d.Change.number).where(d.Change.service_at_location_number == listing)
    return len(db.session.scalars(query).all())
