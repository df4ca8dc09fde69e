"""Reads for those who keep listings true: a provider's own, a steward's whole community. A stranger finds nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from portal.directory import models as d
from portal.directory.actions import editable, keeps_desk
from portal.directory.queries import listings
from portal.directory.texts import PLACE_TEXTS, texts_of
from portal.directory.view import Listing
from portal.store import Actor, db

PAGE = 20


@dataclass(frozen=True)
class HistoryLine:
    at: datetime
    field: str
    old: str
    new: str
    by: str


@dataclass(frozen=True)
class EditView:
    """A listing as its editor sees it: the public view, each field as plain text, what waits, what changed lately."""

    listing: Listing
    version: int
    texts: dict[str, str]
    waiting: dict[str, str]  # field -> the text that waits for a steward
    history: tuple[HistoryLine, ...]
    desk_shared: int  # how many listings this desk answers for
    vouched: bool  # a human let this editor speak for the desk; else the desk is not shown


@dataclass(frozen=True)
class Waiting:
    """A proposal beside what stands now."""

    id: UUID
    listing: Listing
    field: str
    stands: str
    wanted: str
    proposed_by: str
    proposed_at: datetime


@dataclass(frozen=True)
class ListingsPage:
    rows: tuple[Listing, ...]
    waiting: dict[UUID, int]  # listing id -> how many edits wait
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Flagged:
    """A listing that desks called wrong, by what, how often, and when last. Never which request it was about."""

    listing: Listing
    reason: str  # hours, listing
    times: int
    last: datetime


@dataclass(frozen=True)
class RunLine:
    """An import and how many of its rows were rejected."""

    id: UUID
    source: str
    started_at: datetime
    state: str
    rejected: int


@dataclass(frozen=True)
class Rejections:
    run: RunLine
    rows: tuple[d.RejectedRow, ...]
    page: int
    pages: int


@dataclass(frozen=True)
class StewardDesk:
    """What a steward has before them: oldest waiting edit first, the stalest listings first."""

    waiting: tuple[Waiting, ...]
    waiting_total: int
    flagged: tuple[Flagged, ...]
    unjoined: tuple[Listing, ...]
    unjoined_total: int
    stalest: tuple[Listing, ...]
    runs: tuple[RunLine, ...]


def listing_for(actor: Actor, sal_id: UUID) -> EditView | None:
    """The listing to edit; None when it is not this actor's, or not there."""
    row = db.session.scalar(own(actor).where(d.ServiceAtLocation.id == sal_id))
    if row is None:
        return None
    seen = listings([sal_id])[sal_id]
    waiting = db.session.scalars(_open_proposals().where(d.Proposal.service_at_location_id == sal_id))
    shared = 0
    if row.desk_id:
        shared = _count(select(d.ServiceAtLocation).where(d.ServiceAtLocation.desk_id == row.desk_id))
    vouched = keeps_desk(actor, row.service.organization_id)
    texts = texts_of(db.session(), row)
    if not vouched:
        del texts["desk_email"]
    return EditView(
        listing=seen,
        version=row.version,
        texts=texts,
        waiting={proposal.field: proposal.new_value for proposal in waiting},
        history=_history(row),
        desk_shared=shared,
        vouched=vouched,
    )


def listings_for(actor: Actor, words: str = "", page: int = 1) -> ListingsPage:
    """The listings this actor may edit, by name, 20 a page. `words` are looked for in the names of service and organization."""
    query = own(actor)
    asked = "".join(letter for letter in words if letter.isprintable()).strip()[:100]
    for word in asked.split():
        query = query.where(
            d.Service.name.icontains(word, autoescape=True)
            | d.Organization.name.icontains(word, autoescape=True)
        )
    total = _count(query)
    pages = max(ceil(total / PAGE), 1)
    page = min(max(page, 1), pages)
    ordered = query.order_by(d.Service.name, d.ServiceAtLocation.number).limit(PAGE).offset((page - 1) * PAGE)
    rows = _views(ordered)
    return ListingsPage(rows, _waiting_counts([row.id for row in rows]), total, page, pages)


def steward_desk(actor: Actor) -> StewardDesk:
    """Everything that waits for this steward. Empty for anybody else."""
    if not actor.has("steward"):
        return StewardDesk((), 0, (), (), 0, (), ())
    unjoined = own(actor).where(
        d.Organization.joined_at.is_(None),
        d.Organization.kind != "victim_service",
        d.Service.status == "active",
    )
    stalest = (
        own(actor).where(d.Service.status == "active").order_by(d.Service.assured_date.asc().nulls_first())
    )
    waiting, waiting_total = _waiting(actor)
    return StewardDesk(
        waiting=waiting,
        waiting_total=waiting_total,
        flagged=_flagged(actor),
        unjoined=_views(unjoined.order_by(d.Organization.name, d.ServiceAtLocation.number).limit(PAGE)),
        unjoined_total=_count(unjoined),
        stalest=_views(stalest.order_by(d.ServiceAtLocation.number).limit(PAGE)),
        runs=_runs(),
    )


