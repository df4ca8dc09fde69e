"""Extreme weather mode: who leads the shift says when it begins and ends; the report counts its calls apart."""

from uuid import UUID

import msgspec
from flask_babel import gettext as _
from sqlalchemy import select

from portal.programs.access import kinds_in
from portal.programs.history import keep_version
from portal.programs.models import ResponseProgram
from portal.programs.settings import Window, effective, plain, settings_of
from portal.referrals import NotHere
from portal.store import Actor, Refused, audit, clock, write

MODULE = "weather"
KINDS = frozenset(("dispatch", "liaison", "supervisor"))


def set_weather(actor: Actor, program_id: UUID, on: bool) -> None:
    """Extreme weather mode begins, or ends, now. Only ever added to: a window that was on stays on record. Refused where it is so
    already; NotHere for who leads no shift of the program."""
    with write() as session:
        row = session.scalar(
            select(ResponseProgram)
            .where(ResponseProgram.id == program_id)
            .with_for_update(of=ResponseProgram)
        )
        if row is None or not leads_weather(actor, row):
            raise NotHere
        if on == weather_is_on(row):
            raise Refused(_("It is on already.") if on else _("It is off already."))
        stands, now = settings_of(row), clock.now()
        windows = (
            (*stands.weather, Window(since=now))
            if on
            else (*stands.weather[:-1], msgspec.structs.replace(stands.weather[-1], until=now))
        )
        keep_version(session, actor, row, "set_weather")
        row.settings = plain(msgspec.structs.replace(stands, weather=windows))
        audit.append(actor, "set_weather", "response_program", row.id, "on" if on else "off")


def leads_weather(actor: Actor, program: ResponseProgram) -> bool:
    """Whether the actor leads a shift of a program that has this mode."""
    return MODULE in effective(program).modules and bool(KINDS & kinds_in(actor, program))


def weather_is_on(program: ResponseProgram) -> bool:
    """Whether extreme weather mode is on now."""
    windows = settings_of(program).weather
    return bool(windows) and windows[-1].until is None
