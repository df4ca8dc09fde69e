"""The ledger of disclosures: written where something goes out, read by privacy officers and, for themselves, by the person."""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from portal.directory.models import Community, Organization
from portal.referrals.access import knows
from portal.referrals.consent_terms import DISCLOSED
from portal.referrals.force import request_out, status_back
from portal.referrals.models import Consent, Disclosure, Need, Offer
from portal.referrals.words import reference
from portal.store import Actor, Refused, audit, clock, db, write

# What each move tells the other side, once they may see it; who made it knows already. A clock's move tells nothing of a
# person: nobody has answered.
TOLD_BY_RECEIVER = {
    "ask_information": "question",
    "record_handoff": "handoff",
    "correct_handoff": "handoff",
    **dict.fromkeys(
        (
            "waitlist",
            "accept",
            "decline",
            "confirm_connected",
            "mark_not_connected",
            "mark_unable_to_reach",
            "correct",
            "withdraw",
        ),
        "status",
    ),
}
TOLD_BY_SENDER = {
    "give_information": "information",
    "record_handoff": "handoff",
    "correct_handoff": "handoff",
    "confirm_connected": "status",
    "mark_not_connected": "status",
}
YEARS_BACK = 6  # as HIPAA keeps it; part 2 asks for three
MOST_SHOWN = 200
_FORMULA = "=+-@\t\r\n|%"


def write_down(
    session: Session,
    need: Need,
    offer: Offer | None,
    what: str,
    to: UUID,
    *,
    discloser: UUID | None = None,
    at: datetime | None = None,
) -> None:
    """One row of the ledger, in the caller's transaction. what: of consent_terms.DISCLOSED. Who disclosed it follows from whom
    it goes to, and the consent that covered it is named."""
    back = to == need.sender_organization_id
    if discloser is None:
        discloser = offer.organization_id if back and offer is not None else need.sender_organization_id
    consent = (status_back(need, offer) if offer is not None else None) if back else request_out(need, to)
    session.add(
        Disclosure(
            need_id=need.id,
            offer_id=offer.id if offer else None,
            organization_id=to,
            at=at or clock.now(),
            what=what,
            discloser_id=discloser,
            consent_id=consent.id if consent else None,
            basis=need.basis,
        )
    )


def write_move(session: Session, need: Need, offer: Offer, action: str, role: str, at: datetime) -> None:
    """The row of a move that was just made, if it tells the other side something that they may see."""
    if (
        role == "receiver"
        and action in TOLD_BY_RECEIVER
        and (action == "ask_information" or knows(need, offer))
    ):
        write_down(session, need, offer, TOLD_BY_RECEIVER[action], need.sender_organization_id, at=at)
    elif role in ("sender", "supervisor") and action in TOLD_BY_SENDER:
        write_down(session, need, offer, TOLD_BY_SENDER[action], offer.organization_id, at=at)


def write_beside(session: Session, actor: Actor, offer: Offer, what: str) -> None:
    """The row of something that one side wrote down beside the moves, if the other side may read it: a permitted sender, or the
    service once it has said yes."""
    need = offer.need
    if offer.organization_id in actor.organizations("provider"):
        if knows(need, offer):
            write_down(session, need, offer, what, need.sender_organization_id)
    elif offer.code and offer.channel != "phone":
        write_down(session, need, offer, what, offer.organization_id)


@dataclass(frozen=True)
class LedgerLine:
    """One disclosure, as an accounting names it: when, what, from whom, to whom, on what ground. Nothing of a person."""

    number: int
    at: datetime
    reference: str  # of the need
    what: str
    words: str
    discloser: str
    recipient: str
    basis: str
    consent: str  # "", or the day on which it was recorded
    need_id: UUID
    intermediary: str = ""  # whom that consent names as passing it on


@dataclass(frozen=True)
class LedgerQuestion:
    """Which lines: of one need by its reference, or of one organization (as recipient or discloser), in a span of days (both
    inclusive, in the community's zone). Nothing asked: the last 30 days."""

    reference: str = ""
    organization_id: UUID | None = None
    since: date | None = None
    until: date | None = None


