"""The quarter's report: who may read what of it, from which needs, as known when."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from portal.directory import community
from portal.directory.models import Community, Organization
from portal.outcomes.facts import NeedFacts
from portal.outcomes.log import need_facts
from portal.outcomes.measures import (
    Row,
    any_acceptance,
    connected,
    decline_reasons,
    time_to_answer,
    warm_handoff,
)
from portal.outcomes.suppression import Line, closed_lines, open_lines, small
from portal.referrals.hours import in_business_hours
from portal.referrals.models import Need
from portal.store import Actor, clock, db

QUARTER = re.compile(r"(20\d\d)-q([1-4])")


class BadQuarter(Exception):  # noqa: N818
    """The text is not a quarter like 2026-q3, or lies in the future."""


@dataclass(frozen=True)
class Scope:
    """Whose needs: one of the evaluator's own organizations (in full), or the whole community (small cells hidden)."""

    key: str
    name: str
    organization_id: UUID | None


@dataclass(frozen=True)
class Report:
    """A quarter as published. `cut`: nothing that was recorded later is in it. Times are UTC."""

    quarter: str
    community: str
    time_zone: str
    scope: Scope
    start: datetime
    end: datetime
    cut: datetime
    needs: int | None
    lines: list[Line]


def bounds(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """First moment of the quarter and of the next one, in the community's time. Raises BadQuarter."""
    match = QUARTER.fullmatch(text)
    if match is None:
        raise BadQuarter(text)
    year, number = int(match[1]), int(match[2])
    first = datetime(year, 3 * number - 2, 1, tzinfo=zone)
    after = datetime(year + (number == 4), 3 * number % 12 + 1, 1, tzinfo=zone)
    return first.astimezone(UTC), after.astimezone(UTC)


def quarter_of(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local.year}-q{(local.month + 2) // 3}"


def published_cut(now: datetime, zone: ZoneInfo) -> datetime:
    """The data cut of what outsiders see: the first of the month. A cut that moved with every look would let a reader
    subtract yesterday's table from today's and see single people (privacy rule P22: no rolling cuts)."""
    local = now.astimezone(zone)
    return datetime(local.year, local.month, 1, tzinfo=zone).astimezone(UTC)


def quarters(actor: Actor) -> list[str]:
    """Quarters that hold needs, newest first, and the current one always."""
    here = community()
    zone = ZoneInfo(here.time_zone)
    first = db.session.scalar(select(func.min(Need.sent_at)).where(Need.community_id == here.id))
    moment = clock.now()
    found = [quarter_of(moment, zone)]
    while first is not None and found[-1] != quarter_of(first, zone):
        start, _end = bounds(found[-1], zone)
        found.append(quarter_of(start - timedelta(days=1), zone))
    return found


def scopes(actor: Actor) -> list[Scope]:
    """The whole community, then each organization where the actor is an evaluator."""
    own = actor.organizations("evaluator")
    named = db.session.execute(
        select(Organization.id, Organization.name).where(Organization.id.in_(own)).order_by(Organization.name)
    ).all()
    return [Scope("all", "", None), *(Scope(str(row.id), row.name, row.id) for row in named)]


def quarter(actor: Actor, text: str, cut: datetime | None = None, scope_key: str = "all") -> Report | None:
    """The report of a quarter such as `2026-q3`; None when the scope is not the actor's. Raises BadQuarter."""
    here = community()
    zone = ZoneInfo(here.time_zone)
    start, end = bounds(text, zone)
    if start > clock.now():
        raise BadQuarter(text)
    scope = next((found for found in scopes(actor) if found.key == scope_key), None)
    if scope is None:
        return None
    moment = cut or (clock.now() if scope.organization_id else published_cut(clock.now(), zone))
    ids = frozenset((scope.organization_id,)) if scope.organization_id else None
    facts = need_facts(here.id, start, end, moment, ids, zone=zone)
    rows = measure(facts, moment, here)
    if scope.organization_id is not None:
        lines, few = open_lines(rows), False
    else:
        own = actor.organizations("evaluator")
        rest = [sheet for sheet in facts if sheet.organization_id not in own]
        lines = closed_lines(rows, measure_like(rows, rest, moment, here) if own else None)
        few = small(len(facts)) or small(len(rest))
    return Report(
        text, here.name, here.time_zone, scope, start, end, moment, None if few else len(facts), lines
    )


def measure(facts: list[NeedFacts], cut: datetime, here: Community) -> list[Row]:
    """All rows of the report, in the order in which they are printed."""
    zone = ZoneInfo(here.time_zone)

    def in_hours(moment: datetime) -> bool:
        return in_business_hours(moment, here.business_hours, here.time_zone)

    return [
        *any_acceptance(facts, cut),
        *time_to_answer(facts, cut, in_hours),
        *decline_reasons(facts),
        *warm_handoff(facts, cut),
        *connected(facts, cut, zone),
    ]


def measure_like(rows: list[Row], facts: list[NeedFacts], cut: datetime, here: Community) -> list[Row]:
    """The same rows of other facts, in the order of `rows` (the reasons are sorted by frequency)."""
    found = {(row.measure, row.label): row for row in measure(facts, cut, here)}
    return [found[row.measure, row.label] for row in rows]
