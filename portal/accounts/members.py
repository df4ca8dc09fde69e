"""Who belongs to a community, for its admin."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from portal.accounts.models import Account, AccountSession, Membership, SecondFactor
from portal.accounts.permissions import may
from portal.accounts.queries import demanded_of
from portal.directory.models import Organization
from portal.store import Actor, db

A_PAGE = 100


@dataclass(frozen=True)
class Held:
    """A role that somebody holds; `organization` is "" for the whole community."""

    id: UUID
    role: str
    organization: str


@dataclass(frozen=True)
class Member:
    """A person who signs in, as an admin sees them. `second_factor`: it is on. `seen_at`: pages show the day alone."""

    id: UUID
    name: str
    email: str
    phone: str
    roles: tuple[Held, ...]
    second_factor: bool
    second_factor_demanded: bool
    seen_at: datetime | None
    disabled_at: datetime | None


@dataclass(frozen=True)
class Members:
    """One page of them, by name; `total` of all pages. `officers`: how many privacy officers are not disabled."""

    rows: tuple[Member, ...]
    total: int
    officers: int


def members(actor: Actor, page: int = 1) -> Members:
    """Everybody of the actor's community, A_PAGE a page, who can sign in before who cannot. None for who is no admin."""
    if not may(actor, "person.manage"):
        return Members((), 0, 0)
    here = Account.community_id == actor.community_id
    rows = db.session.scalars(
        select(Account)
        .where(here)
        .order_by(Account.disabled_at.is_not(None), func.lower(Account.name), Account.id)
        .limit(A_PAGE)
        .offset((max(1, page) - 1) * A_PAGE)
    ).all()
    total = db.session.scalar(select(func.count()).select_from(Account).where(here))
    officers = db.session.scalar(
        select(func.count(Account.id.distinct()))
        .join(Membership, Membership.account_id == Account.id)
        .where(here, Account.disabled_at.is_(None), Membership.role == "privacy_officer")
    )
    return Members(_views(list(rows)), total or 0, officers or 0)


def member(actor: Actor, account_id: UUID) -> Member | None:
    """One of them; None for somebody of another community, and for who is no admin."""
    if not may(actor, "person.manage"):
        return None
    found = db.session.get(Account, account_id, populate_existing=True)
    if found is None or found.community_id != actor.community_id:
        return None
    return _views([found])[0]


def _views(accounts: list[Account]) -> tuple[Member, ...]:
    """A handful of SELECTs, however many people there are."""
    ids = [account.id for account in accounts]
    places = {m.organization_id for account in accounts for m in account.memberships if m.organization_id}
    names = dict(
        db.session.execute(select(Organization.id, Organization.name).where(Organization.id.in_(places)))
        .tuples()
        .all()
    )
    seen = dict(
        db.session.execute(
            select(AccountSession.account_id, func.max(AccountSession.seen_at))
            .where(AccountSession.account_id.in_(ids))
            .group_by(AccountSession.account_id)
        )
        .tuples()
        .all()
    )
    two = set(
        db.session.scalars(
            select(SecondFactor.account_id).where(
                SecondFactor.account_id.in_(ids), SecondFactor.secret.is_not(None)
            )
        )
    )
    return tuple(
        Member(
            account.id,
            account.name,
            account.email,
            account.phone,
            tuple(
                sorted(
                    (
                        Held(m.id, m.role, names.get(m.organization_id, "") if m.organization_id else "")
                        for m in account.memberships
                    ),
                    key=lambda held: (held.role, held.organization),
                )
            ),
            account.id in two,
            demanded_of(account),
            max((at for at in (account.last_seen_at, seen.get(account.id)) if at), default=None),
            account.disabled_at,
        )
        for account in accounts
    )
