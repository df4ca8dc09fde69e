"""Where a program takes people first, its line on call, the middle of its districts, and the partners that it hands over to."""

import re
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from portal.directory.models import Organization, ServiceAtLocation
from portal.geo import PlaceAmbiguous, PlaceUnknown, locate
from portal.programs.access import today
from portal.programs.dispatch.access import arranged_program
from portal.programs.dispatch.options import options_for
from portal.programs.models import (
    DistrictMiddle,
    OnCallLine,
    PinnedPlace,
    ProgramDistrict,
    ProgramPartner,
    ResponseProgram,
)
from portal.referrals import NotHere
from portal.referrals.rules import LANGUAGES
from portal.store import Actor, Refused, audit, clock, db, write

PHONE = re.compile(r"[+0-9][0-9 ().\-]{2,24}")


@dataclass(frozen=True)
class PartnerFacts:
    """An organization that takes over. languages: codes of referrals.rules.LANGUAGES; cultures: codes of the preset."""

    organization_id: UUID
    languages: tuple[str, ...] = ()
    cultures: tuple[str, ...] = ()
    rank: int = 100


def pin_place(
    actor: Actor, program_id: UUID, listing_id: UUID, *, rank: int = 1, no_refusal: bool = False
) -> None:
    """This listing stands on the card before all others, in the order of rank. Again changes it. Refused for a listing that is not
    in the directory, and for a confidential place: its whereabouts are not for a card."""
    with write() as session:
        program = arranged_program(actor, program_id)
        listing = session.scalar(select(ServiceAtLocation).where(ServiceAtLocation.id == listing_id))
        if listing is None:
            raise Refused(_("Choose a service of the directory."), "listing")
        if listing.location.address_confidential or listing.service.organization.kind == "victim_service":
            raise Refused(_("A confidential place cannot stand on the card."), "listing")
        if not 1 <= rank <= 20:
            raise Refused(_("Count from 1 to 20."), "rank")
        row = session.get(PinnedPlace, (program.id, listing_id))
        if row is None:
            row = PinnedPlace(program_id=program.id, service_at_location_id=listing_id)
            session.add(row)
        row.rank, row.no_refusal = rank, no_refusal
        audit.append(actor, "pin_place", "response_program", program.id)


def unpin_place(actor: Actor, program_id: UUID, listing_id: UUID) -> None:
    """It no longer stands on the card. Twice is once."""
    with write() as session:
        program = arranged_program(actor, program_id)
        row = session.get(PinnedPlace, (program.id, listing_id))
        if row is not None:
            session.delete(row)
            audit.append(actor, "unpin_place", "response_program", program.id)


def set_on_call(actor: Actor, program_id: UUID, label: str, phone: str, video: str = "") -> None:
    """The line for when nobody is free; all empty takes it away. Refused for a number that cannot be dialed, and for a video place
    that is no https address."""
    label, phone, video = label.strip()[:80], phone.strip(), video.strip()
    with write() as session:
        program = arranged_program(actor, program_id)
        row = session.get(OnCallLine, program.id)
        if not (label or phone or video):
            if row is not None:
                session.delete(row)
        else:
            if not label:
                raise Refused(_("Say who answers there."), "label")
            if phone and not PHONE.fullmatch(phone):
                raise Refused(_("Write the number with its area code."), "phone")
            if video and not re.fullmatch(r"https://[^\s<>\"']{4,300}", video):
                raise Refused(_("Give an address that starts with https://"), "video")
            if not phone and not video:
                raise Refused(_("Give a number, or an address for video."), "phone")
            row = row or OnCallLine(program_id=program.id)
            row.label, row.phone, row.video = label, phone, video
            row.changed_by, row.changed_at = actor.account_id, clock.now()
            session.add(row)
        audit.append(actor, "set_on_call", "response_program", program.id)


def set_middle(actor: Actor, program_id: UUID, district_id: UUID, place: str) -> None:
    """The ZIP code or the city in whose middle a district lies; empty takes it away. Refused for a place that is not known, or is
    finer than that."""
    place = " ".join(place.split())
    with write() as session:
        program = arranged_program(actor, program_id)
        works = select(ProgramDistrict.district_id).where(
            ProgramDistrict.program_id == program.id, ProgramDistrict.district_id == district_id
        )
        if session.scalar(works) is None:
            raise Refused(_("The program does not work there."), "district_id")
        row = session.get(DistrictMiddle, district_id)
        if not place:
            if row is not None:
                session.delete(row)
        else:
            try:
                found = locate(place, suggest=False)
            except (PlaceUnknown, PlaceAmbiguous):
                raise Refused(_("Write a ZIP code, or a city with its state."), "place") from None
            if found.lat is None or found.lon is None or found.kind not in ("zip", "city"):
                raise Refused(_("Write a ZIP code, or a city with its state."), "place")
            row = row or DistrictMiddle(district_id=district_id)
            row.place, row.latitude, row.longitude = found.text, found.lat, found.lon
            session.add(row)
        audit.append(actor, "set_middle", "response_program", program.id)


def set_partner(actor: Actor, program_id: UUID, given: PartnerFacts) -> None:
    """This organization takes over who was met, from today; again changes it. Refused for one that has not joined, a victim service
    (which takes nobody through this system), and codes that are none."""
    with write() as session:
        program = arranged_program(actor, program_id)
        options = options_for(program)
        home = session.get(Organization, given.organization_id)
        if home is None or home.community_id != program.community_id or home.joined_at is None:
            raise Refused(_("Choose an organization that has joined."), "organization_id")
        if home.kind == "victim_service":
            raise Refused(
                _("A victim service takes nobody through this system. Call it instead."), "organization_id"
            )
        if set(given.languages) - (set(LANGUAGES) - {""}):
            raise Refused(_("Choose from the list."), "languages")
        if options is None or set(given.cultures) - {choice.code for choice in options.cultures}:
            raise Refused(_("Choose from the list."), "cultures")
        if not 1 <= given.rank <= 1000:
            raise Refused(_("Count from 1 to 1000."), "rank")
        row = partner_row(program, given.organization_id)
        if row is None:
            row = ProgramPartner(program_id=program.id, organization_id=home.id, since=today())
            session.add(row)
        row.languages, row.cultures = sorted(given.languages), sorted(given.cultures)
        row.rank, row.until = given.rank, None
        audit.append(actor, "set_partner", "response_program", program.id)


def end_partner(actor: Actor, program_id: UUID, organization_id: UUID) -> None:
    """From tomorrow nobody is handed over to it; what it has stays with it. Twice is once."""
    with write():
        program = arranged_program(actor, program_id)
        row = partner_row(program, organization_id)
        if row is None:
            raise NotHere
        row.until = row.until or today()
        audit.append(actor, "end_partner", "response_program", program.id)


def partner_row(program: ResponseProgram, organization_id: UUID) -> ProgramPartner | None:
    """The partner's row, also one that has ended."""
    return db.session.scalar(
        select(ProgramPartner).where(
            ProgramPartner.program_id == program.id, ProgramPartner.organization_id == organization_id
        )
    )
