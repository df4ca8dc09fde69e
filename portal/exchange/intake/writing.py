"""Writing what a plan says, in bulk, in the open transaction: Core statements, one a table and kind of change."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.directory import record_change
from portal.directory.translated_elsewhere import LINK_TYPE, take_translations
from portal.exchange.intake.changes import Changes
from portal.exchange.intake.standing import used_contacts
from portal.exchange.intake.tables import NAMES, TABLES

_OF: dict[str, Any] = {name: about.model.__table__ for name, about in TABLES.items()}
_PAIR: Any = d.ServiceTerm.__table__
FIELD = "crisis_phone"  # of a proposal that the steward's page knows to decide


def apply(session: Session, changes: Changes, source: str, now: datetime) -> int:
    """Write it all, the change feed last. Returns how many crisis numbers wait now that did not before."""
    _delete(session, changes)
    for table in NAMES:
        if changes.inserts.get(table):
            session.execute(insert(_OF[table]), changes.inserts[table])
    for (table, names), rows in changes.updates.items():
        session.execute(_update(table, names), rows)
    _write_pairs(session, changes)
    if changes.history:
        session.execute(insert(_OF["metadata"]), changes.history)
    waiting = sum(_propose(session, held, source, now) for held in changes.held)
    _touch(session, changes, now)
    take_translations(session, _attributes(changes), source)
    return waiting


def _attributes(changes: Changes) -> list[UUID]:
    """Those that may say a field in another language."""
    new = [row["id"] for row in changes.inserts.get("attribute", ()) if row["link_type"] == LINK_TYPE]
    return new + [
        row["b_id"]
        for (table, _names), rows in changes.updates.items()
        if table == "attribute"
        for row in rows
    ]


@cache
def _update(table: str, names: tuple[str, ...]) -> Any:
    about = TABLES[table]
    columns = about.model.__table__.c
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    if about.versioned:  # so that an edit opened before meets a conflict
        values["version"] = columns.version + 1
    return update(about.model.__table__).where(columns.id == bindparam("b_id")).values(values)


def _delete(session: Session, changes: Changes) -> None:
    for table in reversed(NAMES):
        ids = changes.gone.get(table)
        if not ids:
            continue
        model = _OF[table]
        if table == "contact":
            used = used_contacts(session, ids)
            ids = [found for found in ids if found not in used]
            session.execute(delete(_OF["phone"]).where(_OF["phone"].c.contact_id.in_(ids)))
        if table == "phone":
            session.execute(delete(_OF["language"]).where(_OF["language"].c.phone_id.in_(ids)))
        session.execute(delete(model).where(model.c.id.in_(ids)))


def _write_pairs(session: Session, changes: Changes) -> None:
    if not changes.pairs:
        return
    numbers = _numbers(session, d.Service, (service for service, _, _ in changes.pairs))
    terms = _numbers(session, d.TaxonomyTerm, (term for _, added, _ in changes.pairs for term in added))
    pair = _PAIR
    gone = [{"s": numbers[service], "t": term} for service, _, removed in changes.pairs for term in removed]
    if gone:
        mine = pair.c.service_number == bindparam("s"), pair.c.term_number == bindparam("t")
        session.connection().execute(delete(pair).where(*mine), gone)
    added = sorted(
        (numbers[service], terms[term])
        for service, wanted, _ in changes.pairs
        for term in wanted
        if term in terms
    )
    if added:
        rows = [{"service_number": service, "term_number": term} for service, term in added]
        session.execute(insert(pair), rows)


def _numbers(session: Session, model: Any, ids: Iterable[UUID]) -> dict[UUID, int]:
    wanted = list(set(ids))
    return (
        dict(session.execute(select(model.id, model.number).where(model.id.in_(wanted))).all())
        if wanted
        else {}
    )


def _touch(session: Session, changes: Changes, now: datetime) -> None:
    """Listings that show something that changed: their version, their service's day of change, the change feed."""
    listing = d.ServiceAtLocation
    services, places, owners = (
        list(changes.touched[name]) for name in ("service", "location", "organization")
    )
    new = [row["id"] for row in changes.inserts.get("service_at_location", ())]
    shown = []
    if services:
        shown.append(listing.service_id.in_(services))
    if places:
        shown.append(listing.location_id.in_(places))
    if owners:
        shown.append(
            listing.service_id.in_(select(d.Service.id).where(d.Service.organization_id.in_(owners)))
        )
    if new:
        shown.append(listing.id.in_(new))
    if not shown:
        return
    fresh = set(new)
    found = session.execute(
        select(listing.id, listing.number).where(or_(*shown)).order_by(listing.number)
    ).all()
    changed = [row.id for row in found if row.id not in fresh]
    if changed:
        rows = update(_OF["service_at_location"]).where(_OF["service_at_location"].c.id.in_(changed))
        session.execute(rows.values(version=_OF["service_at_location"].c.version + 1))
    _date(session, changes, services, now)
    record_change(session, *(row.number for row in found))


