"""The steward's call list: what nobody has confirmed, most wanted and longest silent first.

A listing stands here when its word no longer holds and no letter waits for an answer, or when something speaks against it: a
desk called it wrong, somebody reported it, mail to its desk comes back. Who was called in the last days waits a while.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from sqlalchemy import Float, Select, case, cast, exists, func, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement

from portal.directory import models as d
from portal.directory.actions import editable
from portal.directory.freshness.calls import Call, calls_of
from portal.directory.freshness.interest import wanted_lately
from portal.directory.freshness.kinds import paces_of
from portal.directory.freshness.pace import days_of_service, days_since, due_before
from portal.directory.queries import listings
from portal.directory.view import Listing
from portal.messages import returned
from portal.store import Actor, clock, db

PAGE = 20
RESTS = timedelta(days=2)  # after a call
NEVER = 2.0  # staleness of what nobody ever confirmed
STALEST = 4.0  # older than four times its days is not worse than that
TROUBLE = 3.0


@dataclass(frozen=True)
class DueLine:
    """One listing to call. why: codes of REASONS, the weightiest first. wanted: how often it was shown or opened lately."""

    listing: Listing
    why: tuple[str, ...]
    wanted: int
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class DueList:
    """resting: how many more were called in the last days."""

    rows: tuple[DueLine, ...]
    total: int
    resting: int
    page: int
    pages: int


def due_list(actor: Actor, page: int = 1) -> DueList:
    """A page of what this steward should call. Empty for anybody else."""
    here = db.session.get(d.Community, actor.community_id) if actor.has("steward") else None
    if here is None:
        return DueList((), 0, 0, 1, 1)
    today = clock.now().date()
    dead = _dead_desks(here)
    query = _due(actor, here, today, dead)
    total, resting = _count(query, ~_rests()), _count(query, _rests())
    pages = max(ceil(total / PAGE), 1)
    page = min(max(page, 1), pages)
    found = db.session.execute(query.where(~_rests()).limit(PAGE).offset((page - 1) * PAGE)).all()
    views = listings([row.number for row in found])
    calls = calls_of([view.id for view in views.values()])
    rows = tuple(
        DueLine(views[row.number], _why(row), int(row.wanted), calls.get(views[row.number].id, ()))
        for row in found
        if row.number in views
    )
    return DueList(rows, total, resting, page, pages)


def _due(actor: Actor, here: d.Community, today: date, dead: Sequence[UUID]) -> Select[Any]:
    """(number, flag, report, returned, doubt, silent, wanted), best first. A service that nobody writes to, since it never
    gave an address, is due like any other."""
    stale = due_before(here, clock.now())
    waits = exists().where(d.Confirmation.service_id == d.Service.id, d.Confirmation.state == "asked")
    against = _against(dead)
    trouble = or_(*against.values())
    wanted = wanted_lately(today)
    times = func.coalesce(wanted.c.times, 0)
    age = days_since(d.Service.assured_date, today) / cast(days_of_service(paces_of(here.settings)), Float)
    staleness = func.coalesce(case((age > STALEST, STALEST), else_=age), NEVER)
    weight = case((trouble, TROUBLE), else_=1.0)
    score = (times + 1) * case((staleness < 1.0, 1.0), else_=staleness) * weight
    columns: list[Any] = [d.ServiceAtLocation.number.label("number"), times.label("wanted")]
    columns += [clause.label(name) for name, clause in against.items()]
    columns.append(_settled_as("silent").label("silent"))
    return (
        select(*columns)
        .join(d.Service, d.Service.id == d.ServiceAtLocation.service_id)
        .join(d.Organization, d.Organization.id == d.Service.organization_id)
        .outerjoin(wanted, wanted.c.number == d.ServiceAtLocation.number)
        .where(
            editable(actor),
            d.ServiceAtLocation.merged_into_id.is_(None),  # another stands for it
            d.Service.status == "active",
            trouble | (stale & ~waits),
        )
        .order_by(score.desc(), d.ServiceAtLocation.number)
    )


def _against(dead: Sequence[UUID]) -> dict[str, ColumnElement[bool]]:
    """What speaks against a listing, by its code."""
    at = d.ServiceAtLocation
    return {
        "flag": exists().where(
            d.ListingFlag.service_at_location_id == at.id, d.ListingFlag.settled_at.is_(None)
        ),
        "report": exists().where(
            d.ListingReport.service_at_location_id == at.id, d.ListingReport.state == "open"
        ),
        "returned": at.desk_id.in_(dead) if dead else literal(False),
        "doubt": exists().where(
            d.ListingTrust.service_at_location_number == at.number, d.ListingTrust.doubted_at.is_not(None)
        ),
    }


def _settled_as(state: str) -> ColumnElement[bool]:
    """The last question about this service ended so, and nobody has confirmed it since."""
    return exists().where(
        d.Confirmation.service_id == d.Service.id,
        d.Confirmation.state == state,
        d.Service.assured_date.is_(None) | (d.Confirmation.asked_at > d.Service.assured_date),
    )


def _rests() -> ColumnElement[bool]:
    return exists().where(
        d.ListingCall.service_at_location_id == d.ServiceAtLocation.id, d.ListingCall.at > clock.now() - RESTS
    )


def _dead_desks(here: d.Community) -> list[UUID]:
    """Desks of this community whose mail comes back."""
    rows = db.session.execute(
        select(d.Contact.id, d.Contact.email)
        .join(d.Organization, d.Organization.id == d.Contact.organization_id)
        .join(d.ServiceAtLocation, d.ServiceAtLocation.desk_id == d.Contact.id)
        .where(d.Organization.community_id == here.id, d.Contact.email != "")
    ).all()
    lost = returned({email for _key, email in rows})
    return sorted({key for key, email in rows if email in lost})


def _count(query: Select[Any], clause: ColumnElement[bool]) -> int:
    counted = query.where(clause).with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    return int(db.session.scalar(counted) or 0)


def _why(row: Any) -> tuple[str, ...]:
    found = tuple(name for name in ("flag", "report", "returned", "doubt", "silent") if getattr(row, name))
    return found or ("stale",)
