"""How a program's dispatch is set up, as who arranges it sees it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal.directory.models import Organization
from portal.programs.access import today
from portal.programs.dispatch.access import may_arrange
from portal.programs.dispatch.card import Place, places_of, works_in
from portal.programs.dispatch.options import DispatchOptions, options_for
from portal.programs.dispatch.partners import partners_of
from portal.programs.models import DistrictMiddle, OnCallLine, ProgramPartner, ResponseProgram
from portal.store import Actor, clock, db


@dataclass(frozen=True)
class Setup:
    """districts: id, name, and the place in whose middle it lies (empty: not said). joined: organizations that could be partners,
    id and name."""

    program: ResponseProgram
    options: DispatchOptions
    line: OnCallLine | None
    places: tuple[Place, ...]
    districts: tuple[tuple[UUID, str, str], ...]
    partners: tuple[ProgramPartner, ...]
    joined: tuple[tuple[UUID, str], ...]


def setup_for(actor: Actor, program_id: UUID) -> Setup | None:
    """The setup of a program, for who arranges it; None for all others."""
    program = db.session.get(ResponseProgram, program_id)
    options = options_for(program) if program is not None else None
    if program is None or options is None or not may_arrange(actor, program):
        return None
    middles = {row.district_id: row.place for row in db.session.scalars(select(DistrictMiddle))}
    homes = db.session.execute(
        select(Organization.id, Organization.name)
        .where(
            Organization.community_id == program.community_id,
            Organization.joined_at.is_not(None),
            Organization.kind != "victim_service",
        )
        .order_by(Organization.name)
    )
    return Setup(
        program,
        options,
        db.session.get(OnCallLine, program.id),
        places_of(program, clock.now()),
        tuple((code, name, middles.get(code, "")) for code, name in works_in(program)),
        tuple(partners_of(db.session(), program, today())),
        tuple((row[0], row[1]) for row in homes),
    )
