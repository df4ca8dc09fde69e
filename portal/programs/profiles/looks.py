"""A look at a profile: by a role that the program names, with an open call in hand, found by that call's phone or address alone.

Each look is a row that its owner sees. It holds a mark of its call instead of the call, so that no table joins a person to a
call that may end in an arrest; whoever still has that call open can go on reading.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import exists, or_, select

from portal.programs.access import program_for, roles_in, today
from portal.programs.models import (
    Encounter,
    Profile,
    ProfileLook,
    ProfileMark,
    ResponseProgram,
    Signature,
)
from portal.programs.profiles.marks import macs_of
from portal.programs.profiles.terms import ProfileOptions, options_of_program
from portal.referrals import NotHere
from portal.store import Actor, Refused, audit, clock, db, limits, write


@dataclass(frozen=True)
class OpenCall:
    """A call that has no end yet."""

    id: UUID
    reference: str
    received_at: datetime


@dataclass(frozen=True)
class LookView:
    """A profile as it is read at a call."""

    id: UUID
    program: ResponseProgram
    options: ProfileOptions
    content: dict[str, Any]
    photo: str
    confirmed_until: date
    matched: str
    at: datetime
    flyer_agreed: bool
    flyer_at: datetime | None
    found_at: datetime | None
    encounter_id: UUID


def may_look(actor: Actor, program: ResponseProgram) -> frozenset[str]:
    """The actor's roles in which they may look at all."""
    options = options_of_program(program)
    return roles_in(actor, program) & {*options.viewers, *options.on_call} if options else frozenset()


def may_keep(actor: Actor, program: ResponseProgram) -> bool:
    """Whether the actor takes profiles away for owners who ask."""
    options = options_of_program(program)
    return bool(options and roles_in(actor, program) & {*options.keepers, "supervisor"})


def open_calls(actor: Actor, program: ResponseProgram) -> Sequence[OpenCall]:
    """The calls with which the actor may look now, newest first: any open one of the agency for a viewer, those that they have
    recorded or signed for who is on call."""
    options = options_of_program(program)
    roles = may_look(actor, program)
    if options is None or not roles:
        return ()
    query = select(Encounter).where(
        Encounter.organization_id == program.organization_id,
        Encounter.disposition == "",
        Encounter.received_at > clock.now() - timedelta(hours=options.call_hours),
    )
    if not roles & set(options.viewers):
        signed = exists().where(
            Signature.encounter_id == Encounter.id, Signature.account_id == actor.account_id
        )
        query = query.where(or_(Encounter.recorded_by == actor.account_id, signed))
    rows = db.session.scalars(query.order_by(Encounter.received_at.desc(), Encounter.id).limit(50))
    return [OpenCall(row.id, row.reference, row.received_at) for row in rows]


def look_up(actor: Actor, program_id: UUID, call_id: UUID | None, phone: str, address: str) -> list[UUID]:
    """Open what fits the phone or the address of this open call: one look a profile, written down for its owner. Empty when there
    is none, which is written down too. NotHere for a role that may not; Refused without an open call, or with neither phone nor
    address; TooMany for a walk through numbers."""
    with write() as session:
        program = program_for(actor, program_id)
        if program is None or program.turned_off_at is not None or not may_look(actor, program):
            raise NotHere
        limits.spend("profile look", str(actor.account_id))
        if call_id not in {call.id for call in open_calls(actor, program)}:
            raise Refused(_("Profiles open only while a call is open. Record the call first."), "call")
        wanted = macs_of(program.community_id, phone, address)
        if not wanted:
            raise Refused(_("Type the phone with its area code, or the address with its town."), "phone")
        found: dict[UUID, str] = {}
        for kind, macs in wanted.items():
            query = (
                select(Profile.id)
                .join(ProfileMark, ProfileMark.profile_id == Profile.id)
                .where(ProfileMark.kind == kind, ProfileMark.mac.in_(macs), *_shown(program))
            )
            for profile_id in session.scalars(query):
                found.setdefault(profile_id, kind)
        role = min(may_look(actor, program))
        looks = [_look(actor, program, profile_id, role, kind, call_id) for profile_id, kind in found.items()]
        session.add_all(looks)
        session.flush()
        for look in looks:
            audit.append(actor, "look_at_profile", "profile", look.profile_id, look.matched)
        if not looks:
            audit.append(actor, "look_for_profile", "response_program", program.id, "none")
        return [look.id for look in looks]


