"""Who works in a program, and as what. Access is inside every query: what is not yours is not there."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select

from portal.directory import NoCommunity, community
from portal.programs.models import ProgramMember, ResponseProgram
from portal.programs.preset import Preset
from portal.programs.settings import effective
from portal.store import Actor, clock, db

AGENCY = ("responder", "dispatcher", "supervisor")


def today() -> date:
    """The day in the community's time; before there is one, in UTC."""
    try:
        zone = community().time_zone
    except NoCommunity:
        zone = "UTC"
    return clock.now().astimezone(ZoneInfo(zone)).date()


def preset_of(program: ResponseProgram) -> Preset:
    """The preset of a program as it stands at its agency: see `effective`."""
    return effective(program)


def roles_in(actor: Actor, program: ResponseProgram) -> frozenset[str]:
    """The preset's roles that the actor has in this program today; `supervisor` for the agency's supervisors; the preset's
    default role for its other responders, where it names one. Empty: not there for them."""
    if actor.kind != "account" or actor.community_id != program.community_id:
        return frozenset()
    day = today()
    member = db.session.scalars(
        select(ProgramMember.role).where(
            ProgramMember.program_id == program.id, ProgramMember.account_id == actor.account_id, _stands(day)
        )
    )
    found = set(member)
    if program.organization_id in actor.organizations("supervisor"):
        found.add("supervisor")
    default = preset_of(program).default_role
    if not found and default and program.organization_id in actor.organizations("responder", "dispatcher"):
        found.add(default)
    return frozenset(found)


def kinds_in(actor: Actor, program: ResponseProgram) -> frozenset[str]:
    """The same as kinds of roles (rules.ROLE_KINDS), and `supervisor`."""
    preset = preset_of(program)
    return frozenset(preset.role_kind(role) or role for role in roles_in(actor, program))


def seen_as(actor: Actor, program: ResponseProgram) -> frozenset[str]:
    """As what the actor may open the page of a program: their kinds of roles, `evaluator` of its agency, `steward` of the
    community. Empty: it is not there for them."""
    found = set(kinds_in(actor, program))
    if actor.community_id == program.community_id:
        found |= {"steward"} & actor.roles
        if program.organization_id in actor.organizations("evaluator"):
            found.add("evaluator")
    return frozenset(found)


def programs_for(actor: Actor, *, off_too: bool = False) -> list[ResponseProgram]:
    """The programs in which the actor works, or whose numbers are theirs (the agency's evaluator), by name. A steward of the
    community has all of them."""
    query = select(ResponseProgram).where(ResponseProgram.community_id == actor.community_id)
    if not off_too:
        query = query.where(ResponseProgram.turned_off_at.is_(None))
    if not actor.has("steward"):
        query = query.where(_reaches(actor))
    rows = db.session.scalars(query.order_by(ResponseProgram.name, ResponseProgram.id)).all()
    return [row for row in rows if seen_as(actor, row)]


def has_programs(actor: Actor) -> bool:
    """Whether there is any program for the actor, cheaply: what the link to the list of them goes by."""
    if actor.has("steward"):
        return True
    query = select(ResponseProgram.id).where(ResponseProgram.turned_off_at.is_(None), _reaches(actor))
    return db.session.scalar(query.limit(1)) is not None


def program_for(actor: Actor, program_id: UUID) -> ResponseProgram | None:
    """The program, when the actor sees it (see `seen_as`); None otherwise."""
    row = db.session.get(ResponseProgram, program_id)
    return row if row is not None and seen_as(actor, row) else None


def _reaches(actor: Actor) -> ColumnElement[bool]:
    member = select(ProgramMember.program_id).where(
        ProgramMember.account_id == actor.account_id, _stands(today())
    )
    return or_(
        ResponseProgram.organization_id.in_(actor.organizations(*AGENCY, "evaluator")),
        ResponseProgram.id.in_(member),
    )


def _stands(day: date) -> ColumnElement[bool]:
    return (ProgramMember.since <= day) & or_(ProgramMember.until.is_(None), ProgramMember.until >= day)
