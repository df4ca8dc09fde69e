"""Legal holds: the privacy officer says that one request must be kept, and until when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.referrals.models import LegalHold, Need
from portal.referrals.moves import NotHere
from portal.referrals.wording import checked
from portal.referrals.words import need_words, reference
from portal.store import Actor, Conflict, Refused, audit, clock, db, write


@dataclass(frozen=True)
class HoldView:
    """A hold as the privacy officer sees it: which request, why, since when, and whether it still stands."""

    id: UUID
    need_id: UUID
    reference: str
    need: str
    reason: str
    placed_at: datetime
    lifted_at: datetime | None


def not_held(
    need_id: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None],
) -> ColumnElement[bool]:
    """No hold stands for the need of this row."""
    return ~exists().where(LegalHold.need_id == need_id, LegalHold.lifted_at.is_(None))


def held(session: Session, need_id: UUID) -> bool:
    """True while this need must be kept."""
    return session.scalar(_standing(need_id)) is not None


def holds_for(actor: Actor) -> tuple[HoldView, ...]:
    """All holds of the community, those that stand first, newest first."""
    rows = db.session.scalars(
        select(LegalHold)
        .join(Need, Need.id == LegalHold.need_id)
        .where(Need.community_id == actor.community_id)
        .order_by(LegalHold.lifted_at.is_not(None), LegalHold.placed_at.desc())
    )
    return tuple(
        HoldView(
            row.id,
            row.need_id,
            reference(row.need),
            need_words(row.need.code),
            row.reason,
            row.placed_at,
            row.lifted_at,
        )
        for row in rows
    )


def place_hold(actor: Actor, which: str, reason: str) -> UUID:
    """Keep one request from every purge. which: its six signs, or its whole id. Audited. Refused when no request, or more than
    one, answers to it; Conflict when a hold stands already."""
    why = checked(reason, "reason")
    if not why:
        raise Refused(_("Write why it must be kept."), "reason")
    try:
        with write() as session:
            need = _need_called(session, actor, which)
            if held(session, need.id):
                raise _stands()
            row = LegalHold(need_id=need.id, reason=why, placed_at=clock.now(), placed_by=actor.account_id)
            session.add(row)
            session.flush()
            audit.append(actor, "place_hold", "need", need.id)
            return row.id
    except IntegrityError as error:  # somebody else, at the same moment
        raise _stands() from error


def lift_hold(actor: Actor, hold_id: UUID) -> None:
    """The request may be purged again, by its clocks. Audited. Conflict when it was lifted already."""
    with write() as session:
        row = session.get(LegalHold, hold_id, with_for_update=True)
        if row is None or row.need.community_id != actor.community_id:
            raise NotHere
        if row.lifted_at is not None:
            raise Conflict(_("This hold was lifted already."))
        row.lifted_at, row.lifted_by = clock.now(), actor.account_id
        audit.append(actor, "lift_hold", "need", row.need_id)


def _standing(need_id: UUID) -> Select[UUID]:
    return select(LegalHold.id).where(LegalHold.need_id == need_id, LegalHold.lifted_at.is_(None))


def _need_called(session: Session, actor: Actor, which: str) -> Need:
    plain = which.replace("-", "").strip().lower()
    try:
        first, last = UUID(plain.ljust(32, "0")), UUID(plain.ljust(32, "f"))
    except ValueError:
        first = last = UUID(int=0)
    if not first.int or len(plain) < 6:
        raise Refused(_("Write the six signs of the request, or its whole number."), "which")
    found = session.scalars(
        select(Need).where(Need.id.between(first, last), Need.community_id == actor.community_id).limit(2)
    ).all()
    if len(found) != 1:
        words = (
            _("More than one request begins so. Write its whole number.") if found else _("There is none.")
        )
        raise Refused(words, "which")
    return found[0]


def _stands() -> Conflict:
    return Conflict(_("A hold stands for this request already."))
