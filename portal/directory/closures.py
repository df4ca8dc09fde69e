"""Verbs of a closure: a listing, or all of an organization's, is closed for some days and opens again by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.directory.actions import editable, keeps_desk, own_listing
from portal.directory.feed import record_change, write_history
from portal.directory.fields import check_characters, looks_like_address, tidy
from portal.directory.hours import Shut, closed_between, moment_of, zone
from portal.directory.hours.closing import shut_spans
from portal.directory.rules import How, how_to_ask
from portal.store import Actor, Refused, audit, clock, db, write
from portal.store.language import gettext as _

LONGEST = timedelta(days=366)
MOST_WORDS = 200  # characters of the reason
MOST_AT_ONCE = 20  # closures of one listing that are not over


@dataclass(frozen=True)
class ClosureWanted:
    """What somebody types. Without times whole days are meant, the last one included; `everywhere`: all of the organization's
    listings. words: the reason, shown to everybody, in English and in Spanish; both may be empty."""

    begins_on: date
    ends_on: date
    begins_at: time | None = None
    ends_at: time | None = None
    words: str = ""
    words_es: str = ""
    everywhere: bool = False


@dataclass(frozen=True)
class ClosureLine:
    """One closure for who keeps the listing: `Closed from ... through ...`, and the reason."""

    id: UUID
    when: str
    words: str
    words_es: str
    everywhere: bool
    by: str


def can_refer(listing: d.ServiceAtLocation) -> How:
    """How it may be asked now, see rules.how_to_ask. Under a closure nobody is there to answer: it can only be called."""
    how = how_to_ask(listing.service.organization, listing.service)
    return "call" if how == "refer" and closed_now(listing) else how


def closed_now(listing: d.ServiceAtLocation) -> bool:
    """Whether a closure of this listing, or of all that its organization has, holds at this moment."""
    where, now = zone(listing.location.time_zone) or ZoneInfo("UTC"), clock.now()
    about = (
        d.Closure.service_at_location_id == listing.id,
        d.Closure.organization_id == listing.service.organization_id,
    )
    rows = db.session.scalars(select(d.Closure).where(or_(*about), d.Closure.lifted_at.is_(None)))
    return any(begins <= now < ends for begins, ends in shut_spans([_shut(row) for row in rows], where))


def closures_for(actor: Actor, sal_id: UUID) -> tuple[ClosureLine, ...] | None:
    """Those of this listing that are not over, the first to begin first. None: not theirs, or not there."""
    session = db.session()
    query = (
        select(d.ServiceAtLocation)
        .join(d.Service, d.Service.id == d.ServiceAtLocation.service_id)
        .join(d.Organization, d.Organization.id == d.Service.organization_id)
        .where(d.ServiceAtLocation.id == sal_id, editable(actor))
    )
    row = session.scalar(query)
    if row is None:
        return None
    return tuple(
        ClosureLine(
            each.id,
            closed_between(_shut(each)),
            each.words,
            each.words_es,
            each.organization_id is not None,
            each.made_by,
        )
        for each in _standing(session, row)
    )


def announce_closure(actor: Actor, sal_id: UUID, wanted: ClosureWanted) -> UUID | None:
    """Say that it is closed from one day to another. It is shown at once, holds back nothing but "open now", and ends by itself.

    Writes the closure, a history row, the change feed of every listing that it closes, the audit trail. Raises Refused for a
    closure that ends before it begins, is over, or lasts more than a year; for reasons that are too long, or that hold the
    address of a confidential place; and of all listings for who may not speak for the organization. None: not theirs, or gone.
    """
    with write() as session:
        row = own_listing(session, actor, sal_id)
        if row is None:
            return None
        organization_id = row.service.organization_id
        if wanted.everywhere and not keeps_desk(actor, organization_id):
            raise Refused(
                _("Only who answers for the organization may close all of its places."), "everywhere"
            )
        words = [_clean(name, text, session, row, wanted.everywhere) for name, text in _texts(wanted)]
        _check(wanted, row.location.time_zone)
        if len(_standing(session, row)) >= MOST_AT_ONCE:
            raise Refused(_("There are many closures already. End one of them first."), None)
        made = d.Closure(
            service_at_location_id=None if wanted.everywhere else row.id,
            organization_id=organization_id if wanted.everywhere else None,
            begins_on=wanted.begins_on,
            begins_at=wanted.begins_at,
            ends_on=wanted.ends_on,
            ends_at=wanted.ends_at,
            words=words[0],
            words_es=words[1],
            made_by=actor.name or actor.kind,
            made_at=clock.now(),
        )
        session.add(made)
        session.flush()
        _tell(session, actor, row, made, "", closed_between(_shut(made)))
        audit.append(actor, "announce_closure", "closure", made.id)
        return made.id


def lift_closure(actor: Actor, sal_id: UUID, closure_id: UUID) -> bool | None:
    """End it before its time, or call off one that has not begun. True when ended, False when it was over already.

    Writes what announce_closure does. None: not theirs, or not of this listing.
    """
    with write() as session:
        row = own_listing(session, actor, sal_id)
        made = session.get(d.Closure, closure_id) if row is not None else None
        if row is None or made is None:
            return None
        if made.service_at_location_id != row.id and made.organization_id != row.service.organization_id:
            return None
        if made.organization_id is not None and not keeps_desk(actor, made.organization_id):
            return None
        ended = session.execute(
            update(d.Closure)
            .where(d.Closure.id == closure_id, d.Closure.lifted_at.is_(None))
            .values(lifted_at=clock.now())
        )
        if not getattr(ended, "rowcount", 0):
            return False
        _tell(session, actor, row, made, closed_between(_shut(made)), "")
        audit.append(actor, "lift_closure", "closure", closure_id)
    return True


def _standing(session: Session, row: d.ServiceAtLocation) -> Sequence[d.Closure]:
    """Of this listing or its organization, neither lifted nor over."""
    now = clock.now()
    where = zone(row.location.time_zone)
    found = session.scalars(
        select(d.Closure)
        .where(
            or_(
                d.Closure.service_at_location_id == row.id,
                d.Closure.organization_id == row.service.organization_id,
            ),
            d.Closure.lifted_at.is_(None),
            d.Closure.ends_on >= now.date() - timedelta(days=2),
        )
        .order_by(d.Closure.begins_on, d.Closure.id)
    ).all()
    ends = ((each, _shut(each).ends) for each in found)
    return [each for each, end in ends if where is None or moment_of(where, end.date(), end.time()) > now]


def _shut(each: d.Closure) -> Shut:
    begins = datetime.combine(each.begins_on, each.begins_at or time())
    ends = datetime.combine(each.ends_on, each.ends_at or time())
    return Shut(begins, ends if each.ends_at else ends + timedelta(days=1), each.words, each.words_es)


def _texts(wanted: ClosureWanted) -> tuple[tuple[str, str], ...]:
    return ("words", wanted.words), ("words_es", wanted.words_es)


def _clean(name: str, text: str, session: Session, row: d.ServiceAtLocation, everywhere: bool) -> str:
    value = " ".join(tidy(text).split())
    check_characters(name, value)
    if len(value) > MOST_WORDS:
        raise Refused(_("Too long: at most %(most)s characters.", most=MOST_WORDS), name)
    if looks_like_address(value) and (
        row.location.address_confidential or (everywhere and _has_secret(session, row))
    ):
        raise Refused(
            _("This place is confidential, and these words look like an address or ZIP code. Take it out."),
            name,
        )
    return value


def _has_secret(session: Session, row: d.ServiceAtLocation) -> bool:
    secret = select(d.Location.id).where(
        d.Location.organization_id == row.service.organization_id, d.Location.address_confidential
    )
    return session.scalar(secret.limit(1)) is not None


def _check(wanted: ClosureWanted, time_zone: str) -> None:
    begins = datetime.combine(wanted.begins_on, wanted.begins_at or time())
    ends = datetime.combine(wanted.ends_on, wanted.ends_at or time.max)
    if ends <= begins:
        raise Refused(_("It must open again after it closes."), "ends_on")
    if ends - begins > LONGEST:
        raise Refused(
            _("A closure lasts a year at most. Change the hours, or take the listing out."), "ends_on"
        )
    now = clock.now().astimezone(zone(time_zone) or UTC).replace(tzinfo=None)
    if ends <= now:
        raise Refused(_("This is over already."), "ends_on")


def _tell(
    session: Session, actor: Actor, row: d.ServiceAtLocation, made: d.Closure, old: str, new: str
) -> None:
    """History and change feed of every listing that it closes."""
    numbers = [row.number]
    if made.organization_id is not None:
        query = select(d.ServiceAtLocation.number).join(
            d.Service, d.Service.id == d.ServiceAtLocation.service_id
        )
        query = query.where(d.Service.organization_id == made.organization_id)
        numbers = list(session.scalars(query.order_by(d.ServiceAtLocation.number)))
    write_history(session, actor, "service_at_location", row.id, "closure", old, new)
    session.flush()
    record_change(session, *numbers)
