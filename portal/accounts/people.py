"""Letting people in and out, and what they may do: for an admin, and for the terminal.

Whatever is changed about an account ends its sessions at once, is told to its person by a letter that says no more, and is
audited. A community never loses its last admin, and nobody lowers themselves by a slip.
"""

from collections.abc import Iterable
from uuid import UUID

from email_validator import SPECIAL_USE_DOMAIN_NAMES as RESERVED
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import codes, letters, passwords, rules
from portal.accounts.models import Account, Membership, SecondFactor
from portal.accounts.permissions import may
from portal.accounts.queries import folded
from portal.accounts.roles import ROLES, ROLES_ANYWHERE, ROLES_AT_ORGANIZATION
from portal.accounts.sessions import end_everything
from portal.directory import join_organization
from portal.directory.models import Community, Organization
from portal.messages import enqueue, forget_reader
from portal.store import Actor, Refused, audit, clock, write

RESERVED.clear()  # an agency's intranet, and demo.invalid, are addresses too; whether they work is found by writing there


def add_person(
    actor: Actor, email: str, name: str, role: str, organization_id: UUID | None, password: str | None = None
) -> Account:
    """An account with a role, for an admin or the terminal. A known e-mail gets the role as well; twice changes nothing.

    Without a password the person is told by mail where to choose one. Audited. Refused for a role that does not fit its place.
    """
    if actor.kind != "terminal" and not may(actor, "person.manage"):
        raise Refused(_("Only an admin may add people."))
    address = checked_email(email)
    if password is not None and (fault := rules.password_fault(password)):
        raise Refused(fault, "password")
    hashed = passwords.hashed(password) if password is not None else ""
    with write() as session:
        community_id = actor.community_id or session.scalars(select(Community.id)).one()
        check_place(session, community_id, role, organization_id)
        account = session.scalar(select(Account).where(Account.email == address))
        if account is None:
            account = new_account(session, community_id, address, name, hashed)
            if not hashed:
                enqueue(letters.welcome_letter(account))
        elif account.community_id != community_id or password is not None:
            raise Refused(_("There is an account with this e-mail already."), "email")
        if give_role(session, actor, account, role, organization_id):
            audit.append(actor, "add_person", "account", account.id, reason=role)
        return account


def add_role(actor: Actor, account_id: UUID, role: str, organization_id: UUID | None) -> None:
    """One role more, at an organization where it is held at one. Twice changes nothing. Refused where it does not fit."""
    with write() as session:
        account = _managed(session, actor, account_id)
        check_place(session, account.community_id, role, organization_id)
        if give_role(session, actor, account, role, organization_id):
            _changed(session, actor, account, "add_role", role)


def remove_role(actor: Actor, account_id: UUID, membership_id: UUID) -> None:
    """One role less. One that is gone already changes nothing. Refused for one's own admin role, and for the last admin's."""
    with write() as session:
        account = _managed(session, actor, account_id)
        held = next((each for each in account.memberships if each.id == membership_id), None)
        if held is None:
            return
        if held.role == "admin":
            _keep_an_admin(session, actor, account)
        account.memberships.remove(held)
        session.flush()
        _changed(session, actor, account, "remove_role", held.role)


def disable_person(actor: Actor, account_id: UUID) -> None:
    """Ends an account: its sessions and links stop at once, its phone number and browsers are forgotten; what it did stays on
    record. Refused for strangers, for oneself, and for the last admin."""
    with write() as session:
        account = _managed(session, actor, account_id)
        if account.disabled_at is None:
            _keep_an_admin(session, actor, account)
            account.disabled_at = clock.now()
            account.version += 1
            forget_reader(account_id)
            _changed(session, actor, account, "disable_person")


def enable_person(actor: Actor, account_id: UUID) -> None:
    """The account works again, with its roles, password and second factor."""
    with write() as session:
        account = _managed(session, actor, account_id)
        if account.disabled_at is not None:
            account.disabled_at = None
            _changed(session, actor, account, "enable_person")


def reset_second_factor(actor: Actor, account_id: UUID) -> None:
    """For who has lost phone and codes: the second factor is off, and where it is demanded the next sign-in sets up a new one.
    Refused for oneself: that is done on one's own page, with the password."""
    with write() as session:
        account = _managed(session, actor, account_id)
        if account.id == actor.account_id:
            raise Refused(_("Change your own on the page of your account."))
        row = session.get(SecondFactor, account.id)
        if row is not None and row.secret is not None:
            codes.drop(session, account.id)
            _changed(session, actor, account, "reset_second_factor")


