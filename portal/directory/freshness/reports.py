"""Anybody may say that a listing is wrong, without an account; a steward looks into it, and whoever left an address hears back.

Nothing of who said it is kept but, if they like, an address for one answer. What a stranger says lowers no listing by itself:
it could be somebody who wants it hidden. What somebody says who is signed in, and so answers for it, does.
"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, func, select, update

from portal.directory import models as d
from portal.directory.actions import editable, own_listing
from portal.directory.feed import record_service_change
from portal.directory.freshness.answering import clean_words
from portal.directory.freshness.letters import write_answer
from portal.directory.freshness.trust import cast_doubt, lift_doubt
from portal.directory.freshness.words import FOUND, WRONG
from portal.directory.queries import listings
from portal.directory.view import Listing
from portal.store import Actor, Conflict, Refused, audit, clock, db, limits, write
from portal.store.language import gettext as _
from portal.store.retention import RETENTION

DOUBTFUL = ("phone", "closed")
PAGE = 20


@dataclass(frozen=True)
class Report:
    """What somebody says is wrong. by: a member's name, "desk", or empty. replies: whether somebody waits for an answer."""

    id: UUID
    listing: Listing
    at: datetime
    what: str
    words: str
    source: str
    by: str
    replies: bool


@dataclass(frozen=True)
class Reports:
    rows: tuple[Report, ...]
    total: int
    page: int
    pages: int


def report_wrong(
    actor: Actor, sal_id: UUID, what: str, words: str = "", reply_to: str = "", *, network: str = ""
) -> bool | None:
    """Put it on the steward's page. network: where it comes from, for the limit alone; it is not kept. Of a confidential place
    and of a victim service neither words nor address are kept: they could tell where it is, and who asked. None: no such listing. Refused for what cannot be kept; TooMany.
    """
    if what not in WRONG:
        raise Refused(_("Choose what is wrong."), "what")
    address = _address(reply_to)
    with write() as session:
        row = session.scalar(select(d.ServiceAtLocation).where(d.ServiceAtLocation.id == sal_id))
        if row is None or row.service.status == "defunct":
            return None
        member = actor.kind == "account"
        limits.spend("report", str(actor.account_id) if member else network)
        limits.spend("report about", str(sal_id))
        secret = row.location.address_confidential or row.service.organization.kind == "victim_service"
        session.add(
            d.ListingReport(
                service_at_location_id=sal_id,
                at=clock.now(),
                what=what,
                words=(clean_words(words) or None) if not secret else None,
                reply_to=(address or None) if not secret else None,
                source="member" if member else "public",
                said_by=actor.name if member else "",
            )
        )
        if member:
            audit.append(actor, "report_wrong", "service_at_location", sal_id, reason=what)
            if what in DOUBTFUL:
                cast_doubt(session, row.number, "member")
    return True


def takes_words(found: Listing) -> bool:
    """Whether a report about this listing may hold words."""
    return not found.confidential and found.organization_kind != "victim_service"


def open_reports(actor: Actor, page: int = 1) -> Reports:
    """What waits for this steward, the oldest first. Empty for anybody else."""
    if not actor.has("steward"):
        return Reports((), 0, 1, 1)
    mine = (
        select(d.ListingReport)
        .join(d.ServiceAtLocation, d.ServiceAtLocation.id == d.ListingReport.service_at_location_id)
        .join(d.Service, d.Service.id == d.ServiceAtLocation.service_id)
        .join(d.Organization, d.Organization.id == d.Service.organization_id)
        .where(editable(actor), d.ListingReport.state == "open")
    )
    total = int(db.session.scalar(mine.with_only_columns(func.count(), maintain_column_froms=True)) or 0)
    pages = max(ceil(total / PAGE), 1)
    page = min(max(page, 1), pages)
    ordered = mine.order_by(d.ListingReport.at, d.ListingReport.id).limit(PAGE).offset((page - 1) * PAGE)
    rows = db.session.scalars(ordered).all()
    views = listings([row.service_at_location_id for row in rows])
    seen = [(row, views.get(row.service_at_location_id)) for row in rows]
    return Reports(tuple(_report(row, view) for row, view in seen if view is not None), total, page, pages)


def settle_report(actor: Actor, report_id: UUID, state: str) -> bool | None:
    """A steward has looked into it: `fixed`, `right` (which confirms nothing: only the service can), or `unclear`, which puts
    the listing in doubt. Whoever left an address gets one mail, which names no listing. Every other open report about the
    same thing of the same listing is answered too. Audited. None: not theirs. Conflict when it was settled already."""
    if state not in FOUND:
        raise Refused(_("Choose what you found."), "state")
    with write() as session:
        report = session.get(d.ListingReport, report_id, with_for_update=True, populate_existing=True)
        row = own_listing(session, actor, report.service_at_location_id) if report else None
        if report is None or row is None or not actor.has("steward"):
            return None
        if report.state != "open":
            raise Conflict(_("This was settled already."), report.state)
        same = session.scalars(
            select(d.ListingReport).where(
                d.ListingReport.service_at_location_id == row.id,
                d.ListingReport.what == report.what,
                d.ListingReport.state == "open",
            )
        ).all()
        for each in same:
            if each.reply_to:
                write_answer(each.id, each.reply_to, state)
            each.state, each.settled_by, each.settled_at = state, actor.name, clock.now()
            each.reply_to = None
        if state == "unclear":
            cast_doubt(session, row.number, "steward")
        elif not _still_open(row.id) and lift_doubt(session, row.service_id):
            record_service_change(session, row.service_id)
        audit.append(actor, "settle_report", "listing_report", report_id, reason=state)
    return True


def forget_reports(now: datetime) -> int:
    """Take the words out of reports that were answered long enough ago, and words and address out of those that nobody answered
    (store.retention says when); what stays is that a listing was called wrong, by what and when. Returns how many."""
    old: ColumnElement[bool] = (d.ListingReport.settled_at < RETENTION["reports"].cutoff(now)) | (
        d.ListingReport.at < RETENTION["unanswered"].cutoff(now)
    )
    holds = d.ListingReport.words.is_not(None) | d.ListingReport.reply_to.is_not(None)
    if db.session.scalar(select(d.ListingReport.id).where(old, holds).limit(1)) is None:
        return 0
    with write() as session:
        gone = session.execute(
            update(d.ListingReport).where(old, holds).values(words=None, reply_to=None, said_by="")
        )
    return int(getattr(gone, "rowcount", 0))


def _still_open(sal_id: UUID) -> bool:
    open_ones = select(d.ListingReport.id).where(
        d.ListingReport.service_at_location_id == sal_id, d.ListingReport.state == "open"
    )
    return db.session.scalar(open_ones.limit(1)) is not None


def _report(row: d.ListingReport, seen: Listing) -> Report:
    return Report(
        row.id, seen, row.at, row.what, row.words or "", row.source, row.said_by, row.reply_to is not None
    )


def _address(text: str) -> str:
    if not text.strip():
        return ""
    try:
        found = validate_email(
            text.strip(), check_deliverability=False, globally_deliverable=False, allow_smtputf8=False
        )
    except EmailNotValidError as error:
        raise Refused(
            _("Write one e-mail address, like name@example.org, or leave it empty."), "reply_to"
        ) from error
    return found.normalized
