"""How the coded answers come into an encounter's row, out of it again, and into the version that a correction leaves behind."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.programs.facts import EncounterFacts
from portal.programs.models import District, Encounter, EncounterVersion
from portal.store import Refused

# What a version keeps: the coded columns. The person's key and row are not among them.
CODED = (
    "source", "response_type", "received_at", "dispatched_at", "on_scene_at", "cleared_at", "district_id",
    "home_district_id", "meets_criteria", "disposition", "outcome", "met_before", "contact_consent", "referral_refused",
    "arrest_would", "ed_would", "age_band", "language", "race", "services", "facts",
)  # fmt: skip


def coded(row: Encounter) -> dict[str, Any]:
    """The coded columns as JSON: moments and ids as text."""
    plain = {name: getattr(row, name) for name in CODED}
    return {
        name: value if isinstance(value, (str, int, bool, list, dict, type(None))) else str(value)
        for name, value in plain.items()
    }


def given_of(row: Encounter) -> EncounterFacts:
    """The row as it would have been handed in."""
    plain = {each.name: getattr(row, each.name) for each in fields(EncounterFacts)}
    return EncounterFacts(**(plain | {"facts": dict(row.facts), "services": tuple(row.services)}))


def check_places(session: Session, community_id: UUID, given: EncounterFacts) -> None:
    """Refused for a district of another community."""
    for name in ("district_id", "home_district_id"):
        place = getattr(given, name)
        district = session.get(District, place) if place else None
        if place is not None and (district is None or district.community_id != community_id):
            raise Refused(_("Choose one of the list."), name)


def put(session: Session, row: Encounter, given: EncounterFacts, disposition: str) -> None:
    """Every coded answer into the row. Refused for a district of another community."""
    check_places(session, row.community_id, given)
    values = asdict(given)
    for name in CODED:
        if name not in ("disposition", "services", "facts"):
            setattr(row, name, values[name])
    row.disposition, row.services = disposition, sorted(set(given.services))
    row.facts = {code: answer for code, answer in given.facts.items() if answer is not None}


def keep_version(session: Session, row: Encounter, changed_by: UUID | None, now: datetime) -> None:
    """What stands until now, as a version, and the row's number counted on."""
    session.add(
        EncounterVersion(
            encounter_id=row.id, version=row.version, until=now, values=coded(row), changed_by=changed_by
        )
    )
    row.changed_at, row.version = now, row.version + 1
