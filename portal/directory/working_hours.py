"""When the offices of a community are open: the week, and the days on which they are not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import update

from portal.directory.models import Community
from portal.store import Actor, Conflict, Refused, audit, db, write
from portal.store.language import gettext as _

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_CLOSURES = 100


@dataclass(frozen=True)
class WorkingHours:
    """hours: by weekday, opening and closing, `{"mon": ["08:00", "17:00"]}`; a day that is not there is closed. closures: ISO
    dates that are closed beside US federal holidays."""

    hours: dict[str, list[str]]
    closures: tuple[str, ...]
    version: int = 0


def working_hours_for(actor: Actor) -> WorkingHours | None:
    """Of the steward's community; None for anybody else."""
    if actor.kind != "account" or not actor.has("steward"):
        return None
    here = db.session.get(Community, actor.community_id, populate_existing=True)
    return _of(here) if here else None


def set_working_hours(
    actor: Actor, hours: Mapping[str, Sequence[str]], closures: Sequence[str], *, version: int
) -> WorkingHours | None:
    """Set both; audited. They hold for what is sent from now on. None for who is no steward here; Refused for hours or days
    that cannot be; Conflict, whose `current` is the WorkingHours that stand, when somebody else has saved since `version`."""
    if working_hours_for(actor) is None:
        return None
    week = clean_week(hours)
    closed = clean_closures(closures)
    with write() as session:
        here = session.get_one(Community, actor.community_id)
        done = session.execute(
            update(Community)
            .where(Community.id == here.id, Community.version == version)
            .values(
                business_hours=week,
                settings={**here.settings, "closures": list(closed)},
                version=version + 1,
            )
        )
        if not getattr(done, "rowcount", 0):
            raise Conflict(_("Somebody else has set these hours since you opened them."), _of(here))
        audit.append(actor, "set_working_hours", "community", here.id)
    return WorkingHours(week, closed, version + 1)


def clean_week(hours: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The week as it is stored. Refused, with the day as its field, for a day that closes before it opens; and for none at all."""
    week = {}
    for day in WEEK:
        if not hours.get(day):
            continue
        opens, closes = (time.fromisoformat(text) for text in hours[day])
        if not (opens < closes or closes == time(0)):
            raise Refused(_("It must close after it opens."), f"{day}_closes")
        week[day] = [f"{opens:%H:%M}", f"{closes:%H:%M}"]
    if not week:
        raise Refused(_("Give the hours of one day at least."), "mon_opens")
    return week


def clean_closures(closures: Sequence[str]) -> tuple[str, ...]:
    """The days in their order, each once. Refused for what is no date, and for too many."""
    try:
        days = sorted({date.fromisoformat(text).isoformat() for text in closures})
    except ValueError:
        raise Refused(_("Write each day like 2026-12-24, one on a line."), "closures") from None
    if len(days) > MOST_CLOSURES:
        raise Refused(_("100 days are the most."), "closures")
    return tuple(days)


def _of(here: Community) -> WorkingHours:
    return WorkingHours(dict(here.business_hours), tuple(here.settings.get("closures") or ()), here.version)