def look_for(actor: Actor, look_id: UUID) -> LookView | None:
    """What this look shows, to who looked, for as long as the call is open; then None. Audited."""
    look = db.session.get(ProfileLook, look_id)
    if look is None or look.account_id != actor.account_id:
        return None
    program = program_for(actor, look.program_id)
    options = options_of_program(program) if program else None
    if program is None or options is None or look.role not in may_look(actor, program):
        return None
    call = next(
        (each for each in open_calls(actor, program) if _mac(look.id, each.id) == look.call_mac), None
    )
    row = db.session.scalar(select(Profile).where(Profile.id == look.profile_id, *_shown(program)))
    if call is None or row is None:
        return None
    audit.looked(actor, "read_profile", "profile", row.id)
    return LookView(
        look.id,
        program,
        options,
        json.loads(row.content or "{}"),
        row.photo or "",
        row.expires_on,
        look.matched,
        look.at,
        row.flyer_agreed,
        look.flyer_at,
        look.found_at,
        call.id,
    )


def looks_today(actor: Actor, program: ResponseProgram) -> Sequence[ProfileLook]:
    """The actor's own looks that can still be read, newest first."""
    macs = {call.id for call in open_calls(actor, program)}
    rows = db.session.scalars(
        select(ProfileLook)
        .where(
            ProfileLook.program_id == program.id,
            ProfileLook.account_id == actor.account_id,
            ProfileLook.at > clock.now() - timedelta(hours=24),
        )
        .order_by(ProfileLook.at.desc())
    ).all()
    return [row for row in rows if any(_mac(row.id, call) == row.call_mac for call in macs)]


def make_flyer(actor: Actor, look_id: UUID) -> None:
    """The person is missing: a flyer is printed. The owner sees that it was. Refused where they did not agree to one."""
    with write() as session:
        view = look_for(actor, look_id)
        if view is None:
            raise NotHere
        if not view.options.flyer or not view.flyer_agreed:
            raise Refused(_("The family did not agree to a flyer. Tell colleagues by radio."))
        look = session.get_one(ProfileLook, look_id)
        look.flyer_at = look.flyer_at or clock.now()
        audit.append(actor, "make_flyer", "profile", look.profile_id)


def record_found(actor: Actor, look_id: UUID) -> None:
    """The person is safe. What can help from now on is looked for next."""
    with write() as session:
        if look_for(actor, look_id) is None:
            raise NotHere
        look = session.get_one(ProfileLook, look_id)
        look.found_at = look.found_at or clock.now()
        audit.append(actor, "record_found", "profile", look.profile_id)


def _shown(program: ResponseProgram) -> tuple[Any, ...]:
    """Profiles of this program that stand and are not too old."""
    return (Profile.program_id == program.id, Profile.ended_at.is_(None), Profile.expires_on >= today())


def _look(
    actor: Actor, program: ResponseProgram, profile_id: UUID, role: str, kind: str, call_id: UUID | None
) -> ProfileLook:
    look_id = uuid4()
    return ProfileLook(
        id=look_id,
        profile_id=profile_id,
        program_id=program.id,
        account_id=actor.account_id,
        role=role,
        matched=kind,
        call_mac=_mac(look_id, call_id),
        at=clock.now(),
    )


def _mac(look_id: UUID, call_id: UUID | None) -> str:
    """Which call it was, for who has the call: each look's is another, so that looks cannot be laid beside each other."""
    secret = str(current_app.secret_key).encode()
    text = b"look" + look_id.bytes + (call_id.bytes if call_id else b"")
    return hmac.new(secret, text, hashlib.sha256).hexdigest()
