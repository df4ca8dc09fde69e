"""The work itself: first contacts in time, follow-ups a worker, calls to an address before and after, visits alone, outreach days."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, case, func, or_, select

from portal.outcomes.definitions import LAG_DAYS
from portal.outcomes.program.metric import Block, Metric, ProgramScope, count, share, value
from portal.outcomes.program.tally import month_name
from portal.programs.models import District, Encounter, LoneVisit, OutreachDay, ProgramTask, TaskAttempt
from portal.programs.rules import CONTACTS, OUTREACH_KINDS
from portal.store import db

FIRST = date(2026, 1, 1)
PERSON = ("reached", "answered")


def in_time(metric: Metric, scope: ProgramScope) -> list[Block]:
    """First contacts: spoken with by the deadline, of those whose deadline and reporting lag are over."""
    last = scope.cut - timedelta(days=LAG_DAYS)
    ripe = ProgramTask.due_at <= last
    spoke = func.count(
        func.distinct(case((and_(ripe, TaskAttempt.at <= ProgramTask.due_at), ProgramTask.id)))
    )
    row = db.session.execute(
        select(
            func.count(func.distinct(case((ripe, ProgramTask.id)))),
            func.count(func.distinct(case((~ripe, ProgramTask.id)))),
            spoke,
        )
        .join(Encounter, Encounter.id == ProgramTask.encounter_id)
        .join(
            TaskAttempt,
            and_(
                TaskAttempt.task_id == ProgramTask.id,
                TaskAttempt.result.in_(PERSON),
                TaskAttempt.recorded_at <= scope.cut,
            ),
            isouter=True,
        )
        .where(
            Encounter.program_id == scope.program.id,
            Encounter.received_at >= scope.start,
            Encounter.received_at < scope.end,
            ProgramTask.program_id == scope.program.id,
            ProgramTask.kind == "first_contact",
            ProgramTask.made_at <= scope.cut,
            or_(ProgramTask.state != "closed", ProgramTask.closed_at > scope.cut),
        )
    ).one()
    whole, immature, done = row
    return [
        Block(metric.id, str(metric.name), (share(metric, str(metric.name), done, whole, immature=immature),))
    ]


def caseload(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Each month: people with an open follow-up, and how many that is for each worker who held any."""
    counts, means = [], []
    for index, (start, end) in enumerate(_months(scope)):
        rows = db.session.execute(
            select(ProgramTask.encounter_id, ProgramTask.account_id).where(
                ProgramTask.program_id == scope.program.id,
                ProgramTask.encounter_id.is_not(None),
                ProgramTask.kind.in_(CONTACTS),
                ProgramTask.made_at <= scope.cut,
                ProgramTask.opens_at < min(end, scope.cut),
                or_(ProgramTask.closed_at.is_(None), ProgramTask.closed_at >= start),
            )
        ).all()
        people = {encounter_id for encounter_id, _account in rows}
        held: dict[object, set[object]] = {}
        for encounter_id, account_id in rows:
            if account_id is not None:
                held.setdefault(account_id, set()).add(encounter_id)
        name = month_name(scope, index)
        counts.append(count(metric, name, len(people)))
        mean = sum(map(len, held.values())) / len(held) if held else None
        means.append(value(metric, name, "mean", mean, sum(map(len, held.values()))))
    return [
        Block(metric.id, _("A worker, on average"), tuple(means)),
        Block(metric.id, _("People with an open follow-up"), tuple(counts)),
    ]


def calls_at_address(metric: Metric, scope: ProgramScope) -> list[Block]:
    """As the worker counted them in the agency's own system, for those of whom both numbers are known."""
    rows = db.session.scalars(
        select(ProgramTask.facts).where(
            ProgramTask.program_id == scope.program.id,
            ProgramTask.closed_at >= scope.start,
            ProgramTask.closed_at < scope.end,
            ProgramTask.closed_at <= scope.cut,
        )
    )
    both = [
        (facts["calls_before"], facts["calls_after"])
        for facts in rows
        if {"calls_before", "calls_after"} <= facts.keys()
    ]
    before, after = (sum(pair[i] for pair in both) for i in (0, 1))
    lines = (
        count(metric, _("People with both numbers"), len(both)),
        count(metric, _("Calls in the 90 days before"), before),
        count(metric, _("Calls in the 90 days after"), after),
    )
    return [
        Block(
            metric.id, str(metric.name), lines, note=_("Before and after. This describes; it proves nothing.")
        )
    ]


