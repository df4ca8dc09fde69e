"""What accounts writes to people: never more than where to go, as anybody at an office may open the mail."""

from uuid import uuid4

from flask import current_app, render_template
from flask_babel import gettext as _

from portal.accounts.models import Account, Claim, Invitation
from portal.messages import Letter, link
from portal.store import clock


def reset_letter(account: Account) -> Letter:
    """A link with which a new password can be chosen, for RESET_LIFE."""
    return _letter(
        account,
        "reset",
        _("Choose a new password"),
        url=link("reset", account.id, account.version),
        key=uuid4(),
    )


def welcome_letter(account: Account) -> Letter:
    """Tells a new person where to choose a first password. It holds no secret, so it may lie unread for a week."""
    return _letter(account, "welcome", _("Your account is ready"), url=_page("/reset"), key=account.id)


def changed_letter(account: Account) -> Letter:
    """Tells the person that the password is another now, in case somebody else did it."""
    return _letter(
        account, "password_changed", _("Your password was changed"), url=_page("/reset"), key=account.version
    )


def account_changed_letter(account: Account) -> Letter:
    """Tells the person that something about the account is another now: not what, nor who did it."""
    return _letter(
        account, "account_changed", _("Your account was changed"), url=_page("/sign-in"), key=uuid4()
    )


def invitation_letter(invitation: Invitation) -> Letter:
    """A link with which somebody can join, for INVITATION_LIFE. The same for who has an account already."""
    return _letter(
        invitation, "invitation", _("You are invited"), url=link("invitation", invitation.id, 1), key="once"
    )


def claim_letter(claim: Claim) -> Letter:
    """A link that proves the mailbox, for CLAIM_LIFE. It names no listing: whose it is may be a secret of the house."""
    return _letter(
        claim, "claim", _("You asked to keep a listing"), url=link("claim", claim.id, 1), key="once"
    )


def claim_refused_letter(claim: Claim) -> Letter:
    """Tells who claimed that a steward did not agree."""
    return _letter(claim, "claim_refused", _("About the listing you asked for"), url=_page("/"), key="once")


def claims_wait_letter(steward: Account) -> Letter:
    """Tells a steward that a claim waits: at most once a day, however many come."""
    today = clock.now().date().isoformat()
    return _letter(
        steward, "claims_wait", _("A claim waits for you"), url=_page("/steward/claims"), key=today
    )


def listing_kept_letter(claim: Claim, mailbox: str) -> Letter:
    """Tells the organization's own public mailbox that somebody there keeps its listing now."""
    return _letter(
        claim,
        "listing_kept",
        _("Somebody keeps your listing now"),
        url=_page(f"/services/{claim.service_at_location_id}"),
        key=mailbox,
        to=mailbox,
    )


def _page(path: str) -> str:
    return f"{current_app.extensions['settings'].base_url}{path}"


def _letter(
    reader: Account | Invitation | Claim, name: str, subject: str, *, url: str, key: object, to: str = ""
) -> Letter:
    values = {"url": url, "subject": subject}
    return Letter(
        name=f"accounts/{name}",
        to=to or reader.email,
        subject=subject,
        text=render_template(f"letters/accounts/{name}.txt", **values),
        html=render_template(f"letters/accounts/{name}.html", **values),
        key=f"accounts/{name}/{reader.id}/{key}",
        about=reader.id,
    )
