"""A listing's fields as plain texts, and a plain text put into its rows: the two directions of an edit.

Both work on the open session and know nothing of who asks; edits.py decides that.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal import geo
from portal.directory import models as d
from portal.directory.areas import FIELD as AREAS
from portal.directory.areas import WIDE, Area, areas_text, known_areas
from portal.directory.cards import ADDRESS_NAMES, first_address
from portal.directory.feed import write_history
from portal.directory.hours import hours_words
from portal.directory.hours.rows import schedules_of
from portal.directory.parts import PARTS, parts_of
from portal.directory.said import split_name
from portal.directory.translating import put_said, said_texts
from portal.directory.typed import PHONE_TYPES, join_phone, split_address, split_phone
from portal.directory.view import envelope
from portal.store import Actor

SERVICE_TEXTS = (
    "name",
    "alternate_name",
    "alert",
    "eligibility_description",
    "description",
    "fees_description",
    "application_process",
    "interpretation_services",
    "url",
    "email",
)
PLACE_TEXTS = ("address", "transportation")  # of a confidential place neither is kept, shown or typed


def texts_of(session: Session, row: d.ServiceAtLocation) -> dict[str, str]:
    """Every editable field as it stands now, and what is said of it in other languages (`description@es`). A confidential listing has no entry for PLACE_TEXTS."""
    service = row.service
    texts = {name: str(getattr(service, name)) for name in SERVICE_TEXTS}
    texts["hours"] = hours_words(row.schedules)
    for name, kind in PHONE_TYPES.items():
        first = next((phone for phone in row.phones if phone.type == kind), None)
        texts[name] = join_phone(first.number, first.extension) if first else ""
    texts["desk_email"] = row.desk.email if row.desk else ""
    texts["more"] = row.description
    texts |= parts_of(session, row)
    texts[AREAS] = areas_text(areas_of(row))
    if not row.location.address_confidential:
        texts["transportation"] = row.location.transportation
        columns = d.Address.__table__.c
        rows = session.execute(
            select(*(columns[name] for name in ADDRESS_NAMES)).where(columns.location_id == row.location_id)
        )
        texts["address"] = "\n".join(envelope(first_address(rows.all())))
    return texts | said_texts(session, row, texts)


def put_text(session: Session, actor: Actor, row: d.ServiceAtLocation, name: str, old: str, new: str) -> None:
    """Write one clean text into its rows, with one history row."""
    if "@" in name:
        put_said(session, actor, row, name, old, new)
    elif name in SERVICE_TEXTS:
        setattr(row.service, name, new)
        write_history(session, actor, "service", row.service_id, name, old, new)
    elif name == "desk_email":
        _put_desk(session, row, new)
        # The desk's address is not public and the history is exported: that it changed, not what it is.
        write_history(session, actor, "service_at_location", row.id, name, "", "")
    elif name == "transportation":
        row.location.transportation = new
        write_history(session, actor, "location", row.location_id, name, old, new)
    elif name == "more":
        row.description = new
        write_history(session, actor, "service_at_location", row.id, name, old, new)
    elif name in PARTS:
        PARTS[name](session, row, new)
        write_history(session, actor, "service", row.service_id, name, old, new)
    elif name == AREAS:
        _put_areas(session, row, new)
        write_history(session, actor, "service", row.service_id, name, old, areas_text(areas_of(row)))
    else:
        _PUT[PHONE_TYPES.get(name) or name](session, row, new)
        write_history(session, actor, "service_at_location", row.id, name, old, new)


def _put_hours(session: Session, row: d.ServiceAtLocation, text: str) -> None:
    """One row for each set of days that share an interval, with the words as they were typed."""
    row.schedules = schedules_of(text)


def _put_phone(kind: str) -> Callable[[Session, d.ServiceAtLocation, str], None]:
    def put(_session: Session, row: d.ServiceAtLocation, text: str) -> None:
        first = next((phone for phone in row.phones if phone.type == kind), None)
        if not text:
            if first:
                row.phones.remove(first)
            return
        number, extension = split_phone(text)
        if first:
            first.number, first.extension = number, extension
        else:
            row.phones.append(d.Phone(number=number, extension=extension, type=kind, ordinal=len(row.phones)))

    return put


def _put_address(session: Session, row: d.ServiceAtLocation, text: str) -> None:
    """A new street moves the point to its ZIP's middle, and says so, rather than leave it at the old door."""
    parts, place = split_address(text), row.location
    before = session.scalar(select(d.Address).where(d.Address.location_id == place.id).limit(1))
    same_street = before is not None and all(
        getattr(before, key) == parts[key] for key in ("address_1", "city", "state_province")
    )
    session.execute(delete(d.Address).where(d.Address.location_id == place.id))
    session.add(d.Address(location_id=place.id, confidential=False, **parts))
    if same_street:
        return
    middle = geo.zip_centre(parts["postal_code"][:5]) if parts["postal_code"] else None
    if middle is not None and middle.lat is not None and middle.lon is not None:
        place.latitude, place.longitude, place.point_kind = middle.lat, middle.lon, "zip"
    else:
        place.latitude, place.longitude, place.point_kind = None, None, "none"


def areas_of(row: d.ServiceAtLocation) -> list[Area]:
    """The service areas that an editor of this listing sees: of a confidential one the wide ones alone."""
    return [Area(area.extent_type, area.extent, area.name) for area in _shown_areas(row)]


def _shown_areas(row: d.ServiceAtLocation) -> list[d.ServiceArea]:
    secret = row.location.address_confidential
    return [area for area in row.service.service_areas if not secret or area.extent_type in WIDE]


def _put_areas(session: Session, row: d.ServiceAtLocation, text: str) -> None:
    """Rows that are meant still stay as they are, names and all; what this editor was not shown stays too."""
    wanted = {area[:2]: area for area in known_areas(text, areas_of(row), may_draw=True)}
    for area in _shown_areas(row):
        if wanted.pop((area.extent_type, area.extent), None) is None:
            row.service.service_areas.remove(area)
    row.service.service_areas += [
        d.ServiceArea(extent_type=area.kind, extent=area.extent, name=area.name) for area in wanted.values()
    ]
    session.flush()


def _put_desk(session: Session, row: d.ServiceAtLocation, text: str) -> None:
    if row.desk is None:
        row.desk = d.Contact(organization_id=row.service.organization_id, department="intake")
    row.desk.email = text


_PUT: dict[str, Callable[[Session, d.ServiceAtLocation, str], None]] = {
    "hours": _put_hours,
    **{kind: _put_phone(kind) for kind in PHONE_TYPES.values()},
    "address": _put_address,
}


def touched(session: Session, row: d.ServiceAtLocation, names: set[str]) -> list[UUID]:
    """Ids of every listing that shows one of these fields: the service's, the place's, the desk's."""
    names = {split_name(name)[0] for name in names}
    same = d.ServiceAtLocation.id == row.id
    if names & {*SERVICE_TEXTS, *PARTS, AREAS}:
        same |= d.ServiceAtLocation.service_id == row.service_id
    if names & {*PLACE_TEXTS}:
        same |= d.ServiceAtLocation.location_id == row.location_id
    if "desk_email" in names and row.desk_id:
        same |= d.ServiceAtLocation.desk_id == row.desk_id
    return list(
        session.scalars(select(d.ServiceAtLocation.id).where(same).order_by(d.ServiceAtLocation.number))
    )
