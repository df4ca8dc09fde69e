"""Consents that are signed: at the send or later, each for one discloser and one recipient; and their end, which is at once.

Who may tell whom without one is decided in access.py (what comes back) and force.py (what goes out); here they are made and ended.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.directory.models import Community, Organization, ServiceAtLocation
from portal.messages import drop_about
from portal.referrals import consent_terms as terms_of
from portal.referrals.access import knows, roles_at
from portal.referrals.consent_terms import ConsentTerms, Shown, shown_text
from portal.referrals.force import check_outbound, covering
from portal.referrals.grounds import sending_unit
from portal.referrals.ledger import write_down
from portal.referrals.models import Consent, Need, Offer
from portal.referrals.moves import NotHere, lock_need, settle
from portal.referrals.wording import checked
from portal.store import Actor, Refused, audit, clock, db, erased, write

OLDEST_PAPER = timedelta(days=30)
GROWN = ("18_24", "25_64", "65_plus")
TREATS = ("treatment_provider", "part2_program")
BATCH = 200


@dataclass(frozen=True)
class ConsentAsk:
    """A consent that could be signed: who would tell whom. required: without it nothing may be sent at all."""

    scope: str
    purpose: str
    discloser_id: UUID
    discloser: str
    recipient_id: UUID
    recipient: str
    required: bool


def asks_between(sender: Organization, services: list[Organization]) -> tuple[ConsentAsk, ...]:
    """What part 2 wants signed between this sender and these services: for the answer back from a program, and for the request
    of a sender that is a program itself. Victim services are never in it: nothing goes to them."""
    found = []
    for service in dict.fromkeys(services):
        if service.kind == "victim_service":
            continue
        if service.under_part2:
            found.append(_ask("status", "handoff", service, sender, required=False))
        if sender.under_part2:
            purpose = "treatment" if service.kind in TREATS else "handoff"
            found.append(_ask("request", purpose, sender, service, required=True))
    return tuple(found)


def _ask(
    scope: str, purpose: str, discloser: Organization, recipient: Organization, *, required: bool
) -> ConsentAsk:
    return ConsentAsk(
        scope, purpose, discloser.id, discloser.name, recipient.id, recipient.name, required=required
    )


def services_of(need: Need) -> list[Organization]:
    """Every organization that this need was or will be put to. The sender chose them all, so the list says nothing of what was
    answered."""
    asked = [offer.organization for offer in need.offers if offer.channel != "phone"]
    return asked + [row.listing.service.organization for row in need.fallbacks]


def asks_of(need: Need, services: list[Organization] | None = None) -> tuple[ConsentAsk, ...]:
    """What is still unsigned of what could be, over every service of this need, or over these."""
    if need.person_id is None:
        return ()
    return tuple(
        ask
        for ask in asks_between(need.sender, services_of(need) if services is None else services)
        if covering(need, ask.scope, ask.discloser_id, ask.recipient_id) is None
    )


def consent_actions(need: Need, own: Organization | None = None) -> list[str]:
    """What a view offers its reader about consents: of the sender, or of one service (own)."""
    services = services_of(need) if own is None else [own]
    if not asks_between(need.sender, services):
        return []
    asks = [ask for ask in asks_of(need, services) if own is None or ask.discloser_id == own.id]
    held = [
        row
        for row in need.consents
        if row.kind == "signed" and (own is None or own.id in (row.discloser_id, row.recipient_id))
    ]
    return (["record_consent"] if asks else []) + (["read_consents"] if held else [])


def sign(
    session: Session, actor: Actor, need: Need, terms: ConsentTerms, asks: tuple[ConsentAsk, ...]
) -> list[Consent]:
    """One row for each ask, in the caller's transaction; they count from now. Refused for what a consent must not lack."""
    now = clock.now()
    community = session.get_one(Community, need.community_id)
    today = now.astimezone(ZoneInfo(community.time_zone)).date()
    _check(need, terms, today)
    initials = checked(terms.initials, "initials", 40)
    if not any(letter.isalpha() for letter in initials):
        raise Refused(_("The person types their initials here, or whoever signs for them."), "initials")
    zone = ZoneInfo(community.time_zone)
    intermediary, members = passed_on(community, asks)
    made = []
    for ask in asks:
        expires = _expires(ask, terms, now, today, zone)
        until = expires.astimezone(zone).date() if expires else None
        shown = text_of(community, ask, asks, until, terms.language)
        row = Consent(
            need_id=need.id,
            kind="signed",
            basis="written_consent",
            hears_back=ask.scope == "status",
            recorded_by=actor.account_id,
            text_version=terms.version,
            at=now,
            person_id=need.person_id,
            discloser_id=ask.discloser_id,
            recipient_id=ask.recipient_id,
            intermediary=intermediary,
            members=members,
            scope=ask.scope,
            purpose=ask.purpose,
            revoke_how=shown.revoke,
            statements=shown.statements,
            expires_at=expires,
            signature_kind=terms.signature_kind,
            signature=initials,
            signer=terms.signer,
            signed_on=terms.signed_on if terms.signature_kind == "paper" else today,
            text=shown.text,
            language=terms.language,
        )
        need.consents.append(row)
        made.append(row)
    session.flush()
    for row in made:
        audit.append(actor, "sign_consent", "consent", row.id, f"{row.scope} {row.signature_kind}")
    return made


