"""Cases of people met often: how many, who agreed to a plan, weekly calls in time, and calls a person before and after. As known at
the cut."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select

from portal.outcomes.program.calls import part
from portal.outcomes.program.metric import Block, Metric, ProgramScope, count, share, value
from portal.programs.cases import cases_of
from portal.programs.models import CaseTask, Encounter, ProgramCase, ProgramTask
from portal.store import db

FIRST = date(2026, 1, 1)
LAG = timedelta(days=7)


def cases(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Opened in the time, and the person's word as it stood at the cut."""
    found = db.session.execute(
        select(ProgramCase.consent, ProgramCase.consent_at, ProgramCase.plan_at).where(*_opened(scope))
    ).all()
    words = [consent if at is not None and at <= scope.cut else "" for consent, at, _plan in found]
    plans = sum(1 for _consent, _at, plan in found if plan is not None and plan <= scope.cut)
    rows = (
        part(metric, _("Agreed to a plan"), words.count("yes"), len(words)),
        part(metric, _("Wants no plan"), words.count("no"), len(words)),
        part(metric, _("Not asked yet"), words.count(""), len(words)),
    )
    totals = (count(metric, _("Cases opened"), len(found)), count(metric, _("Plans written"), plans))
    return [
        Block(metric.id, str(metric.name), totals),
        Block(metric.id, _("The person's word"), rows, adds_up=True),
    ]


def touches(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Of the weekly calls whose day has come."""
    due = db.session.execute(
        select(ProgramTask.state, ProgramTask.due_at, ProgramTask.closed_at)
        .join(CaseTask, CaseTask.task_id == ProgramTask.id)
        .where(
            ProgramTask.program_id == scope.program.id,
            ProgramTask.due_at >= scope.start,
            ProgramTask.due_at < scope.end,
            ProgramTask.made_at <= scope.cut,
        )
    ).all()
    owed = [row for row in due if row.state != "closed" or (row.closed_at and row.closed_at > scope.cut)]
    ripe = [row for row in owed if row.due_at <= scope.cut]
    in_time = sum(
        1 for row in ripe if row.state == "done" and row.closed_at is not None and row.closed_at <= row.due_at
    )
    row = share(metric, str(metric.name), in_time, len(ripe))
    return [Block(metric.id, str(metric.name), (replace(row, immature=len(owed) - len(ripe)),))]


def before_after(metric: Metric, scope: ProgramScope) -> list[Block]:
    """The mean number of calls a person, so many days before the case was opened and after, of cases of which all the days after
    have passed."""
    settings = cases_of(scope.preset)
    if settings is None:
        return []
    window = timedelta(days=settings.compare_days)
    opened = [
        (row.client_id, row.opened_at)
        for row in db.session.execute(
            select(ProgramCase.client_id, ProgramCase.opened_at).where(*_opened(scope))
        )
        if row.client_id is not None
    ]
    ripe = [(key, at) for key, at in opened if at + window + LAG <= scope.cut]
    calls = _calls(scope, {key for key, _at in ripe})
    before = [bisect_right(calls[key], at) - bisect_left(calls[key], at - window) for key, at in ripe]
    after = [bisect_right(calls[key], at + window) - bisect_right(calls[key], at) for key, at in ripe]
    rows = tuple(
        value(metric, label, "mean", sum(numbers) / len(numbers) if numbers else None, len(numbers))
        for label, numbers in (
            (_("%(days)s days before", days=settings.compare_days), before),
            (_("%(days)s days after", days=settings.compare_days), after),
        )
    )
    note = _(
        "A case opens when somebody is met often, and who is met often is met less often later, with or without help. These numbers describe; they do not prove."
    )
    young = len(opened) - len(ripe)
    return [
        Block(metric.id, str(metric.name), tuple(replace(row, immature=young) for row in rows), note=note)
    ]


def _opened(scope: ProgramScope) -> list[ColumnElement[bool]]:
    return [
        ProgramCase.program_id == scope.program.id,
        ProgramCase.opened_at >= scope.start,
        ProgramCase.opened_at < scope.end,
        ProgramCase.opened_at <= scope.cut,
    ]


def _calls(scope: ProgramScope, keys: set[UUID]) -> dict[UUID, list[datetime]]:
    """When the agency met each of them, in order."""
    found: dict[UUID, list[datetime]] = defaultdict(list)
    cased = select(ProgramCase.client_id).where(*_opened(scope))
    for key, at in db.session.execute(
        select(Encounter.client_id, Encounter.received_at)
        .where(
            Encounter.organization_id == scope.program.organization_id,
            Encounter.client_id.in_(cased),
            Encounter.recorded_at <= scope.cut,
        )
        .order_by(Encounter.received_at)
    ):
        if key in keys:
            found[key].append(at)
    return found


METRICS = (
    Metric(
        "cases", 1, FIRST, _l("Cases and plans"), "person",
        _l("Cases opened in the time; the person's word on a plan, and plans written, by the data cut"),
        _l("Cases opened in the time"), _l("Nobody"), cases,
    ),
    Metric(
        "touches", 1, FIRST, _l("Weekly calls made in time"), "task",
        _l("Weekly calls of cases that ended with contact by their day"),
        _l("Weekly calls whose day lies in the time and has come"),
        _l("Calls no longer owed, as the case has ended or the person wants none"), touches,
    ),
    Metric(
        "calls_before_after", 1, FIRST, _l("Calls a person before and after"), "person",
        _l("Calls at which the agency met the person, before and after their case was opened; the call that opened it is before"),
        _l("Cases opened in the time, all of whose days after have passed"),
        _l("Cases of which the days after have not all passed; calls at which nobody was known"), before_after,
    ),
)  # fmt: skip
