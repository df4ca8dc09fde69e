"""Inviting people: a letter with a link that works once, for a week, until a newer one.

Who invites sees the same whether the address is known or not, and the same work is done for both: what the link opens is seen
by whoever reads that mail, and by nobody else.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.accounts import halfway, letters, passwords, people, rules
from portal.accounts.models import Account, Invitation
from portal.accounts.permissions import may
from portal.accounts.queries import actor_of
from portal.directory.models import Community, Organization
from portal.messages import drop_about, enqueue, read_link
from portal.store import Actor, Conflict, Refused, TooMany, audit, clock, db, limits, write


@dataclass(frozen=True)
class OpenInvitation:
    """An invitation that was not answered yet. It says nothing of whether the address has an account."""

    id: UUID
    email: str
    role: str
    organization: str
    by: str
    created_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class InvitationView:
    """What the invited person sees. `known`: the address has an account, which gets one role more."""

    email: str
    role: str
    organization: str
    known: bool


def invite(actor: Actor, email: str, role: str, organization_id: UUID | None) -> None:
    """Mails a link with which the person joins with this role. It overtakes an older open one to the same address. Audited.

    Refused for what is no address, and for a role that does not fit its place; TooMany after INVITATIONS_PER_PERSON a day to
    one address or INVITATIONS_PER_ADMIN by one admin.
    """
    if not may(actor, "person.manage") or actor.community_id is None:
        raise Refused(_("Only an admin may invite people."))
    address = people.checked_email(email)
    with write() as session:
        people.check_place(session, actor.community_id, role, organization_id)
    if not limits.tried(
        "invite_by", str(actor.account_id), most=rules.INVITATIONS_PER_ADMIN, seconds=rules.DAY
    ):
        raise TooMany(_("You have invited very many people today. Go on tomorrow."), rules.DAY)
    if not limits.tried("invite", address, most=rules.INVITATIONS_PER_PERSON, seconds=rules.DAY):
        raise TooMany(_("This address was written to several times today. Wait until tomorrow."), rules.DAY)
    with write() as session:
        invitation = open_door(session, actor.community_id, address, role, organization_id, actor.account_id)
        enqueue(letters.invitation_letter(invitation))
        audit.append(actor, "invite", "invitation", invitation.id, reason=role)


def open_door(
    session: Session, community_id: UUID, email: str, role: str, organization_id: UUID | None, by: UUID | None
) -> Invitation:
    """An invitation to this address, in the caller's transaction; it closes an older open one. What decided that the address may
    have the role, and the letter, are the caller's."""
    session.get_one(Community, community_id, with_for_update=True)
    close_doors(session, community_id, email)
    invitation = Invitation(
        community_id=community_id,
        email=email,
        role=role,
        organization_id=organization_id,
        invited_by=by,
        created_at=clock.now(),
    )
    session.add(invitation)
    session.flush()
    return invitation


def close_doors(session: Session, community_id: UUID, email: str) -> None:
    """Every open invitation to this address no longer opens, in the caller's transaction."""
    for older in session.scalars(
        select(Invitation).where(
            Invitation.community_id == community_id,
            Invitation.email == email,
            Invitation.closed_at.is_(None),
        )
    ):
        _close(older)


def open_invitations(actor: Actor) -> tuple[OpenInvitation, ...]:
    """The invitations of the actor's community that can still be taken, the newest first."""
    if not may(actor, "person.manage"):
        return ()
    rows = db.session.execute(
        select(Invitation, Organization.name, Account.name)
        .outerjoin(Organization, Organization.id == Invitation.organization_id)
        .outerjoin(Account, Account.id == Invitation.invited_by)
        .where(
            Invitation.community_id == actor.community_id,
            Invitation.closed_at.is_(None),
            Invitation.created_at > clock.now() - rules.INVITATION_LIFE,
        )
        .order_by(Invitation.created_at.desc(), Invitation.id)
    )
    return tuple(
        OpenInvitation(
            row.id,
            row.email,
            row.role,
            place or "",
            by or "",
            row.created_at,
            row.created_at + rules.INVITATION_LIFE,
        )
        for row, place, by in rows
    )


