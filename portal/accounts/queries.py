"""Who is asking: made fresh from the database in every request, so that a change of role works at once."""

import hashlib
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, update

from portal.accounts.models import Account, AccountSession
from portal.accounts.rules import RESET_LIFE, SEEN_EVERY, second_factor_demanded, session_lives
from portal.directory.models import Community
from portal.messages import read_link
from portal.store import Actor, clock, db, write


def token_hash(token: str) -> str:
    """What the database keeps of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def actor_for_token(token: str) -> Actor | None:
    """The Actor of a live session, or None. Two SELECTs; once in SEEN_EVERY it notes that the session was used."""
    row = db.session.execute(
        select(AccountSession, Account)
        .join(Account, Account.id == AccountSession.account_id)
        .where(AccountSession.token_hash == token_hash(token), Account.disabled_at.is_(None))
    ).first()
    now = clock.now()
    if row is None or not session_lives(row.AccountSession, now):
        return None
    found = actor_of(row.Account)
    if now - row.AccountSession.seen_at >= SEEN_EVERY:
        _note_seen(row.AccountSession.token_hash)
    return found


def actor_of(account: Account) -> Actor:
    return Actor(
        kind="account",
        community_id=account.community_id,
        account_id=account.id,
        name=account.name,
        email=account.email,
        memberships=frozenset((m.role, m.organization_id) for m in account.memberships),
    )


def demanded_of(account: Account) -> bool:
    """Must this person use a second factor, by role or by what the community decided?"""
    here = db.session.get_one(Community, account.community_id)
    more = two_factor_roles(here)
    return second_factor_demanded({m.role for m in account.memberships}, more, here.demonstration)


def two_factor_roles(here: Community) -> tuple[str, ...]:
    """The roles that the community adds to those that always use a second factor."""
    return tuple(here.settings.get("second_factor_roles") or ())


def _note_seen(hashed: str) -> None:
    with write() as session:
        session.execute(
            update(AccountSession).where(AccountSession.token_hash == hashed).values(seen_at=clock.now())
        )


def account_by_email(email: str) -> Account | None:
    """The account that may sign in under this address; not a disabled one."""
    return db.session.scalar(
        select(Account).where(Account.email == folded(email), Account.disabled_at.is_(None))
    )


def account_called(actor: Actor, email: str) -> UUID | None:
    """The account of the actor's community with this e-mail, also one that has ended."""
    return db.session.scalar(
        select(Account.id).where(Account.email == folded(email), Account.community_id == actor.community_id)
    )


def names_of(ids: Collection[UUID]) -> dict[UUID, str]:
    """What these accounts' people are called, also of accounts that have ended."""
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row.id: row.name for row in rows}


def folded(email: str) -> str:
    """An address as it is compared and stored."""
    return email.strip().lower()


def reset_open(token: str) -> bool:
    """True while this mailed link would still set a password. Reading it uses nothing up."""
    found = read_link("reset", token, RESET_LIFE)
    return found is not None and reset_account(*found) is not None


def reset_account(account_id: UUID, version: int) -> Account | None:
    return db.session.scalar(
        select(Account).where(
            Account.id == account_id, Account.version == version, Account.disabled_at.is_(None)
        )
    )
