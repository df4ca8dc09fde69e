"""What a privacy officer does about openings in an emergency: looks at each afterwards, and finds the request to open oneself."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from portal.referrals.break_glass import LONG, Emergency
from portal.referrals.models import BreakGlass, Need, Offer
from portal.referrals.moves import NotHere
from portal.referrals.wording import checked
from portal.referrals.words import need_words, reference
from portal.store import Actor, Conflict, Refused, audit, clock, db, write

LEAST = 4  # signs of a reference, so that nobody leafs through all needs
MOST = 200


@dataclass(frozen=True)
class OpeningLine:
    """An opening in the list of those who look at it afterwards. `own`: the reader's, so another must look at it."""

    id: UUID
    at: datetime
    until: datetime
    by: str
    organization: str
    reference: str
    reviewed_at: datetime | None
    own: bool


@dataclass(frozen=True)
class OpeningView:
    """One opening with everything that was written down. Nothing of the person but what was typed about the emergency."""

    line: OpeningLine
    emergency: Emergency
    code_words: str
    service: str
    offer_id: UUID
    reviewed_by: str
    review_note: str


@dataclass(frozen=True)
class AskedService:
    """A request found by its reference: which service was asked, and when."""

    offer_id: UUID
    reference: str
    code_words: str
    service: str
    organization: str
    sent_at: datetime


def openings_for(actor: Actor) -> tuple[OpeningLine, ...]:
    """The openings of the community for its privacy officer: those nobody has looked at first, oldest first; then the newest of
    the others. 200 at most."""
    if not actor.has("privacy_officer"):
        return ()
    rows = db.session.scalars(
        select(BreakGlass)
        .where(BreakGlass.community_id == actor.community_id)
        .order_by(BreakGlass.reviewed_at.is_not(None), BreakGlass.at.desc())
        .limit(MOST)
    ).all()
    waiting = [row for row in reversed(rows) if row.reviewed_at is None]
    return tuple(_line(actor, row) for row in (*waiting, *(row for row in rows if row.reviewed_at)))


def opening_for(actor: Actor, opening_id: UUID) -> OpeningView | None:
    """One opening, for a privacy officer of its community. The look is written into the trail."""
    with write() as session:
        row = _reviewed_by(session, actor, opening_id)
        if row is None:
            return None
        audit.append(actor, "read_opening", "break_glass", row.id)
        return OpeningView(
            line=_line(actor, row),
            emergency=Emergency(
                row.recipient_name, row.recipient_facility, row.disclosed_by, row.nature, row.reason
            ),
            code_words=need_words(row.offer.need.code),
            service=row.offer.listing.service.name,
            offer_id=row.offer_id,
            reviewed_by=row.reviewer.name if row.reviewer else "",
            review_note=row.review_note or "",
        )


def review_opening(actor: Actor, opening_id: UUID, note: str) -> None:
    """A privacy officer has looked at it, and says what they found. Audited. NotHere for who may not, Refused without a note or
    for one's own opening, Conflict when somebody has looked at it already."""
    said = checked(note, "note", LONG)
    if not said:
        raise Refused(_("Write what you found."), "note")
    with write() as session:
        row = _reviewed_by(session, actor, opening_id)
        if row is None:
            raise NotHere
        if row.account_id == actor.account_id:
            raise Refused(_("You opened this yourself. Another privacy officer must look at it."), "note")
        if row.reviewed_at is not None:
            raise Conflict(_("Somebody has looked at this already."))
        row.reviewed_at, row.reviewed_by, row.review_note = clock.now(), actor.account_id, said
        audit.append(actor, "review_opening", "break_glass", row.id)


def asked_services(actor: Actor, text: str) -> tuple[AskedService, ...]:
    """Which services were asked under this reference, for a privacy officer who must open a person. Written into the trail.
    Refused for what is no reference."""
    typed = text.strip().lower()
    if not LEAST <= len(typed) <= 6 or set(typed) - set("0123456789abcdef"):
        raise Refused(_("A reference has six letters and digits."), "reference")
    with write() as session:
        if not actor.has("privacy_officer") or actor.account_id is None:
            return ()
        audit.append(actor, "look_up_reference", "account", actor.account_id)
        offers = session.scalars(
            select(Offer)
            .join(Need, Need.id == Offer.need_id)
            .where(Need.community_id == actor.community_id, cast(Need.id, String).like(f"{typed}%"))
            .where(Offer.state != "void")
            .order_by(Offer.sent_at.desc())
            .limit(20)
        ).all()
        return tuple(
            AskedService(
                offer.id,
                reference(offer.need),
                need_words(offer.need.code),
                offer.listing.service.name,
                offer.organization.name,
                offer.sent_at,
            )
            for offer in offers
        )


def _reviewed_by(session: Session, actor: Actor, opening_id: UUID) -> BreakGlass | None:
    row = session.get(BreakGlass, opening_id, with_for_update=True, populate_existing=True)
    if row is None or not actor.has("privacy_officer") or row.community_id != actor.community_id:
        return None
    return row


def _line(actor: Actor, row: BreakGlass) -> OpeningLine:
    return OpeningLine(
        row.id,
        row.at,
        row.until,
        row.opener.name,
        row.organization.name if row.organization else "",
        reference(row.offer.need),
        row.reviewed_at,
        row.account_id == actor.account_id,
    )
