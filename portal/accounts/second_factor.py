"""One's own second factor: how it stands, set up, new recovery codes, turned off. What the codes are stands in codes.py."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import codes, letters, passwords, rules
from portal.accounts.models import Account, RecoveryCode, SecondFactor
from portal.accounts.queries import demanded_of
from portal.accounts.sessions import end_everything, start_session
from portal.messages import enqueue
from portal.store import Actor, Refused, TooMany, audit, db, limits, write


@dataclass(frozen=True)
class SecondFactorState:
    """`on_since` None: it is off. `demanded`: one's roles or the community ask for it."""

    on_since: datetime | None
    codes_left: int
    demanded: bool


@dataclass(frozen=True)
class NewCodes:
    """Recovery codes, to be shown this once, and the token of the session that goes on."""

    codes: tuple[str, ...]
    token: str


def second_factor_of(actor: Actor) -> SecondFactorState:
    """How it stands with one's own."""
    account = db.session.get_one(Account, actor.account_id)
    row = db.session.get(SecondFactor, account.id)
    left = db.session.scalar(
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None))
    )
    return SecondFactorState(row.confirmed_at if row else None, left or 0, demanded_of(account))


def own_set_up(actor: Actor) -> codes.SetUp | None:
    """The secret of one's own that waits for its first code."""
    return codes.set_up_of(_id(actor))


def begin_set_up(actor: Actor, password: str) -> None:
    """A new secret for one's own account, which counts only once a code of it was typed; what was on stays on until then.
    Refused for a wrong password, TooMany after ten."""
    account = _own(actor, password)
    with write() as session:
        codes.new_secret(session, account.id)


def confirm_set_up(actor: Actor, typed: str) -> NewCodes:
    """The pending secret is on from now. Every browser is signed out and this one in again; new recovery codes; the person is
    told by mail. Audited. Refused for a wrong code, TooMany after ten, Conflict when nothing waits."""
    fresh = codes.check_first_code(_id(actor), typed)
    with write() as session:
        account = session.get_one(Account, _id(actor))
        codes.turn_on(session, account, typed, fresh)
        return NewCodes(fresh.codes, _changed(session, actor, account, "turn_on_second_factor"))


def new_recovery_codes(actor: Actor, password: str) -> NewCodes:
    """Ten new codes; the old ones are void. Every other browser is signed out; the person is told by mail. Audited. Refused for
    a wrong password, Conflict when no second factor is on."""
    _own(actor, password)
    fresh = codes.fresh_codes()
    with write() as session:
        account = session.get_one(Account, _id(actor))
        row = session.get(SecondFactor, account.id)
        if row is None or row.secret is None:
            raise codes.too_late()
        codes.replace_codes(session, account.id, fresh)
        return NewCodes(fresh.codes, _changed(session, actor, account, "new_recovery_codes"))


def turn_off_second_factor(actor: Actor, password: str) -> str:
    """Back to the password alone; returns the token of the session that goes on, every other browser is signed out. The person
    is told by mail. Audited. Refused for a wrong password, and where one's role demands it."""
    if demanded_of(_own(actor, password)):
        raise Refused(_("Your role must use it. You can move it to another phone."), "password")
    with write() as session:
        account = session.get_one(Account, _id(actor))
        codes.drop(session, account.id)
        return _changed(session, actor, account, "turn_off_second_factor")


def _changed(session: Session, actor: Actor, account: Account, what: str) -> str:
    """Told, written down, everybody out; and the token of a new session for the browser that did it."""
    end_everything(session, account.id)
    enqueue(letters.account_changed_letter(account))
    audit.append(actor, what, "account", account.id)
    return start_session(account.id)


def _own(actor: Actor, password: str) -> Account:
    """One's own account, the password said once more: who finds a phone unlocked shall not change how it is locked."""
    account = db.session.get_one(Account, _id(actor))
    count = ("own_password", str(account.id), str(account.version))
    if not limits.tried(*count, most=rules.TRIES_PER_PERSON, seconds=rules.WINDOW):
        raise TooMany(_("Too many tries. Wait 15 minutes."), rules.WINDOW)
    fits = rules.hashable(password)
    if not passwords.verify(account.password_hash if fits else "", password if fits else ""):
        raise Refused(_("The password is not right."), "password")
    limits.forget(*count)
    return account


def _id(actor: Actor) -> UUID:
    if actor.account_id is None:
        raise Refused(_("Sign in first."))
    return actor.account_id