def disclosures(actor: Actor, asked: LedgerQuestion) -> tuple[LedgerLine, ...]:
    """The accounting, oldest first, for a privacy officer of this community; empty for anybody else. Refused for a reference
    or days that cannot be. The look is in the audit trail."""
    if not actor.has("privacy_officer"):
        return ()
    query = _asked(actor, asked)
    found = tuple(_line(*row) for row in db.session.execute(query).tuples())
    with write():
        audit.append(
            actor, "read_disclosures", "disclosure", asked.reference or str(asked.organization_id or "")
        )
    return found


def disclosures_of(need_id: UUID) -> tuple[LedgerLine, ...]:
    """Every line of one need: for the person's own export. Who asks has checked that it is theirs."""
    return tuple(_line(*row) for row in db.session.execute(_all().where(Need.id == need_id)).tuples())


def ledger_parties(actor: Actor) -> dict[UUID, str]:
    """Every organization that stands in this community's ledger, by name; empty for anybody but a privacy officer."""
    if not actor.has("privacy_officer"):
        return {}
    known = select(Disclosure.organization_id).union(select(Disclosure.discloser_id))
    rows = db.session.execute(
        select(Organization.id, Organization.name)
        .where(Organization.community_id == actor.community_id, Organization.id.in_(known))
        .order_by(Organization.name)
    )
    return {row.id: row.name for row in rows}


def _all() -> Select[Disclosure, Need, str, str | None, datetime | None, str | None]:
    to, by = aliased(Organization), aliased(Organization)
    return (
        select(Disclosure, Need, to.name, by.name, Consent.at, Consent.intermediary)
        .join(Need, Need.id == Disclosure.need_id)
        .join(to, to.id == Disclosure.organization_id)
        .outerjoin(by, by.id == Disclosure.discloser_id)
        .outerjoin(Consent, Consent.id == Disclosure.consent_id)
        .order_by(Disclosure.number)
    )


def _asked(
    actor: Actor, asked: LedgerQuestion
) -> Select[Disclosure, Need, str, str | None, datetime | None, str | None]:
    community = db.session.get_one(Community, actor.community_id)
    query = _all().where(Need.community_id == community.id)
    text = asked.reference.strip().upper()
    if text:
        if not re.fullmatch(r"[0-9A-F]{6}", text):
            raise Refused(_("A reference has 6 letters and digits."), "reference")
        low = UUID(hex=text.lower() + "0" * 26)
        high = UUID(hex=text.lower() + "f" * 26)
        query = query.where(Need.id.between(low, high))
    if asked.organization_id is not None:
        mine = asked.organization_id
        query = query.where(or_(Disclosure.organization_id == mine, Disclosure.discloser_id == mine))
    zone = ZoneInfo(community.time_zone)
    today = clock.now().astimezone(zone).date()
    since = asked.since or (None if text else today - timedelta(days=30))
    until = asked.until or today
    if since is not None and (since > until or since < today - timedelta(days=366 * YEARS_BACK + 2)):
        raise Refused(_("Choose a first day before the last one, 6 years back at most."), "since")
    if since is not None:
        query = query.where(Disclosure.at >= datetime.combine(since, time(), zone))
    return query.where(Disclosure.at < datetime.combine(until + timedelta(days=1), time(), zone))


def _line(
    row: Disclosure, need: Need, to: str, by: str | None, consented: datetime | None, through: str | None
) -> LedgerLine:
    return LedgerLine(
        number=row.number,
        at=row.at,
        reference=reference(need),
        what=row.what,
        words=str(DISCLOSED.get(row.what, row.what)),
        discloser=by or need.sender.name,
        recipient=to,
        basis=row.basis,
        consent=f"{consented:%Y-%m-%d}" if consented else "",
        need_id=row.need_id,
        intermediary=through or "",
    )


COLUMNS = ("number", "at_utc", "reference", "from", "to", "what", "description", "basis", "consent")


def ledger_csv(lines: tuple[LedgerLine, ...]) -> str:
    """The accounting as CSV. No cell is taken for a formula by a spreadsheet: names of organizations are typed by people."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        texts = (
            line.reference,
            line.discloser,
            line.recipient,
            line.what,
            line.words,
            line.basis,
            line.consent,
        )
        writer.writerow([line.number, f"{line.at:%Y-%m-%dT%H:%M:%SZ}", *map(_cell, texts)])
    return out.getvalue()


def _cell(text: str) -> str:
    first = unicodedata.normalize("NFKC", text.lstrip())[:1]
    return f"'{text}" if text[:1] in tuple(_FORMULA) or (first and first in _FORMULA) else text