def demand_second_factor(actor: Actor, roles: Iterable[str]) -> None:
    """These roles must use a second factor from now, beside those that always do. Who holds one of them and has none is signed
    out, and sets it up at the next sign-in. Audited. Refused for a role that there is not."""
    wanted = sorted(set(roles))
    if not may(actor, "person.manage"):
        raise Refused(_("Only an admin may change this."))
    if not set(wanted) <= set(ROLES):
        raise Refused(_("There is no such role."), "roles")
    with write() as session:
        here = _lock(session, actor.community_id)
        here.settings = {**here.settings, "second_factor_roles": wanted}
        without = select(Account.id).where(
            Account.community_id == here.id,
            Account.id.in_(select(Membership.account_id).where(Membership.role.in_(wanted))),
            Account.id.not_in(select(SecondFactor.account_id).where(SecondFactor.secret.is_not(None))),
        )
        for account_id in session.scalars(without).all() if not here.demonstration else ():
            end_everything(session, account_id)
        audit.append(actor, "demand_second_factor", "community", here.id, reason=" ".join(wanted))


def new_account(session: Session, community_id: UUID, email: str, name: str, hashed: str) -> Account:
    """An account without a role, in the caller's transaction."""
    account = Account(
        community_id=community_id,
        email=email,
        name=name.strip() or email,
        password_hash=hashed,
        created_at=clock.now(),
        memberships=[],
    )
    session.add(account)
    session.flush()
    return account


def give_role(session: Session, by: Actor, account: Account, role: str, organization_id: UUID | None) -> bool:
    """True when it was not held before, in the caller's transaction; then every browser of the person is signed out. With its
    first desk an organization has joined."""
    if (role, organization_id) in {(m.role, m.organization_id) for m in account.memberships}:
        return False
    account.memberships.append(Membership(role=role, organization_id=organization_id))
    session.flush()
    end_everything(session, account.id)
    if role == "provider" and organization_id is not None:
        join_organization(session, by, organization_id)
    return True


def checked_email(email: str) -> str:
    """The address as it is stored. Refused for what is none."""
    try:
        return folded(validate_email(email, check_deliverability=False).normalized)
    except EmailNotValidError as error:
        raise Refused(_("This is not an e-mail address."), "email") from error


def check_place(session: Session, community_id: UUID, role: str, organization_id: UUID | None) -> None:
    """A role at an organization names one of this community; a role in the whole community names none. Else Refused."""
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
    organization = session.get(Organization, organization_id) if organization_id else None
    if organization is None or organization.community_id != community_id:
        raise Refused(
            _("This role is held at an organization. Name one of this community."), "organization_id"
        )


def _managed(session: Session, actor: Actor, account_id: UUID) -> Account:
    """The account, for an admin of its community or the terminal. The community is locked, so that two admins who lower each
    other at the same moment do so one after the other."""
    if actor.kind != "terminal" and not may(actor, "person.manage"):
        raise Refused(_("Only an admin may change this."))
    account = session.get(Account, account_id)
    if account is None or (actor.kind != "terminal" and account.community_id != actor.community_id):
        raise Refused(_("There is no such account."))
    _lock(session, account.community_id)
    session.refresh(account)
    return account


def _lock(session: Session, community_id: UUID | None) -> Community:
    return session.scalars(select(Community).where(Community.id == community_id).with_for_update()).one()


def _keep_an_admin(session: Session, actor: Actor, account: Account) -> None:
    if account.id == actor.account_id:
        raise Refused(_("You would lock yourself out. Ask another admin to do it."))
    if not any(held.role == "admin" for held in account.memberships):
        return
    others = session.scalar(
        select(func.count(Account.id.distinct()))
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Account.community_id == account.community_id,
            Account.id != account.id,
            Account.disabled_at.is_(None),
            Membership.role == "admin",
        )
    )
    if not others:
        raise Refused(_("This is the last admin. Make another one first."))


def _changed(session: Session, actor: Actor, account: Account, what: str, reason: str = "") -> None:
    end_everything(session, account.id)
    enqueue(letters.account_changed_letter(account))
    audit.append(actor, what, "account", account.id, reason=reason)
