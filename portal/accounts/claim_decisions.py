"""A steward's word on claims: agree, so that they keep the listing or answer people too; refuse; take back what a mailbox was given."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.accounts import letters
from portal.accounts.invitations import close_doors, open_door
from portal.accounts.models import Account, Claim
from portal.accounts.permissions import may
from portal.accounts.sessions import end_everything
from portal.directory import Listing, listings
from portal.messages import enqueue
from portal.store import Actor, Conflict, Refused, audit, clock, db, write

SHOWN = 50


@dataclass(frozen=True)
class WaitingClaim:
    """A claim as a steward sees it. `doubt` is a key of claim_proof.DOUBTS; empty: the mailbox was enough."""

    id: UUID
    listing: Listing
    email: str
    name: str
    words: str
    doubt: str
    role: str
    at: datetime


@dataclass(frozen=True)
class Claims:
    """What waits, oldest first, and what mailboxes were given by themselves lately, newest first."""

    waiting: tuple[WaitingClaim, ...]
    granted: tuple[WaitingClaim, ...]


def claims_for(actor: Actor) -> Claims:
    """The claims of the steward's community; none for anybody else."""
    if not may(actor, "claim.decide"):
        return Claims((), ())
    mine = select(Claim).where(Claim.community_id == actor.community_id).limit(SHOWN)
    waiting = mine.where(Claim.state == "waiting").order_by(Claim.confirmed_at, Claim.id)
    granted = mine.where(Claim.state == "granted", Claim.decided_by.is_(None))
    return Claims(_views(waiting), _views(granted.order_by(Claim.decided_at.desc(), Claim.id)))


def claims_waiting(actor: Actor) -> int:
    """How many claims wait for this steward; 50 stands for 50 and more."""
    return len(claims_for(actor).waiting)


def decide_claim(actor: Actor, claim_id: UUID, role: str) -> str | None:
    """A steward's word: `editor` keeps the listings, `provider` answers people too (the organization has then joined), an empty
    role refuses. Returns the claim's new state; None: not theirs, or not there.

    Agreeing mails an invitation, refusing a short letter. A claim that a mailbox was granted by itself can be raised to
    `provider`, or refused, which takes back what came of it: the role, open invitations, every session. Audited. Conflict when it
    was decided already.
    """
    if role not in ("", "editor", "provider"):
        raise Refused(_("Choose what they may do, or refuse."), "role")
    with write() as session:
        claim = session.get(Claim, claim_id)
        if claim is None or not may(actor, "claim.decide") or claim.community_id != actor.community_id:
            return None
        open_states = (Claim.state == "waiting") | (
            (Claim.state == "granted") & Claim.decided_by.is_(None) & (Claim.role != role)
        )
        was = claim.state
        state = "granted" if role else "refused"
        ours = session.execute(
            update(Claim)
            .where(Claim.id == claim_id, open_states)
            .values(state=state, role=role, decided_at=clock.now(), decided_by=actor.account_id)
        )
        if getattr(ours, "rowcount", 0) != 1:
            raise Conflict(_("This claim was decided already."), claim.state)
        session.refresh(claim)
        if role:
            door = open_door(
                session, claim.community_id, claim.email, role, claim.organization_id, actor.account_id
            )
            enqueue(letters.invitation_letter(door))
        elif was == "granted":
            _take_back(session, claim)
        else:
            enqueue(letters.claim_refused_letter(claim))
        audit.append(actor, "decide_claim", "claim", claim_id, reason=role or state)
    return state


def _take_back(session: Session, claim: Claim) -> None:
    close_doors(session, claim.community_id, claim.email)
    account = session.scalar(
        select(Account).where(Account.email == claim.email, Account.community_id == claim.community_id)
    )
    if account is None:
        return
    held = [
        each
        for each in account.memberships
        if each.role == "editor" and each.organization_id == claim.organization_id
    ]
    for membership in held:
        account.memberships.remove(membership)
    if held:
        session.flush()
        end_everything(session, account.id)
        enqueue(letters.account_changed_letter(account))


def _views(query: Any) -> tuple[WaitingClaim, ...]:
    rows = list(db.session.scalars(query))
    seen = listings([row.service_at_location_id for row in rows])
    return tuple(
        WaitingClaim(
            row.id,
            seen[row.service_at_location_id],
            row.email,
            row.name,
            row.words,
            row.doubt,
            row.role,
            row.confirmed_at or row.created_at,
        )
        for row in rows
        if row.service_at_location_id in seen
    )
