"""What a program asks in a profile, who may look, and how what is typed is checked."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import msgspec
from dateutil.relativedelta import relativedelta
from flask_babel import gettext as _
from sqlalchemy import select

from portal.directory import community
from portal.programs.models import ResponseProgram
from portal.programs.preset import Choice, options_of
from portal.programs.profiles.marks import address_texts, phone_text
from portal.programs.settings import effective
from portal.referrals.wording import checked
from portal.store import Refused, db

CONSENT_TEXT = 2  # of what the owner agrees to, as templates/profiles/agree.html says it
MOST_PHONES, MOST_ADDRESSES = 4, 3
LONGEST = {"line": 80, "words": 400, "device": 40, "phone": 40}
_DEVICE = re.compile(r"[A-Za-z0-9 .#/-]*")
_POSITION = re.compile(r"-?\d{1,3}\.\d{3,}\s*[,;/ ]\s*-?\d{1,3}\.\d{3,}")


class ProfileField(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that the family may tell, and need not. flyer: it stands on the flyer too."""

    code: str
    label: str
    kind: Literal["line", "words", "phone", "device"] = "words"
    hint: str = ""
    flyer: bool = False


class ProfileOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """viewers: roles that may look while the agency has an open call. on_call: roles that may look while a call of their own is
    open. keepers: roles that take a profile away when its owner asks them to. months: how long a profile is good for.
    afterwards: what to look for once the person is safe (code: the words that are searched)."""

    about: str
    fields: tuple[ProfileField, ...]
    viewers: tuple[str, ...]
    on_call: tuple[str, ...] = ()
    keepers: tuple[str, ...] = ()
    months: int = 6
    remind_days: int = 14
    call_hours: int = 12  # an older call is not open any more, whatever was forgotten
    photo: bool = True
    flyer: bool = False
    afterwards: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class ProfileGiven:
    """What an owner types. photo: the bytes of a picture, or None to leave it as it is."""

    name: str
    phones: tuple[str, ...]
    addresses: tuple[str, ...]
    consent_by: str
    agreed: bool
    flyer_agreed: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    contact: str = ""
    photo: bytes | None = None
    drop_photo: bool = False


def options_of_program(program: ResponseProgram) -> ProfileOptions | None:
    """None for a program that keeps no profiles."""
    preset = effective(program)
    return options_of(preset, "profiles", ProfileOptions) if "profiles" in preset.modules else None


def offered_programs() -> list[ResponseProgram]:
    """The programs of this community in which a family can make a profile, by name."""
    query = select(ResponseProgram).where(
        ResponseProgram.community_id == community().id, ResponseProgram.turned_off_at.is_(None)
    )
    rows = db.session.scalars(query.order_by(ResponseProgram.name, ResponseProgram.id))
    return [row for row in rows if options_of_program(row) is not None]


def good_until(day: date, options: ProfileOptions) -> date:
    """The last day on which a profile confirmed on this day is shown."""
    return day + relativedelta(months=options.months)


def content_of(options: ProfileOptions, given: ProfileGiven) -> str:
    """What is sealed, as JSON. Refused, naming the field, for what does not belong here."""
    if not given.agreed:
        raise Refused(_("Tick that you agree. Without it nothing is kept."), "agreed")
    name = checked(given.name, "name", 80)
    if not name:
        raise Refused(_("Write the name that the person answers to."), "name")
    phones = _lines(given.phones, "phones", MOST_PHONES)
    addresses = _lines(given.addresses, "addresses", MOST_ADDRESSES)
    if not phones and not addresses:
        raise Refused(
            _("Write a phone or an address. By it, and by nothing else, a call can find this."), "phones"
        )
    for each in phones:
        if not phone_text(each):
            raise Refused(_("A phone needs its area code: 615-555-0100."), "phones")
    for each in addresses:
        if not address_texts(each):
            raise Refused(_("Write each address with its town: 12 Oak St, Nashville 37203."), "addresses")
    known = {question.code: question for question in options.fields}
    answers = {
        code: _answer(known[code], text)
        for code, text in given.answers.items()
        if code in known and text.strip()
    }
    told = {"name": name, "phones": phones, "addresses": addresses, "answers": answers}
    return json.dumps(told, ensure_ascii=False)


def _lines(given: tuple[str, ...], name: str, most: int) -> list[str]:
    found = [checked(line, name, 120) for line in given if line.strip()]
    if len(found) > most:
        raise Refused(_("Use %(most)s lines or fewer.", most=most), name)
    return found


def _answer(question: ProfileField, text: str) -> str:
    plain = checked(text, question.code, LONGEST[question.kind])
    if _POSITION.search(plain):
        raise Refused(_("Leave out positions from a device. They are never kept here."), question.code)
    if question.kind == "device" and not _DEVICE.fullmatch(plain):
        raise Refused(_("Write the maker and the number of the device, and nothing else."), question.code)
    if question.kind == "phone" and not phone_text(plain):
        raise Refused(_("A phone needs its area code: 615-555-0100."), question.code)
    return plain
