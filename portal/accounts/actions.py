"""Signing in with a password, and choosing a new one."""

from uuid import uuid4

from flask_babel import gettext as _
from sqlalchemy import select, update

from portal.accounts import halfway, letters, passwords, rules
from portal.accounts.models import Account
from portal.accounts.queries import account_by_email, actor_of, folded, reset_account
from portal.accounts.sessions import end_everything
from portal.messages import enqueue, read_link
from portal.store import Conflict, Refused, TooMany, audit, limits, write


def sign_in(email: str, password: str, address: str) -> halfway.Entry:
    """What the right e-mail and password open: a session, or half a one where a second factor is on or demanded. `address` is the
    network address that asks.

    Raises Refused, in the same words and after the same work for an unknown e-mail, a wrong password, a disabled account;
    TooMany after TRIES_PER_PERSON tries at one account from one address, or TRIES_PER_ADDRESS from one address. Another
    address is not slowed, so nobody can lock a colleague out. A changed password begins a new count.
    """
    where = rules.network(address)
    account = account_by_email(email)
    version = account.version if account else 1
    count = ("sign_in", folded(email), str(version), where)
    if not (
        limits.tried("sign_in_address", where, most=rules.TRIES_PER_ADDRESS, seconds=rules.WINDOW)
        and limits.tried(*count, most=rules.TRIES_PER_PERSON, seconds=rules.WINDOW)
    ):
        raise TooMany(_("Too many tries. Wait 15 minutes, or choose a new password."), rules.WINDOW)
    known = account.password_hash if account else ""
    fits = rules.hashable(password)
    if not passwords.verify(known if fits else "", password if fits else "") or account is None:
        raise Refused(_("The e-mail or the password is not right."))
    with write() as session:
        # Read again under the lock: the account may have been disabled, or its password changed, while we hashed.
        current = session.scalar(
            select(Account).where(
                Account.id == account.id, Account.password_hash == known, Account.disabled_at.is_(None)
            )
        )
        if current is None:
            raise Refused(_("The e-mail or the password is not right."))
        if passwords.outdated(known):
            current.password_hash = passwords.hashed(password)
        limits.forget(*count)
        return halfway.enter(session, current)


def request_reset(email: str, address: str) -> None:
    """Mails a link with which a new password can be chosen. Says nothing about whether the e-mail is known, and does as
    much work for a stranger. Silent too when one account was asked for too often; TooMany for one address."""
    where = rules.network(address)
    if not limits.tried("reset_address", where, most=rules.RESETS_PER_ADDRESS, seconds=rules.WINDOW):
        raise TooMany(_("Too many tries. Wait 15 minutes."), rules.WINDOW)
    if not limits.tried("reset", folded(email), most=rules.RESETS_PER_PERSON, seconds=rules.WINDOW):
        return
    account = account_by_email(email)
    letter = letters.reset_letter(account or Account(id=uuid4(), email="", version=1))
    if account is None:
        limits.tried("reset_nobody", letter.key, most=1, seconds=1)  # one write, as for an account
        return
    enqueue(letter)


def set_password(token: str, password: str) -> None:
    """The password of the account that a mailed link names. Uses the link up, ends every session of the account, tells
    the person by mail. Audited. Refused for a poor password; Conflict when the link no longer opens."""
    gone = Conflict(_("This link was used already or is too old. Ask for a new one."))
    found = read_link("reset", token, rules.RESET_LIFE)
    if found is None or reset_account(*found) is None:
        raise gone
    fault = rules.password_fault(password)
    if fault:
        raise Refused(fault, "password")
    hashed = passwords.hashed(password)  # before the lock: it takes a while
    account_id, version = found
    with write() as session:
        ours = session.execute(
            update(Account)
            .where(Account.id == account_id, Account.version == version, Account.disabled_at.is_(None))
            .values(password_hash=hashed, version=version + 1)
        )
        if getattr(ours, "rowcount", 0) != 1:
            raise gone
        end_everything(session, account_id)
        account = session.get_one(Account, account_id, populate_existing=True)
        enqueue(letters.changed_letter(account))
        audit.append(actor_of(account), "set_password", "account", account_id)
