"""The names that are suggested while somebody types, read from the directory."""

from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select

from portal.directory import models as d
from portal.search.suggest import Name, Names, names_in, suggestions
from portal.store import clock, db

AFRESH = timedelta(minutes=2)  # how often a changed directory is read again

_kept: WeakKeyDictionary[Any, tuple[int, datetime, Names]] = WeakKeyDictionary()


def names() -> Names:
    """Names of the agencies and services that have an active listing; no places, no addresses, nothing of people.

    Kept for each database, and made anew when the directory has changed, at most every two minutes. Writes nothing.
    """
    bind, now = db.session.get_bind(), clock.now()
    kept = _kept.get(bind)
    if kept and now - kept[1] < AFRESH:
        return kept[2]
    change = db.session.scalar(select(func.max(d.Change.number))) or 0
    found = kept[2] if kept and kept[0] == change else read_names()
    _kept[bind] = (change, now, found)
    return found


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
