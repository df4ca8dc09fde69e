"""The audit trail's chain: each row is tied to all before it, so that nobody can change, take out or slip in a row unseen.

Rows go in bare inside a verb; the worker links them in order, in batches. A link's hash is the SHA-256 of the hash before it
and the row's own canonical bytes, which anybody can compute again; its MAC is keyed by a child of the current seal key, so
whoever has the database alone cannot chain anew. The newest link is noted in PORTAL_HOME/audit.anchor too: links cut off at
the end are missed there. `portal audit verify` prints the head, to be kept somewhere else still.

Order on PostgreSQL, where sequences commit out of order: whoever adds a row holds a lock shared until commit, taken before
the number is given (a trigger, portal.store.guards). In a moment when nobody holds it, every number up to the highest is
committed or given up for good. Rows above that moment's highest wait for the next turn, and nobody waits for the worker.
"""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.store import guards
from portal.store.audit import AuditEntry
from portal.store.database import Base, db, engine_name, write

BATCH = 1000  # rows a transaction
ONE_WORKER = 70_070_002  # the advisory lock of whoever is linking
BEGINNING = "0" * 64
_ROW = (
    AuditEntry.number,
    AuditEntry.at,
    AuditEntry.actor_kind,
    AuditEntry.account_id,
    AuditEntry.community_id,
    AuditEntry.action,
    AuditEntry.subject,
    AuditEntry.subject_id,
    AuditEntry.reason,
)


class AuditLink(Base):
    """One row's place in the chain. `number` is the row's, `position` counts from 1 without a gap."""

    __tablename__ = "audit_link"
    __table_args__ = ({"info": guards.ALWAYS},)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(unique=True)
    hash: Mapped[str]
    mac: Mapped[str]  # key id : hex


@dataclass(frozen=True)
class Head:
    """Where the chain ends: how many rows, and the hash over all of them."""

    position: int
    hash: str

    def __str__(self) -> str:
        return f"{self.position}:{self.hash}"


