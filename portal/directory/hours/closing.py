"""A closure of some time: when it holds by the clock on the wall, and how that is said. No database."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import get_locale

from portal.directory.hours.wall import DAY, moment_of
from portal.directory.hours.words import time_words
from portal.store.language import gettext as _

Span = tuple[datetime, datetime]


class Shut(NamedTuple):
    """A closure of some time: from and until (not included), by the clock on the wall; why, in English and Spanish."""

    begins: datetime
    ends: datetime
    words: str = ""
    words_es: str = ""


def shut_of(closure: Sequence[str]) -> Shut:
    """From a card's [begins, ends, words, words in Spanish]."""
    begins, ends, *words = closure
    return Shut(datetime.fromisoformat(begins), datetime.fromisoformat(ends), *words)


def shut_spans(closures: Sequence[Shut], where: ZoneInfo) -> list[Span]:
    return [
        (
            moment_of(where, each.begins.date(), each.begins.time()),
            moment_of(where, each.ends.date(), each.ends.time()),
        )
        for each in closures
    ]


def closed_until(closure: Shut, there: datetime) -> str:
    """`Closed through Thursday, Dec 3`, `Closed until 3 pm today`; `there` is now by its own clock."""
    if closure.ends.time() == time(0):
        last = closure.ends.date() - DAY
        if last == there.date():
            return _("Closed today")
        return _("Closed through %(day)s", day=dated(last))
    day = _("today") if closure.ends.date() == there.date() else dated(closure.ends.date())
    return _("Closed until %(time)s %(day)s", time=time_words(closure.ends.time()), day=day)


def closed_between(closure: Shut) -> str:
    """`Closed from Thursday, Dec 24 through Saturday, Dec 26`; with the times where it has any."""
    begins, ends = closure.begins, closure.ends
    whole = begins.time() == time(0) == ends.time()
    if whole and ends - begins == DAY:
        return _("Closed on %(day)s", day=dated(begins.date()))
    if whole:
        return _(
            "Closed from %(first)s through %(last)s",
            first=dated(begins.date()),
            last=dated(ends.date() - DAY),
        )
    at = {"first": dated(begins.date()), "opens": time_words(begins.time())}
    at |= {"last": dated(ends.date()), "closes": time_words(ends.time())}
    return _("Closed from %(opens)s %(first)s until %(closes)s %(last)s", **at)


def dated(day: date) -> str:
    return format_date(day, "EEEE, MMM d", locale=get_locale() or "en")
