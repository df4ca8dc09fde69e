"""The owner's own verbs: make a profile, see it and who looked, change it, say that it is still right, take it away.

An owner needs no account: they hold a code of 128 bits, shown once, of which a hash is stored. Who is signed in when they make
one opens it by being signed in, too.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.programs.access import today
from portal.programs.models import Profile, ProfileConfirmation, ProfileLook, ProfileMark, ResponseProgram
from portal.programs.models.profile import CONSENT_BY
from portal.programs.profiles.keeping import end
from portal.programs.profiles.marks import marks_for
from portal.programs.profiles.photo import kept_photo
from portal.programs.profiles.terms import (
    CONSENT_TEXT,
    ProfileGiven,
    ProfileOptions,
    content_of,
    good_until,
    options_of_program,
)
from portal.programs.settings import effective
from portal.referrals import NotHere
from portal.store import Actor, Conflict, Refused, audit, clock, db, limits, write

TYPED = str.maketrans("018", "OIB")  # signs that a code does not have, and what was meant


@dataclass(frozen=True)
class Made:
    """Shown once: the code is stored as a hash alone."""

    profile_id: UUID
    code: str
    expires_on: date


@dataclass(frozen=True)
class OwnerKey:
    """By what somebody says that a profile is theirs: its code; or, signed in as who made it, its id."""

    code: str = ""
    profile_id: UUID | None = None


@dataclass(frozen=True)
class LookLine:
    """One look, as its owner reads it. role: in the program's words."""

    at: datetime
    agency: str
    role: str
    matched: str
    flyer: bool


@dataclass(frozen=True)
class OwnerView:
    """A profile as its owner sees it: all of it."""

    id: UUID
    program: ResponseProgram
    options: ProfileOptions
    content: dict[str, Any]
    photo: str
    contact: str
    consent_by: str
    flyer_agreed: bool
    expires_on: date
    hidden: bool
    version: int
    looks: tuple[LookLine, ...]
    key: OwnerKey

    @property
    def reference(self) -> str:
        """What its owner may read out to have it taken away: it opens nothing."""
        return reference_of(self.id)


def reference_of(profile_id: UUID) -> str:
    return profile_id.hex[:8].upper()


def make_profile(actor: Actor, program_id: UUID, given: ProfileGiven, *, network: str, once: UUID) -> Made:
    """A new profile, good for the program's months; its code is in the answer and nowhere else. once: drawn with the form, so that
    a form sent twice makes one. NotHere for a program that keeps none, Refused by field, TooMany from one network, Conflict for
    a form sent before."""
    with write() as session:
        program = session.get(ResponseProgram, program_id)
        options = options_of_program(program) if program and not program.turned_off_at else None
        if program is None or options is None:
            raise NotHere
        if session.get(Profile, once) is not None:
            raise Conflict(_("This was saved before. Open it with the code that you were shown."))
        now, code = clock.now(), base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")
        row = Profile(
            id=once,
            community_id=program.community_id,
            program=program,
            code_hash=_hash(code),
            account_id=actor.account_id,
            consent_by="",
            expires_on=good_until(today(), options),
            made_at=now,
            changed_at=now,
        )
        _put(row, options, given)
        limits.spend("profile", network)
        session.add(row)
        session.flush()
        _mark(session, row)
        session.add(ProfileConfirmation(profile_id=row.id, at=now, expires_on=row.expires_on))
        audit.append(_owner(row), "make_profile", "profile", row.id)
        return Made(row.id, code, row.expires_on)


def open_profile(actor: Actor, key: OwnerKey) -> OwnerView | None:
    """The profile, for its owner, with every look at it. None for a code that is none of ours. Audited."""
    with write() as session:
        row = _owned(session, actor, key)
        if row is None:
            return None
        audit.append(_owner(row), "open_own_profile", "profile", row.id)
        return _view(session, row, key)


def own_profiles(actor: Actor) -> Sequence[Profile]:
    """Those that this account has made, newest first; nothing in them is opened."""
    if actor.account_id is None:
        return ()
    mine = select(Profile).where(Profile.account_id == actor.account_id, Profile.ended_at.is_(None))
    return db.session.scalars(mine.order_by(Profile.made_at.desc())).all()


