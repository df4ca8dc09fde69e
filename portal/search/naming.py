"""The names that are suggested while somebody types, read from the directory."""

import logging
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from flask import Flask, current_app
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from portal.directory import models as d
from portal.search.suggest import Name, Names, names_in, suggestions
from portal.store import clock, db

log = logging.getLogger(__name__)

AFRESH = timedelta(minutes=2)  # how often a changed directory is read again, at the most
PATIENCE = 0.3  # seconds that whoever types waits for the names: enough for a county's few hundred
SHARE = 100  # times as long as reading took, that is, one part in a hundred of a processor

_kept: WeakKeyDictionary[Any, "Kept"] = WeakKeyDictionary()


@dataclass
class Kept:
    """Names as they were at a change of the feed, when they were read, and until when they are good enough."""

    names: Names
    change: int = -1
    until: datetime = datetime(1, 1, 1, tzinfo=UTC)
    lock: threading.Lock = field(default_factory=threading.Lock)


def names() -> Names:
    """Names of the agencies and services that have an active listing; no places, no addresses, nothing of people.

    Kept for each database and made anew when the directory has changed, beside the requests: whoever types waits
    PATIENCE for that and no longer; until a large directory is read, needs alone are suggested. Writes nothing.
    """
    bind = db.session.get_bind()
    kept = _kept.get(bind) or _kept.setdefault(bind, Kept(names_in([])))
    if kept.until <= clock.now() and kept.lock.acquire(blocking=False):
        if current_app.testing:
            _refresh(kept)
        else:
            app = current_app._get_current_object()  # type: ignore[attr-defined] # the app itself, for another thread
            reading = threading.Thread(target=_refresh_apart, args=(app, kept), name="names", daemon=True)
            reading.start()
            reading.join(PATIENCE)
    return kept.names


def _refresh_apart(app: Flask, kept: Kept) -> None:
    with app.app_context():
        try:
            _refresh(kept)
        except SQLAlchemyError as error:
            log.info("names were not read: %s", type(error).__name__)


def _refresh(kept: Kept) -> None:
    """Read the names if the directory has changed. Lets go of the lock."""
    began = time.monotonic()
    try:
        change = db.session.scalar(select(func.max(d.Change.number))) or 0
        if change != kept.change:
            kept.names, kept.change = read_names(), change
        took = timedelta(seconds=(time.monotonic() - began) * SHARE)
        kept.until = clock.now() + max(AFRESH, took)
    finally:
        kept.lock.release()


def read_names() -> Names:
    """The same, read this moment: one SELECT. 20,000 listings take about a second."""
    rows = db.session.execute(
        select(d.Organization.name, d.Service.name)
        .select_from(d.ServiceAtLocation)
        .join(d.Service, d.Service.id == d.ServiceAtLocation.service_id)
        .join(d.Organization, d.Organization.id == d.Service.organization_id)
        .where(d.Service.status == "active")
    )
    return names_in((agency, service) for agency, service in rows)


def suggested(typed: str, language: str) -> list[Name]:
    """At most eight suggestions for what has been typed, in the page's language. Writes nothing."""
    return suggestions(typed, language, names())
