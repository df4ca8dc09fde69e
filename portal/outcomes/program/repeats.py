"""M19: people met again, known by the random key alone. The unit is the keyed meeting, the first of a person in 31 days; whoever is
not known again is unknown, and how many that are is printed. As known at the cut."""

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.outcomes.program.metric import Block, Metric, ProgramScope, share
from portal.outcomes.program.tally import counted
from portal.outcomes.statistics import CENSORED, aalen_johansen, at_time
from portal.programs.models import Encounter, ProgramCase, ProgramTask
from portal.store import db

FIRST = date(2026, 1, 1)
WINDOWS = (30, 90)
QUIET = timedelta(days=30)  # after a meeting that counts, with its day 31 days: none of them counts anew
LAG = 7  # days after a window until what happened in it has been written down
AGAIN, GONE = "again", "gone"


@dataclass(frozen=True)
class Start:
    """A meeting that counts: its day, the day of the next one, and the day on which the person died, was jailed or moved."""

    on: date
    again: date | None
    gone: date | None


def starts(scope: ProgramScope) -> tuple[list[Start], int]:
    """The meetings of the scope that count, and how many of its meetings are keyed at all. Meetings again are those of the whole
    agency; one SELECT, once a report."""
    known = scope.known.get("repeats")
    if known is None:
        by_key = _meetings(scope)
        gone, found, keyed = _gone(scope), [], 0
        for key, meetings in by_key.items():
            days = [at.astimezone(scope.zone).date() for at, _mine in meetings]
            counting: date | None = None  # the last day that counted
            for index, (at, mine) in enumerate(meetings):
                new = mine and (counting is None or days[index] - counting > QUIET)
                counting = days[index] if new else counting
                if not (mine and scope.start <= at < scope.end):
                    continue
                keyed += 1
                if new:
                    later = bisect_right(days, days[index])
                    next_day = days[later] if later < len(days) else None
                    found.append(Start(days[index], next_day, gone.get(key)))
        scope.known["repeats"] = known = (found, keyed)
    return known[0], known[1]


def repeats(metric: Metric, scope: ProgramScope) -> list[Block]:
    """By 30 and 90 days; the curve; and of how many meetings the person can be known again."""
    found, keyed = starts(scope)
    today = scope.cut.astimezone(scope.zone).date()
    rows = []
    for window in WINDOWS:
        ripe = [one for one in found if one.on + timedelta(days=window + LAG) <= today]
        stayed = [one for one in ripe if not _gone_first(one, window)]
        met = sum(1 for one in stayed if one.again and (one.again - one.on).days <= window)
        row = share(metric, _("Met again in %(days)s days", days=window), met, len(stayed))
        rows.append(replace(row, immature=len(found) - len(ripe)))
    total = counted(scope)
    coverage = share(metric, _("Calls at which the person can be known again"), min(keyed, total), total)
    note = _(
        "Nobody is named at an arrest or where somebody was hurt, so a call that ends so is not seen here."
    )
    blocks = [
        Block(metric.id, str(metric.name), tuple(rows), note=note),
        Block(metric.id, _("How much of it is seen"), (coverage,)),
    ]
    curve = _curve(metric, found, today)
    return [*blocks, curve] if curve else blocks


def _curve(metric: Metric, found: list[Start], today: date) -> Block | None:
    """Aalen and Johansen's: whoever died, was jailed or moved is not counted as if they might still come."""
    histories = Counter(_history(one, today - timedelta(days=LAG)) for one in found)
    steps = aalen_johansen(histories, AGAIN)
    rows = []
    for day in (7, 14, 30, 60, 90):
        step = at_time(steps, day)
        if step is None or (today - timedelta(days=LAG + day)) < min(
            (one.on for one in found), default=today
        ):
            continue
        row = share(metric, _("%(days)s days", days=day), 0, len(found))
        rows.append(
            replace(
                row, numerator=round(step.share * len(found)), value=step.share, low=step.low, high=step.high
            )
        )
    if not rows:
        return None
    return Block(metric.id, _("Met again by day"), tuple(rows), drawing="curve")


def _history(one: Start, until: date) -> tuple[float, str]:
    """How many days until what: met again, gone, or no more known."""
    ends = [(one.again, AGAIN), (one.gone, GONE)]
    days = [((day - one.on).days, how) for day, how in ends if day is not None and day >= one.on]
    days = [each for each in days if each[0] <= (until - one.on).days]
    return min(days) if days else (max(0, (until - one.on).days), CENSORED)


def _gone_first(one: Start, window: int) -> bool:
    if one.gone is None or not 0 <= (one.gone - one.on).days <= window:
        return False
    return one.again is None or one.again > one.gone


def _meetings(scope: ProgramScope) -> dict[UUID, list[tuple[datetime, bool]]]:
    """By key, in order: each meeting of the agency, and whether it is this program's."""
    rows = db.session.execute(
        select(Encounter.client_id, Encounter.received_at, Encounter.program_id, Encounter.meets_criteria)
        .where(
            Encounter.organization_id == scope.program.organization_id,
            Encounter.client_id.is_not(None),
            Encounter.recorded_at <= scope.cut,
        )
        .order_by(Encounter.received_at)
    )
    found: dict[UUID, list[tuple[datetime, bool]]] = defaultdict(list)
    for key, at, program_id, meets in rows:
        if key is not None:
            found[key].append((at, program_id == scope.program.id and meets))
    return found


def _gone(scope: ProgramScope) -> dict[UUID, date]:
    """Who died, was jailed or moved, as a follow-up or a case found, and on which day that was written down."""
    tasks = (
        select(Encounter.client_id, ProgramTask.closed_at)
        .join(ProgramTask, ProgramTask.encounter_id == Encounter.id)
        .where(ProgramTask.result == "other_end", ProgramTask.closed_at <= scope.cut)
    )
    cases = select(ProgramCase.client_id, ProgramCase.closed_at).where(
        ProgramCase.close_reason.in_(("moved_on", "other_end")), ProgramCase.closed_at <= scope.cut
    )
    found: dict[UUID, date] = {}
    for query, owner in ((tasks, Encounter), (cases, ProgramCase)):
        for key, at in db.session.execute(
            query.where(owner.organization_id == scope.program.organization_id, owner.client_id.is_not(None))
        ):
            if key is None or at is None:
                continue
            day = at.astimezone(scope.zone).date()
            found[key] = min(day, found.get(key, day))
    return found


METRICS = (
    Metric(
        "M19", 1, FIRST, _l("Met again"), "encounter",
        _l("Calls after which the same person was met again by any program of the agency, within 30 and 90 days"),
        _l("Calls at which the person can be known again, the first of each person in 31 days"),
        _l("Calls of nobody known; who died, was jailed or moved before; windows that have not passed yet"), repeats,
    ),
)  # fmt: skip
