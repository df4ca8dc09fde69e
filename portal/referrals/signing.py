"""What a page of consents shows: what was signed, how it stands, and what could be signed now."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from portal.directory.models import Community
from portal.referrals.access import roles_at
from portal.referrals.consent import ConsentAsk, asks_of, holder_of
from portal.referrals.consent_terms import PURPOSES, SCOPES, SIGNERS
from portal.referrals.force import in_force
from portal.referrals.models import Consent, Need, Offer
from portal.referrals.words import reference
from portal.store import Actor, clock, db


@dataclass(frozen=True)
class ConsentView:
    """One signed consent. state: in_force, ended or revoked. Who signed is said by role, never by name."""

    id: UUID
    need_id: UUID
    scope: str
    scope_words: str
    purpose_words: str
    discloser: str
    recipient: str
    signed_on: date | None
    until: date | None
    signer_words: str
    on_paper: bool
    language: str
    lines: tuple[str, ...]
    state: str
    ended_at: datetime | None


@dataclass(frozen=True)
class Signing:
    """The consents of one need that this reader may see, and those that could be signed now."""

    need_id: UUID
    reference: str
    age_band: str
    asks: tuple[ConsentAsk, ...]
    consents: tuple[ConsentView, ...]


def signing(actor: Actor, *, need_id: UUID | None = None, offer_id: UUID | None = None) -> Signing | None:
    """For the sender of a need, or for the service of an offer: what concerns it. None for anybody else."""
    offer = db.session.get(Offer, offer_id) if offer_id else None
    need = offer.need if offer is not None else (db.session.get(Need, need_id) if need_id else None)
    if need is None or actor.kind != "account":
        return None
    roles = roles_at(actor, need, offer, clock.now())
    if ("receiver" if offer is not None else "sender") not in roles:
        return None
    own = offer.organization if offer is not None else None
    open_still = need.sender_closed_at is None
    asks = asks_of(need, None if own is None else [own]) if open_still else ()
    zone = ZoneInfo(db.session.get_one(Community, need.community_id).time_zone)
    return Signing(
        need_id=need.id,
        reference=reference(need),
        age_band=need.age_band,
        asks=tuple(ask for ask in asks if own is None or ask.discloser_id == own.id),
        consents=tuple(
            _view(row, zone)
            for row in need.consents
            if row.kind == "signed" and (own is None or own.id in (row.discloser_id, row.recipient_id))
        ),
    )


def consent_for(actor: Actor, consent_id: UUID) -> ConsentView | None:
    """One signed consent, for whoever may take it back."""
    row = db.session.get(Consent, consent_id)
    if row is None or row.kind != "signed":
        return None
    need = db.session.get_one(Need, row.need_id)
    if not holder_of(actor, need, row):
        return None
    return _view(row, ZoneInfo(db.session.get_one(Community, need.community_id).time_zone))


def _view(row: Consent, zone: ZoneInfo) -> ConsentView:
    state = "in_force" if in_force(row, clock.now()) else ("revoked" if row.withdrawn_at else "ended")
    return ConsentView(
        id=row.id,
        need_id=row.need_id,
        scope=row.scope or "",
        scope_words=str(SCOPES[row.scope or "status"]),
        purpose_words=str(PURPOSES[row.purpose or "handoff"]),
        discloser=row.discloser.name if row.discloser else "",
        recipient=row.recipient.name if row.recipient else "",
        signed_on=row.signed_on,
        until=row.expires_at.astimezone(zone).date() if row.expires_at else None,
        signer_words=str(SIGNERS[row.signer or "person"]),
        on_paper=row.signature_kind == "paper",
        language=row.language or "en",
        lines=tuple((row.text or "").split("\n")),
        state=state,
        ended_at=row.withdrawn_at or (row.expires_at if state == "ended" else None),
    )
