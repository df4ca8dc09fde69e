"""A service with several kinds of teams: calls by team, how each team's calls ended in the program's own words, what the team found
by itself, and where and when. The unit is the encounter."""

from collections.abc import Sequence
from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.outcomes.program.calls import part
from portal.outcomes.program.metric import Block, Metric, ProgramScope, share
from portal.outcomes.program.tally import Cell, cells, counted, places

FIRST = date(2026, 1, 1)
_CRITERIA = _l("Calls meeting criteria")


def by_team(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Every call under the one kind of team that went; calls without one are a row of their own."""
    total = counted(scope)
    rows = [
        part(metric, label, counted(scope, lambda cell, code=code: cell.response_type == code), total)  # type: ignore[misc]
        for code, label in _teams(scope)
    ]
    return [Block(metric.id, str(metric.name), tuple(rows), adds_up=True)]


def ends_by_team(metric: Metric, scope: ProgramScope) -> list[Block]:
    """The program's own ends: of all calls, then of each kind of team."""
    everybody = [("", str(metric.name)), *((code, label) for code, label in _teams(scope))]
    blocks = []
    for position, (code, label) in enumerate(everybody):

        def mine(cell: Cell, position: int = position, code: str = code) -> bool:
            return bool(cell.disposition) and (position == 0 or cell.response_type == code)

        ended = counted(scope, mine)
        going_on = counted(
            scope,
            lambda cell, position=position, code=code: (  # type: ignore[misc]
                not cell.disposition and (position == 0 or cell.response_type == code)
            ),
        )
        rows = tuple(
            share(
                metric,
                outcome.label,
                counted(scope, lambda cell, mine=mine, end=outcome.code: mine(cell) and cell.outcome == end),  # type: ignore[misc]
                ended,
                unknown=going_on,
            )
            for outcome in scope.preset.outcomes
        )
        blocks.append(Block(metric.id, label, rows, adds_up=True))
    return blocks


def found_by_team(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Proactive, which is seen by the team, or dispatched, which is all else."""
    seen = counted(scope, lambda cell: cell.source == "on_view")
    total = counted(scope)
    rows = (
        part(metric, _("Proactive: seen by the team"), seen, total),
        part(metric, _("Dispatched: asked for"), total - seen, total),
    )
    return [Block(metric.id, str(metric.name), rows, adds_up=True)]


def by_area_and_month(metric: Metric, scope: ProgramScope) -> list[Block]:
    """A block a month, a row an area; calls of no area are a row of their own."""
    areas = list(places(scope).items())
    known = {district for district, _name in areas}
    blocks = []
    for month in range(3):
        here = [cell for cell in cells(scope) if cell.meets_criteria and cell.month == month]
        total = sum(cell.number for cell in here)
        rows = [
            part(metric, name, sum(cell.number for cell in here if cell.district_id == district), total)
            for district, name in areas
        ]
        elsewhere = sum(cell.number for cell in here if cell.district_id not in known)
        if elsewhere or not rows:
            rows.append(part(metric, _("No district, or another"), elsewhere, total))
        blocks.append(Block(metric.id, _month(scope, month), tuple(rows), adds_up=True))
    return blocks


def _teams(scope: ProgramScope) -> Sequence[tuple[str, str]]:
    """Kinds of teams of the preset, and the calls of none where there are any."""
    named = [(each.code, each.label) for each in scope.preset.response_types]
    known = {code for code, _label in named}
    others = sorted({cell.response_type for cell in cells(scope) if cell.meets_criteria} - known)
    return [*named, *((code, code or _("Not said")) for code in others)]


def _month(scope: ProgramScope, index: int) -> str:
    first = scope.start.astimezone(scope.zone).date()
    return format_date(first.replace(month=first.month + index), "MMMM y")


METRICS = (
    Metric(
        "response_types",
        1,
        FIRST,
        _l("Calls by kind of team"),
        "encounter",
        _l("Encounters by the one kind of team that went"),
        _CRITERIA,
        _l("Nothing; calls without a kind of team are a row of their own"),
        by_team,
    ),
    Metric(
        "outcomes_by_type",
        1,
        FIRST,
        _l("How calls ended, in the program's own words"),
        "encounter",
        _l("Encounters by their one end"),
        _l("Calls meeting criteria that have ended: all, then those of each kind of team"),
        _l("Calls that had not ended by the data cut stand apart as unknown"),
        ends_by_team,
    ),
    Metric(
        "proactive",
        1,
        FIRST,
        _l("Found by the team itself"),
        "encounter",
        _l("Encounters that the team saw by itself; beside them those that somebody asked for"),
        _CRITERIA,
        _l("Nothing"),
        found_by_team,
    ),
    Metric(
        "area_month",
        1,
        FIRST,
        _l("Calls by area and month"),
        "encounter",
        _l("Encounters by where they were, month by month"),
        _l("Calls meeting criteria that came in that month"),
        _l("Nothing; calls of no area are a row of their own"),
        by_area_and_month,
    ),
)