def _date(session: Session, changes: Changes, services: list[UUID], now: datetime) -> None:
    """A service that changed without its source giving the day did so now."""
    dated = {
        row["b_id"]
        for (table, names), rows in changes.updates.items()
        if table == "service" and "last_modified" in names
        for row in rows
    }
    dated |= {row["id"] for row in changes.inserts.get("service", ())}
    undated = [found for found in services if found not in dated]
    if undated:
        table = _OF["service"]
        session.execute(update(table).where(table.c.id.in_(undated)).values(last_modified=now))


def _propose(session: Session, held: Any, source: str, now: datetime) -> bool:
    """A waiting row on the steward's page, for the first listing that shows the number; once for the same number."""
    listing = d.ServiceAtLocation
    where = {
        "service_at_location": listing.id == held.parent_id,
        "service": listing.service_id == held.parent_id,
        "location": listing.location_id == held.parent_id,
        "organization": listing.service_id.in_(
            select(d.Service.id).where(d.Service.organization_id == held.parent_id)
        ),
    }.get(held.parent)
    if where is None:
        return False
    found = session.scalar(select(listing.id).where(where).order_by(listing.number).limit(1))
    if found is None:
        return False
    same = [
        d.Proposal.service_at_location_id == found,
        d.Proposal.field == FIELD,
        d.Proposal.proposed_by == source,
    ]
    newest = session.scalar(select(d.Proposal).where(*same).order_by(d.Proposal.proposed_at.desc()).limit(1))
    if newest is not None and newest.new_value == held.new and newest.old_value == held.old:
        return newest.state == "waiting"
    session.execute(
        update(d.Proposal)
        .where(*same, d.Proposal.state == "waiting")
        .values(state="refused", decided_by="replaced by a newer edit", decided_at=now)
    )
    session.add(
        d.Proposal(
            service_at_location_id=found, field=FIELD, old_value=held.old, new_value=held.new,
            proposed_by=source, proposed_at=now,
        )
    )  # fmt: skip
    session.flush()
    return True


def write_late(session: Session, rows: list[tuple[str, UUID, str, UUID]]) -> set[UUID]:
    """References to rows that were not there yet when their row was written. Returns the ids of rows that changed."""
    changed = set()
    for table, name in sorted({(table, name) for table, _, name, _ in rows}):
        model = _OF[table]
        wanted = {found: target for kind, found, column, target in rows if (kind, column) == (table, name)}
        standing: dict[UUID, Any] = dict(
            session.execute(select(model.c.id, model.c[name]).where(model.c.id.in_(list(wanted)))).all()
        )
        differing = [
            {"b_id": found, name: target}
            for found, target in wanted.items()
            if found in standing and standing[found] != target
        ]
        if differing:
            session.execute(_update(table, (name,)), differing)
            changed |= {row["b_id"] for row in differing}
    return changed


def mark_vanished(session: Session, table: str, ids: list[UUID], source: str, now: datetime) -> None:
    """These rows are no longer in their source. Nothing is deleted."""
    model: Any = TABLES[table].model.__table__
    values: dict[str, Any] = {"not_in_source_since": now}
    if TABLES[table].versioned:
        values["version"] = model.c.version + 1
    if table == "service":
        values["last_modified"] = now
    session.execute(
        update(model).where(model.c.id.in_(ids), model.c.not_in_source_since.is_(None)).values(values)
    )
    told = {
        "source": source, "resource_type": table, "last_action_date": now, "last_action_type": "update",
        "field_name": "not_in_source_since", "replacement_value": now.isoformat(), "updated_by": source,
    }  # fmt: skip
    session.execute(insert(d.Metadata), [{**told, "resource_id": found} for found in ids])
    listing = d.ServiceAtLocation
    shown = {
        "service": listing.service_id,
        "location": listing.location_id,
        "service_at_location": listing.id,
    }.get(table)
    if shown is not None:
        numbers = session.scalars(select(listing.number).where(shown.in_(ids)).order_by(listing.number))
        record_change(session, *numbers)


def count_of(session: Session, table: str, source: str) -> int:
    """Rows of a table that the source still lists, as far as we know."""
    model: Any = TABLES[table].model.__table__
    query = (
        select(func.count())
        .select_from(model)
        .where(model.c.not_in_source_since.is_(None), *_of(table, model, source))
    )
    return int(session.scalar(query) or 0)


def live_rows(session: Session, table: str, source: str, after: UUID | None, size: int) -> list[UUID]:
    """The ids of a portion of those rows, in order."""
    model: Any = TABLES[table].model.__table__
    query = select(model.c.id).where(model.c.not_in_source_since.is_(None), *_of(table, model, source))
    if after is not None:
        query = query.where(model.c.id > after)
    return list(session.scalars(query.order_by(model.c.id).limit(size)))


def _of(table: str, model: Any, source: str) -> list[Any]:
    if table == "service_at_location":
        return [model.c.service_id.in_(select(d.Service.id).where(d.Service.source == source))]
    return [model.c.source == source]
