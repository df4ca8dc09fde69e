"""The minutes at a receiver's door: the team came, and could go. Two taps, or two times typed afterwards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, update

from portal.accounts import names_of
from portal.directory import Listing, listing
from portal.directory.models import ServiceAtLocation
from portal.programs.access import roles_in
from portal.programs.dispatch.options import options_for
from portal.programs.dispatch.rules import DROP_OFF_RESULTS
from portal.programs.models import DropOff, ResponseProgram
from portal.referrals import NotHere
from portal.store import Actor, Conflict, Refused, audit, clock, db, limits, write

EARLY = timedelta(minutes=1)  # forms give whole minutes
OLDEST = timedelta(days=7)
LISTED = 50


@dataclass(frozen=True)
class DropOffView:
    """One of them. minutes: at the door so far, or in all; mine: the reader brought the person."""

    row: DropOff
    listing: Listing | None
    by: str
    minutes: int
    mine: bool


def arrive_at(
    actor: Actor, program_id: UUID, listing_id: UUID, *, at: datetime | None = None, once: UUID | None = None
) -> UUID:
    """The team is at this service's door with somebody: the clock starts, now or at a time of the last week (UTC). Nothing is
    said of the person. once: its id, made with the form. Refused for a service that is not in the directory, or confidential."""
    with write() as session:
        program = session.get(ResponseProgram, program_id)
        options = options_for(program) if program is not None else None
        if program is None or options is None or not options.drop_off or not roles_in(actor, program):
            raise NotHere
        if once and session.get(DropOff, once) is not None:
            return once
        found = session.scalar(select(ServiceAtLocation).where(ServiceAtLocation.id == listing_id))
        if found is None:
            raise Refused(_("Choose where you are."), "listing")
        if found.location.address_confidential or found.service.organization.kind == "victim_service":
            raise Refused(_("Nothing is written down of a confidential place."), "listing")
        now = clock.now()
        limits.spend("note", str(actor.account_id))
        row = DropOff(
            program_id=program.id,
            service_at_location_id=found.id,
            arrived_at=_moment(at, now, "arrived_at"),
            account_id=actor.account_id,
            recorded_at=now,
        )
        if once:
            row.id = once
        session.add(row)
        session.flush()
        audit.append(actor, "arrive_at", "drop_off", row.id)
        return row.id


def release(
    actor: Actor, drop_off_id: UUID, result: str, *, version: int, at: datetime | None = None
) -> None:
    """The team can go: the person was taken, or was not. Now, or at a time typed (UTC). Conflict when it was said before."""
    if result not in DROP_OFF_RESULTS:
        raise Refused(_("Choose one."), "result")
    with write() as session:
        row = session.get(DropOff, drop_off_id)
        if row is None or not roles_in(actor, row.program):
            raise NotHere
        now = clock.now()
        moment = _moment(at, now, "released_at")
        if moment < row.arrived_at:
            raise Refused(_("This time lies before the arrival."), "released_at")
        done = session.execute(
            update(DropOff)
            .where(DropOff.id == row.id, DropOff.version == version, DropOff.released_at.is_(None))
            .values(released_at=moment, result=result, released_recorded_at=now, version=version + 1)
            .execution_options(synchronize_session=False)
        )
        if done.rowcount != 1:  # type: ignore[attr-defined]
            raise Conflict(_("Somebody has said so already."))
        session.refresh(row)
        audit.append(actor, "release", "drop_off", row.id, result)


def drop_offs_for(actor: Actor, program: ResponseProgram) -> list[DropOffView]:
    """The newest of a program, those that wait on top; for who works in it."""
    if not roles_in(actor, program):
        return []
    rows = db.session.scalars(
        select(DropOff)
        .where(DropOff.program_id == program.id)
        .order_by(DropOff.released_at.is_not(None), DropOff.arrived_at.desc(), DropOff.id)
        .limit(LISTED)
    ).all()
    names = names_of({row.account_id for row in rows})
    now = clock.now()
    return [_view(actor, row, names.get(row.account_id, ""), now) for row in rows]


def drop_off_for(actor: Actor, drop_off_id: UUID) -> DropOffView | None:
    """One of them, for who works in its program."""
    row = db.session.get(DropOff, drop_off_id)
    if row is None or not roles_in(actor, row.program):
        return None
    return _view(actor, row, names_of({row.account_id}).get(row.account_id, ""), clock.now())


def _view(actor: Actor, row: DropOff, by: str, now: datetime) -> DropOffView:
    minutes = int(((row.released_at or now) - row.arrived_at).total_seconds() // 60)
    return DropOffView(
        row, listing(row.service_at_location_id), by, max(0, minutes), row.account_id == actor.account_id
    )


def _moment(typed: datetime | None, now: datetime, field: str) -> datetime:
    moment = typed or now
    if not now - OLDEST <= moment <= now + EARLY:
        raise Refused(_("Give a time of the last week."), field)
    return moment
