"""What a try says, and how a task may end. Decisions only; no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from portal.programs.rules import FAILED_TRIES

# result of the try -> how the task may end with it. Without a try nothing of the person is known.
ENDS = {
    "reached": ("connected", "contact", "refused", "in_treatment", "other_end"),
    "family": ("family_contact", "in_treatment", "refused", "connected", "other_end"),
    "answered": ("connected", "contact", "refused"),
}
OWN_ANSWERS = {
    "in_care": "connected",
    "call_me": "",
    "no_contact": "refused",
}  # what the person says -> the end of the task
CHECK_IN_MINUTES = (10, 240)
EARLY = timedelta(minutes=5)


class Tried(Protocol):
    """What a try has."""

    @property
    def result(self) -> str: ...


@dataclass(frozen=True)
class Try:
    """One try, as a door hands it in. at: UTC (none: now). roles: who went, the preset's codes (empty: as who records it).
    given: the preset's services. ends: how the task ends with it, empty while it goes on. again_at: when the next try is meant to
    be. facts: answers to the step's own questions, at its end."""

    means: str
    result: str
    at: datetime | None = None
    roles: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    ends: str = ""
    again_at: datetime | None = None


def failed(tries: Sequence[Tried]) -> int:
    """How many tries reached nobody."""
    return sum(one.result in FAILED_TRIES for one in tries)


def reached(tries: Sequence[Tried], *, family_counts: bool) -> bool:
    """Whether any try reached the person, or the family where that counts."""
    return any(
        one.result in ("reached", "answered") or (family_counts and one.result == "family") for one in tries
    )


def gives_up(tries: Sequence[Tried], k: int, *, family_counts: bool) -> bool:
    """Whether a task may end as not reached: so many tries without an answer, and nobody was reached."""
    return failed(tries) >= k and not reached(tries, family_counts=family_counts)


def told_when_late(state: str, alarm_at: datetime | None, told_at: datetime | None, now: datetime) -> bool:
    """Whether the alarm of a task is due and has not gone out."""
    return state == "open" and alarm_at is not None and alarm_at <= now and told_at is None
