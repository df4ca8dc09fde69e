"""Programs for tests: a preset turned on at the cast's team, its districts and its people, written directly."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from portal.accounts.models import Account
from portal.directory.models import Organization
from portal.programs import EncounterFacts, presets
from portal.programs.models import District, ProgramDistrict, ProgramMember, ResponseProgram
from portal.store import clock, write
from tests.people import Cast

LONG_AGO = date(2020, 1, 1)


def turned_on(
    cast: Cast,
    preset: str,
    *members: tuple[Account, str],
    districts: tuple[str, ...] = ("North", "Hermitage"),
    organization: Organization | None = None,
    **columns: Any,
) -> ResponseProgram:
    """This preset, on since long ago in these districts, with these members."""
    found = presets()[preset]
    with write() as session:
        program = ResponseProgram(
            community_id=cast.community.id,
            organization_id=(organization or cast.team).id,
            preset=preset,
            preset_version=found.version,
            name=found.name,
            rank=found.owner_rank,
            turned_on_at=clock.now() - timedelta(days=1000),
            **columns,
        )
        session.add(program)
        session.flush()
        for name in districts:
            district = District(community_id=cast.community.id, name=f"{name} {preset}")
            session.add(district)
            session.flush()
            session.add(ProgramDistrict(program_id=program.id, district_id=district.id, since=LONG_AGO))
        session.add_all(
            ProgramMember(program_id=program.id, account_id=account.id, role=role, since=LONG_AGO)
            for account, role in members
        )
    return program


def met(**given: Any) -> EncounterFacts:
    """A call that came from 911 half an hour ago."""
    plain = EncounterFacts("911", clock.now() - timedelta(minutes=30), outcome="resolved")
    return replace(plain, **given)
