"""What the team is said to have turned away: an arrest, the emergency room. Two figures that are never added to each other, each
measured against what was said before the end was known. The unit is the encounter."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import String, cast, func, select

from portal.outcomes.program.metric import Block, Metric, ProgramScope, share
from portal.outcomes.program.tally import Cell, corrected, counted, standing
from portal.programs.models import Encounter
from portal.programs.rules import arrest_diverted, ed_diverted
from portal.store import db

FIRST = date(2026, 1, 1)
CUSTODY = "custody_support"  # the service's code, where a preset has it


def arrests_turned_away(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Of the calls that would have been an arrest, those that were none."""

    def would(cell: Cell) -> bool:
        return bool(cell.disposition) and cell.arrest_would == "yes"

    turned = counted(scope, lambda cell: would(cell) and arrest_diverted(cell.arrest_would, cell.disposition))
    said = counted(scope, lambda cell: bool(cell.disposition) and bool(cell.arrest_would))
    return _apart(metric, scope, turned, counted(scope, would), said)


def emergency_rooms_turned_away(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Of the calls that would have gone to the emergency room, those that did not."""

    def would(cell: Cell) -> bool:
        return bool(cell.disposition) and cell.ed_would == "yes"

    turned = counted(scope, lambda cell: would(cell) and ed_diverted(cell.ed_would, cell.disposition))
    said = counted(scope, lambda cell: bool(cell.disposition) and bool(cell.ed_would))
    return _apart(metric, scope, turned, counted(scope, would), said)


def custody_support(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Of the arrests, those for which support in custody was asked. Nobody stands beside an arrest: the calls are counted."""
    arrests = counted(scope, lambda cell: cell.disposition == "arrest")
    asked = db.session.scalar(
        select(func.count()).where(
            *standing(scope),
            Encounter.meets_criteria.is_(True),
            Encounter.disposition == "arrest",
            cast(Encounter.services, String).contains(f'"{CUSTODY}"'),
        )
    )
    before = sum(
        values["meets_criteria"] and values["disposition"] == "arrest" and CUSTODY in values["services"]
        for values in corrected(scope)
    )
    return [
        Block(metric.id, str(metric.name), (share(metric, str(metric.name), (asked or 0) + before, arrests),))
    ]


def _apart(metric: Metric, scope: ProgramScope, turned: int, would: int, said: int) -> list[Block]:
    """A block a figure, so that nothing adds them up; and for how many calls it was said at all: the rest is not known."""
    ended = counted(scope, lambda cell: bool(cell.disposition))
    return [
        Block(metric.id, str(metric.name), (share(metric, str(metric.name), turned, would),)),
        Block(
            metric.id,
            _("Said before the end"),
            (share(metric, _("What would follow was said"), said, ended),),
        ),
    ]


_LEFT = _l("Calls for which nobody said, before the end, what would have followed; calls that have not ended")
METRICS = (
    Metric(
        "arrest_diverted",
        1,
        FIRST,
        _l("Arrests turned away"),
        "encounter",
        _l("Encounters that did not end in an arrest"),
        _l("Ended calls meeting criteria that would have been an arrest, as said before the end"),
        _LEFT,
        arrests_turned_away,
    ),
    Metric(
        "ed_diverted",
        1,
        FIRST,
        _l("Emergency room visits turned away"),
        "encounter",
        _l("Encounters that did not end in a hospital or an evaluation without agreeing"),
        _l("Ended calls meeting criteria that would have gone to the emergency room, as said before the end"),
        _LEFT,
        emergency_rooms_turned_away,
    ),
    Metric(
        "custody_support",
        1,
        FIRST,
        _l("Support in custody asked for"),
        "encounter",
        _l("Encounters for which the team asked for support in custody"),
        _l("Calls meeting criteria that ended in an arrest"),
        _l("Nothing; no person is recorded beside an arrest"),
        custody_support,
    ),
)
