"""How often something may be done: counted in the database, so that every process sees the same count.

LIMITS is the one table of what an account (or an offer, or an address) may do how often; `spend` counts and refuses. It is
called inside the verb's transaction, so what is refused for another reason, or is a retry, costs nothing. Sign-in counts its
tries by itself, with `tried`, and so do invitations and guesses: a failed try must be counted.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import clock
from portal.store.conflict import TooMany
from portal.store.database import Base, engine_name, write

# what -> (how many, in how many seconds), each of which must hold. Well above what one person does in a busy hour.
LIMITS: dict[str, tuple[tuple[int, int], ...]] = {
    "send": ((30, 60), (300, 3600)),  # referrals and recorded calls, by account
    "ask": ((30, 60), (300, 3600)),  # services asked whether they have room, by account
    "resend": ((3, 3600),),  # one more letter with the link as it stands, by offer
    "note": ((60, 60), (600, 3600)),  # tries to reach somebody and answers to a script, by account
    "met": ((20, 3600), (80, 86400)),  # people typed at a meeting, by account: no list of names is tried out
    "api": ((45, 60), (900, 3600)),  # of 20 requests each, by network (web/pace.py)
    "api_stream": ((6, 60), (60, 3600)),  # the whole directory in one answer, by network
    "report": ((5, 3600), (20, 86400)),  # "this is wrong", by account, or of strangers by their network
    "report about": ((30, 86400),),  # the same, by listing
    "profile": ((5, 3600), (20, 86400)),  # profiles that families make, by their network
    "profile look": (
        (30, 3600),
        (120, 86400),
    ),  # looks for a profile, by account: no list of phones is tried out
}


class RateLimit(Base):
    """One try. The key is an HMAC, so that the table holds no address and no e-mail."""

    __tablename__ = "rate_limit"

    number: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(index=True)


def tried(name: str, *parts: str, most: int, seconds: int) -> bool:
    """Count one try of `name` by `parts`; True while it is within `most` in the last `seconds`. Writes one row.

    Tries of one key queue up, or as many as come at once would all find room: SQLite has one writer; on PostgreSQL a lock
    of the key is held until commit.
    """
    key = _key(name, *parts)
    now = clock.now()
    with write() as session:
        if engine_name() == "postgresql":
            session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})
        since = now - timedelta(seconds=seconds)
        count = session.scalar(
            select(func.count()).select_from(RateLimit).where(RateLimit.key == key, RateLimit.at > since)
        )
        if (count or 0) >= most:
            return False
        session.add(RateLimit(key=key, at=now))
    return True


def spend(what: str, *parts: str) -> None:
    """Count one of `what` (see LIMITS) by `parts`, in the caller's transaction. TooMany when it was done too often."""
    for most, seconds in LIMITS[what]:
        if not tried(f"{what} {seconds}", *parts, most=most, seconds=seconds):
            raise TooMany(_("That is a lot at once. Wait a little. If it cannot wait, call."), seconds)


def within(what: str, *parts: str) -> bool:
    """`spend` for a door that says the same either way. False when it was done too often."""
    try:
        spend(what, *parts)
    except TooMany:
        return False
    return True


def forget(name: str, *parts: str) -> None:
    """Clear the count, after a success."""
    with write() as session:
        session.execute(delete(RateLimit).where(RateLimit.key == _key(name, *parts)))


def purge(now: datetime, hours: int = 24) -> int:
    """Delete tries older than `hours`; returns how many."""
    with write() as session:
        gone = session.execute(delete(RateLimit).where(RateLimit.at < now - timedelta(hours=hours)))
    return int(getattr(gone, "rowcount", 0))


def _key(name: str, *parts: str) -> str:
    secret = str(current_app.secret_key).encode()
    text = "\x1f".join((name, *parts)).encode()
    return hmac.new(secret, text, hashlib.sha256).hexdigest()[:40]
