"""What stands for what: worked out anew from the merged pairs around one, so that undoing leaves what was there before."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.directory.feed import record_change, write_history
from portal.store import Actor

TABLES: dict[str, Any] = {"organization": d.Organization, "place": d.Location, "listing": d.ServiceAtLocation}


def settle_pointers(session: Session, actor: Actor, level: str, ends: Iterable[UUID]) -> None:
    """After a pair was merged or taken apart: one of each group stands for the others, a row without a partner for itself.
    Writes the pointers, one history row for each that changed, and the change feed of every listing that shows it."""
    table = TABLES[level]
    done: set[UUID] = set()
    for end in ends:
        if end in done:
            continue
        group = _group(session, level, end)
        done |= group
        stands = _first(session, level, group)
        for one in sorted(group, key=str):
            _point(session, actor, table, one, None if one == stands else stands)
    if level == "listing":
        _point_services(session, done)
    session.flush()
    record_change(session, *session.scalars(_shown_by(level, done)))


def _group(session: Session, level: str, start: UUID) -> set[UUID]:
    """All that are one with it, through however many merged pairs."""
    found, fresh = {start}, {start}
    pair = d.DuplicatePair
    while fresh:
        rows = session.execute(
            select(pair.first_id, pair.second_id).where(
                pair.level == level,
                pair.state == "merged",
                or_(pair.first_id.in_(fresh), pair.second_id.in_(fresh)),
            )
        )
        fresh = {end for row in rows for end in row} - found
        found |= fresh
    return found


def _first(session: Session, level: str, group: set[UUID]) -> UUID:
    """Who stands for the group: what people here work with before what a book alone knows, the oldest of equals."""
    at, of = d.ServiceAtLocation, d.Organization
    unjoined = of.joined_at.is_(None)
    gone = (
        TABLES[level].not_in_source_since.is_not(None)
        if level != "listing"
        else d.Service.not_in_source_since.is_not(None)
    )
    oldest = func.min(at.number)
    query: Select[Any] = (
        select(TABLES[level].id).where(TABLES[level].id.in_(group)).group_by(TABLES[level].id)
    )
    if level == "listing":
        query = query.join(d.Service, d.Service.id == at.service_id).join(
            of, of.id == d.Service.organization_id
        )
        query = query.group_by(unjoined, at.desk_id.is_(None), gone).order_by(
            unjoined, at.desk_id.is_(None), gone, oldest
        )
    elif level == "place":
        query = query.join(of, of.id == d.Location.organization_id).outerjoin(
            at, at.location_id == d.Location.id
        )
        query = query.group_by(unjoined, gone).order_by(unjoined, gone, oldest.nulls_last(), d.Location.id)
    else:
        query = query.outerjoin(d.Service, d.Service.organization_id == of.id)
        query = query.outerjoin(at, at.service_id == d.Service.id)
        query = query.group_by(unjoined, gone).order_by(unjoined, gone, oldest.nulls_last(), of.id)
    first: UUID = session.scalars(query.limit(1)).one()
    return first


def _point(session: Session, actor: Actor, table: Any, one: UUID, to: UUID | None) -> None:
    before = session.scalar(select(table.merged_into_id).where(table.id == one))
    if before == to:
        return
    session.execute(
        update(table)
        .where(table.id == one)
        .values(merged_into_id=to)
        .execution_options(synchronize_session=False)
    )
    write_history(
        session, actor, table.__tablename__, one, "merged_into_id", str(before or ""), str(to or ""), "update"
    )


def _point_services(session: Session, listings: set[UUID]) -> None:
    """A service all of whose listings are merged is another one's too: that of the first of them."""
    at = d.ServiceAtLocation
    services = session.scalars(select(at.service_id).where(at.id.in_(listings)).distinct()).all()
    rows = session.execute(
        select(at.service_id, at.merged_into_id).where(at.service_id.in_(services)).order_by(at.number)
    ).all()
    into = {
        row.id: row.service_id
        for row in session.execute(
            select(at.id, at.service_id).where(at.id.in_([to for _, to in rows if to]))
        )
    }
    for service in services:
        mine = [to for owner, to in rows if owner == service]
        other = into[mine[0]] if all(mine) else None
        session.execute(
            update(d.Service)
            .where(d.Service.id == service)
            .values(merged_into_id=other if other != service else None)
            .execution_options(synchronize_session=False)
        )


def _shown_by(level: str, group: set[UUID]) -> Select[int]:
    """Numbers of the listings whose cards say something else now."""
    at = d.ServiceAtLocation
    query = select(at.number).order_by(at.number)
    if level == "listing":
        return query.where(at.id.in_(group))
    if level == "place":
        return query.where(at.location_id.in_(group))
    return query.join(d.Service, d.Service.id == at.service_id).where(d.Service.organization_id.in_(group))
