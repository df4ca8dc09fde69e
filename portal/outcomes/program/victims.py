"""Help for victims, by number alone: what was needed and found, officers' hours, advocates called and in time. What became of
survivors is closed: small numbers are hidden from the agency too."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from portal.outcomes.program.metric import Block, Metric, ProgramScope, count, share, value
from portal.outcomes.program.tally import corrected, counted, standing
from portal.outcomes.statistics import percentile
from portal.programs.models import AdvocateCall, AdvocateCount, Encounter, VictimVisit
from portal.programs.victims import advocate_options, victim_options
from portal.store import db

FIRST = date(2026, 1, 1)
MINUTES = "minutes_saved"  # the preset's field
LINE = "line_transfer"  # the preset's response type


def transfers(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Calls that were put through to the provider line instead of sending officers."""
    total = counted(scope)
    through = counted(scope, lambda cell: cell.response_type == LINE)
    return [Block(metric.id, str(metric.name), (share(metric, str(metric.name), through, total),))]


def hours_saved(metric: Metric, scope: ProgramScope) -> list[Block]:
    """The sum of what was said of calls; those of which nothing was said are unknown, and add nothing."""
    said = [facts[MINUTES] for facts in _facts(scope) if isinstance(facts.get(MINUTES), int)]
    hours = round(sum(said) / 60, 1) if said else None
    row = value(metric, str(metric.name), "hours", hours, len(said))
    note = _("Said of %(said)s of %(all)s calls.", said=len(said), all=counted(scope))
    return [Block(metric.id, str(metric.name), (row,), note=note)]


