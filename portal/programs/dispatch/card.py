"""The dispatch card: who is nearest and free, whom to reach on call, what a generalist does, and where to take the person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from portal.directory import Listing, listings
from portal.geo import miles
from portal.programs.access import roles_in, today
from portal.programs.dispatch.access import may_arrange, may_ask
from portal.programs.dispatch.options import DispatchOptions, options_for
from portal.programs.dispatch.roster import OnDuty, on_duty
from portal.programs.models import (
    District,
    DistrictMiddle,
    OnCallLine,
    PinnedPlace,
    ProgramDistrict,
    ResponseProgram,
)
from portal.programs.preset import Preset
from portal.programs.settings import effective
from portal.store import Actor, clock, db


@dataclass(frozen=True)
class Near:
    """Somebody who could go. here: in the district of the call; miles: between the middles of the two districts, where known."""

    person: OnDuty
    here: bool
    miles: float | None


@dataclass(frozen=True)
class Place:
    """Where people are taken first."""

    listing: Listing
    no_refusal: bool


@dataclass(frozen=True)
class CardView:
    """What stands on the card. nearest: specialists who are free, the nearest first; on_call: at the phone; taken: how many
    specialists on duty are busy; on_now: how many are on duty at all. Names are shown to who works in the program alone."""

    program: ResponseProgram
    preset: Preset
    options: DispatchOptions
    inside: bool
    arranges: bool
    districts: tuple[tuple[UUID, str], ...]
    district_id: UUID | None
    nearest: tuple[Near, ...]
    on_call: tuple[OnDuty, ...]
    line: OnCallLine | None
    places: tuple[Place, ...]
    taken: int
    on_now: int

    @property
    def nobody(self) -> bool:
        """No specialist is free, where the program sends specialists by name."""
        return bool(self.options.specialists) and not self.nearest


def card_for(actor: Actor, program_id: UUID, district_id: UUID | None = None) -> CardView | None:
    """The card of a program for a call in this district, for who may ask the program; None for all others."""
    program = db.session.get(ResponseProgram, program_id)
    options = options_for(program) if program is not None else None
    if program is None or options is None or not may_ask(actor, program):
        return None
    now = clock.now()
    inside = bool(roles_in(actor, program))
    labels = {role.label for role in effective(program).roles if role.code in options.specialists}
    people = on_duty(actor, program, now)
    out = [person for person in people if not person.on_call and (not labels or person.role in labels)]
    districts = works_in(program)
    here = district_id if district_id in {code for code, _name in districts} else None
    return CardView(
        program=program,
        preset=effective(program),
        options=options,
        inside=inside,
        arranges=may_arrange(actor, program),
        districts=districts,
        district_id=here,
        nearest=nearest([person for person in out if person.free], here) if inside else (),
        on_call=tuple(person for person in people if person.on_call) if inside else (),
        line=db.session.get(OnCallLine, program.id),
        places=places_of(program, now),
        taken=sum(not person.free for person in out),
        on_now=len(out),
    )


def nearest(people: list[OnDuty], district_id: UUID | None) -> tuple[Near, ...]:
    """The same district first, then by the distance of the districts' middles, then who is on duty everywhere, then by name."""
    middles = {row.district_id: row for row in db.session.scalars(select(DistrictMiddle))}
    at = middles.get(district_id) if district_id else None

    def near(person: OnDuty) -> Near:
        theirs = middles.get(person.district_id) if person.district_id else None
        far = (
            miles(at.latitude, at.longitude, theirs.latitude, theirs.longitude)
            if at is not None and theirs is not None
            else None
        )
        return Near(person, district_id is not None and person.district_id == district_id, far)

    def order(each: Near) -> tuple[int, float, str]:
        rank = (
            0 if each.here else 1 if each.miles is not None else 2 if each.person.district_id is None else 3
        )
        return rank, each.miles or 0.0, each.person.name

    return tuple(sorted((near(person) for person in people), key=order))


def works_in(program: ResponseProgram) -> tuple[tuple[UUID, str], ...]:
    """The districts in which the program works today, by name."""
    day = today()
    rows = db.session.execute(
        select(District.id, District.name)
        .join(ProgramDistrict, ProgramDistrict.district_id == District.id)
        .where(
            ProgramDistrict.program_id == program.id,
            ProgramDistrict.since <= day,
            or_(ProgramDistrict.until.is_(None), ProgramDistrict.until >= day),
        )
        .order_by(District.name)
        .distinct()
    )
    return tuple((row[0], row[1]) for row in rows)


def places_of(program: ResponseProgram, now: datetime) -> tuple[Place, ...]:
    """The pinned places as they stand in the directory now: those that take everybody first, then by rank."""
    rows = db.session.scalars(
        select(PinnedPlace)
        .where(PinnedPlace.program_id == program.id)
        .order_by(PinnedPlace.no_refusal.desc(), PinnedPlace.rank, PinnedPlace.service_at_location_id)
    ).all()
    found = listings([row.service_at_location_id for row in rows], now)
    return tuple(
        Place(found[row.service_at_location_id], row.no_refusal)
        for row in rows
        if row.service_at_location_id in found
    )
