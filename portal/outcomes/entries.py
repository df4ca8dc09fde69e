"""Every version of every measure in words, with the code that counts it: what the page of definitions is made from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from portal.outcomes.askings import room_asked
from portal.outcomes.definitions import VERSIONS
from portal.outcomes.listings import listing_truth
from portal.outcomes.measures import MEASURES
from portal.outcomes.program import versions


@dataclass(frozen=True)
class Entry:
    """One version of one measure, as read. until: the first day of the version after it. code: `module:function`."""

    id: str
    version: int
    valid_from: date
    until: date | None
    name: str
    unit: str
    numerator: str
    denominator: str
    left_out: str
    window_days: int | None
    source: str
    code: str

    @property
    def anchor(self) -> str:
        return f"{self.id}-{self.version}"


def catalog() -> list[Entry]:
    """Measures of needs and of listings, then those of programs; each with its versions, the oldest first."""
    units = {
        "encounter": _("call"),
        "need": _("need of a person"),
        "offer": _("request to a service"),
        "asking": _("asking for room"),
        "person": _("person"),
        "task": _("task"),
        "request": _("request"),
        "listing": _("listing"),
        "document": _("document"),
    }
    counted = {(key, one.version): one.code for one in MEASURES for key in one.ids}
    own = versions()
    counted |= {("M25", 1): _place(room_asked)}
    code = counted | {(metric.id, metric.version): metric.code for metric in own}
    listings = _place(listing_truth)
    known = [(found, found.window_days, found.source) for series in VERSIONS.values() for found in series]
    rows: list[tuple[Any, int | None, str]] = [
        *known,
        *((metric, None, metric.source) for metric in own if not _is_in(metric.id)),
    ]
    return [
        Entry(
            one.id,
            one.version,
            one.valid_from,
            _until(rows, one),
            str(one.name),
            units.get(one.unit, one.unit),
            str(one.numerator),
            str(one.denominator),
            str(one.left_out),
            window,
            source,
            code.get((one.id, one.version), listings),
        )
        for one, window, source in rows
    ]


def _is_in(key: str) -> bool:
    return any(found.measure == key for series in VERSIONS.values() for found in series)


def _until(rows: list[tuple[Any, int | None, str]], one: Any) -> date | None:
    later = [each.valid_from for each, _w, _s in rows if each.id == one.id and each.version > one.version]
    return min(later, default=None)


def _place(code: Callable[..., Any]) -> str:
    return f"{code.__module__}:{code.__qualname__}"