def sign_at_send(
    session: Session,
    actor: Actor,
    need: Need,
    terms: ConsentTerms | None,
    services: list[Organization],
) -> None:
    """The consents that were signed on the form, in the caller's transaction. Refused when a unit that is bound by part 2
    itself sends a person without one."""
    asks = asks_between(need.sender, services)
    if terms is not None and asks:
        sign(session, actor, need, terms, asks)
    for service in services:
        check_outbound(need, service)


def consents_to_sign(actor: Actor, listing_ids: list[UUID]) -> tuple[ConsentAsk, ...]:
    """What could be signed before a request goes to these listings; what is `required` must be, where a person is named."""
    sender = sending_unit(actor)
    if sender is None:
        return ()
    rows = db.session.scalars(select(ServiceAtLocation).where(ServiceAtLocation.id.in_(listing_ids)))
    found = {row.id: row.service.organization for row in rows}
    return asks_between(sender, [found[one] for one in listing_ids if one in found])


def passed_on(community: Community, asks: tuple[ConsentAsk, ...]) -> tuple[str, str]:
    """Who passes it on, where the community has named an intermediary (`settings["intermediary"]`), and to whom: the very
    recipients. Else nothing."""
    name = str(community.settings.get("intermediary") or "")
    return (name, ", ".join(dict.fromkeys(ask.recipient for ask in asks))) if name else ("", "")


def text_of(
    community: Community, ask: ConsentAsk, asks: tuple[ConsentAsk, ...], until: date | None, language: str
) -> Shown:
    """The text of one consent as the person reads it, among those that are signed together."""
    intermediary, members = passed_on(community, asks)
    return shown_text(
        ask.scope,
        ask.purpose,
        ask.discloser,
        ask.recipient,
        until,
        language=language,
        intermediary=intermediary,
        members=members,
    )


def texts_of(actor: Actor, asks: tuple[ConsentAsk, ...]) -> dict[str, tuple[Shown, ...]]:
    """Language -> the texts to be signed, for a page."""
    community = db.session.get_one(Community, actor.community_id)
    return {
        language: tuple(text_of(community, ask, asks, None, language) for ask in asks)
        for language in terms_of.LANGUAGES
    }


def _check(need: Need, terms: ConsentTerms, today: date) -> None:
    for value, known, field in (
        (terms.signer, terms_of.SIGNERS, "signer"),
        (terms.lasts, terms_of.LASTS, "lasts"),
        (terms.language, terms_of.LANGUAGES, "consent_language"),
        (terms.signature_kind, terms_of.SIGNATURES, "signature_kind"),
    ):
        if value not in known:
            raise Refused(_("Choose one of the list."), field)
    if terms.version != terms_of.TEXT_VERSION:
        raise Refused(_("The text has changed. Read it again, then sign."), "initials")
    if need.person is None or not need.person.name:
        raise Refused(_("A signed consent names the person. Write the name or initials above."), "name")
    if terms.signer in ("parent_guardian", "person_and_parent") and need.age_band in GROWN:
        raise Refused(_("A parent signs only for somebody under 18."), "signer")
    on = terms.signed_on
    if terms.signature_kind == "paper" and (on is None or not today - OLDEST_PAPER <= on <= today):
        raise Refused(
            _("Give the day on the paper: within the last 30 days, not later than today."), "signed_on"
        )


def _expires(
    ask: ConsentAsk, terms: ConsentTerms, now: datetime, today: date, zone: ZoneInfo
) -> datetime | None:
    """The last second of the day that the text names; None where the law lets a consent have no end."""
    days = terms_of.LASTS[terms.lasts]
    if days is None and ask.purpose != "treatment":
        raise Refused(_("Choose when it ends."), "lasts")
    if days is None:
        return None
    return datetime.combine(today + timedelta(days=days), time(23, 59, 59), zone)


