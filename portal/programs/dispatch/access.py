"""Who stands on which side of a request, who may ask a team, and who keeps its roster and its places."""

from uuid import UUID

from sqlalchemy import or_, select

from portal.programs.access import AGENCY, kinds_in, roles_in
from portal.programs.dispatch.options import DispatchOptions, options_for, options_in
from portal.programs.dispatch.rules import Side
from portal.programs.models import ProgramMember, ResponseProgram, TeamRequest
from portal.programs.preset import presets
from portal.referrals import NotHere
from portal.store import Actor, db

ARRANGERS = frozenset(("supervisor", "dispatch", "liaison"))


def sides_of(actor: Actor, row: TeamRequest) -> frozenset[Side]:
    """`team`: works in the program that was asked, in a role that acts for it. `asker`: belongs to the unit that asked. Empty: it is not there for them."""
    if actor.kind != "account" or actor.community_id != row.community_id:
        return frozenset()
    found: set[Side] = set()
    roles, options = roles_in(actor, row.program), options_for(row.program)
    acts = roles if options is None or not options.team else roles & {*options.team, "supervisor"}
    if acts:
        found.add("team")
    if row.asked_by == actor.account_id or row.asker_organization_id in actor.organizations(*AGENCY):
        found.add("asker")
    return frozenset(found)


def may_ask(actor: Actor, program: ResponseProgram) -> bool:
    """Who works in the program may ask for it, and where it takes requests from others every responder of the community."""
    if program.turned_off_at is not None or actor.community_id != program.community_id:
        return False
    options = options_for(program)
    if options is None:
        return False
    return bool(roles_in(actor, program)) or (options.from_others and bool(actor.organizations(*AGENCY)))


def may_arrange(actor: Actor, program: ResponseProgram) -> bool:
    """Roster, places, partners: the program's supervisors, dispatchers and liaisons, and the community's stewards."""
    if actor.kind != "account" or actor.community_id != program.community_id:
        return False
    return actor.has("steward") or bool(kinds_in(actor, program) & ARRANGERS)


def asked_program(actor: Actor, program_id: UUID) -> tuple[ResponseProgram, DispatchOptions]:
    """The program and its options, for who may ask it. NotHere for all others."""
    program = db.session.get(ResponseProgram, program_id)
    if program is None or not may_ask(actor, program):
        raise NotHere
    options = options_for(program)
    if options is None:
        raise NotHere
    return program, options


def arranged_program(actor: Actor, program_id: UUID) -> ResponseProgram:
    """The program, for who keeps its roster. NotHere for all others."""
    program = db.session.get(ResponseProgram, program_id)
    if program is None or options_for(program) is None or not may_arrange(actor, program):
        raise NotHere
    return program


def teams_for(actor: Actor) -> list[ResponseProgram]:
    """The programs that the actor may ask for help, by name."""
    rows = db.session.scalars(
        select(ResponseProgram)
        .where(ResponseProgram.community_id == actor.community_id, ResponseProgram.turned_off_at.is_(None))
        .order_by(ResponseProgram.name, ResponseProgram.id)
    )
    return [row for row in rows if may_ask(actor, row)]


def has_teams(actor: Actor) -> bool:
    """Whether there is any team for the actor to ask, cheaply: what the link to them goes by."""
    mine = actor.organizations(*AGENCY)
    asked = {code: options_in(preset) for code, preset in presets().items() if "dispatch" in preset.modules}
    everybody = [code for code, options in asked.items() if options.from_others] if mine else []
    member = select(ProgramMember.program_id).where(ProgramMember.account_id == actor.account_id)
    query = select(ResponseProgram.id).where(
        ResponseProgram.community_id == actor.community_id,
        ResponseProgram.turned_off_at.is_(None),
        ResponseProgram.preset.in_(list(asked)),
        or_(
            ResponseProgram.preset.in_(everybody),
            ResponseProgram.organization_id.in_(mine),
            ResponseProgram.id.in_(member),
        ),
    )
    return db.session.scalar(query.limit(1)) is not None


def home_of(actor: Actor, program: ResponseProgram) -> UUID:
    """The unit for which the actor asks: their own agency; for a member from elsewhere, the program's."""
    mine = actor.organizations(*AGENCY)
    if program.organization_id in mine or not mine:
        return program.organization_id
    return min(mine)