def needs(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Each need as a share of the records; one record may have several."""
    rows, wanted = _visits(scope), Counter[str]()
    for row in rows:
        wanted.update(row.needs)
    options = victim_options(scope.program)
    records = (count(metric, _("Records of victims"), len(rows)),)
    lines = tuple(
        share(metric, choice.label, wanted[choice.code], len(rows))
        for choice in (options.needs if options else ())
    )
    note = _("One record can count under several of these.")
    return [
        Block(metric.id, _("Records"), records, closed=True),
        Block(metric.id, str(metric.name), lines, closed=True, note=note),
    ]


def needs_met(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Of what was needed, what was found: all, and by need."""
    wanted, found = Counter[str](), Counter[str]()
    for row in _visits(scope):
        wanted.update(row.needs)
        found.update(row.met)
    options = victim_options(scope.program)
    whole = (share(metric, _("Everything that was needed"), found.total(), wanted.total()),)
    lines = tuple(
        share(metric, choice.label, found[choice.code], wanted[choice.code])
        for choice in (options.needs if options else ())
    )
    return [
        Block(metric.id, str(metric.name), whole, closed=True),
        Block(metric.id, _("By need"), lines, closed=True),
    ]


def called(metric: Metric, scope: ProgramScope) -> list[Block]:
    """How often an advocate was called. That is all that police see."""
    return [Block(metric.id, str(metric.name), (count(metric, str(metric.name), len(_calls(scope))),))]


def arrival(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Calls with the advocate on scene within the minutes that are aimed at; where nobody wrote it down it is unknown."""
    options = advocate_options(scope.program)
    within = options.within if options else 0
    minutes = _minutes(scope)
    known = [each for each in minutes if each is not None]
    label = _("On scene within %(minutes)s minutes", minutes=within)
    row = share(
        metric, label, sum(each <= within for each in known), len(known), unknown=len(minutes) - len(known)
    )
    return [Block(metric.id, str(metric.name), (row,), closed=True)]


def minutes_to_scene(metric: Metric, scope: ProgramScope) -> list[Block]:
    """The median, with the middle half."""
    known = [each for each in _minutes(scope) if each is not None]
    row = value(
        metric,
        _("Median minutes from the call to the scene"),
        "minutes",
        percentile(known, 0.5),
        len(known),
        percentile(known, 0.25),
        percentile(known, 0.75),
    )
    return [Block(metric.id, str(metric.name), (row,), closed=True)]


def advocate_numbers(metric: Metric, scope: ProgramScope) -> list[Block]:
    """What the advocates counted by the month, added up. A month that they did not count is missing, not nothing."""
    options = advocate_options(scope.program)
    rows = _counts(scope)
    lines = tuple(
        count(metric, choice.label, sum(row.counts.get(choice.code, 0) for row in rows))
        for choice in (options.counted if options else ())
    )
    note = _("Counted in %(months)s of 3 months, by the advocates themselves.", months=len(rows))
    return [Block(metric.id, str(metric.name), lines, closed=True, note=note)]


def _facts(scope: ProgramScope) -> Iterator[dict[str, Any]]:
    yield from db.session.scalars(select(Encounter.facts).where(*standing(scope), Encounter.meets_criteria))
    for values in corrected(scope):
        if values["meets_criteria"]:
            yield values["facts"]


def _visits(scope: ProgramScope) -> list[VictimVisit]:
    first = scope.start.astimezone(scope.zone).date()
    last = (scope.end - timedelta(microseconds=1)).astimezone(scope.zone).date()
    known = scope.cut.astimezone(scope.zone).date()
    rows = db.session.scalars(
        select(VictimVisit).where(
            VictimVisit.program_id == scope.program.id,
            VictimVisit.on_day.between(first, last),
            VictimVisit.recorded_on <= known,
        )
    )
    return [row for row in rows if row.withdrawn_on is None or row.withdrawn_on > known]


def _calls(scope: ProgramScope) -> list[AdvocateCall]:
    query = select(AdvocateCall).where(
        AdvocateCall.program_id == scope.program.id,
        AdvocateCall.called_at >= scope.start,
        AdvocateCall.called_at < scope.end,
        AdvocateCall.called_at <= scope.cut,
    )
    return list(db.session.scalars(query))


def _minutes(scope: ProgramScope) -> list[float | None]:
    """Of each call, the minutes to the scene as known at the cut; None where nobody wrote it down."""
    return [
        (row.arrived_at - row.called_at).total_seconds() / 60
        if row.arrived_at and row.arrival_recorded_at and row.arrival_recorded_at <= scope.cut
        else None
        for row in _calls(scope)
    ]


def _counts(scope: ProgramScope) -> list[AdvocateCount]:
    first = scope.start.astimezone(scope.zone).date()
    last = (scope.end - timedelta(microseconds=1)).astimezone(scope.zone).date()
    newest = (
        select(func.max(AdvocateCount.number))
        .where(
            AdvocateCount.program_id == scope.program.id,
            AdvocateCount.month.between(first, last),
            AdvocateCount.at <= scope.cut,
        )
        .group_by(AdvocateCount.month)
    )
    return list(db.session.scalars(select(AdvocateCount).where(AdvocateCount.number.in_(newest))))


_NONE = _l("None")
_NUMBERS = _l("None: these are numbers")
METRICS = (
    Metric(
        "line_transfers",
        1,
        FIRST,
        _l("Put through to the provider line"),
        "encounter",
        _l("Calls that were put through to the provider line"),
        _l("Calls meeting criteria"),
        _NONE,
        transfers,
    ),
    Metric(
        "hours_saved",
        1,
        FIRST,
        _l("Officer hours saved"),
        "encounter",
        _l("Minutes that officers did not have to stay, as the team said, divided by 60"),
        _l("Calls of which it was said"),
        _l("Calls of which nothing was said"),
        hours_saved,
    ),
    Metric(
        "victim_needs",
        1,
        FIRST,
        _l("What victims needed"),
        "person",
        _l("Records with this need"),
        _l("Records of victims, by the day of the visit"),
        _l("Entered in error"),
        needs,
    ),
    Metric(
        "victim_needs_met",
        1,
        FIRST,
        _l("What was found for victims"),
        "person",
        _l("Needs for which something was found"),
        _l("Needs that were recorded"),
        _l("Entered in error"),
        needs_met,
    ),
    Metric(
        "advocates_called",
        1,
        FIRST,
        _l("Advocates called"),
        "request",
        _l("Calls for an advocate"),
        _NUMBERS,
        _NONE,
        called,
    ),
    Metric(
        "advocate_arrival",
        1,
        FIRST,
        _l("Advocate on scene in time"),
        "request",
        _l("Calls with the advocate on scene within the minutes that are aimed at"),
        _l("Calls of which the advocates wrote down when they came"),
        _l("Calls without that stand apart as unknown"),
        arrival,
    ),
    Metric(
        "advocate_minutes",
        1,
        FIRST,
        _l("Minutes to the scene"),
        "request",
        _l("Minutes from the call to the scene, median"),
        _l("Calls of which the advocates wrote down when they came"),
        _l("Calls without"),
        minutes_to_scene,
    ),
    Metric(
        "advocate_counts",
        1,
        FIRST,
        _l("What the advocates counted"),
        "person",
        _l("Numbers of the advocates' own organization, by the month"),
        _NUMBERS,
        _l("Months that were not counted"),
        advocate_numbers,
    ),
)
