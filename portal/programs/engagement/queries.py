"""Reads: the officer's own referrals with one word each; the clinic's list with what the clinic knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.programs.access import preset_of, program_for, roles_in
from portal.programs.engagement.review import word_of
from portal.programs.engagement.settings import Engagements, engagements_of
from portal.programs.models import Engagement, ResponseProgram
from portal.programs.persons import MetPerson
from portal.programs.persons.opening import unsealed
from portal.store import Actor, audit, db, write

LISTED = 200


@dataclass(frozen=True)
class Clinic:
    """What the clinic alone sees."""

    screen: dict[str, Any] | None
    score: int | None
    assessed_at: datetime | None
    agreed: str
    agreed_at: datetime | None
    engaged: str
    retained: str
    told: bool


@dataclass(frozen=True)
class EngagementView:
    """word: for the officer who referred, once it was told: yes, no or unknown; empty before, and for ever where the person did
    not agree to it. may_screen: the reader may run the screen now. clinic: None for all but the clinic."""

    id: UUID
    program: ResponseProgram
    settings: Engagements
    path: str
    referred_at: datetime
    review_by: date
    may_tell: str
    word: str
    mine: bool
    may_screen: bool
    clinic: Clinic | None
    version: int


def engagements_for(actor: Actor, program_id: UUID) -> Sequence[EngagementView] | None:
    """The clinic's: all, next review first. Whoever refers: their own. None for who has no part in it."""
    program = program_for(actor, program_id)
    settings = engagements_of(preset_of(program)) if program else None
    if program is None or settings is None:
        return None
    roles = roles_in(actor, program)
    if not roles & {*settings.refer, *settings.screeners, *settings.clinic}:
        return None
    query = select(Engagement).where(Engagement.program_id == program.id)
    if not roles & {*settings.clinic, *settings.screeners}:
        query = query.where(Engagement.referred_by == actor.account_id)
    rows = db.session.scalars(query.order_by(Engagement.review_by.desc(), Engagement.id).limit(LISTED))
    return [_view(actor, row, settings, roles) for row in rows]


def engagement_for(actor: Actor, engagement_id: UUID) -> EngagementView | None:
    """One, for the clinic, who may run the screen, and who referred. None for all others."""
    row = db.session.get(Engagement, engagement_id)
    settings = engagements_of(preset_of(row.program)) if row is not None else None
    if row is None or settings is None:
        return None
    roles = roles_in(actor, row.program)
    if not (
        roles & {*settings.clinic, *settings.screeners} or (roles and row.referred_by == actor.account_id)
    ):
        return None
    return _view(actor, row, settings, roles)


def open_engaged(actor: Actor, engagement_id: UUID) -> MetPerson | None:
    """Who it is, for the clinic. None for all others. Writes one audit row."""
    row = db.session.get(Engagement, engagement_id)
    settings = engagements_of(preset_of(row.program)) if row is not None else None
    if row is None or settings is None or not roles_in(actor, row.program) & set(settings.clinic):
        return None
    with write() as session:
        audit.append(actor, "open_engaged", "engagement", row.id)
        return unsealed(session, row.encounter.person_id)


def _view(actor: Actor, row: Engagement, settings: Engagements, roles: frozenset[str]) -> EngagementView:
    mine = row.referred_by == actor.account_id
    clinic = None
    if roles & set(settings.clinic):
        clinic = Clinic(
            row.screen,
            row.score,
            row.assessed_at,
            row.agreed,
            row.agreed_at,
            row.engaged,
            row.retained,
            row.told_at is not None,
        )
    return EngagementView(
        id=row.id,
        program=row.program,
        settings=settings,
        path=row.path if mine or roles & set(settings.refer) else "",
        referred_at=row.referred_at,
        review_by=row.review_by,
        may_tell=row.may_tell,
        word=word_of(row) if mine and row.told_at is not None else "",
        mine=mine,
        may_screen=row.screened_at is None and bool(roles & set(settings.screeners)),
        clinic=clinic,
        version=row.version,
    )
