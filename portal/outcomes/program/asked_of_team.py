"""What services asked of a team: clients found again, and whether their clinic says that they are back; civil orders by their day.
The unit is the request. As known at the cut."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.outcomes.program.metric import Block, Metric, ProgramScope, count, share
from portal.programs.models import CareRequest, TaskAttempt
from portal.store import db

FIRST = date(2026, 1, 1)


def found_again(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Asked, visits made, and back in care by the clinic's own word."""
    rows = _asked(scope, "reengage")
    ended = [row for row in rows if row.ended_at is not None and row.ended_at <= scope.cut]
    said = [row.confirmed for row in ended if row.confirmed_at is not None and row.confirmed_at <= scope.cut]
    visits = _visits(scope, [row.task_id for row in rows])
    back = share(
        metric,
        _("Back in care, as the clinic says"),
        said.count("yes"),
        len(said),
        unknown=len(ended) - len(said),
    )
    return [
        Block(
            metric.id,
            str(metric.name),
            (count(metric, _("Asked"), len(rows)), count(metric, _("Tries of the team"), visits)),
        ),
        Block(
            metric.id,
            _("Back in care"),
            (replace(back, immature=len(rows) - len(ended)),),
            closed=True,
        ),
    ]


def civil_orders(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Brought to care by the order's day, of those whose day has come."""
    rows = _asked(scope, "civil_order")
    ripe = [row for row in rows if row.due_at <= scope.cut]
    done = sum(
        1
        for row in ripe
        if row.result == "brought" and row.ended_at is not None and row.ended_at <= row.due_at
    )
    row = share(metric, _("Brought to care by the day"), done, len(ripe))
    return [
        Block(metric.id, str(metric.name), (count(metric, _("Asked"), len(rows)),)),
        Block(metric.id, _("By their day"), (replace(row, immature=len(rows) - len(ripe)),), closed=True),
    ]


def _asked(scope: ProgramScope, kind: str) -> list[Any]:
    """Those of this kind asked in the time and not withdrawn."""
    rows = db.session.execute(
        select(
            CareRequest.task_id,
            CareRequest.due_at,
            CareRequest.result,
            CareRequest.ended_at,
            CareRequest.confirmed,
            CareRequest.confirmed_at,
        ).where(
            CareRequest.program_id == scope.program.id,
            CareRequest.kind == kind,
            CareRequest.asked_at >= scope.start,
            CareRequest.asked_at < scope.end,
            CareRequest.asked_at <= scope.cut,
        )
    ).all()
    return [
        row for row in rows if row.result != "withdrawn" or row.ended_at is None or row.ended_at > scope.cut
    ]


def _visits(scope: ProgramScope, tasks: list[Any]) -> int:
    return len(
        db.session.scalars(
            select(TaskAttempt.id).where(TaskAttempt.task_id.in_(tasks), TaskAttempt.recorded_at <= scope.cut)
        ).all()
    )


METRICS = (
    Metric(
        "reengaged", 1, FIRST, _l("Clients found again"), "request",
        _l("Requests of which the clinic says that the person is back in care"),
        _l("Requests of clinics in the time that the team has ended, where the clinic has said"),
        _l("Requests taken back; those not ended yet; where the clinic has not said, it stands apart as unknown"),
        found_again,
    ),
    Metric(
        "civil_orders", 1, FIRST, _l("Civil orders"), "request",
        _l("Requests under a civil order in which the person was brought to care by its day"),
        _l("Requests under a civil order in the time whose day has come"),
        _l("Requests taken back; those whose day has not come"), civil_orders,
    ),
)  # fmt: skip