def rejected_rows(run_id: UUID, page: int = 1) -> Rejections | None:
    """The rejected rows of one import, 50 a page. Behind the gate `import.read`: an import is the whole install's."""
    run = db.session.get(d.ImportRun, run_id)
    if run is None:
        return None
    query = select(d.RejectedRow).where(d.RejectedRow.import_run_id == run_id)
    total = _count(query)
    pages = max(ceil(total / 50), 1)
    page = min(max(page, 1), pages)
    ordered = (
        query.order_by(d.RejectedRow.file, d.RejectedRow.row, d.RejectedRow.id)
        .limit(50)
        .offset((page - 1) * 50)
    )
    line = RunLine(run.id, run.source, run.started_at, run.state, total)
    return Rejections(line, tuple(db.session.scalars(ordered)), page, pages)


def own(actor: Actor) -> Select[d.ServiceAtLocation]:
    """The listings that this actor may edit."""
    return (
        select(d.ServiceAtLocation)
        .join(d.Service, d.Service.id == d.ServiceAtLocation.service_id)
        .join(d.Organization, d.Organization.id == d.Service.organization_id)
        .where(editable(actor))
    )


def _open_proposals() -> Select[d.Proposal]:
    """What waits; never an address of a place that has become confidential since it was typed."""
    return (
        select(d.Proposal)
        .join(d.ServiceAtLocation, d.ServiceAtLocation.id == d.Proposal.service_at_location_id)
        .join(d.Location, d.Location.id == d.ServiceAtLocation.location_id)
        .where(
            d.Proposal.state == "waiting",
            d.Proposal.field.not_in(PLACE_TEXTS) & d.Proposal.field.not_like("transportation@%")
            | ~d.Location.address_confidential,
        )
    )


def _count(query: Select[Any]) -> int:
    counted = query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    return int(db.session.scalar(counted) or 0)


def _views(query: Select[d.ServiceAtLocation]) -> tuple[Listing, ...]:
    ids = db.session.scalars(
        query.with_only_columns(d.ServiceAtLocation.id, maintain_column_froms=True)
    ).all()
    return tuple(listings(ids).values())


def _waiting_counts(ids: Sequence[UUID]) -> dict[UUID, int]:
    query = (
        select(d.Proposal.service_at_location_id, func.count())
        .where(d.Proposal.service_at_location_id.in_(ids), d.Proposal.state == "waiting")
        .group_by(d.Proposal.service_at_location_id)
    )
    return {found[0]: found[1] for found in db.session.execute(query)}


def _waiting(actor: Actor) -> tuple[tuple[Waiting, ...], int]:
    """The oldest 20, and how many there are."""
    mine = own(actor).with_only_columns(d.ServiceAtLocation.id, maintain_column_froms=True)
    query = _open_proposals().where(d.Proposal.service_at_location_id.in_(mine))
    shown = db.session.scalars(query.order_by(d.Proposal.proposed_at, d.Proposal.id).limit(PAGE)).all()
    ids = [proposal.service_at_location_id for proposal in shown]
    views = listings(ids)
    rows = db.session.scalars(select(d.ServiceAtLocation).where(d.ServiceAtLocation.id.in_(ids))).unique()
    stands = {row.id: texts_of(db.session(), row) for row in rows}
    found = tuple(
        Waiting(
            proposal.id,
            views[proposal.service_at_location_id],
            proposal.field,
            stands[proposal.service_at_location_id].get(proposal.field, ""),
            proposal.new_value,
            proposal.proposed_by,
            proposal.proposed_at,
        )
        for proposal in shown
    )
    return found, _count(query)


def _flagged(actor: Actor) -> tuple[Flagged, ...]:
    """Listings with unsettled flags, most often called wrong first."""
    times = func.count().label("times")
    query = (
        select(d.ListingFlag.service_at_location_id, d.ListingFlag.reason, times, func.max(d.ListingFlag.at))
        .where(
            d.ListingFlag.settled_at.is_(None),
            d.ListingFlag.service_at_location_id.in_(
                own(actor).with_only_columns(d.ServiceAtLocation.id, maintain_column_froms=True)
            ),
        )
        .group_by(d.ListingFlag.service_at_location_id, d.ListingFlag.reason)
        .order_by(times.desc(), d.ListingFlag.service_at_location_id, d.ListingFlag.reason)
        .limit(PAGE)
    )
    found = db.session.execute(query).all()
    views = listings([row[0] for row in found])
    return tuple(Flagged(views[listing_id], reason, count, last) for listing_id, reason, count, last in found)


def _runs() -> tuple[RunLine, ...]:
    query = (
        select(d.ImportRun, func.count(d.RejectedRow.id))
        .outerjoin(d.RejectedRow, d.RejectedRow.import_run_id == d.ImportRun.id)
        .group_by(d.ImportRun.id)
        .order_by(d.ImportRun.started_at.desc())
        .limit(10)
    )
    return tuple(
        RunLine(run.id, run.source, run.started_at, run.state, rejected)
        for run, rejected in db.session.execute(query)
    )


def _history(row: d.ServiceAtLocation) -> tuple[HistoryLine, ...]:
    """The last 20 changes. Of a confidential place, never one of its address, not even from before it was."""
    query = select(d.Metadata).where(d.Metadata.resource_id.in_((row.id, row.service_id)))
    if row.location.address_confidential:
        query = query.where(d.Metadata.field_name != "address")
    found = db.session.scalars(query.order_by(d.Metadata.number.desc()).limit(20))
    return tuple(
        HistoryLine(
            line.last_action_date,
            line.field_name,
            line.previous_value,
            line.replacement_value,
            line.updated_by,
        )
        for line in found
    )
