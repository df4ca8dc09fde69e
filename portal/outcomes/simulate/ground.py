"""What a simulation stands on: the program at its agency, its districts, a sender, and services that may be asked."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import Account, Membership
from portal.directory import models as d
from portal.outcomes.simulate.calls import Ground
from portal.outcomes.simulate.rates import Rates
from portal.outcomes.simulate.referrals import Sender
from portal.programs.models import District, ProgramDistrict, ResponseProgram
from portal.programs.preset import Preset
from portal.store import Refused

AGENCIES = ("response_team", "law_enforcement")
SERVICES = 40  # of so many the referrals are put to


def program_of(session: Session, here: d.Community, preset: Preset, began: datetime) -> ResponseProgram:
    """The program of this preset that is on here; else it is turned on, at the first agency that responds, from the beginning of
    the simulated time. Refused where nobody responds."""
    row = session.scalar(
        select(ResponseProgram)
        .where(
            ResponseProgram.community_id == here.id,
            ResponseProgram.preset == preset.code,
            ResponseProgram.turned_off_at.is_(None),
        )
        .order_by(ResponseProgram.turned_on_at, ResponseProgram.id)
        .limit(1)
    )
    if row is not None:
        return row
    agency = session.scalar(
        select(d.Organization)
        .where(
            d.Organization.community_id == here.id,
            d.Organization.kind.in_(AGENCIES),
            d.Organization.joined_at.is_not(None),
        )
        .order_by(d.Organization.kind.desc(), d.Organization.name)
        .limit(1)
    )
    if agency is None:
        raise Refused(f"No agency here responds to calls. Turn {preset.name} on for one first.")
    row = ResponseProgram(
        community_id=here.id,
        organization_id=agency.id,
        preset=preset.code,
        preset_version=preset.version,
        name=preset.name,
        rank=preset.owner_rank,
        turned_on_at=began,
    )
    session.add(row)
    session.flush()
    return row


def ground_of(
    session: Session,
    here: d.Community,
    program: ResponseProgram,
    rates: Rates,
    began: datetime,
    now: datetime,
) -> Ground:
    """The program's districts, and where it has none, those of the rates, each from its month on."""
    zone = ZoneInfo(here.time_zone)
    if not program.districts:
        for place in rates.districts:
            first = began.astimezone(zone)
            month = first.month - 1 + place.month
            since = first.replace(year=first.year + month // 12, month=month % 12 + 1).date()
            session.add(
                ProgramDistrict(
                    program_id=program.id, district_id=_district(session, here, place.name).id, since=since
                )
            )
        session.flush()
        session.expire(program, ["districts"])
    shares = {place.name: place.share for place in rates.districts}
    districts = tuple(
        (
            each.district_id,
            datetime.combine(each.since, datetime.min.time(), tzinfo=zone),
            shares.get(each.district.name, 1.0),
        )
        for each in sorted(program.districts, key=lambda each: (each.since, each.district.name))
        if each.until is None
    )
    base = {
        "community_id": here.id,
        "program_id": program.id,
        "organization_id": program.organization_id,
        "meets_criteria": True,
        "client_id": None,
    }
    return Ground(base, districts, zone, now)


def sender_of(session: Session, here: d.Community, program: ResponseProgram) -> Sender | None:
    """Somebody of the agency, and the services to ask; None where there is nobody, or nothing: then nothing is referred."""
    account_id = session.scalar(
        select(Account.id)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.organization_id == program.organization_id, Account.disabled_at.is_(None))
        .order_by(Account.created_at, Account.email)
        .limit(1)
    )
    services = session.execute(
        select(d.ServiceAtLocation.id, d.Organization.id, d.ServiceAtLocation.desk_id)
        .join(d.Service, d.Service.id == d.ServiceAtLocation.service_id)
        .join(d.Organization, d.Organization.id == d.Service.organization_id)
        .where(
            d.Organization.community_id == here.id,
            d.Organization.joined_at.is_not(None),
            d.Organization.kind.in_(("treatment_provider", "part2_program", "social_service", "other")),
            d.Service.status == "active",
        )
        .order_by(d.ServiceAtLocation.number)
        .limit(SERVICES)
    ).all()
    if account_id is None or not services:
        return None
    return Sender.of(
        here.id,
        account_id,
        program.organization_id,
        [tuple(row) for row in services],
        ZoneInfo(here.time_zone),
    )


def _district(session: Session, here: d.Community, name: str) -> District:
    found = session.scalar(select(District).where(District.community_id == here.id, District.name == name))
    if found is None:
        found = District(community_id=here.id, name=name)
        session.add(found)
        session.flush()
    return found
