"""A person's own rights, asked for at a desk: a copy, a correction, a restriction, a deletion; answered within 30 days.

Who asks shows the card from the scene and who they are; the desk writes down how that was checked, never what stood on the
document. The privacy officer carries it out. A service may take such a request for people whom it was asked about.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.referrals.blind_clock import drop_idle_keys
from portal.referrals.holds import held
from portal.referrals.models import Correction, Need, Receipt, RightsRequest
from portal.referrals.models.rights import IDENTITY_CHECKS, REQUEST_ENDS
from portal.referrals.moves import NotHere
from portal.referrals.purge import blank_words, drop_people
from portal.referrals.receipts import need_by_short_code, stop_for_person
from portal.referrals.wording import checked
from portal.referrals.words import reference
from portal.store import Actor, Conflict, Refused, TooMany, audit, clock, db, erased, guards, limits, write

ANSWER_WITHIN = timedelta(days=30)
TRIES, TRIES_SECONDS = 10, 3600  # codes typed at one desk


@dataclass(frozen=True)
class RequestView:
    """A request as a privacy officer sees it, or the desk that took it. references: of the requests for help under that key, as
    far as they are this reader's to know: all for a privacy officer. days_left: until due_at, below zero when late."""

    id: UUID
    references: tuple[str, ...]
    identity_check: str
    asked_at: datetime
    due_at: datetime
    days_left: int
    exported_at: datetime | None
    corrected_at: datetime | None
    restricted_at: datetime | None
    deleted_at: datetime | None
    ended_at: datetime | None
    ended_as: str
    held: bool
    mine_to_do: bool


def begin_request(actor: Actor, code: str, identity_check: str) -> UUID:
    """The person stands here, with their card, and was recognized: the clock of 30 days begins. Audited.

    Refused for a code that is no card's, or for a service's desk no card of somebody it was asked about; TooMany after ten
    codes an hour.
    """
    if identity_check not in IDENTITY_CHECKS:
        raise Refused(_("Choose how you made sure who it is."), "identity_check")
    if not limits.tried("card at desk", str(actor.account_id), most=TRIES, seconds=TRIES_SECONDS):
        raise TooMany(_("Too many codes. Wait an hour."), TRIES_SECONDS)
    with write() as session:
        need = need_by_short_code(session, code)
        if need is None or not _may_take(actor, need):
            raise Refused(_("We do not know this code. Check it on the card."), "code")
        now = clock.now()
        row = RightsRequest(
            community_id=need.community_id,
            need_id=need.id,
            client_id=need.client_id,
            identity_check=identity_check,
            asked_at=now,
            due_at=now + ANSWER_WITHIN,
            opened_by=actor.account_id,
        )
        session.add(row)
        session.flush()
        audit.append(actor, "begin_request", "rights_request", row.id, identity_check)
        return row.id


def requests_for(actor: Actor) -> tuple[RequestView, ...]:
    """Open ones first, nearest end first: all of the community for a privacy officer, for a desk those it took."""
    if actor.kind != "account" or actor.account_id is None:
        return ()
    mine = RightsRequest.community_id == actor.community_id
    if not actor.has("privacy_officer"):
        mine &= RightsRequest.opened_by == actor.account_id
    rows = db.session.scalars(
        select(RightsRequest)
        .where(mine)
        .order_by(RightsRequest.ended_at.is_not(None), RightsRequest.due_at.desc())
        .limit(200)
    ).all()
    return tuple(
        _view(actor, row) for row in sorted(rows, key=lambda row: (row.ended_at is not None, row.due_at))
    )


def request_for(actor: Actor, request_id: UUID) -> RequestView | None:
    """One request, for a privacy officer of its community or the desk that took it."""
    row = db.session.get(RightsRequest, request_id)
    if row is None or row.community_id != actor.community_id:
        return None
    if not actor.has("privacy_officer") and row.opened_by != actor.account_id:
        return None
    return _view(actor, row)


def add_correction(actor: Actor, request_id: UUID, note: str) -> None:
    """What the person says is wrong, in their words (280 characters, checked like notes), is kept beside it and shown with it."""
    words = checked(note, "note")
    if not words:
        raise Refused(_("Write what the person says is wrong."), "note")
    with write() as session:
        row = standing(session, actor, request_id)
        session.add(Correction(need_id=row.need_id, request_id=row.id, note=words, at=clock.now()))
        row.corrected_at = clock.now()
        audit.append(actor, "correct", "rights_request", row.id)


