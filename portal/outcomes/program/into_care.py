"""From the scene into care: the chain of those referred, the review, and the second look. The unit is the person referred. What
became of people is hidden in small numbers from everybody. As known at the cut."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.outcomes.program.metric import Block, Metric, ProgramScope, count, share
from portal.programs.engagement import engagements_of
from portal.programs.models import Engagement
from portal.store import db

FIRST = date(2026, 1, 1)
LAG = timedelta(days=7)


def chain(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Referred, assessed, agreed: the whole chain, and not its best link alone."""
    found = _referred(scope)
    assessed = [row for row in found if _by(row.assessed_at, scope)]
    agreed = [row for row in assessed if row.agreed == "yes" and _by(row.agreed_at, scope)]
    rows = (
        share(metric, _("Assessed, of those referred"), len(assessed), len(found)),
        share(metric, _("Agreed, of those assessed"), len(agreed), len(assessed)),
        share(metric, _("Agreed, of those referred"), len(agreed), len(found)),
    )
    total = count(metric, _("Referred"), len(found))
    return [
        Block(metric.id, str(metric.name), (total,)),
        Block(metric.id, _("How far they came"), rows, closed=True),
    ]


def by_review(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Taking part, of those whose review day has passed; where the clinic has not said, it is unknown."""
    today = scope.cut.astimezone(scope.zone).date()
    found = _referred(scope)
    ripe = [row for row in found if row.review_by < today]
    said = [row.engaged for row in ripe if _by(row.engaged_at, scope) and row.engaged]
    row = share(metric, str(metric.name), said.count("yes"), len(said), unknown=len(ripe) - len(said))
    return [Block(metric.id, str(metric.name), (replace(row, immature=len(found) - len(ripe)),), closed=True)]


def retained(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Still in care so many days after they agreed."""
    settings = engagements_of(scope.preset)
    if settings is None:
        return []
    days = timedelta(days=settings.retained_days)
    agreed = [row for row in _referred(scope) if row.agreed == "yes" and _by(row.agreed_at, scope)]
    ripe = [row for row in agreed if row.agreed_at and row.agreed_at + days + LAG <= scope.cut]
    said = [row.retained for row in ripe if _by(row.retained_at, scope) and row.retained]
    row = share(metric, str(metric.name), said.count("yes"), len(said), unknown=len(ripe) - len(said))
    return [
        Block(metric.id, str(metric.name), (replace(row, immature=len(agreed) - len(ripe)),), closed=True)
    ]


def _by(at: datetime | None, scope: ProgramScope) -> bool:
    return at is not None and at <= scope.cut


def _referred(scope: ProgramScope) -> list[Engagement]:
    known: list[Engagement] | None = scope.known.get("referred")
    if known is None:
        known = list(
            db.session.scalars(
                select(Engagement).where(
                    Engagement.program_id == scope.program.id,
                    Engagement.referred_at >= scope.start,
                    Engagement.referred_at < scope.end,
                    Engagement.referred_at <= scope.cut,
                )
            )
        )
        scope.known["referred"] = known
    return known


METRICS = (
    Metric(
        "engagement_chain", 1, FIRST, _l("Referred, assessed, agreed"), "person",
        _l("Those assessed, and those who agreed to take part, by the data cut"),
        _l("Those referred at the scene in the time"), _l("Nobody"), chain,
    ),
    Metric(
        "engaged_by_review", 1, FIRST, _l("Taking part by the review"), "person",
        _l("Those of whom the clinic says that they take part"),
        _l("Those referred in the time whose review day has passed, where the clinic has said"),
        _l("Reviews to come; where the clinic has not said, it stands apart as unknown"), by_review,
    ),
    Metric(
        "retained_30", 1, FIRST, _l("In care after 30 days"), "person",
        _l("Those still in care at the second look"),
        _l("Those referred in the time who agreed, once the days and a week have passed, where the clinic has said"),
        _l("Looks to come; where the clinic has not said, it stands apart as unknown"), retained,
    ),
)  # fmt: skip