@dataclass(frozen=True)
class Fault:
    """The first thing that is wrong. kind: `changed`, `missing`, `added` (a row), `forged` (a link without our key),
    `cut` (the chain is shorter than its anchor says), `unguarded` (a table may be changed). number: the row's."""

    kind: str
    number: int | None = None
    where: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a check found: rows that stand as they were written, rows not chained yet, the head, and the first fault."""

    checked: int
    tail: int
    head: Head
    fault: Fault | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def extend() -> int:
    """Link the rows that have settled; returns how many. Notes the new head. Safe in several workers."""
    done = 0
    if db.session.scalar(select(func.max(AuditEntry.number))) == db.session.scalar(
        select(func.max(AuditLink.number))
    ):
        return 0
    while horizon := _settled():
        linked = _link_up_to(horizon)
        done += linked
        if linked < BATCH:
            break
    if done:
        write_anchor()
    return done


def _settled() -> int | None:
    """The highest number below which nothing can appear any more; None while somebody is just adding."""
    with write() as session:
        if engine_name() == "postgresql" and not session.scalar(
            text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": guards.IN_FLIGHT}
        ):
            return None
        return session.scalar(select(func.max(AuditEntry.number)))


def _link_up_to(horizon: int) -> int:
    with write() as session:
        if engine_name() == "postgresql" and not session.scalar(
            text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": ONE_WORKER}
        ):
            return 0
        last = session.execute(_last_link()).first()
        number, position, before = (last.number, last.position, last.hash) if last else (0, 0, BEGINNING)
        rows = session.execute(
            select(*_ROW)
            .where(AuditEntry.number > number, AuditEntry.number <= horizon)
            .order_by(AuditEntry.number)
            .limit(BATCH)
        ).all()
        for row in rows:
            position, before = position + 1, hash_of(before, row)
            session.add(
                AuditLink(number=row.number, position=position, hash=before, mac=_mac(position, before))
            )
    return len(rows)


def verify(expected: Head | None = None) -> Verdict:
    """Compute the whole chain again and compare. Reads every row once; writes nothing. expected: a head noted earlier, which
    must still be in the chain."""
    before, checked, loose = BEGINNING, 0, []
    fault = _unguarded()
    for row in db.session.execute(_rows_with_links().execution_options(yield_per=BATCH)):
        if row.position is None:
            loose.append(row.number)
            continue
        fault = fault or (_why_here(row, checked, before, loose))
        if fault is not None:
            break
        checked, before = row.position, row.hash
    head = Head(checked, before)
    if fault is None:
        fault = _past_the_end(head, expected)
    tail = db.session.scalar(
        select(func.count())
        .select_from(AuditEntry)
        .where(~select(1).where(AuditLink.number == AuditEntry.number).exists())
    )
    return Verdict(checked, tail or 0, head, fault)


def _why_here(row: Any, checked: int, before: str, loose: list[int]) -> Fault | None:
    """What is wrong at this row of the chain, if anything is."""
    if loose:
        return Fault("added", loose[0])
    if row.position != checked + 1:
        return Fault("missing", _number_at(checked + 1), f"before row {row.number}")
    if row.hash != hash_of(before, row):
        return Fault("changed", row.number)
    key_id = row.mac.partition(":")[0]
    if key_id in _keys() and not hmac.compare_digest(row.mac, _mac(row.position, row.hash, key_id)):
        return Fault("forged", row.number)
    return None


def _past_the_end(head: Head, expected: Head | None) -> Fault | None:
    """What the chain alone cannot tell: its last rows may be gone, or all of it be written anew."""
    last = db.session.execute(_last_link()).first()
    if last is not None and last.position > head.position:
        return Fault("missing", _number_at(head.position + 1), "at the end")
    if last is not None and last.mac.partition(":")[0] not in _keys():
        return Fault("forged", last.number, "made with a seal key that is not listed")
    for where, known in (("PORTAL_HOME/audit.anchor", read_anchor()), ("the head you gave", expected)):
        if known is not None and known.position and known.hash != _hash_at(known.position):
            return Fault("cut", None, f"{where} names row {known.position} of the chain otherwise")
    return None


def _unguarded() -> Fault | None:
    names = guards.missing()
    return Fault("unguarded", None, ", ".join(names)) if names else None


@dataclass(frozen=True)
class State:
    """How far the chain was made: rows, the number of the last, and how many wait."""

    chained: int
    last: int
    tail: int


def state() -> State:
    """The chain as it stands, unchecked; for a page."""
    end = db.session.execute(_last_link()).first()
    position, number = (end.position, end.number) if end else (0, 0)
    tail = db.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.number > number))
    return State(position, number, tail or 0)


def head() -> Head:
    """The end of the chain as it is stored, unchecked."""
    last = db.session.execute(_last_link()).first()
    return Head(last.position, last.hash) if last else Head(0, BEGINNING)


def hash_of(before: str, row: Any) -> str:
    """SHA-256 over the hash before and the row as JSON: a list in the order of its columns, times as UTC microseconds."""
    values = [_plain(getattr(row, column.key)) for column in _ROW]
    body = json.dumps(values, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, int | str):
        return value
    return value.isoformat(timespec="microseconds") if hasattr(value, "isoformat") else str(value)


def _mac(position: int, hashed: str, key_id: str = "") -> str:
    keys = _keys()
    key_id = key_id or next(iter(keys))
    child = hmac.digest(keys[key_id], b"audit chain", "sha256")
    return f"{key_id}:{hmac.new(child, f'{position}:{hashed}'.encode(), hashlib.sha256).hexdigest()}"


def _keys() -> dict[str, bytes]:
    return dict(current_app.extensions["seal_keys"].keys)


def _last_link() -> Select[int, int, str, str]:
    return (
        select(AuditLink.number, AuditLink.position, AuditLink.hash, AuditLink.mac)
        .order_by(AuditLink.position.desc())
        .limit(1)
    )


def _rows_with_links() -> Any:
    return (
        select(*_ROW, AuditLink.position, AuditLink.hash, AuditLink.mac)
        .join(AuditLink, AuditLink.number == AuditEntry.number, isouter=True)
        .order_by(AuditEntry.number)
    )


def _number_at(position: int) -> int | None:
    return db.session.scalar(select(AuditLink.number).where(AuditLink.position == position))


def _hash_at(position: int) -> str | None:
    return db.session.scalar(select(AuditLink.hash).where(AuditLink.position == position))


def anchor_file() -> Path:
    return Path(current_app.extensions["settings"].home) / "audit.anchor"


def read_anchor() -> Head | None:
    """The head as noted outside the database; None where none was."""
    try:
        position, _, hashed = anchor_file().read_text().strip().partition(":")
        return Head(int(position), hashed)
    except (FileNotFoundError, ValueError):
        return None


def write_anchor(*, again: bool = False) -> Head:
    """Note the head outside the database. A note is never moved back to an earlier one, but `again`, after a restore."""
    now, noted = head(), read_anchor()
    if (
        noted is not None
        and not again
        and (noted.position >= now.position or noted.hash != _hash_at(noted.position))
    ):
        return noted
    path = anchor_file()
    fresh = path.with_suffix(f".{secrets.token_hex(4)}")  # another worker may be at it
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"{now}\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)
    return now
