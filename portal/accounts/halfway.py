"""From a right password to a session: where a second factor stands between them, the browser is half-way in.

The half-way state is kept on the server and opens nothing. A session begins only when both are done. `enter` is the one place
where knowing who it is becomes being let in: another way of showing that (a passkey, an agency's own sign-in) would end there.
"""

import secrets
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.accounts import codes, letters, rules
from portal.accounts.models import Account, HalfSession, SecondFactor
from portal.accounts.queries import actor_of, demanded_of, token_hash
from portal.accounts.second_factor import NewCodes
from portal.accounts.sessions import end_everything, start_session
from portal.messages import enqueue
from portal.store import audit, clock, db, write

Missing = Literal["", "code", "set_up"]


@dataclass(frozen=True)
class Entry:
    """What a right password opens. `missing` "": `token` is a session's. "code" or "set_up": it is a half-way browser's, which
    must type a code, or first set up the second factor that its role demands."""

    token: str
    missing: Missing = ""


@dataclass(frozen=True)
class Halfway:
    """A browser that is half-way in; `set_up` is the secret to be confirmed, where that is what is missing."""

    missing: Missing
    set_up: codes.SetUp | None = None


def enter(session: Session, account: Account) -> Entry:
    """A session, or where a second factor is on or demanded half a one, in the caller's transaction."""
    missing = _missing(account)
    if not missing:
        return Entry(start_session(account.id))
    if missing == "set_up":
        codes.new_secret(session, account.id)
    token = secrets.token_urlsafe(32)
    session.add(
        HalfSession(
            token_hash=token_hash(token),
            account_id=account.id,
            expires_at=clock.now() + rules.HALFWAY_LIFE,
        )
    )
    return Entry(token, missing)


def halfway_in(token: str) -> Halfway | None:
    """How far the browser with this token is; None when the ten minutes are over, or it was let in or sent away."""
    half = _half(token)
    if half is None:
        return None
    account = db.session.get_one(Account, half.account_id)
    missing = _missing(account)
    return Halfway(missing, codes.set_up_of(account.id) if missing == "set_up" else None)


def pass_code(token: str, typed: str) -> str:
    """A session's token for a half-way browser and a right code, each used up by it. Refused for a wrong or used code, TooMany
    after ten, Conflict when the browser is no longer half-way in. Audited, as every sign-in."""
    account = _account(token)
    codes.count_try(account)
    found = codes.fitting(account.id, typed)
    if found is None:
        raise codes.wrong_code()
    with write() as session:
        _take(session, token)
        codes.use(session, account.id, found)
        codes.forget_tries(account)
        if found.recovery_id:
            audit.append(actor_of(account), "use_recovery_code", "account", account.id)
            enqueue(letters.account_changed_letter(account))
        return start_session(account.id)


def pass_set_up(token: str, typed: str) -> NewCodes:
    """The second factor is on, and the browser is in: a session's token and the recovery codes. Every other browser is signed
    out; the person is told by mail. Audited. Raises as pass_code does."""
    account_id = _account(token).id
    fresh = codes.check_first_code(account_id, typed)
    with write() as session:
        _take(session, token)
        account = session.get_one(Account, account_id)
        if _missing(account) != "set_up":
            raise codes.too_late()
        codes.turn_on(session, account, typed, fresh)
        end_everything(session, account_id)
        enqueue(letters.account_changed_letter(account))
        audit.append(actor_of(account), "turn_on_second_factor", "account", account_id)
        return NewCodes(fresh.codes, start_session(account_id))


def leave_halfway(token: str) -> None:
    """The browser gives up, or begins anew. An unknown token is no error."""
    with write() as session:
        session.execute(delete(HalfSession).where(HalfSession.token_hash == token_hash(token)))


def _missing(account: Account) -> Missing:
    row = db.session.get(SecondFactor, account.id)
    if row is not None and row.secret is not None:
        return "code"
    return "set_up" if demanded_of(account) else ""


def _half(token: str) -> HalfSession | None:
    row = db.session.get(HalfSession, token_hash(token))
    return row if row is not None and clock.now() < row.expires_at else None


def _account(token: str) -> Account:
    half = _half(token)
    if half is None:
        raise codes.too_late()
    return db.session.get_one(Account, half.account_id)


def _take(session: Session, token: str) -> UUID:
    """The half-way browser is used up: of two at once one comes in."""
    row = session.get(HalfSession, token_hash(token), with_for_update=True, populate_existing=True)
    if row is None or row.expires_at <= clock.now():
        raise codes.too_late()
    session.delete(row)
    session.flush()
    return row.account_id
