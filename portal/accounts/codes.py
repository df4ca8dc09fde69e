"""The codes of a second factor: six digits of an app on one's own phone (RFC 6238), and recovery codes for who has lost it.

Made, recognized, counted and used up. Whose they are, and when they are asked for, stands in second_factor.py and halfway.py.
"""

import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID

import pyotp
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from portal.accounts import passwords, rules
from portal.accounts.models import Account, RecoveryCode, SecondFactor
from portal.store import Conflict, Refused, TooMany, clock, db, limits

ISSUER = "Handrail"
SECRET_LETTERS = 32  # of 5 bits: the 160 that RFC 4226 recommends
DRIFT = (0, -1, 1)  # steps of 30 seconds that a phone's clock may be off
RECOVERY_CODES = 10
RECOVERY_LETTERS = 10  # 49 bits, kept as slow hashes
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads like something else


@dataclass(frozen=True)
class SetUp:
    """A secret that waits for its first code. `uri` is what the picture says to an app."""

    secret: str
    uri: str


@dataclass(frozen=True)
class FreshCodes:
    """Recovery codes as they are shown once, and the hashes that stay."""

    codes: tuple[str, ...]
    hashes: tuple[str, ...]


@dataclass(frozen=True)
class Fitting:
    """What a typed code is: the app's of one step, or a recovery code's row."""

    step: int = 0
    recovery_id: UUID | None = None


def new_secret(session: Session, account_id: UUID) -> None:
    """A pending secret, in the caller's transaction. What is on stays on until a code of the new one is typed."""
    row = session.get(SecondFactor, account_id)
    if row is None:
        row = SecondFactor(account_id=account_id)
        session.add(row)
    row.pending, row.pending_at = pyotp.random_base32(SECRET_LETTERS), clock.now()


def set_up_of(account_id: UUID) -> SetUp | None:
    """The secret that waits for its first code; None when there is none, or it waits for too long."""
    row = db.session.get(SecondFactor, account_id)
    if row is None or row.pending is None or row.pending_at is None:
        return None
    if clock.now() - row.pending_at > rules.SET_UP_LIFE:
        return None
    email = db.session.get_one(Account, account_id).email
    return SetUp(row.pending, pyotp.TOTP(row.pending).provisioning_uri(name=email, issuer_name=ISSUER))


def check_first_code(account_id: UUID, typed: str) -> FreshCodes:
    """Before the lock: is it a code of the pending secret? Returns the recovery codes that will go with it. Raises Refused,
    TooMany, and Conflict when nothing waits."""
    waiting = set_up_of(account_id)
    if waiting is None:
        raise too_late()
    count_try(db.session.get_one(Account, account_id))
    if _step(waiting.secret, typed) is None:
        raise wrong_code()
    return fresh_codes()


def turn_on(session: Session, account: Account, typed: str, fresh: FreshCodes) -> None:
    """The pending secret is the secret, and its first code is used up, in the caller's transaction. Conflict when another secret
    waits by now."""
    row = session.get(SecondFactor, account.id, with_for_update=True, populate_existing=True)
    step = _step(row.pending, typed) if row else None
    if row is None or step is None:
        raise too_late()
    row.secret, row.pending, row.pending_at = row.pending, None, None
    row.confirmed_at, row.last_step = clock.now(), step
    replace_codes(session, account.id, fresh)
    forget_tries(account)


def fitting(account_id: UUID, typed: str) -> Fitting | None:
    """What the typed code is, before it is used up; None when it fits nothing. A recovery code costs slow hashes, so this comes
    before the lock."""
    plain = _plain(typed)
    if len(plain) == 6:
        row = db.session.get(SecondFactor, account_id)
        step = _step(row.secret, plain) if row else None
        return None if step is None else Fitting(step=step)
    if len(plain) != RECOVERY_LETTERS:
        return None
    rows = db.session.scalars(select(RecoveryCode).where(_unused(account_id))).all()
    return next((Fitting(recovery_id=row.id) for row in rows if passwords.verify(row.code_hash, plain)), None)


def use(session: Session, account_id: UUID, found: Fitting) -> None:
    """The code is used up, in the caller's transaction. Refused when it was already: of two at once one counts, and no code
    counts again within its 30 seconds (RFC 6238, 5.2)."""
    statement = (
        update(RecoveryCode)
        .where(RecoveryCode.id == found.recovery_id, _unused(account_id))
        .values(used_at=clock.now())
        if found.recovery_id
        else update(SecondFactor)
        .where(SecondFactor.account_id == account_id, SecondFactor.last_step < found.step)
        .values(last_step=found.step)
    )
    done = session.execute(statement.execution_options(synchronize_session=False))
    if getattr(done, "rowcount", 0) != 1:
        raise Refused(_("This code was used already. Wait for the next one."), "code")


def fresh_codes() -> FreshCodes:
    """Ten codes. Their hashes take a while: not under a lock."""
    plain = tuple(
        "".join(secrets.choice(ALPHABET) for _letter in range(RECOVERY_LETTERS))
        for _code in range(RECOVERY_CODES)
    )
    return FreshCodes(
        tuple(f"{code[:5]}-{code[5:]}" for code in plain), tuple(passwords.hashed(code) for code in plain)
    )


def replace_codes(session: Session, account_id: UUID, fresh: FreshCodes) -> None:
    """These are the recovery codes from now, in the caller's transaction; older ones are void."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.add_all(RecoveryCode(account_id=account_id, code_hash=hashed) for hashed in fresh.hashes)


def drop(session: Session, account_id: UUID) -> None:
    """Secret and codes are deleted, in the caller's transaction."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))


def count_try(account: Account) -> None:
    """Raises TooMany after CODES wrong codes in a quarter of an hour, or CODES_A_DAY. A new password begins a new count."""
    who = (str(account.id), str(account.version))
    if not limits.tried("second_factor", *who, most=rules.CODES, seconds=rules.WINDOW):
        raise TooMany(_("Too many tries. Wait 15 minutes."), rules.WINDOW)
    if not limits.tried("second_factor_day", *who, most=rules.CODES_A_DAY, seconds=rules.DAY):
        raise TooMany(_("Too many tries. Choose a new password, or ask your admin."), rules.DAY)


def forget_tries(account: Account) -> None:
    for name in ("second_factor", "second_factor_day"):
        limits.forget(name, str(account.id), str(account.version))


def wrong_code() -> Refused:
    return Refused(_("This code is not right. Look at your app, and type the newest."), "code")


def too_late() -> Conflict:
    return Conflict(_("This took too long, or was done already. Begin again."))


def _step(secret: str | None, typed: str) -> int | None:
    """The step of 30 seconds whose code this is, now or one to either side."""
    plain = _plain(typed)
    if secret is None or not (plain.isascii() and plain.isdigit()):
        return None
    totp = pyotp.TOTP(secret)
    now = totp.timecode(clock.now())
    return next(
        (now + drift for drift in DRIFT if hmac.compare_digest(totp.generate_otp(now + drift), plain)), None
    )


def _plain(typed: str) -> str:
    """As it is compared: people type what they see in groups, and in capitals."""
    return "".join(letter for letter in typed.lower() if letter not in " -\u2010\u2013\u00a0")


def _unused(account_id: UUID) -> ColumnElement[bool]:
    return (RecoveryCode.account_id == account_id) & RecoveryCode.used_at.is_(None)
