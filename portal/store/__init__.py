"""Floor 0: the database handle, one way to write, the clock, sealed columns, who is acting, the audit trail."""

from portal.store import audit, chain, clock, erased, guards, heartbeat, limits, retention, revisions
from portal.store.actor import Actor
from portal.store.conflict import Conflict, Refused, TooMany
from portal.store.database import Base, db, engine_name, glance, write
from portal.store.sealed import SealedText
from portal.store.types import UTCDateTime, one_of

__all__ = [
    "Actor",
    "Base",
    "Conflict",
    "Refused",
    "SealedText",
    "TooMany",
    "UTCDateTime",
    "audit",
    "chain",
    "clock",
    "db",
    "engine_name",
    "erased",
    "glance",
    "guards",
    "heartbeat",
    "limits",
    "one_of",
    "retention",
    "revisions",
    "write",
]
