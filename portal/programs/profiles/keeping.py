"""The clocks of a profile: its owner is reminded, it is hidden after its last day, and erased when nobody has confirmed it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app, render_template
from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.accounts.models import Account
from portal.directory import NoCommunity
from portal.messages import Letter, drop_about, enqueue
from portal.programs.access import program_for, roles_in, today
from portal.programs.models import Profile, ProfileLook, ProfileMark
from portal.programs.profiles.terms import options_of_program
from portal.referrals import NotHere
from portal.store import Actor, Refused, audit, clock, erased, write
from portal.store.actor import CLOCK
from portal.store.peppers import peppers
from portal.store.retention import RETENTION

BATCH = 200


def tick_profiles(now: datetime) -> int:
    """Remind owners whose profile has so many days left: one letter that says no more than that there is something to look at.
    Returns how many."""
    try:
        day = today()
    except NoCommunity:
        return 0
    done = 0
    with write() as session:
        rows = session.scalars(
            select(Profile)
            .where(Profile.ended_at.is_(None), Profile.reminded_on.is_(None), Profile.expires_on >= day)
            .where(Profile.expires_on <= day + timedelta(days=60))
            .with_for_update(of=Profile, skip_locked=True)
        )
        for row in rows:
            options = options_of_program(row.program)
            if options is None or row.expires_on - timedelta(days=options.remind_days) > day:
                continue
            row.reminded_on = day
            address = _address(session, row)
            if address:
                enqueue(_reminder(row, address))
                done += 1
    return done


def purge_profiles(now: datetime) -> int:
    """Erase profiles that were hidden so many days ago, and looks of long ago; returns how many. Batches of one transaction each."""
    try:
        last = today() - timedelta(days=RETENTION["profiles"].days)
    except NoCommunity:
        return 0
    done = 0
    while True:
        with write() as session:
            rows = session.scalars(
                select(Profile)
                .where(Profile.ended_at.is_(None), Profile.expires_on < last)
                .order_by(Profile.expires_on)
                .limit(BATCH)
            ).all()
            for row in rows:
                end(session, row, "expired")
            if rows:
                audit.append(CLOCK, "purge", "profile", len(rows), "expired")
        done += len(rows)
        if len(rows) < BATCH:
            return done + _forget_looks(now)


def _forget_looks(now: datetime) -> int:
    with write() as session:
        old = ProfileLook.at < RETENTION["profile_looks"].cutoff(now)
        gone = len(session.scalars(select(ProfileLook.id).where(old)).all())
        if gone:
            session.execute(delete(ProfileLook).where(old))
            audit.append(CLOCK, "purge", "profile_look", gone, "profile_looks")
    return gone


def remove_on_request(actor: Actor, program_id: UUID, reference: str) -> None:
    """Somebody of the program takes a profile away because its owner asks, by the reference that the owner reads out. They see
    nothing of it. Refused for a reference that is none."""
    with write() as session:
        program = program_for(actor, program_id)
        options = options_of_program(program) if program else None
        if (
            program is None
            or options is None
            or not roles_in(actor, program) & {*options.keepers, "supervisor"}
        ):
            raise NotHere
        typed = reference.strip().lower()
        standing = select(Profile).where(Profile.program_id == program.id, Profile.ended_at.is_(None))
        row = next((each for each in session.scalars(standing) if each.id.hex[:8] == typed), None)
        if row is None:
            raise Refused(_("No profile here has this reference."), "reference")
        end(session, row, "request")
        audit.append(actor, "remove_profile", "profile", row.id)


def end(session: Session, row: Profile, reason: str) -> None:
    """In the caller's transaction: what it says is gone, from here and, remembered by id, from a backup that is put back."""
    row.content = row.photo = row.contact = row.code_hash = row.account_id = None
    row.ended_at, row.end_reason = clock.now(), reason
    row.version += 1
    session.execute(delete(ProfileMark).where(ProfileMark.profile_id == row.id))
    drop_about(row.id)
    erased.remember("profile", row.id)


def lift_marks() -> int:
    """Put the newer peppers onto marks made before them; returns how many. May be ended anywhere and run again."""
    secret, done = peppers(), 0
    while True:
        with write() as session:
            rows = session.scalars(
                select(ProfileMark)
                .where(ProfileMark.pepper_id.in_(secret.ids - {secret.newest}))
                .order_by(ProfileMark.number)
                .limit(BATCH)
            ).all()
            for row in rows:
                row.mac, row.pepper_id = secret.lifted(row.mac, row.pepper_id), secret.newest
        done += len(rows)
        if len(rows) < BATCH:
            return done


def _end_again(session: Session, profile_id: UUID) -> None:
    row = session.get(Profile, profile_id)
    if row is not None and row.ended_at is None:
        row.content = row.photo = row.contact = row.code_hash = row.account_id = None
        row.ended_at, row.end_reason = clock.now(), "request"
        session.execute(delete(ProfileMark).where(ProfileMark.profile_id == row.id))


# The word of `erased.remember` here, with what does it once more after an older database was put back.
ERASE_AGAIN: dict[str, Callable[[Session, UUID], None]] = {"profile": _end_again}


def _address(session: Session, row: Profile) -> str:
    if row.contact:
        return row.contact
    account = session.get(Account, row.account_id) if row.account_id else None
    return account.email if account is not None and account.disabled_at is None else ""


def _reminder(row: Profile, address: str) -> Letter:
    subject = _("You have a new item in Handrail")
    values = {"url": f"{current_app.extensions['settings'].base_url}/profiles/own", "subject": subject}
    return Letter(
        name="programs/profile",
        to=address,
        subject=subject,
        text=render_template("letters/programs/profile.txt", **values),
        html=render_template("letters/programs/profile.html", **values),
        key=f"programs/profile/{row.id}/{row.expires_on}",
        about=row.id,
    )
