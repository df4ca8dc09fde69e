"""The verbs: an officer refers at the scene, somebody runs the screen, the clinic assesses and says whether they take part."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.programs.access import preset_of, roles_in, today
from portal.programs.engagement.review_task import owe_review, review_done
from portal.programs.engagement.settings import Engagements, engagements_of
from portal.programs.models import Encounter, Engagement
from portal.programs.rules import ANSWERS
from portal.referrals import NotHere
from portal.store import Actor, Conflict, Refused, audit, clock, write


def refer_engagement(actor: Actor, encounter_id: UUID, path: str, may_tell: str) -> UUID:
    """The officer refers who was met. may_tell: the person's word on whether the officer hears, at the review, one word.
    The clinic owes the review. Audited. Refused without a person, and for an arrest: this is the way before one. Conflict when it
    was done already."""
    with write() as session:
        row = session.scalar(
            select(Encounter).where(Encounter.id == encounter_id).with_for_update(of=Encounter)
        )
        settings = engagements_of(preset_of(row.program)) if row is not None else None
        if row is None or settings is None or not roles_in(actor, row.program) & set(settings.refer):
            raise NotHere
        if path not in {choice.code for choice in settings.paths}:
            raise Refused(_("Choose one."), "way")
        if may_tell not in ANSWERS:
            raise Refused(_("Choose one."), "may_tell")
        if row.disposition == "arrest" or row.person_id is None:
            raise Refused(_("First say who it is: the clinic has to reach them."))
        if session.scalar(select(Engagement.id).where(Engagement.encounter_id == row.id)):
            raise Conflict(_("This was referred already."))
        found = Engagement(
            community_id=row.community_id,
            program_id=row.program_id,
            encounter_id=row.id,
            path=path,
            referred_at=clock.now(),
            referred_by=actor.account_id,
            review_by=today() + timedelta(days=settings.review_days),
            may_tell=may_tell,
        )
        session.add(found)
        session.flush()
        owe_review(session, found, settings, found.referred_at)
        audit.append(actor, "refer_engagement", "engagement", found.id)
        return found.id


def run_screen(actor: Actor, engagement_id: UUID, answers: Mapping[str, bool], *, version: int) -> None:
    """The screen's answers and their score. Once; by whom the preset lets. Who ran it does not see it again, unless of the
    clinic."""
    with write() as session:
        row, settings = _standing(session, actor, engagement_id, version, "screeners")
        if row.screened_at is not None:
            raise Conflict(_("The screen was run already."))
        items = {item.code: item.points for item in settings.items}
        if answers.keys() != items.keys():
            raise Refused(_("Answer each one."), next(iter(items.keys() - answers.keys()), None))
        row.screen = dict(answers)
        row.score = sum(items[code] for code, said in answers.items() if said)
        row.screened_at, row.screened_by = clock.now(), actor.account_id
        row.version += 1
        audit.append(actor, "run_screen", "engagement", row.id)


def record_assessed(actor: Actor, engagement_id: UUID, agreed: str, *, version: int) -> None:
    """The clinic has assessed them, and they agree to take part or do not; empty: assessed, and not asked yet."""
    if agreed not in ANSWERS:
        raise Refused(_("Choose one."), "agreed")
    with write() as session:
        row, _settings = _standing(session, actor, engagement_id, version, "clinic")
        now = clock.now()
        row.assessed_at = row.assessed_at or now
        if agreed != row.agreed:
            row.agreed, row.agreed_at = agreed, now if agreed else None
        row.version += 1
        audit.append(actor, "record_assessed", "engagement", row.id)


def record_engaged(actor: Actor, engagement_id: UUID, engaged: str, *, version: int) -> None:
    """By the review: they take part, or do not. The review is done with it. It may be put right until the officer was told."""
    _say(actor, engagement_id, engaged, version, "engaged")


def record_retained(actor: Actor, engagement_id: UUID, retained: str, *, version: int) -> None:
    """So many days after they agreed: still in care, or not."""
    _say(actor, engagement_id, retained, version, "retained")


def _say(actor: Actor, engagement_id: UUID, answer: str, version: int, what: str) -> None:
    if answer not in ("yes", "no"):
        raise Refused(_("Choose one."), what)
    with write() as session:
        row, settings = _standing(session, actor, engagement_id, version, "clinic")
        if what == "engaged" and row.told_at is not None:
            raise Conflict(_("The officer was told already. This cannot be changed here."))
        if what == "retained" and row.agreed != "yes":
            raise Refused(_("They have not agreed to take part."), what)
        setattr(row, what, answer)
        setattr(row, f"{what}_at", clock.now())
        row.version += 1
        if what == "engaged":
            review_done(session, actor, row, settings, clock.now())
        audit.append(actor, f"record_{what}", "engagement", row.id)


def _standing(
    session: Session, actor: Actor, engagement_id: UUID, version: int, who: str
) -> tuple[Engagement, Engagements]:
    row = session.scalar(
        select(Engagement).where(Engagement.id == engagement_id).with_for_update(of=Engagement)
    )
    settings = engagements_of(preset_of(row.program)) if row is not None else None
    if row is None or settings is None or not roles_in(actor, row.program) & set(getattr(settings, who)):
        raise NotHere
    if row.version != version:
        raise Conflict(_("Somebody changed this meanwhile. Look at what stands now."))
    return row, settings
