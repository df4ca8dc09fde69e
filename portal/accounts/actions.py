"""Signing in and out, choosing a password, letting people in and out."""

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from email_validator import SPECIAL_USE_DOMAIN_NAMES as RESERVED
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from sqlalchemy import delete, or_, select, update

from portal.accounts import letters, passwords, rules
from portal.accounts.models import Account, AccountSession, Membership
from portal.accounts.permissions import may
from portal.accounts.queries import account_by_email, actor_of, folded, reset_account, token_hash
from portal.accounts.roles import ROLES, ROLES_ANYWHERE, ROLES_AT_ORGANIZATION
from portal.directory.models import Community, Organization
from portal.messages import enqueue, read_link
from portal.store import Actor, Conflict, Refused, TooMany, audit, clock, limits, write

RESERVED.clear()  # an agency's intranet, and demo.invalid, are addresses too; whether they work is found by writing there


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
            session.delete(row)
            audit.append(actor_of(account), "sign_out", "account", account.id)


def sign_in(email: str, password: str, address: str) -> str:
    """A session's token for the right e-mail and password. `address` is the network address that asks.

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
        return start_session(current.id)


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
        session.execute(delete(AccountSession).where(AccountSession.account_id == account_id))
        account = session.get_one(Account, account_id, populate_existing=True)
        enqueue(letters.changed_letter(account))
        audit.append(actor_of(account), "set_password", "account", account_id)


def add_person(
    actor: Actor, email: str, name: str, role: str, organization_id: UUID | None, password: str | None = None
) -> Account:
    """An account with a role, for an admin or the terminal. A known e-mail gets the role as well; twice changes nothing.

    Without a password the person is told by mail where to choose one. Audited. Refused for a role that does not fit its place.
    """
    if actor.kind != "terminal" and not may(actor, "person.manage"):
        raise Refused(_("Only an admin may add people."))
    address = _checked_email(email)
    if password is not None and (fault := rules.password_fault(password)):
        raise Refused(fault, "password")
    hashed = passwords.hashed(password) if password is not None else ""
    with write() as session:
        community_id = actor.community_id or session.scalars(select(Community.id)).one()
        _check_place(community_id, role, organization_id)
        account = session.scalar(select(Account).where(Account.email == address))
        if account is None:
            account = Account(
                community_id=community_id,
                email=address,
                name=name.strip() or address,
                password_hash=hashed,
                created_at=clock.now(),
                memberships=[],
            )
            session.add(account)
            session.flush()
            if not hashed:
                enqueue(letters.welcome_letter(account))
        elif account.community_id != community_id or password is not None:
            raise Refused(_("There is an account with this e-mail already."), "email")
        if (role, organization_id) not in {(m.role, m.organization_id) for m in account.memberships}:
            account.memberships.append(Membership(role=role, organization_id=organization_id))
            session.flush()
            audit.append(actor, "add_person", "account", account.id, reason=role)
        return account


def disable_person(actor: Actor, account_id: UUID) -> None:
    """Ends an account: its sessions and links stop at once; what it did stays on record. Audited. Refused for strangers."""
    if actor.kind != "terminal" and not may(actor, "person.manage"):
        raise Refused(_("Only an admin may remove people."))
    with write() as session:
        account = session.get(Account, account_id)
        if account is None or (actor.kind != "terminal" and account.community_id != actor.community_id):
            raise Refused(_("There is no such account."))
        if account.disabled_at is None:
            account.disabled_at = clock.now()
            account.version += 1
            session.execute(delete(AccountSession).where(AccountSession.account_id == account_id))
            audit.append(actor, "disable_person", "account", account_id)


def purge(now: datetime) -> int:
    """Deletes sessions that ended by themselves; returns how many."""
    with write() as session:
        gone = session.execute(
            delete(AccountSession).where(
                or_(AccountSession.expires_at <= now, AccountSession.seen_at <= now - rules.IDLE)
            )
        )
    return int(getattr(gone, "rowcount", 0))


def _checked_email(email: str) -> str:
    try:
        return folded(validate_email(email, check_deliverability=False).normalized)
    except EmailNotValidError as error:
        raise Refused(_("This is not an e-mail address."), "email") from error


def _check_place(community_id: UUID, role: str, organization_id: UUID | None) -> None:
    """A role at an organization names one of this community; a role in the whole community names none."""
    if role not in ROLES:
        raise Refused(_("There is no such role."), "role")
    if role in ROLES_ANYWHERE and organization_id is None:
        return
    if role not in (*ROLES_AT_ORGANIZATION, *ROLES_ANYWHERE):
        if organization_id is not None:
            raise Refused(
                _("This role is held in the whole community, not at an organization."), "organization_id"
            )
        return
    with write() as session:
        organization = session.get(Organization, organization_id) if organization_id else None
    if organization is None or organization.community_id != community_id:
        raise Refused(
            _("This role is held at an organization. Name one of this community."), "organization_id"
        )