def record_consent(
    actor: Actor, terms: ConsentTerms, *, need_id: UUID | None = None, offer_id: UUID | None = None
) -> list[Consent]:
    """ "The person now agrees": signed after the send. By the sender for all services of the need (need_id), or by a program
    for its own answers (offer_id). It unlocks from now on, and what the sender then sees stands in the ledger.

    NotHere for a stranger. Refused when there is nothing to sign, or an element is missing.
    """
    with write() as session:
        need, own = _standing(session, actor, need_id, offer_id)
        asks = tuple(ask for ask in asks_of(need) if own is None or ask.discloser_id == own)
        if not asks:
            raise Refused(_("There is nothing to sign for this request now."))
        dark = [offer for offer in need.offers if not knows(need, offer)]
        made = sign(session, actor, need, terms, asks)
        for offer in dark:
            if knows(need, offer) and offer.state not in ("sent", "seen"):
                write_down(session, need, offer, "status", need.sender_organization_id)
        settle(session, need, clock.now())
        return made


def _standing(
    session: Session, actor: Actor, need_id: UUID | None, offer_id: UUID | None
) -> tuple[Need, UUID | None]:
    """The need, locked; and for a program its own id, since it signs up for nobody else."""
    offer = session.get(Offer, offer_id) if offer_id else None
    wanted = offer.need_id if offer is not None else need_id
    need = lock_need(session, wanted) if wanted else None
    if need is None or actor.kind != "account" or need.sender_closed_at is not None:
        raise NotHere
    now = clock.now()
    if offer is not None:
        if "receiver" not in roles_at(actor, need, offer, now):
            raise NotHere
        return need, offer.organization_id
    if "sender" not in roles_at(actor, need, None, now):
        raise NotHere
    return need, None


def revoke_consent(actor: Actor, consent_id: UUID) -> None:
    """The person takes one consent back: effective at once, whoever they told. The care goes on: no offer is stopped.

    By the sender's unit, by the organization that the consent names, or by a privacy officer. NotHere for anybody else, and for
    one that has ended already.
    """
    with write() as session:
        found = session.get(Consent, consent_id)
        need = lock_need(session, found.need_id) if found is not None and found.kind == "signed" else None
        role = holder_of(actor, need, found) if need is not None and found is not None else ""
        if need is None or found is None or not role or found.withdrawn_at is not None:
            raise NotHere
        end_consent(session, need, found, clock.now(), role)
        audit.append(actor, "revoke_consent", "consent", found.id, role)


def holder_of(actor: Actor, need: Need, consent: Consent) -> str:
    """As whom this actor may take the consent back; empty for a stranger."""
    if actor.community_id != need.community_id or actor.kind != "account":
        return ""
    if "sender" in roles_at(actor, need, None, clock.now()):
        return "sender"
    if {consent.discloser_id, consent.recipient_id} & actor.organizations("provider"):
        return "receiver"
    return "admin" if actor.has("privacy_officer") else ""


def end_consent(session: Session, need: Need, consent: Consent, now: datetime, role: str) -> None:
    """The end of one consent, in the caller's transaction: letters that wait to tell of it are dropped, owner and deadline are
    computed afresh. The ledger keeps its rows. role: sender, receiver, person or admin."""
    consent.withdrawn_at, consent.withdrawn_role = now, role
    erased.remember("revoked", consent.id)
    _silence(session, need, consent, now)


def revoke_again(session: Session, consent_id: UUID) -> None:
    """After an older backup came back: what was revoked since is revoked once more."""
    found = session.get(Consent, consent_id)
    if found is not None and found.withdrawn_at is None:
        found.withdrawn_at, found.withdrawn_role = clock.now(), "admin"


def _silence(session: Session, need: Need, consent: Consent, now: datetime) -> None:
    session.flush()
    drop_about(need.id)
    for offer in need.offers:
        if consent.scope == "request" and offer.organization_id == consent.recipient_id:
            drop_about(offer.id)
    settle(session, need, now)


def lapse_consents(now: datetime) -> int:
    """Consents whose end has passed since the last look: letters that wait are dropped, deadlines computed afresh; returns how
    many. What they covered is locked without this, at the second of their end."""
    due = select(Consent.id).where(
        Consent.kind == "signed",
        Consent.expires_at < now,
        Consent.lapsed_at.is_(None),
        Consent.withdrawn_at.is_(None),
    )
    with write() as session:
        ids = session.scalars(due.limit(BATCH)).all()
    done = 0
    for consent_id in ids:
        with write() as session:
            found = session.get_one(Consent, consent_id)
            need = lock_need(session, found.need_id, skip_locked=True)
            if need is None or found.lapsed_at is not None:
                continue
            found.lapsed_at = now
            _silence(session, need, found, now)
            done += 1
    return done
