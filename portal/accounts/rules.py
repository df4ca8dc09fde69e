"""What a password must be, how long a session lasts, how often one may try, who must use a second factor. Decisions only; no
database."""

import ipaddress
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _

from portal.accounts.models import AccountSession

IDLE = timedelta(hours=12)  # one shift
WHOLE = timedelta(hours=24)  # then sign in again, however busy
SEEN_EVERY = timedelta(minutes=10)  # how exactly idleness is known
RESET_LIFE = timedelta(minutes=60)
INVITATION_LIFE = timedelta(days=7)
CLAIM_LIFE = timedelta(days=7)
CLAIM_KEPT = timedelta(days=90)  # after it was decided
HALFWAY_LIFE = timedelta(minutes=10)  # from the right password to the right code
SET_UP_LIFE = timedelta(minutes=30)  # from a new secret to its first code

SHORTEST = 12  # characters
LONGEST = 1024  # bytes; never cut

# Tries within WINDOW seconds.
WINDOW = 15 * 60
TRIES_PER_PERSON = 10  # at one account from one address
TRIES_PER_ADDRESS = 100  # a whole office may share one
RESETS_PER_PERSON = 3
RESETS_PER_ADDRESS = 20
CODES = 10  # of one account, wrong codes after a right password
CODES_A_DAY = 50  # five in a million fit at any moment: a guesser needs years
DAY = 24 * 3600
INVITATIONS_PER_PERSON = 3  # a day: nobody's mail is flooded
INVITATIONS_PER_ADMIN = 100  # a day
CLAIMS_PER_PERSON = 3  # a day, letters to one mailbox that strangers asked for
CLAIMS_PER_LISTING = 10  # a day
CLAIMS_PER_ADDRESS = 10

# Who opens the door to others, and who may open a person's name, is never let in by a password alone.
TWO_FACTOR_ROLES = frozenset(("admin", "privacy_officer"))


def password_fault(password: str) -> str | None:
    """What is wrong with a new password, in a sentence; None when it will do. Spaces and any script are welcome."""
    if len(password) < SHORTEST:
        return _("Use at least 12 characters. Three or four words are easy to remember.")
    if not hashable(password):
        return _("This password is too long, or holds a character that cannot be used.")
    if len(set(password)) < 5:
        return _("Use more different characters.")
    return None


def hashable(password: str) -> bool:
    """False for what was never a password here: over LONGEST bytes, NUL, broken Unicode."""
    try:
        return "\x00" not in password and len(password.encode()) <= LONGEST
    except UnicodeEncodeError:
        return False


def session_lives(session: AccountSession, now: datetime) -> bool:
    return now < session.expires_at and now - session.seen_at < IDLE


def network(address: str) -> str:
    """What one person can change at will is counted as one: an IPv6 address is its /64."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


def second_factor_demanded(roles: Iterable[str], more: Collection[str], demonstration: bool) -> bool:
    """Must somebody with these roles use a second factor? `more`: the roles that the community adds to TWO_FACTOR_ROLES.

    A demonstration asks nobody: its people are invented, anybody may read its mail, and its one password is printed where it
    runs, so that a visitor can be the admin within a minute. A second factor would guard nothing and keep everybody out.
    """
    return not demonstration and not TWO_FACTOR_ROLES.union(more).isdisjoint(roles)
