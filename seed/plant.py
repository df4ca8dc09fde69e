"""Plants the demonstration: the county, its services, its people, two and a half quarters of referral history, and two programs
at work."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import add_person
from portal.accounts.models import Account
from portal.directory import models as d
from portal.directory import record_change, write_terms
from portal.geo import load_gazetteer, zip_centre
from portal.store import clock, write
from portal.store.actor import TERMINAL
from seed.desks import equip_desks
from seed.history import write_history
from seed.keys import key
from seed.programs import POLICE, VISITORS, turn_programs_on
from seed.services import CENTER, NATIONAL, ROWS, Row

LANGUAGE_NAMES = {
    "en": "English",
    "es": "Spanish",
    "ar": "Arabic",
    "ku": "Kurdish",
    "so": "Somali",
    "ase": "American Sign Language",
}
TEAM = "County Mobile Crisis Team"

# sign-in name at demo.invalid, name, role, organization (None: the whole community)
PEOPLE: tuple[tuple[str, str, str, str | None], ...] = (
    ("responder", "Robin Alvarez", "responder", TEAM),
    ("supervisor", "Sam Okafor", "supervisor", TEAM),
    ("provider", "Priya Natarajan", "provider", CENTER),
    ("shelter", "Shelby Greene", "provider", "Harbor Family Shelter"),
    ("steward", "Stella Marsh", "steward", None),
    ("evaluator", "Evan Brooks", "evaluator", TEAM),
    ("admin", "Adele Ito", "admin", None),
    ("dispatcher", "Dana Whitfield", "dispatcher", TEAM),
    ("privacy", "Paula Reyes", "privacy_officer", None),
    ("officer", "Owen Castle", "responder", POLICE),
    ("sergeant", "Grace Dunn", "supervisor", POLICE),
    ("specialist", "Frances Holt", "responder", POLICE),
    ("peer", "Pat Lindqvist", "responder", VISITORS),
)


class AlreadyThere(Exception):  # noqa: N818
    """The install already has a community; the demonstration is planted only into an empty one."""


def plant(as_of: date | None = None, password: str = "", *, programs: bool = True) -> dict[str, int]:
    """Fill an empty install with the demonstration; counts of what was made.

    as_of: the day whose last two whole quarters and running quarter the history covers (today). The same day gives the
    same rows, but for the few calls of the clock's own day. password: of every demonstration account. programs: with programs
    and their published quarters; without them for who needs the directory alone. Raises AlreadyThere, and then nothing was
    written.
    """
    load_gazetteer()
    day = as_of or clock.now().date()
    moment = datetime.combine(day, time(15), tzinfo=clock.now().tzinfo) if as_of else clock.now()
    with write() as session:
        if session.scalar(select(func.count()).select_from(d.Community)):
            raise AlreadyThere("this install already has a community")
        here = _community(session)
        terms = write_terms()
        organizations: dict[str, d.Organization] = {}
        listings = {
            row.name: _service(session, here, organizations, terms, row, moment) for row in (*ROWS, *NATIONAL)
        }
        equip_desks(session, listings)
        organizations[POLICE] = _police(session, here, moment)
        people = _people(here, organizations, password)
        needs = write_history(session, here, listings, people["responder"], day)
        calls = turn_programs_on(session, here, organizations, people, moment) if programs else 0
    return {
        "organizations": len(organizations),
        "services": len(listings),
        "people": len(people),
        "needs": needs,
        "calls": calls,
    }


def _community(session: Session) -> d.Community:
    here = d.Community(
        id=key("community"),
        name="Cumberland Bend County",
        time_zone="America/Chicago",
        languages=["en"],
        area={"state": "TN", "counties": ["Davidson"], "zips": []},
        crisis_lines=[
            {"name": "County mobile crisis", "number": "615-555-0103", "sms": "", "languages": ["en", "es"]}
        ],
        settings={
            "exit_site": "https://www.weather.gov/",
            "on_call": {"name": "County on-call clinician", "number": "615-555-0170"},
        },
        demonstration=True,
    )
    session.add(here)
    session.flush()
    return here


def _police(session: Session, here: d.Community, moment: datetime) -> d.Organization:
    """The department whose officers go out with a clinician. It offers no service, so nothing of it is in the directory."""
    made = d.Organization(
        id=key("organization", POLICE),
        community_id=here.id,
        name=POLICE,
        kind="law_enforcement",
        joined_at=moment - timedelta(days=300),
    )
    session.add(made)
    session.flush()
    return made


def _organization(
    session: Session, here: d.Community, known: dict[str, d.Organization], row: Row, moment: datetime
) -> d.Organization:
    if row.organization not in known:
        made = d.Organization(
            id=key("organization", row.organization),
            community_id=here.id,
            name=row.organization,
            kind=row.kind,
            joined_at=moment - timedelta(days=300) if row.joined else None,
        )
        session.add(made)
        session.flush()
        known[row.organization] = made
    return known[row.organization]


def _location(session: Session, at: d.Organization, row: Row) -> d.Location:
    """A point near the ZIP's centre, moved by the row's own name so that two services of a ZIP do not coincide."""
    centre = None if row.confidential or not row.zip else zip_centre(row.zip)
    point = centre is not None and centre.lat is not None and centre.lon is not None
    shift = key("shift", row.street or row.name).int
    made = d.Location(
        id=key("location", row.organization, row.name),
        organization_id=at.id,
        location_type="physical" if point or row.confidential and row.phone_kind == "crisis" else "virtual",
        latitude=centre.lat + (shift % 200 - 100) / 10_000 if point else None,
        longitude=centre.lon + (shift // 200 % 200 - 100) / 10_000 if point else None,
        point_kind="exact" if point else "none",
        address_confidential=row.confidential,
        area_text="Cumberland Bend County" if row.confidential else "",
    )
    session.add(made)
    session.flush()
    if point and row.street:
        session.add(
            d.Address(
                location_id=made.id,
                address_1=row.street,
                city=centre.city or "Nashville",
                state_province="TN",
                postal_code=row.zip,
            )
        )
    if point and "wheelchair" in row.access:
        session.add(d.Accessibility(location_id=made.id, description="wheelchair"))
    return made


def _service(
    session: Session,
    here: d.Community,
    known: dict[str, d.Organization],
    terms: dict[str, int],
    row: Row,
    moment: datetime,
) -> d.ServiceAtLocation:
    at = _organization(session, here, known, row, moment)
    assured = None if row.assured_days is None else (moment - timedelta(days=row.assured_days)).date()
    service = d.Service(
        id=key("service", row.organization, row.name),
        organization_id=at.id,
        name=row.name,
        description=row.text,
        eligibility_description=row.eligibility,
        minimum_age=row.ages[0],
        maximum_age=row.ages[1],
        status=row.status,
        alert=row.alert,
        assured_date=assured,
        last_modified=moment,
        languages=[d.Language(name=LANGUAGE_NAMES[code], code=code) for code in row.languages.split()],
        service_areas=[d.ServiceArea(extent=row.area[0], extent_type=row.area[1])] if row.area else [],
        required_documents=[d.RequiredDocument(document=row.documents)] if row.documents else [],
    )
    session.add(service)
    place = _location(session, at, row)
    session.flush()
    desk = _desk(session, at) if row.joined and row.kind != "victim_service" else None
    value, hours = row.available
    listing = d.ServiceAtLocation(
        id=key("listing", row.organization, row.name),
        service_id=service.id,
        location_id=place.id,
        desk_id=desk.id if desk else None,
        availability=value,
        availability_at=None if value == "unknown" else moment - timedelta(hours=hours),
        availability_by="" if value == "unknown" else "the desk",
        availability_source="" if value == "unknown" else "desk",
        phones=_phones(row),
        schedules=[
            d.Schedule(byday=days, opens_at=time.fromisoformat(opens), closes_at=time.fromisoformat(closes))
            for days, opens, closes in row.hours
        ],
    )
    session.add(listing)
    session.flush()
    codes = " ".join((row.care, row.who, row.pay, row.access)).split()
    session.add_all(d.ServiceTerm(service_number=service.number, term_number=terms[code]) for code in codes)
    record_change(session, listing.number)
    return listing


def _desk(session: Session, at: d.Organization) -> d.Contact:
    """One intake desk an organization; its mail goes to the outbox."""
    found = session.get(d.Contact, key("desk", at.name))
    if found is None:
        slug = "".join(letter if letter.isalnum() else "-" for letter in at.name.lower()).strip("-")
        found = d.Contact(
            id=key("desk", at.name),
            organization_id=at.id,
            name="Intake desk",
            department="intake",
            email=f"{slug}@demo.invalid",
        )
        session.add(found)
        session.flush()
    return found


def _phones(row: Row) -> list[d.Phone]:
    phones = [d.Phone(number=row.phone, type=row.phone_kind, ordinal=0)]
    if row.text_line:
        phones.append(d.Phone(number=row.text_line, type="text", ordinal=1))
    return phones


def _people(here: d.Community, known: dict[str, d.Organization], password: str) -> dict[str, Account]:
    made = {}
    for index, (sign_in, name, role, organization) in enumerate(PEOPLE):
        account = add_person(
            TERMINAL,
            f"{sign_in}@demo.invalid",
            name,
            role,
            known[organization].id if organization else None,
            password=password or None,
        )
        account.phone = f"615-555-0{180 + index}"
        made[sign_in] = account
    return made