def change_profile(actor: Actor, key: OwnerKey, given: ProfileGiven, *, version: int) -> OwnerView:
    """What it says is another now; it is confirmed with that. Refused by field; Conflict when it was changed meanwhile."""
    with write() as session:
        row, options = _mine(session, actor, key)
        if row.version != version:
            raise Conflict(_("This was changed meanwhile, on another page. Look at what stands now."))
        _put(row, options, given)
        row.changed_at, row.version = clock.now(), row.version + 1
        session.execute(delete(ProfileMark).where(ProfileMark.profile_id == row.id))
        _mark(session, row)
        _confirm(session, row, options)
        audit.append(_owner(row), "change_profile", "profile", row.id)
        return _view(session, row, key)


def confirm_profile(actor: Actor, key: OwnerKey) -> OwnerView:
    """It is still right: good for the program's months from today, and shown again where it was hidden."""
    with write() as session:
        row, options = _mine(session, actor, key)
        _confirm(session, row, options)
        audit.append(_owner(row), "confirm_profile", "profile", row.id)
        return _view(session, row, key)


def delete_profile(actor: Actor, key: OwnerKey) -> None:
    """Gone at once: what it said, the photo, the marks, the code. That there was one is counted; of whom, nobody knows."""
    with write() as session:
        row, _options = _mine(session, actor, key)
        end(session, row, "owner")
        audit.append(_owner(row), "delete_profile", "profile", row.id)


def _mine(session: Session, actor: Actor, key: OwnerKey) -> tuple[Profile, ProfileOptions]:
    row = _owned(session, actor, key)
    options = options_of_program(row.program) if row is not None else None
    if row is None or options is None:
        raise NotHere
    return row, options


def _owned(session: Session, actor: Actor, key: OwnerKey) -> Profile | None:
    query = select(Profile).where(Profile.ended_at.is_(None)).with_for_update(of=Profile)
    if key.code:
        return session.scalar(query.where(Profile.code_hash == _hash(_typed(key.code))))
    if key.profile_id is None or actor.account_id is None:
        return None
    return session.scalar(query.where(Profile.id == key.profile_id, Profile.account_id == actor.account_id))


def _put(row: Profile, options: ProfileOptions, given: ProfileGiven) -> None:
    if given.consent_by not in CONSENT_BY:
        raise Refused(_("Choose who agrees."), "consent_by")
    row.content = content_of(options, given)
    row.consent_by, row.consent_text = given.consent_by, CONSENT_TEXT
    row.flyer_agreed = given.flyer_agreed and options.flyer
    row.contact = _mailbox(given.contact)
    if given.drop_photo:
        row.photo = None
    if given.photo and options.photo:
        row.photo = kept_photo(given.photo)


def _mailbox(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        raise Refused(_("Write an e-mail address, or leave it empty."), "contact") from None


def _mark(session: Session, row: Profile) -> None:
    told = json.loads(row.content or "{}")
    session.add_all(marks_for(row.id, row.community_id, told["phones"], told["addresses"]))


def _confirm(session: Session, row: Profile, options: ProfileOptions) -> None:
    row.expires_on, row.reminded_on = good_until(today(), options), None
    session.add(ProfileConfirmation(profile_id=row.id, at=clock.now(), expires_on=row.expires_on))


def _view(session: Session, row: Profile, key: OwnerKey) -> OwnerView:
    options = options_of_program(row.program)
    if options is None:
        raise NotHere
    roles = {role.code: role.label for role in effective(row.program).roles}
    looks = session.scalars(
        select(ProfileLook).where(ProfileLook.profile_id == row.id).order_by(ProfileLook.at.desc())
    )
    return OwnerView(
        row.id,
        row.program,
        options,
        json.loads(row.content or "{}"),
        row.photo or "",
        row.contact or "",
        row.consent_by,
        row.flyer_agreed,
        row.expires_on,
        row.expires_on < today(),
        row.version,
        tuple(
            LookLine(
                look.at,
                row.program.organization.name,
                roles.get(look.role, look.role),
                look.matched,
                look.flyer_at is not None,
            )
            for look in looks
        ),
        key,
    )


def _owner(row: Profile) -> Actor:
    """Whoever holds the code: the trail names the profile, and nobody."""
    return Actor(kind="link", community_id=row.community_id, name="profile")


def _typed(code: str) -> str:
    return "".join(sign for sign in code.upper().translate(TYPED) if sign.isascii() and sign.isalnum())


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
