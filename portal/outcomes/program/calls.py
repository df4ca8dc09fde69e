"""Calls and how they ended: M01 to M03, met for the first time, and agreed to be contacted again (M05). The unit is the encounter."""

from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.outcomes.measures import Row
from portal.outcomes.program.metric import Block, Metric, ProgramScope, count, share
from portal.outcomes.program.tally import Cell, counted, month_name, places, services
from portal.programs.rules import DISPOSITIONS

FIRST = date(2026, 1, 1)
MET, ENDED = "met", "ended"  # the populations of these blocks, by name: see measures.Block
ARRESTED = f"{ENDED}.arrest"
_UNENDED = _l("Calls that had not ended by the data cut stand apart as unknown")


def part(metric: Metric, label: str, number: int, whole: int, unknown: int = 0) -> Row:
    """A part of a whole that was counted in full: a share without an interval, as nothing was sampled."""
    value = number / whole if whole else None
    return Row(metric.id, metric.version, label, "share", number, whole, value, None, None, unknown=unknown)


def meeting_criteria(metric: Metric, scope: ProgramScope) -> list[Block]:
    """M01: all of them, by month and by district."""
    total = counted(scope)
    months = [
        part(metric, month_name(scope, i), counted(scope, lambda cell, i=i: cell.month == i), total)  # type: ignore[misc]
        for i in range(3)
    ]
    blocks = [
        Block(
            metric.id, str(metric.name), (count(metric, _("Calls meeting criteria"), total),), parts=(MET,)
        ),
        Block(
            metric.id,
            _("By month"),
            tuple(months),
            adds_up=True,
            of=MET,
            parts=tuple(f"{MET}.month.{i}" for i in range(3)),
        ),
    ]
    rows = by_place(scope, lambda label, mine: part(metric, label, counted(scope, mine), total))
    where = tuple(f"{MET}.at.{code}" for code in place_codes(scope))
    by = Block(metric.id, _("By district"), rows, adds_up=True, of=MET, parts=where)
    return [*blocks, by] if rows else blocks


def mix(metric: Metric, scope: ProgramScope) -> list[Block]:
    """M02: each end is a share of the ended; what was given may be several, and adds up to nothing."""
    ended = counted(scope, _ended)
    unknown = counted(scope) - ended
    possible = {outcome.disposition for outcome in scope.preset.outcomes}
    ends = [
        (code, str(label), counted(scope, lambda cell, code=code: cell.disposition == code))  # type: ignore[misc]
        for code, label in DISPOSITIONS.items()
    ]
    ends = [each for each in ends if each[2] or each[0] in possible]
    rows = tuple(share(metric, label, number, ended, unknown=unknown) for _code, label, number in ends)
    parts = tuple(f"{ENDED}.{code}" for code, _label, _number in ends)
    blocks = [
        Block(
            metric.id,
            str(metric.name),
            rows,
            adds_up=True,
            of=ENDED,
            parts=parts,
            everybody=MET,
            drawing="stack",
        )
    ]
    if scope.preset.services:
        given, total = services(scope), counted(scope)
        rows = tuple(share(metric, each.label, given[each.code], total) for each in scope.preset.services)
        note = _("One call can count under several of these.")
        blocks.append(Block(metric.id, _("What was given"), rows, note=note, of=MET))
    return blocks


def arrests(metric: Metric, scope: ProgramScope) -> list[Block]:
    """M03: the agency's own code, as a share of the ended calls; by district."""
    total = _arrest_share(metric, scope, str(metric.name), lambda cell: True)
    blocks = [Block(metric.id, str(metric.name), (total,), of=ENDED, parts=(ARRESTED,), everybody=MET)]
    rows = by_place(scope, lambda label, mine: _arrest_share(metric, scope, label, mine))
    if not rows:
        return blocks
    note = _(
        "The districts joined one after another, not by chance. These numbers describe; they do not prove."
    )
    codes = place_codes(scope)
    met, ended, arrested = (tuple(f"{whom}.at.{code}" for code in codes) for whom in (MET, ENDED, ARRESTED))
    by_district = Block(
        metric.id,
        _("By district"),
        rows,
        note=note,
        of=f"{ENDED}.at.{{}}",
        parts=arrested,
        everybody=f"{MET}.at.{{}}",
        each=codes,
        sums=((MET, met), (ENDED, ended), (ARRESTED, arrested)),
    )
    return [*blocks, by_district]


