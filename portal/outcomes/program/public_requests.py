"""Requests of the public: received, accepted, met; what was missing where one was not accepted; and extreme weather. The unit is the
encounter, and nobody is known in it."""

from collections import Counter
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select

from portal.outcomes.program.calls import part
from portal.outcomes.program.metric import Block, Metric, ProgramScope, count, share
from portal.outcomes.program.reach import asked
from portal.outcomes.program.tally import corrected, counted, standing
from portal.programs import settings_of
from portal.programs.models import Encounter
from portal.store import db

FIRST = date(2026, 1, 1)
GAP, NAMED = "gap", "staff_received"


def three_counts(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Each is a count of its own, and the next is a part of it: they are never one number."""
    found = asked(scope)
    received = sum(each.number for each in found)
    accepted = sum(each.number for each in found if each.sent or each.answered)
    met = sum(each.number for each in found if each.met_somebody)
    return [
        Block(
            metric.id,
            str(metric.name),
            (
                count(metric, _("Requests received"), received),
                count(metric, _("Accepted for dispatch"), accepted),
                count(metric, _("Met the person"), met),
            ),
        )
    ]


def gaps(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Requests that were not accepted, by what was missing."""
    field = scope.preset.field(GAP)
    found: Counter[str] = Counter()
    for each in asked(scope, GAP):
        if not each.sent and not each.answered:
            found[each.answer or ""] += each.number
    total = sum(found.values())
    rows = [
        part(metric, choice.label, found[choice.code], total) for choice in (field.choices if field else ())
    ]
    rows.append(part(metric, _("Not said"), found[""], total))
    return [Block(metric.id, str(metric.name), tuple(rows), adds_up=True)]


def safe_places(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Of the people brought to a safe place: handed over to staff by name."""
    found = [each for each in asked(scope, NAMED) if each.outcome == "safe_place"]
    yes, no = (sum(each.number for each in found if each.answer is word) for word in (True, False))
    unknown = sum(each.number for each in found) - yes - no
    row = share(metric, _("Staff took over by name"), yes, yes + no, unknown=unknown)
    return [Block(metric.id, str(metric.name), (row,))]


def weather(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Requests that came while extreme weather mode was on."""
    windows = [(each.since, each.until or scope.cut) for each in settings_of(scope.program).weather]
    total = counted(scope)
    inside = 0
    if windows:
        during = or_(
            *((Encounter.received_at >= since) & (Encounter.received_at < until) for since, until in windows)
        )
        query = select(func.count()).where(*standing(scope), Encounter.meets_criteria.is_(True), during)
        inside = db.session.scalar(query) or 0
        inside += sum(
            any(since <= values["received_at"] < until for since, until in windows)
            for values in corrected(scope)
            if values["meets_criteria"]
        )
    rows = (
        part(metric, _("While extreme weather mode was on"), inside, total),
        part(metric, _("At other times"), total - inside, total),
    )
    return [Block(metric.id, str(metric.name), rows, adds_up=True)]


METRICS = (
    Metric(
        "three_counts",
        1,
        FIRST,
        _l("Requests received, accepted for dispatch, and people met"),
        "encounter",
        _l("Requests received; of them, those a team set out for; of them, those in which it met somebody"),
        _l("Three counts, never one"),
        _l("Nothing; nobody has to say who they are to be counted"),
        three_counts,
    ),
    Metric(
        "gap",
        1,
        FIRST,
        _l("What was missing"),
        "encounter",
        _l("Requests that were not accepted, by what was missing"),
        _l("Requests for which no team set out"),
        _l("Nothing; requests without a reason are a row of their own"),
        gaps,
    ),
    Metric(
        "safe_places",
        1,
        FIRST,
        _l("Handed over at a safe place"),
        "encounter",
        _l("People whom staff of the place took over by name"),
        _l("People taken to a safe place, where that was said"),
        _l("Those of whom nobody said it; they stand apart as unknown"),
        safe_places,
    ),
    Metric(
        "extreme_weather",
        1,
        FIRST,
        _l("Requests in extreme weather"),
        "encounter",
        _l("Requests received while extreme weather mode was on"),
        _l("All requests"),
        _l("Nothing"),
        weather,
    ),
)