def withdraw_invitation(actor: Actor, invitation_id: UUID) -> bool:
    """Its link no longer opens, and a letter that has not left is dropped. Audited. False when it is not the actor's, or was
    closed before."""
    if not may(actor, "person.manage"):
        return False
    with write() as session:
        row = session.get(Invitation, invitation_id, with_for_update=True, populate_existing=True)
        if row is None or row.community_id != actor.community_id or row.closed_at is not None:
            return False
        _close(row)
        audit.append(actor, "withdraw_invitation", "invitation", invitation_id)
        return True


def invitation_by_link(token: str) -> InvitationView | None:
    """What this mailed link opens; None when it was taken, withdrawn, overtaken, is too old, or cannot be taken by the account
    that has this address. Reading it uses nothing up."""
    found = read_link("invitation", token, rules.INVITATION_LIFE)
    row = db.session.get(Invitation, found[0]) if found else None
    if row is None or row.closed_at is not None:
        return None
    account = _account_of(db.session(), row)
    if account is not None and (account.disabled_at or account.community_id != row.community_id):
        return None
    place = db.session.get(Organization, row.organization_id) if row.organization_id else None
    return InvitationView(row.email, row.role, place.name if place else "", account is not None)


def join(token: str, name: str, phone: str, password: str) -> halfway.Entry:
    """The invited person makes an account: name, call-back number, password, and the role. Uses the link up. Returns what it
    opens: a session, or half a one where the role demands a second factor. Audited. Refused for a poor password or no name;
    Conflict when the link no longer opens."""
    found = invitation_by_link(token)
    if found is None or found.known:
        raise _gone()
    called, number = " ".join(name.split()), " ".join(phone.split())
    if not called or len(called) > 80:
        raise Refused(_("Write your name, in 80 characters or fewer."), "name")
    if len(number) > 40:
        raise Refused(_("Use 40 characters or fewer."), "phone")
    if fault := rules.password_fault(password):
        raise Refused(fault, "password")
    hashed = passwords.hashed(password)  # before the lock: it takes a while
    with write() as session:
        row = _take(session, token)
        if _account_of(session, row) is not None:
            raise _gone()
        account = people.new_account(session, row.community_id, row.email, called, hashed)
        account.phone = number
        people.give_role(session, actor_of(account), account, row.role, row.organization_id)
        audit.append(actor_of(account), "join", "invitation", row.id, reason=row.role)
        return halfway.enter(session, account)


def take_role(token: str) -> None:
    """Who has an account already takes the role that the link offers. Uses the link up; every browser of theirs is signed out;
    they are told by mail. Audited. Conflict when the link no longer opens."""
    found = invitation_by_link(token)
    if found is None or not found.known:
        raise _gone()
    with write() as session:
        row = _take(session, token)
        account = _account_of(session, row)
        if account is None or account.disabled_at or account.community_id != row.community_id:
            raise _gone()
        if people.give_role(session, actor_of(account), account, row.role, row.organization_id):
            enqueue(letters.account_changed_letter(account))
        audit.append(actor_of(account), "take_role", "invitation", row.id, reason=row.role)


def _account_of(session: Session, row: Invitation) -> Account | None:
    return session.scalar(select(Account).where(Account.email == row.email))


def _take(session: Session, token: str) -> Invitation:
    """The invitation is used up: of two at once one gets it."""
    found = read_link("invitation", token, rules.INVITATION_LIFE)
    if found is None:
        raise _gone()
    ours = session.execute(
        update(Invitation)
        .where(Invitation.id == found[0], Invitation.closed_at.is_(None))
        .values(closed_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if getattr(ours, "rowcount", 0) != 1:
        raise _gone()
    return session.get_one(Invitation, found[0], populate_existing=True)


def _close(row: Invitation) -> None:
    row.closed_at = clock.now()
    drop_about(row.id)


def _gone() -> Conflict:
    return Conflict(_("This link was used already or is too old. Ask for a new one."))
