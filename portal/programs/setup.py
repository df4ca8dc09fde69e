"""The steward's verbs: turn a preset on at an agency, change what may be changed of it, turn it off."""

from uuid import UUID

import msgspec
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.directory.models import Organization
from portal.programs.history import keep_version
from portal.programs.models import ResponseProgram
from portal.programs.preset import Preset, presets
from portal.programs.settings import (
    NUMBERS,
    Settings,
    base_of,
    check_length,
    check_option,
    is_missing,
    missing_words,
    plain,
    settings_of,
)
from portal.referrals import NotHere
from portal.store import Actor, Conflict, Refused, audit, clock, db, write

RANKS = range(1, 1000)
LONGEST_NAME = 80


def turn_on(actor: Actor, organization_id: UUID, code: str, *, name: str = "", rank: int = 0) -> UUID:
    """The preset is on at this agency from now. name, rank: where they differ from the preset's. Refused for a preset that there
    is none of, and for one that is on there already; NotHere for who is no steward of the community."""
    preset = presets().get(code)
    with write() as session:
        _steward(actor)
        place = session.get(Organization, organization_id)
        if place is None or place.community_id != actor.community_id:
            raise Refused(_("Choose one of the list."), "organization_id")
        if preset is None:
            raise Refused(_("Choose one of the list."), "preset")
        if place.kind == "victim_service":
            raise Refused(
                _("A victim service keeps its own records. No program is turned on there."), "organization_id"
            )
        if standing_on(session, organization_id, code) is not None:
            raise Refused(_("This program is on at this agency already."), "preset")
        row = ResponseProgram(
            community_id=place.community_id,
            organization_id=place.id,
            preset=preset.code,
            preset_version=preset.version,
            name=_name(name or preset.name),
            rank=_rank(rank or preset.owner_rank),
            turned_on_at=clock.now(),
            changed_by=actor.account_id,
        )
        session.add(row)
        session.flush()
        audit.append(actor, "turn_on", "response_program", row.id, preset.code)
        return row.id


def turn_off(actor: Actor, program_id: UUID, *, version: int, redirect: str = "") -> None:
    """Nothing new is recorded from now; what was recorded stays, and what is owed is still owed. redirect: where callers are sent
    (see Settings). Conflict when somebody changed it meanwhile."""
    with write() as session:
        row = locked(session, actor, program_id, version)
        if row.turned_off_at is not None:
            raise Refused(_("This program is turned off."))
        if redirect and redirect not in NUMBERS and _other(session, row, redirect) is None:
            raise Refused(_("Choose one of the list."), "redirect")
        keep_version(session, actor, row, "turn_off")
        row.settings = plain(msgspec.structs.replace(settings_of(row), redirect=redirect))
        row.turned_off_at = clock.now()
        audit.append(actor, "turn_off", "response_program", row.id)


def set_settings(
    actor: Actor, program_id: UUID, wanted: Settings, *, name: str, rank: int, public: bool, version: int
) -> None:
    """What of the preset is different here. It holds for what is recorded from now: deadlines that stand are not moved. Refused,
    naming the field, for what the preset does not have or cannot be read; Conflict when somebody changed it meanwhile."""
    with write() as session:
        row = locked(session, actor, program_id, version)
        if is_missing(row):
            raise Refused(missing_words(row))
        check_settings(base_of(row), wanted)
        stands = settings_of(row)
        keep_version(session, actor, row, "set_settings")
        # What has verbs of its own is not set by the page of settings.
        row.settings = plain(
            msgspec.structs.replace(wanted, weather=stands.weather, redirect=stands.redirect)
        )
        row.name, row.rank, row.public = _name(name), _rank(rank), public
        audit.append(actor, "set_settings", "response_program", row.id)


def check_settings(preset: Preset, wanted: Settings) -> None:
    """Refused, naming the field, for the first thing that does not fit the preset."""
    known = {
        "follow_ups": {each.code for each in preset.follow_ups},
        "timers": {each.code for each in preset.timers},
        "targets": {each.code for each in preset.metrics},
        "options": {each.option for each in preset.settings},
    }
    for name, codes in known.items():
        for code in set(getattr(wanted, name)) - codes:
            raise Refused(_("This program does not have that."), f"{name}.{code}")
    for code, follow_up in wanted.follow_ups.items():
        for part in ("within", "alarm"):
            if getattr(follow_up, part):
                check_length(getattr(follow_up, part), f"follow_ups.{code}.{part}")
        if not 0 <= follow_up.tries <= 20:
            raise Refused(
                _("Choose a number from %(low)s to %(high)s.", low=1, high=20), f"follow_ups.{code}.tries"
            )
    for code, text in wanted.timers.items():
        check_length(text, f"timers.{code}")
    for code, target in wanted.targets.items():
        if not 0 <= target <= 1_000_000:
            raise Refused(_("This is no target."), f"targets.{code}")
    for setting in preset.settings:
        if setting.option in wanted.options:
            check_option(setting, wanted.options[setting.option])


def standing_on(session: Session, organization_id: UUID, code: str) -> ResponseProgram | None:
    """The program of this preset that is on at the agency."""
    return session.scalar(
        select(ResponseProgram).where(
            ResponseProgram.organization_id == organization_id,
            ResponseProgram.preset == code,
            ResponseProgram.turned_off_at.is_(None),
        )
    )


def locked(session: Session, actor: Actor, program_id: UUID, version: int) -> ResponseProgram:
    """The program, for a steward, as the page showed it. NotHere, or Conflict."""
    _steward(actor)
    row = session.scalar(
        select(ResponseProgram).where(ResponseProgram.id == program_id).with_for_update(of=ResponseProgram)
    )
    if row is None or row.community_id != actor.community_id:
        raise NotHere
    if row.version != version:
        raise Conflict(_("Somebody changed this meanwhile. Look at what stands now."))
    return row


def redirect_words(program: ResponseProgram) -> str:
    """What somebody hears who turns to a program that is turned off: where to go instead."""
    to = settings_of(program).redirect
    if to in NUMBERS:
        return _("%(program)s is closed. Call %(number)s.", program=program.name, number=to)
    other = _other(db.session(), program, to)
    if other is not None:
        return _("%(program)s is closed. Turn to %(other)s.", program=program.name, other=other.name)
    return _("This program is turned off.")


def _other(session: Session, row: ResponseProgram, text: str) -> ResponseProgram | None:
    try:
        other = session.get(ResponseProgram, UUID(text))
    except ValueError:
        return None
    fits = other is not None and other.id != row.id and other.community_id == row.community_id
    return other if fits else None


def _steward(actor: Actor) -> None:
    if actor.kind != "account" or not actor.has("steward"):
        raise NotHere


def _name(text: str) -> str:
    cleaned = " ".join(text.split())
    if not 1 <= len(cleaned) <= LONGEST_NAME:
        raise Refused(_("Use 1 to %(most)s letters.", most=LONGEST_NAME), "name")
    return cleaned


def _rank(number: int) -> int:
    if number not in RANKS:
        raise Refused(_("Choose a number from %(low)s to %(high)s.", low=RANKS[0], high=RANKS[-1]), "rank")
    return number
