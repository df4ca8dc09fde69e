"""The browsers in which somebody is signed in: begun, listed, ended on the server."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from portal.accounts import rules
from portal.accounts.models import Account, AccountSession, Claim, HalfSession, Invitation, SecondFactor
from portal.accounts.queries import actor_of, token_hash
from portal.store import Actor, audit, clock, db, write

HANDLE = 16  # letters of a token's hash that tell one's own browsers apart; of no use to open anything


@dataclass(frozen=True)
class Browser:
    """One signed-in browser of one's own. Where it stands is not kept."""

    handle: str
    started_at: datetime
    seen_at: datetime
    this: bool


def start_session(account_id: UUID) -> str:
    """A new signed-in browser: stores the hash of a fresh token and returns the token. Audited."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    with write() as session:
        account = session.get_one(Account, account_id)
        session.add(
            AccountSession(
                token_hash=token_hash(token),
                account_id=account_id,
                created_at=now,
                seen_at=now,
                expires_at=now + rules.WHOLE,
            )
        )
        audit.append(actor_of(account), "sign_in", "account", account_id)
    return token


def end_session(token: str) -> None:
    """This browser is signed out, on the server. An unknown token is no error. Audited."""
    with write() as session:
        row = session.get(AccountSession, token_hash(token))
        if row is not None:
            account = session.get_one(Account, row.account_id)
            _end(session, AccountSession.token_hash == row.token_hash)
            audit.append(actor_of(account), "sign_out", "account", account.id)


def end_everything(session: Session, account_id: UUID) -> None:
    """Every browser of this account is signed out, also one that is half-way in; in the caller's transaction."""
    _end(session, AccountSession.account_id == account_id)
    session.execute(delete(HalfSession).where(HalfSession.account_id == account_id))


def browsers_of(actor: Actor, token: str) -> tuple[Browser, ...]:
    """One's own browsers, the newest first; `token` is the one that asks."""
    now = clock.now()
    rows: Sequence[AccountSession] = db.session.scalars(
        select(AccountSession)
        .where(AccountSession.account_id == actor.account_id)
        .order_by(AccountSession.created_at.desc(), AccountSession.token_hash)
    ).all()
    this = token_hash(token)
    return tuple(
        Browser(row.token_hash[:HANDLE], row.created_at, row.seen_at, row.token_hash == this)
        for row in rows
        if rules.session_lives(row, now)
    )


def end_browser(actor: Actor, handle: str) -> int:
    """One of one's own browsers is signed out; returns how many were (0 or 1). Audited."""
    if len(handle) != HANDLE or not handle.isalnum():
        return 0
    return _end_own(actor, AccountSession.token_hash.startswith(handle))


def end_other_browsers(actor: Actor, token: str) -> int:
    """All of one's own browsers but this one are signed out; returns how many. Audited."""
    return _end_own(actor, AccountSession.token_hash != token_hash(token))


def purge(now: datetime) -> int:
    """Deletes what ended by itself: sessions, half-way sign-ins, secrets that nobody confirmed, old invitations and claims with
    the addresses in them. Returns how many sessions."""
    with write() as session:
        session.execute(delete(HalfSession).where(HalfSession.expires_at <= now))
        session.execute(
            delete(SecondFactor).where(
                SecondFactor.secret.is_(None), SecondFactor.pending_at <= now - rules.SET_UP_LIFE
            )
        )
        session.execute(
            delete(Invitation).where(
                or_(
                    Invitation.closed_at <= now - rules.INVITATION_LIFE,
                    Invitation.created_at <= now - 2 * rules.INVITATION_LIFE,
                )
            )
        )
        session.execute(
            delete(Claim).where(
                or_(
                    and_(Claim.state == "mailed", Claim.created_at <= now - rules.CLAIM_LIFE),
                    Claim.decided_at <= now - rules.CLAIM_KEPT,
                )
            )
        )
        return _end(
            session, or_(AccountSession.expires_at <= now, AccountSession.seen_at <= now - rules.IDLE)
        )


def _end_own(actor: Actor, which: ColumnElement[bool]) -> int:
    with write() as session:
        ended = _end(session, AccountSession.account_id == actor.account_id, which)
        if ended and actor.account_id:
            audit.append(actor, "end_sessions", "account", actor.account_id)
        return ended


def _end(session: Session, *which: ColumnElement[bool]) -> int:
    """Delete sessions; what stays is when their people were last seen."""
    seen = session.execute(
        select(AccountSession.account_id, func.max(AccountSession.seen_at))
        .where(*which)
        .group_by(AccountSession.account_id)
    ).all()
    for account_id, at in seen:
        session.execute(
            update(Account)
            .where(Account.id == account_id, or_(Account.last_seen_at.is_(None), Account.last_seen_at < at))
            .values(last_seen_at=at)
            .execution_options(synchronize_session=False)
        )
    gone = session.execute(
        delete(AccountSession).where(*which).execution_options(synchronize_session="fetch")
    )
    return int(getattr(gone, "rowcount", 0))
