"""The quarter's report: who may read what of it, from which needs, as known when."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from portal.directory import community
from portal.directory.models import Organization
from portal.outcomes.askings import room_asked
from portal.outcomes.cubes import Table, hide, show
from portal.outcomes.definitions import Definition, definition
from portal.outcomes.ground import read_ground
from portal.outcomes.lines import Line
from portal.outcomes.listings import listing_truth
from portal.outcomes.measures import Block, Ground, Measure, Row, measure, measures
from portal.outcomes.small import small
from portal.referrals.models import Need
from portal.store import Actor, clock, db

QUARTER = re.compile(r"(20\d\d)-q([1-4])")
FIRST_ROWS = (
    "M07",
    "M08",
    "M10",
    "M11",
    "M12",
)  # of the file, in this order: programs rely on where they stand


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
    """A quarter as published. `cut`: nothing that was recorded later is in it. Times are UTC. lines: of the whole file; tables:
    those of them beside FIRST_ROWS, as they stand together; definitions: by which each was counted."""

    quarter: str
    community: str
    time_zone: str
    scope: Scope
    start: datetime
    end: datetime
    cut: datetime
    needs: int | None
    lines: list[Line]
    tables: tuple[Table, ...]
    definitions: tuple[Definition, ...]


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


def quarter(
    actor: Actor,
    text: str,
    cut: datetime | None = None,
    scope_key: str = "all",
    versions: Mapping[str, int] | None = None,
) -> Report | None:
    """The report of a quarter such as `2026-q3`; None when the scope is not the actor's. Each measure is counted by the version
    in force on the quarter's first day; `versions` (M10: 1) says otherwise, as for a series across a break. Raises BadQuarter;
    KeyError for a version that never was."""
    here = community()
    zone = ZoneInfo(here.time_zone)
    start, end = bounds(text, zone)
    if start > clock.now():
        raise BadQuarter(text)
    scope = next((found for found in scopes(actor) if found.key == scope_key), None)
    if scope is None:
        return None
    fixed = cut or published_cut(clock.now(), zone)
    moment = cut or (clock.now() if scope.organization_id else fixed)
    ids = frozenset((scope.organization_id,)) if scope.organization_id else None
    ground = read_ground(here, start, end, moment, ids)
    day = start.astimezone(zone).date()
    chosen = versions or {}
    keys = [one.definition.measure for one in measures(day)]
    used = [measure(key, version=chosen.get(key), on=day) for key in FIRST_ROWS]
    others = [measure(key, version=chosen.get(key), on=day) for key in keys if key not in FIRST_ROWS]
    # What became of people is cut at the first of the month for everybody: two looks at a moving cut tell of one person.
    later = ground if moment == fixed else read_ground(here, start, end, fixed, ids)
    own = actor.organizations("evaluator")
    rest = [sheet for sheet in ground.facts if sheet.organization_id not in own]
    top, below = _blocks(used, ground)
    more = [*below, *(block for one in others for block in one.blocks(later))]
    room = room_asked(here, start, end, moment, ids)
    few = scope.organization_id is None and (small(len(ground.facts)) or small(len(rest)))
    if scope.organization_id is not None:
        closed = (*show(top), *hide(more, known=top), *show(room))
    else:
        closed = tuple(hide((*top, *more, *room), known=() if few else (_of_all(ground),)))
        if own:
            left = replace(ground, facts=rest)
            blocks = [block for one in (*used, *others) for block in one.blocks(left)]
            blocks += room_asked(here, start, end, moment, without=own)
            closed = _without(closed, hide(blocks))
        closed += tuple(show(listing_truth(here, start, end, fixed)))
    return Report(
        text,
        here.name,
        here.time_zone,
        scope,
        start,
        end,
        moment,
        None if few else len(ground.facts),
        [line for each in closed[: len(top)] for line in each.lines]
        + [line for each in closed[len(top) :] for line in in_full(each)],
        tuple(closed[len(top) :]),
        _defined([*used, *others], day),
    )


def _blocks(used: Sequence[Measure], ground: Ground) -> tuple[list[Block], list[Block]]:
    """The first block of each measure, and the others."""
    found = [one.blocks(ground) for one in used]
    return [blocks[0] for blocks in found if blocks], [block for blocks in found for block in blocks[1:]]


def _defined(used: Sequence[Measure], day: date) -> tuple[Definition, ...]:
    """By what the quarter was counted."""
    of_needs = (definition(key, one.version) for one in used for key in one.ids)
    return (*of_needs, definition("M25", on=day))


def _of_all(ground: Ground) -> Block:
    """How many needs there are, which the page says on top."""
    number = len(ground.facts)
    row = Row("M07", 1, "", "count", number, number, None, None, None)
    return Block("M07", "", (row,), parts=("needs",))


def _without(closed: Sequence[Table], others: Sequence[Table]) -> tuple[Table, ...]:
    """Hidden as well where the rest, counted without the reader's own organization, has something to hide: what they see in
    full of their own could be taken off."""
    hidden = {
        (each.metric, each.heading, line.label) for each in others for line in each.lines if line.suppressed
    }
    return tuple(
        replace(
            each,
            lines=tuple(
                _blank(line) if (each.metric, each.heading, line.label) in hidden else line
                for line in each.lines
            ),
        )
        for each in closed
    )


def _blank(line: Line) -> Line:
    return replace(
        line,
        numerator=None,
        denominator=None,
        value=None,
        low=None,
        high=None,
        immature=None,
        unknown=None,
        worst=None,
        best=None,
        suppressed=True,
    )


def in_full(table: Table) -> list[Line]:
    """The lines with the block's heading before each label, as they stand alone in a file."""
    heading = table.heading
    return [
        line if line.label.startswith(heading) else replace(line, label=f"{heading}: {line.label}")
        for line in table.lines
    ]
