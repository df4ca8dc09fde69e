"""Pure decisions about a listing: is it open, how true is what it says, may it be asked. No database."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from portal.directory.freshness.kinds import OTHER, Pace
from portal.directory.hours import OpenState, open_state
from portal.directory.models import Organization, Service
from portal.store.language import gettext as _
from portal.store.language import ngettext

How = Literal["refer", "call", "victim_call"]

TOLD = (
    "yes",
    "limited",
    "no",
)  # answers to "can you take one person now?"; freshness.kinds says how long each holds


@dataclass(frozen=True)
class ShownAvailability:
    """What a page may say now: yes, limited, no or unknown, in words with its age; `age` None when never told."""

    value: str
    words: str
    age: timedelta | None = None


@dataclass(frozen=True)
class Freshness:
    """When a human last said that the listing is right, in words. `stale` listings say "call first"."""

    words: str
    days: int | None
    stale: bool


def shown_availability(
    availability: str, at: datetime | None, now: datetime, source: str = "", pace: Pace = OTHER
) -> ShownAvailability:
    """The stored answer as it may be shown at `now`: after two half-lives of the listing's pace it is unknown, whatever it was.

    A "no" that a declined referral left behind reads like any other word of the desk, so that nobody can tell from the
    public page that a request was declined.
    """
    if availability not in TOLD or at is None:
        return ShownAvailability("unknown", _("Not known: call first"))
    age = max(now - at, timedelta(0))
    if age >= pace.holds:
        return ShownAvailability(
            "unknown", _("Not confirmed for %(age)s: call first", age=age_words(age)), age
        )
    value = {"yes": _("Yes"), "limited": _("Limited room"), "no": _("No room")}[availability]
    who = {"steward": _("by a steward"), "seed": _("by the directory")}.get(source, _("by the desk"))
    words = _("%(value)s, as of %(age)s ago %(who)s", value=value, age=age_words(age), who=who)
    if age < timedelta(minutes=1):
        words = _("%(value)s, as of just now %(who)s", value=value, who=who)
    return ShownAvailability(availability, words, age)


def age_words(age: timedelta) -> str:
    """`14 min`, `3 hours`, `2 days`, `14 months`, `3 years`: rounded down."""
    minutes = int(age.total_seconds() // 60)
    if minutes < 60:
        return _("%(minutes)s min", minutes=max(minutes, 1))
    if minutes < 24 * 60:
        return ngettext("%(num)s hour", "%(num)s hours", minutes // 60)
    days = minutes // (24 * 60)
    if days < 61:
        return ngettext("%(num)s day", "%(num)s days", days)
    if days < 730:
        return ngettext("%(num)s month", "%(num)s months", int(days / 30.44))
    return ngettext("%(num)s year", "%(num)s years", int(days / 365.25))


def freshness(
    assured: date | None,
    today: date,
    days: int = OTHER.days,
    *,
    used: date | None = None,
    doubted: bool = False,
) -> Freshness:
    """`Confirmed 3 days ago`, `Not confirmed for 14 months: call first`, `Never confirmed: call first`.

    days: how long a word holds. used: until when use has shown that it is right; it counts where nobody said so later.
    doubted: somebody who answers for it, or whom a steward believes, said that it is wrong, and nobody has put it right.
    """
    newest = max((day for day in (assured, used) if day is not None), default=None)
    since = None if newest is None else max((today - newest).days, 0)
    if doubted:
        return Freshness(_("Something here may be wrong: call first"), since, True)
    if since is None:
        return Freshness(_("Never confirmed: call first"), None, True)
    age = age_words(timedelta(days=since))
    if since > days:
        return Freshness(_("Not confirmed for %(age)s: call first", age=age), since, True)
    if newest != assured:
        return Freshness(_("Confirmed by use, %(age)s ago", age=age), since, False)
    if since == 0:
        return Freshness(_("Confirmed today"), 0, False)
    return Freshness(_("Confirmed %(age)s ago", age=age), since, False)


def how_to_ask(organization: Organization, service: Service) -> How:
    """How it may be asked, from two rows: `victim_call` (spoken only, no person stored), `call` (nobody there answers here, or it
    is closed for now), `refer`. A closure of some days is not in these rows, see closures.can_refer."""
    return how_by(organization.kind, organization.joined_at is not None, service.status)


def how_by(kind: str, joined: bool, status: str) -> How:
    """The same, from the organization's kind, whether it joined, and the service's status."""
    if kind == "victim_service":
        return "victim_call"
    return "refer" if joined and status == "active" else "call"


__all__ = [
    "TOLD",
    "Freshness",
    "How",
    "OpenState",
    "ShownAvailability",
    "age_words",
    "freshness",
    "how_by",
    "how_to_ask",
    "open_state",
    "shown_availability",
]