def alone(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Visits alone, those not heard of in time, and calls for help."""
    row = db.session.execute(
        select(
            func.count(),
            func.count(case((and_(LoneVisit.told_at.is_not(None), LoneVisit.panic_at.is_(None)), 1))),
            func.count(LoneVisit.panic_at),
        ).where(
            LoneVisit.program_id == scope.program.id,
            LoneVisit.started_at >= scope.start,
            LoneVisit.started_at < scope.end,
            LoneVisit.started_at <= scope.cut,
        )
    ).one()
    words = (_("Visits alone"), _("Not heard of in time"), _("Calls for help"))
    lines = tuple(count(metric, label, number) for label, number in zip(words, row, strict=True))
    return [Block(metric.id, str(metric.name), lines)]


def outreach(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Days, people spoken with and kits given out, by kind and by place."""
    zone = scope.zone
    rows = db.session.execute(
        select(OutreachDay.kind, District.name, OutreachDay.people, OutreachDay.kits)
        .join(District, District.id == OutreachDay.district_id)
        .where(
            OutreachDay.program_id == scope.program.id,
            OutreachDay.day >= scope.start.astimezone(zone).date(),
            OutreachDay.day < scope.end.astimezone(zone).date(),
            OutreachDay.recorded_at <= scope.cut,
        )
    ).all()
    blocks = []
    for kind, label in OUTREACH_KINDS.items():
        mine = [row for row in rows if row.kind == kind]
        if not mine:
            continue
        lines = (
            count(metric, _("Days"), len(mine)),
            count(metric, _("People spoken with"), sum(row.people for row in mine)),
            count(metric, _("Naloxone kits given out"), sum(row.kits for row in mine)),
        )
        blocks.append(Block(metric.id, str(label), lines))
        by_place = tuple(
            count(metric, name, sum(row.people for row in mine if row.name == name))
            for name in sorted({row.name for row in mine})
        )
        blocks.append(Block(metric.id, _("People spoken with, by place"), by_place))
    return blocks or [Block(metric.id, str(metric.name), (count(metric, _("Days"), 0),))]


def _months(scope: ProgramScope) -> Iterator[tuple[datetime, datetime]]:
    first = scope.start.astimezone(scope.zone)
    starts = [datetime(first.year, first.month + i, 1, tzinfo=scope.zone).astimezone(UTC) for i in range(3)]
    yield from zip(starts, (*starts[1:], scope.end), strict=True)


METRICS = (
    Metric(
        "in_time", 1, FIRST, _l("First contact in time"), "task",
        _l("First contacts in which the person was spoken with by the deadline"),
        _l("First contacts owed after the quarter's calls, whose deadline and 7 days to write it down are over"),
        _l("First contacts whose time was not over at the data cut, and those no longer owed"),
        in_time,
    ),
    Metric(
        "caseload", 1, FIRST, _l("Active follow-ups a worker"), "encounter",
        _l("Encounters with a follow-up that was open in the month"),
        _l("Workers who held at least one of them"),
        _l("In the mean: follow-ups that nobody had taken"),
        caseload,
    ),
    Metric(
        "calls_at_address", 1, FIRST, _l("Calls to the address, before and after"), "task",
        _l("Calls that the worker counted in the agency's own system, 90 days before and after"),
        _l("A count, of people of whom both numbers were written down in the quarter"),
        _l("People of whom one of the numbers is not known"),
        calls_at_address,
    ),
    Metric(
        "alone", 1, FIRST, _l("Visits alone"), "task",
        _l("Visits for which a worker said that they go alone, and those after which somebody was told"),
        _l("A count"), _l("Nothing"),
        alone,
    ),
    Metric(
        "outreach_days", 1, FIRST, _l("Outreach days"), "document",
        _l("Days written down, with the people spoken with and the kits given out"),
        _l("A count"), _l("Nothing"),
        outreach,
    ),
)  # fmt: skip
