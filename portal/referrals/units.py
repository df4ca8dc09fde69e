"""Which units that send are themselves programs under 42 CFR part 2."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select

from portal.accounts.models import Membership
from portal.directory.models import Organization
from portal.referrals.moves import NotHere
from portal.store import Actor, audit, db, write

MAY_SET = ("privacy_officer", "admin")


@dataclass(frozen=True)
class SendingUnit:
    """A unit whose people send."""

    id: UUID
    name: str
    part2_program: bool


def _units(actor: Actor) -> Select[Organization]:
    senders = select(Membership.organization_id).where(
        Membership.role.in_(("responder", "dispatcher", "supervisor"))
    )
    return (
        select(Organization)
        .where(Organization.community_id == actor.community_id, Organization.id.in_(senders))
        .order_by(Organization.name)
    )


def sending_units(actor: Actor) -> tuple[SendingUnit, ...]:
    """Every unit of the community that sends, for a privacy officer or an admin; empty for others."""
    if not actor.has(*MAY_SET):
        return ()
    rows = db.session.scalars(_units(actor))
    return tuple(SendingUnit(row.id, row.name, row.part2_program) for row in rows)


def set_part2(actor: Actor, organization_id: UUID, on: bool) -> None:
    """Marks a unit as a Part 2 program, or takes the mark off: from now on it sends a person only with a signed consent. Audited.
    NotHere for others, and for an organization that does not send."""
    if not actor.has(*MAY_SET):
        raise NotHere
    with write() as session:
        found = session.scalar(_units(actor).where(Organization.id == organization_id))
        if found is None:
            raise NotHere
        if found.part2_program != on:
            found.part2_program = on
            audit.append(actor, "set_part2", "organization", found.id, "on" if on else "off")
