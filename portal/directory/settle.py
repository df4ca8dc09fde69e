"""What people decide about their community: its name, time zone, area, crisis lines, working hours."""

import json
from difflib import get_close_matches
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.directory.feed import record_change
from portal.directory.models import Community, Organization, Service, ServiceAtLocation
from portal.store import Actor, Refused, audit, clock, write

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# What may be set, and what it looks like.
COMMUNITY_KEYS = {
    "name": "Example County",
    "time_zone": "America/Chicago",
    "languages": "en,es",
    "state": "TN",
    "counties": "Davidson,Williamson",
    "zips": "37201,37203",
    "crisis_lines": '[{"name": "County mobile crisis", "number": "615-555-0103"}]',
    "on_call": '{"name": "County on-call clinician", "number": "615-555-0170"}',
    "business_hours": '{"mon": ["08:00", "17:00"]}',
    "exit_site": "https://www.weather.gov/",
}


def set_community(actor: Actor, key: str, value: str) -> Community:
    """Set one thing about this install's community; the first `name` makes it. Audited. Raises Refused."""
    if key not in COMMUNITY_KEYS:
        raise Refused(f"There is no {key!r}. What can be set: {', '.join(COMMUNITY_KEYS)}.", "key")
    made = _read(key, value.strip())
    with write() as session:
        here = session.scalar(select(Community).limit(1))
        if here is None:
            if key != "name":
                raise Refused("There is no community yet. First: portal community set name 'Example County'")
            here = Community(name=made)
            session.add(here)
        elif key in ("state", "counties", "zips"):
            here.area = {**here.area, key: made}
        elif key in ("exit_site", "on_call"):
            here.settings = {**here.settings, key: made}
        else:
            setattr(here, key, made)
        here.version = (here.version or 0) + 1  # a form that shows the old is told
        session.flush()
        audit.append(actor, "set_community", "community", here.id, reason=key)
        return here


def organization_named(actor: Actor, name: str, kind: str | None = None) -> UUID:
    """The id of this community's organization of that name; with `kind`, makes and joins one where there is none.
    Audited when made. Raises Refused, naming some that sound like it."""
    with write() as session:
        here = session.scalar(select(Community).limit(1))
        rows = session.execute(select(Organization.id, Organization.name).order_by(Organization.name)).all()
        fitting = [row.id for row in rows if row.name.casefold() == name.strip().casefold()]
        if len(fitting) == 1:
            return UUID(str(fitting[0]))
        if fitting:
            raise Refused(f"There are {len(fitting)} organizations named {name!r}.", "organization")
        if here is None or kind is None:
            alike = get_close_matches(name, [row.name for row in rows], n=3, cutoff=0.5)
            hint = f" Did you mean {', '.join(map(repr, alike))}?" if alike else ""
            raise Refused(f"There is no organization named {name!r}.{hint}", "organization")
        made = Organization(community_id=here.id, name=name.strip(), kind=kind, joined_at=clock.now())
        session.add(made)
        session.flush()
        audit.append(actor, "make_organization", "organization", made.id)
        return made.id


def join_organization(session: Session, actor: Actor, organization_id: UUID) -> None:
    """Somebody there can answer from now, in the caller's transaction: its services can be referred to, where until now one could
    only call. Once joined, nothing changes. Audited."""
    organization = session.get_one(Organization, organization_id)
    if organization.joined_at is not None:
        return
    organization.joined_at = clock.now()
    audit.append(actor, "join_organization", "organization", organization_id)
    numbers = session.scalars(
        select(ServiceAtLocation.number)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .where(Service.organization_id == organization_id)
        .order_by(ServiceAtLocation.number)
    ).all()
    session.flush()
    record_change(session, *numbers)


def _read(key: str, value: str) -> Any:
    """The value as it is stored; Refused when it does not look like the example."""
    wrong = Refused(f"{key} looks like: {COMMUNITY_KEYS[key]}", "value")
    if not value:
        raise wrong
    if key in ("languages", "counties", "zips"):
        return [part.strip() for part in value.split(",") if part.strip()]
    if key == "time_zone":
        if value not in available_timezones():
            raise wrong
        return ZoneInfo(value).key
    if key == "exit_site" and not value.startswith("https://"):
        raise wrong
    if key not in ("crisis_lines", "on_call", "business_hours"):
        return value
    try:
        found = json.loads(value)
    except ValueError as error:
        raise wrong from error
    if key == "on_call":
        fits = _are_lines([found])
    else:
        fits = _are_lines(found) if key == "crisis_lines" else _are_hours(found)
    if not fits:
        raise wrong
    return found


def _are_lines(found: Any) -> bool:
    return isinstance(found, list) and all(
        isinstance(line, dict) and isinstance(line.get("name"), str) and isinstance(line.get("number"), str)
        for line in found
    )


def _are_hours(found: Any) -> bool:
    return isinstance(found, dict) and all(
        day in DAYS and isinstance(hours, list) and len(hours) == 2 and all(_is_time(hour) for hour in hours)
        for day, hours in found.items()
    )


def _is_time(text: Any) -> bool:
    return (
        isinstance(text, str)
        and len(text) == 5
        and text[2] == ":"
        and text.replace(":", "").isdigit()
        and text[:2] < "24"
        and text[3:] < "60"
    )
