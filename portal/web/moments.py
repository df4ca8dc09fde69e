"""Times as people say them: in the community's zone, with how long is left."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import format_date, format_time, ngettext
from flask_babel import gettext as _

from portal.directory import community
from portal.store import Refused, clock
from portal.web.pages import dial


def zone() -> ZoneInfo:
    return ZoneInfo(community().time_zone)


def local(moment: datetime) -> datetime:
    """The moment on the community's wall clock."""
    return moment.astimezone(zone())


def from_wall(typed: datetime | None) -> datetime | None:
    """What a person typed on a form (no zone: the community's wall clock) as UTC. Refused for a time at the end of all days.

    In the night when the clocks go back an hour is there twice: the second is meant as soon as it has been.
    """
    if typed is None:
        return None
    try:
        first, second = (typed.replace(tzinfo=zone(), fold=fold).astimezone(UTC) for fold in (0, 1))
    except OverflowError:
        raise Refused(_("This date cannot be right.")) from None
    return second if first < second <= clock.now() else first


def today() -> date:
    return local(clock.now()).date()


def when(moment: datetime | date | None) -> str:
    """`2:05 PM today`, `9:00 AM on Nov 23, 2026`; a bare date is said as a date. Empty for None."""
    if moment is None:
        return ""
    if not isinstance(moment, datetime):
        return format_date(moment, "medium", rebase=False)
    there = local(moment)
    hour = format_time(there, "short", rebase=False)
    days = (there.date() - today()).days
    if days == 0:
        return _("%(hour)s today", hour=hour)
    if days == 1:
        return _("%(hour)s tomorrow", hour=hour)
    if days == -1:
        return _("%(hour)s yesterday", hour=hour)
    return _("%(hour)s on %(day)s", hour=hour, day=format_date(there, "medium", rebase=False))


def month(day: date) -> str:
    """`October 2026`."""
    return format_date(day, "LLLL y", rebase=False)


def local_day(moment: datetime | None) -> date | None:
    """The day of a moment, here: where the hour is nobody's business."""
    return local(moment).date() if moment else None


def at_place(moment: datetime, name: str) -> str:
    """`Tuesday, December 1, 2026, 9:00 AM`, on the clock of a place."""
    there = moment.astimezone(ZoneInfo(name))
    return f"{format_date(there, 'full', rebase=False)}, {format_time(there, 'short', rebase=False)}"


def ago(moment: datetime) -> str:
    return _("%(span)s ago", span=span(clock.now() - moment))


def left(deadline: datetime | None) -> str:
    """`4 minutes left`, `2 hours late`; empty when nothing is due."""
    if deadline is None:
        return ""
    rest = deadline - clock.now()
    if rest >= timedelta(0):
        return _("%(span)s left", span=span(rest))
    return _("%(span)s late", span=span(-rest))


def span(length: timedelta) -> str:
    """A length in the largest unit that still says something: minutes below 2 hours, hours below 2 days, then days."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 120:
        return str(ngettext("%(num)s minute", "%(num)s minutes", minutes))
    if minutes < 2 * 24 * 60:
        return str(ngettext("%(num)s hour", "%(num)s hours", minutes // 60))
    return str(ngettext("%(num)s day", "%(num)s days", minutes // (24 * 60)))


def past(moment: datetime) -> bool:
    return moment < clock.now()


def register_filters(app: Flask) -> None:
    """`{{ moment | when }}`, `{{ day | month }}`, `{{ moment | ago }}`, `{{ deadline | left }}`, `{% if deadline is past %}`, `tel:{{ number | dial }}`."""
    app.jinja_env.filters.update(
        when=when, month=month, at_place=at_place, local_day=local_day, ago=ago, left=left, dial=dial
    )
    app.jinja_env.tests.update(past=past)
