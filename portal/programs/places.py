"""Where a program works and who works in it: districts with roll-out dates, members with roles. Days are the community's."""

from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import Account, Membership
from portal.directory.models import Organization
from portal.programs.access import AGENCY
from portal.programs.history import keep_version
from portal.programs.models import District, ProgramDistrict, ProgramMember, ResponseProgram
from portal.programs.settings import base_of
from portal.programs.setup import locked
from portal.referrals import NotHere
from portal.store import Actor, Refused, audit, db, write

DISTRICT_KINDS = ("precinct", "town", "area", "campus")
WORKERS = (*AGENCY, "provider")  # whose accounts may become members


def add_district(
    actor: Actor,
    program_id: UUID,
    name: str,
    since: date,
    *,
    version: int,
    kind: str = "precinct",
    organization_id: UUID | None = None,
) -> None:
    """The program works in this district from this day. A district of the name is taken as it is; else it is made.
    organization_id: the department there. Refused where it works already."""
    with write() as session:
        row = locked(session, actor, program_id, version)
        cleaned = " ".join(name.split())
        if not 1 <= len(cleaned) <= 80:
            raise Refused(_("Use 1 to %(most)s letters.", most=80), "name")
        if kind not in DISTRICT_KINDS:
            raise Refused(_("Choose one of the list."), "kind")
        district = session.scalar(
            select(District).where(District.community_id == row.community_id, District.name == cleaned)
        )
        if district is None:
            district = District(community_id=row.community_id, name=cleaned, kind=kind)
            session.add(district)
        if organization_id is not None:
            place = session.get(Organization, organization_id)
            if place is None or place.community_id != row.community_id:
                raise Refused(_("Choose one of the list."), "organization_id")
            district.organization_id = organization_id
        session.flush()
        if any(
            each.district_id == district.id and (each.until is None or each.until >= since)
            for each in row.districts
        ):
            raise Refused(_("The program works there at that time already."), "name")
        session.add(ProgramDistrict(program_id=row.id, district_id=district.id, since=since))
        _saved(actor, row, "add_district")


def end_district(actor: Actor, program_id: UUID, place_id: UUID, until: date, *, version: int) -> None:
    """The last day on which the program works in a district."""
    with write() as session:
        row = locked(session, actor, program_id, version)
        place = session.get(ProgramDistrict, place_id)
        if place is None or place.program_id != row.id:
            raise NotHere
        place.until = _last_day(until, place.since)
        _saved(actor, row, "end_district")


def add_member(
    actor: Actor, program_id: UUID, account_id: UUID, role: str, since: date, *, version: int
) -> None:
    """This person works in the program as one of its roles, from this day. Refused for a role that the preset has not, and for an
    account that neither responds nor works at a service."""
    with write() as session:
        row = locked(session, actor, program_id, version)
        if not base_of(row).role_kind(role):
            raise Refused(_("Choose one of the list."), "role")
        if account_id not in {account.id for account in _candidates(session, row.community_id)}:
            raise Refused(_("Choose one of the list."), "account_id")
        stands = session.scalar(
            select(ProgramMember).where(
                ProgramMember.program_id == row.id,
                ProgramMember.account_id == account_id,
                ProgramMember.role == role,
            )
        )
        if stands is not None and stands.until is None:
            raise Refused(_("This person works in this role already."), "account_id")
        if stands is not None:
            stands.since, stands.until = since, None
        else:
            session.add(ProgramMember(program_id=row.id, account_id=account_id, role=role, since=since))
        _saved(actor, row, "add_member")


def end_member(actor: Actor, program_id: UUID, member_id: UUID, until: date, *, version: int) -> None:
    """The last day of a person in a role."""
    with write() as session:
        row = locked(session, actor, program_id, version)
        member = session.get(ProgramMember, member_id)
        if member is None or member.program_id != row.id:
            raise NotHere
        member.until = _last_day(until, member.since)
        _saved(actor, row, "end_member")


def candidates(actor: Actor) -> list[Account]:
    """Whom a steward may make a member: who responds or works at a service here, by name."""
    return _candidates(db.session(), actor.community_id) if actor.has("steward") else []


def agencies(actor: Actor) -> list[Organization]:
    """Where a steward may turn a program on: what has joined, but victim services, by name."""
    if not actor.has("steward"):
        return []
    query = select(Organization).where(
        Organization.community_id == actor.community_id,
        Organization.joined_at.is_not(None),
        Organization.kind != "victim_service",
    )
    return list(db.session.scalars(query.order_by(Organization.name)))


def members_of(row: ResponseProgram) -> list[tuple[ProgramMember, Account]]:
    """Who works in the program, or did, by name."""
    found = db.session.execute(
        select(ProgramMember, Account)
        .join(Account, Account.id == ProgramMember.account_id)
        .where(ProgramMember.program_id == row.id)
        .order_by(Account.name, ProgramMember.role)
    )
    return [(member, account) for member, account in found]


def _candidates(session: Session, community_id: UUID | None) -> list[Account]:
    return list(
        session.scalars(
            select(Account)
            .where(
                Account.community_id == community_id,
                Account.disabled_at.is_(None),
                Account.memberships.any(Membership.role.in_(WORKERS)),
            )
            .order_by(Account.name, Account.id)
        )
    )


def _last_day(until: date, since: date) -> date:
    if until < since:
        raise Refused(_("The last day lies before the first."), "until")
    return until


def _saved(actor: Actor, row: ResponseProgram, what: str) -> None:
    keep_version(db.session(), actor, row, what)
    audit.append(actor, what, "response_program", row.id)