def restrict_person(actor: Actor, request_id: UUID) -> None:
    """From now on nobody is asked for this person by itself, and the sender asks them before each further service."""
    with write() as session:
        row = standing(session, actor, request_id)
        row.restricted_at = clock.now()
        for need in needs_under(session, row):
            restrict_need(need, row.restricted_at)
        audit.append(actor, "restrict", "rights_request", row.id)


def restrict_need(need: Need, now: datetime) -> None:
    need.restricted_at = need.restricted_at or now
    erased.remember("restricted", need.id)


def erase_person(actor: Actor, request_id: UUID) -> None:
    """Everything under the key is deleted: what is open is stopped, then name, phone, notes, words, corrections, place, age,
    appointment, index, key and cards go. What stays is what the law wants kept six years, consents and the ledger, and the
    coded row that counts, of nobody any more. Refused while a legal hold stands for any of it; nothing is deleted then."""
    with guards.purging() as session:
        row = standing(session, actor, request_id)
        needs = needs_under(session, row)
        if any(held(session, need.id) for need in needs):
            raise Refused(_("A legal hold stands: part of this must be kept. Nothing was deleted."))
        for need in needs:
            stop_for_person(session, actor, need)
        erase_needs(session, [need.id for need in needs])
        row.deleted_at = row.ended_at = clock.now()
        row.ended_as = "done"
        audit.append(actor, "erase_person", "rights_request", row.id)


def erase_needs(session: Session, need_ids: list[UUID]) -> None:
    """What still speaks of a person in these needs is gone. In `guards.purging()`: events are guarded."""
    blank_words(session, need_ids)
    drop_people(session, need_ids)
    for need in session.scalars(select(Need).where(Need.id.in_(need_ids))):
        need.area = need.callback = need.language = ""
        need.age_band = need.safe_contact = "unknown"
        need.client_id = None
        for offer in need.offers:
            offer.appointment_at = offer.arrived_at = None
        for receipt in session.scalars(select(Receipt).where(Receipt.need_id == need.id)):
            session.delete(receipt)
        erased.remember("deleted", need.id)
    session.flush()
    drop_idle_keys(session)


def end_request(actor: Actor, request_id: UUID, ended_as: str) -> None:
    """The request is answered, or goes no further."""
    if ended_as not in REQUEST_ENDS or not ended_as:
        raise Refused(_("Choose one."), "ended_as")
    with write() as session:
        row = standing(session, actor, request_id)
        row.ended_at, row.ended_as = clock.now(), ended_as
        audit.append(actor, "end_request", "rights_request", row.id, ended_as)


def standing(session: Session, actor: Actor, request_id: UUID) -> RightsRequest:
    """The open request, locked, for a privacy officer to act on. NotHere for anybody else, Conflict when it has ended."""
    row = session.get(RightsRequest, request_id, with_for_update=True)
    if row is None or row.community_id != actor.community_id or not actor.has("privacy_officer"):
        raise NotHere
    if row.ended_at is not None:
        raise Conflict(_("This request has ended already."))
    return row


def needs_under(session: Session, row: RightsRequest) -> list[Need]:
    """Every need under the request's key; without a key, the one need of the card. Oldest first."""
    which = Need.client_id == row.client_id if row.client_id else Need.id == row.need_id
    return list(session.scalars(select(Need).where(which).order_by(Need.sent_at, Need.id)))


def _may_take(actor: Actor, need: Need) -> bool:
    if actor.kind != "account" or actor.community_id != need.community_id:
        return False
    desks = actor.organizations("provider")
    asked = any(offer.organization_id in desks and offer.channel != "phone" for offer in need.offers)
    return actor.has("privacy_officer") or asked


def _view(actor: Actor, row: RightsRequest) -> RequestView:
    officer = actor.has("privacy_officer")
    needs = needs_under(db.session(), row) if officer else []
    return RequestView(
        id=row.id,
        references=tuple(reference(need) for need in needs),
        identity_check=row.identity_check,
        asked_at=row.asked_at,
        due_at=row.due_at,
        days_left=(row.due_at - clock.now()).days,
        exported_at=row.exported_at,
        corrected_at=row.corrected_at,
        restricted_at=row.restricted_at,
        deleted_at=row.deleted_at,
        ended_at=row.ended_at,
        ended_as=row.ended_as,
        held=officer and any(held(db.session(), need.id) for need in needs),
        mine_to_do=officer and row.ended_at is None,
    )
