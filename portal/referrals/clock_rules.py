"""What a steward may set the clocks to, and in what order they run. Pure tables and decisions, no database.

Nothing may end in silence: every clock has a longest length, and whoever is told next is told no later than the one after.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.referrals.plan import LENGTHS, Clocks, parts_of

# urgency -> clock -> the shortest and the longest that it may be. Routine counts business days, the others the clock.
BOUNDS: dict[str, dict[str, tuple[str, str]]] = {
    "now": {
        "seen_by": ("1m", "15m"),
        "decide_by": ("2m", "60m"),
        "supervisor": ("2m", "60m"),
        "next_service": ("5m", "2h"),
        "handoff_by": ("5m", "4h"),
        "arrival_asked": ("10m", "24h"),
        "next_step": ("2m", "60m"),
    },
    "today": {
        "seen_by": ("5m", "4h"),
        "decide_by": ("15m", "8h"),
        "supervisor": ("15m", "8h"),
        "next_service": ("30m", "12h"),
        "handoff_by": ("1h", "48h"),
        "arrival_asked": ("1h", "168h"),
        "next_step": ("15m", "8h"),
    },
    "routine": {
        "seen_by": ("1bd", "5bd"),
        "decide_by": ("1bd", "10bd"),
        "supervisor": ("1bd", "10bd"),
        "next_service": ("1bd", "10bd"),
        "handoff_by": ("1bd", "20bd"),
        "arrival_asked": ("1bd", "20bd"),
        "next_step": ("1bd", "5bd"),
    },
}
# (earlier, later): the first may never be longer than the second.
ORDER = (
    ("seen_by", "decide_by"),
    ("seen_by", "supervisor"),
    ("decide_by", "next_service"),
    ("supervisor", "next_service"),
    ("handoff_by", "arrival_asked"),
)
# next_step is the sender's own time, so that a service sets the others alone.
OF_A_SERVICE = tuple(name for name in LENGTHS if name != "next_step")
MOST_FOLLOW_UPS, LAST_FOLLOW_UP = 5, 30  # a need closes 37 days after its send

NAMES: dict[str, LazyString] = {
    "seen_by": _l("Not seen: the backup contact is told after"),
    "decide_by": _l("The service is asked to decide within"),
    "supervisor": _l("No answer: a supervisor is told after"),
    "next_service": _l("No answer: the next service is asked after"),
    "handoff_by": _l("After a yes: first contact within"),
    "arrival_asked": _l("After a yes: arrival is asked after"),
    "next_step": _l("The sender's turn: a supervisor is told after"),
}
# The same, of a moment at which it happens.
HAPPENS: dict[str, LazyString] = {
    "seen_by": _l("Not seen: the backup contact is told"),
    "decide_by": _l("The service should have decided"),
    "supervisor": _l("No answer: a supervisor is told"),
    "next_service": _l("No answer: the next service is asked"),
    "handoff_by": _l("After a yes now: first contact by"),
    "arrival_asked": _l("After a yes now: arrival is asked"),
    "next_step": _l("The sender's turn from now: a supervisor is told"),
}

_TYPED = re.compile(
    r"(\d{1,4})\s*(?:(m|mins?|minutes?|minutos?)|(h|hrs?|hours?|horas?)|(bd|(?:business\s+)?days?|d[ií]as?(?:\s+h[aá]biles)?))\.?",
    re.IGNORECASE,
)
_MINUTES = {"m": 1, "h": 60}


@dataclass(frozen=True)
class Fault:
    """What cannot be so: which field of the form, and why, in words."""

    field: str
    words: str


def length_of(typed: str) -> str | None:
    """`3 minutes`, `24 h`, `2 business days` as 3m, 24h, 2bd; None for what is no length."""
    found = _TYPED.fullmatch(" ".join(typed.split()))
    if found is None:
        return None
    return f"{int(found[1])}{'m' if found[2] else 'h' if found[3] else 'bd'}"


def length_words(length: str) -> str:
    """`3m` as "3 minutes"."""
    number, unit = parts_of(length)
    if unit == "bd":
        return str(ngettext("%(num)s business day", "%(num)s business days", number))
    if unit == "h":
        return str(ngettext("%(num)s hour", "%(num)s hours", number))
    return str(ngettext("%(num)s minute", "%(num)s minutes", number))


def follow_up_days_of(typed: str) -> tuple[int, ...] | None:
    """`1, 7, 30` as numbers, smallest first; None for what is no such list."""
    parts = [part for part in re.split(r"[\s,;]+", typed) if part]
    if not parts or not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):
        return None
    return tuple(sorted({int(part) for part in parts}))


def faults(urgency: str, clocks: Clocks) -> list[Fault]:
    """Everything that these clocks may not be, each in words: bounds first, then their order."""
    found = [fault for name in LENGTHS if (fault := _out_of_bounds(urgency, name, getattr(clocks, name)))]
    if found:
        return found
    for earlier, later in ORDER:
        if _size(getattr(clocks, earlier)) > _size(getattr(clocks, later)):
            found.append(
                Fault(
                    later,
                    _(
                        "“%(later)s” cannot be shorter than “%(earlier)s” (%(length)s).",
                        later=NAMES[later],
                        earlier=NAMES[earlier],
                        length=length_words(getattr(clocks, earlier)),
                    ),
                )
            )
    return found


def follow_up_fault(days: tuple[int, ...]) -> str:
    """Why these days cannot be; empty when they can."""
    if 1 <= len(days) <= MOST_FOLLOW_UPS and days[0] >= 1 and days[-1] <= LAST_FOLLOW_UP:
        return ""
    return _("Give 1 to 5 days, each from 1 to 30, with commas: 1, 7, 30.")


def sound(urgency: str, base: Clocks, lengths: Mapping[str, str]) -> Clocks:
    """`base` with these lengths, where the two fit together; else `base` as it is."""
    mixed = base.with_lengths(lengths)
    return base if faults(urgency, mixed) else mixed


def _out_of_bounds(urgency: str, name: str, length: str) -> Fault | None:
    shortest, longest = BOUNDS[urgency][name]
    same_kind = (parts_of(length)[1] == "bd") == (parts_of(shortest)[1] == "bd")
    if same_kind and _size(shortest) <= _size(length) <= _size(longest):
        return None
    words = _(
        "“%(name)s” must be from %(shortest)s to %(longest)s.",
        name=NAMES[name],
        shortest=length_words(shortest),
        longest=length_words(longest),
    )
    return Fault(name, words)


def _size(length: str) -> int:
    """Comparable within one urgency: minutes, or business days."""
    number, unit = parts_of(length)
    return number * _MINUTES.get(unit, 1)