def first_met(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Whether the program had met the person before, where that was said."""
    first, again = (
        counted(scope, lambda cell, code=code: cell.met_before == code)  # type: ignore[misc]
        for code in ("first", "again")
    )
    unknown = counted(scope) - first - again
    row = share(metric, str(metric.name), first, first + again, unknown=unknown)
    return [Block(metric.id, str(metric.name), (row,), everybody=MET)]


def consent(metric: Metric, scope: ProgramScope) -> list[Block]:
    """M05 of the encounter: who was asked and agreed. Nobody who was not asked is a no."""
    yes, no = (
        counted(scope, lambda cell, code=code: cell.contact_consent == code)  # type: ignore[misc]
        for code in ("yes", "no")
    )
    row = share(metric, str(metric.name), yes, yes + no, unknown=counted(scope) - yes - no)
    return [Block(metric.id, str(metric.name), (row,), everybody=MET)]


def by_place(scope: ProgramScope, row_of: Callable[[str, Callable[[Cell], bool]], Row]) -> tuple[Row, ...]:
    """A row a district of the program, and one for calls of no district where there are any; nothing for a program of one
    place."""
    known = places(scope)
    chosen: Iterable[tuple[str, UUID | None]] = [(name, district) for district, name in known.items()]
    rows = [row_of(name, lambda cell, at=at: cell.district_id == at) for name, at in chosen]  # type: ignore[misc]
    if rows and counted(scope, lambda cell: cell.district_id not in known):
        rows.append(row_of(_("No district, or another"), lambda cell: cell.district_id not in known))
    return tuple(rows)


def place_codes(scope: ProgramScope) -> tuple[str, ...]:
    """A short name for each row of `by_place`, in its order."""
    known = places(scope)
    codes = tuple(str(number) for number in range(len(known)))
    more = known and counted(scope, lambda cell: cell.district_id not in known)
    return (*codes, "elsewhere") if more else codes


def _ended(cell: Cell) -> bool:
    return cell.disposition != ""


def _arrest_share(metric: Metric, scope: ProgramScope, label: str, mine: Callable[[Cell], bool]) -> Row:
    ended = counted(scope, lambda cell: mine(cell) and _ended(cell))
    number = counted(scope, lambda cell: mine(cell) and cell.disposition == "arrest")
    return share(metric, label, number, ended, unknown=counted(scope, mine) - ended)


METRICS = (
    Metric(
        "M01",
        1,
        FIRST,
        _l("Calls meeting criteria"),
        "encounter",
        _l("Encounters that were received in the quarter and marked as a behavioral health call"),
        _l("A count; its parts are shares of it"),
        _l("Encounters that do not meet the criteria"),
        meeting_criteria,
    ),
    Metric(
        "M02",
        1,
        FIRST,
        _l("How the calls ended"),
        "encounter",
        _l("Encounters by their one end; beside it, those that were given each service"),
        _l("Calls meeting criteria that have ended; for what was given, all of them"),
        _UNENDED,
        mix,
    ),
    Metric(
        "M03",
        1,
        FIRST,
        _l("Arrests"),
        "encounter",
        _l("Encounters whose end the agency coded as an arrest"),
        _l("Calls meeting criteria that have ended"),
        _UNENDED,
        arrests,
    ),
    Metric(
        "first_contact",
        1,
        FIRST,
        _l("Met for the first time"),
        "encounter",
        _l("Encounters with somebody whom the program had not met before, as the team said"),
        _l("Calls meeting criteria for which that was said"),
        _l("Calls for which nobody said; they stand apart as unknown"),
        first_met,
    ),
    Metric(
        "M05",
        1,
        FIRST,
        _l("Agreed to be contacted again"),
        "encounter",
        _l("Encounters in which the person agreed"),
        _l("Calls meeting criteria in which the person was asked"),
        _l("Calls in which nobody asked; they stand apart as unknown"),
        consent,
    ),
)
