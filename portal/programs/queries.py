"""Reads of encounters: what the actor's role in the program may see of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import selectinload

from portal.programs.access import preset_of, program_for, roles_in
from portal.programs.counterfactuals import may_say
from portal.programs.facts import question_is_for
from portal.programs.models import (
    District,
    Encounter,
    EncounterNeed,
    ProgramDistrict,
    ResponseProgram,
)
from portal.programs.preset import Preset
from portal.referrals.models import Need
from portal.store import Actor, db

LISTED = 50
SIGNING = ("police", "health", "medic", "peer")  # kinds of roles whose signature counts
MOST_LOOSE = 5


@dataclass(frozen=True)
class EncounterView:
    """An encounter as one role sees it. facts: only the answers that are theirs to see; hidden: how many are not. missing: roles
    that have not signed yet, where the preset wants more than one signature. says_would: this reader is asked what would have
    followed, and that is open still."""

    id: UUID
    program: ResponseProgram
    preset: Preset
    roles: frozenset[str]
    row: Encounter
    facts: dict[str, Any]
    hidden: int
    missing: tuple[str, ...]
    version: int
    says_would: bool

    @property
    def ended(self) -> bool:
        return bool(self.row.disposition)

    @property
    def may_refer(self) -> bool:
        """A person may stand beside it: it is no arrest."""
        return self.row.disposition != "arrest"


@dataclass(frozen=True)
class LooseNeed:
    """A referral that its sender has not tied to an encounter yet."""

    id: UUID
    code: str
    sent_at: datetime


def encounter_for(actor: Actor, encounter_id: UUID) -> EncounterView | None:
    """The encounter, for who works in its program; None for all others."""
    row = db.session.get(Encounter, encounter_id)
    if row is None or row.community_id != actor.community_id:
        return None
    roles = roles_in(actor, row.program)
    return view_of(row, roles) if roles else None


def encounters_for(
    actor: Actor, program_id: UUID, *, before: tuple[datetime, UUID] | None = None, open_only: bool = False
) -> Sequence[EncounterView]:
    """The newest encounters of a program, for who works in it; LISTED at most, those that come after `before`: when the
    last one on the page was received, and its id."""
    program = program_for(actor, program_id)
    roles = roles_in(actor, program) if program else frozenset()
    if program is None or not roles:
        return ()
    query = select(Encounter).where(Encounter.program_id == program.id)
    if before is not None:
        moment, last = before
        here = and_(Encounter.received_at == moment, Encounter.id > last)
        query = query.where(or_(Encounter.received_at < moment, here))
    if open_only:
        query = query.where(Encounter.disposition == "")
    rows = db.session.scalars(
        query.options(selectinload(Encounter.signatures))
        .order_by(Encounter.received_at.desc(), Encounter.id)
        .limit(LISTED)
    )
    return [view_of(row, roles) for row in rows]


def view_of(row: Encounter, roles: frozenset[str]) -> EncounterView:
    """Through the preset's own matrix: an answer that is a role's is seen by that role alone."""
    preset = preset_of(row.program)
    answered = [field for field in preset.fields if field.code in row.facts]
    seen = {field.code: row.facts[field.code] for field in answered if question_is_for(field, roles)}
    signed = {signature.role for signature in row.signatures}
    wanted = [role.code for role in preset.roles if role.kind in SIGNING]
    return EncounterView(
        id=row.id,
        program=row.program,
        preset=preset,
        roles=roles,
        row=row,
        facts=seen,
        hidden=len(answered) - len(seen),
        missing=tuple(code for code in wanted if code not in signed)
        if preset.signatures > max(1, len(signed))
        else (),
        version=row.version,
        says_would=not row.disposition and may_say(preset, roles),
    )


def districts_of(program: ResponseProgram) -> Sequence[District]:
    """Where the program works or has worked, by name: what an encounter of it may be placed in."""
    return db.session.scalars(
        select(District)
        .where(
            District.id.in_(
                select(ProgramDistrict.district_id).where(ProgramDistrict.program_id == program.id)
            )
        )
        .order_by(District.name)
    ).all()


def last_district(actor: Actor, program_id: UUID) -> UUID | None:
    """Where the actor's newest encounter of this program was: where the next most likely is."""
    return db.session.scalar(
        select(Encounter.district_id)
        .where(Encounter.program_id == program_id, Encounter.recorded_by == actor.account_id)
        .order_by(Encounter.received_at.desc())
        .limit(1)
    )


def encounter_of_need(actor: Actor, need_id: UUID) -> UUID | None:
    """The encounter that a referral came of, for who works in its program."""
    row = db.session.scalar(
        select(Encounter)
        .join(EncounterNeed, EncounterNeed.encounter_id == Encounter.id)
        .where(EncounterNeed.need_id == need_id, Encounter.community_id == actor.community_id)
    )
    return row.id if row is not None and roles_in(actor, row.program) else None


def loose_needs(actor: Actor, view: EncounterView) -> Sequence[LooseNeed]:
    """Referrals that the actor has sent since this call came and tied to none: a call written down, or one sent before."""
    if not view.may_refer or actor.account_id is None:
        return ()
    query: Select[UUID, str, datetime] = (
        select(Need.id, Need.code, Need.sent_at)
        .where(
            Need.sender_account_id == actor.account_id,
            Need.sent_at >= view.row.received_at,
            ~exists().where(EncounterNeed.need_id == Need.id),
        )
        .order_by(Need.sent_at.desc())
        .limit(MOST_LOOSE)
    )
    return [LooseNeed(*row) for row in db.session.execute(query)]
