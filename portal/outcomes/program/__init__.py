"""The measures of programs. Each file holds one story and lists its metrics; this is the table of them all, by id."""

from datetime import date

from portal.outcomes.program import (
    after,
    asked,
    asked_of_team,
    calls,
    cases,
    co_response,
    composed,
    coverage,
    diversion,
    door_time,
    families,
    follow_up,
    into_care,
    kept,
    partners,
    public_requests,
    readiness,
    referrals,
    repeats,
    responses,
    transfers,
    victims,
    without_police,
    workload,
)
from portal.outcomes.program.metric import Block, Metric, ProgramScope, count, share, value

_STORIES: tuple[tuple[Metric, ...], ...] = (
    calls.METRICS,  # one line a file
    after.METRICS,
    workload.METRICS,
    asked_of_team.METRICS,
    cases.METRICS,
    families.METRICS,
    into_care.METRICS,
    repeats.METRICS,
    readiness.METRICS,
    victims.METRICS,
    kept.METRICS,
    co_response.METRICS,
    diversion.METRICS,
    follow_up.METRICS,
    referrals.METRICS,
    responses.METRICS,
    asked.METRICS,
    transfers.METRICS,
    door_time.METRICS,
    partners.METRICS,
    composed.METRICS,
    coverage.METRICS,
    public_requests.METRICS,
    without_police.METRICS,
)

_EVERY = sorted((metric for story in _STORIES for metric in story), key=lambda one: -one.version)
METRICS: dict[str, Metric] = {metric.id: metric for metric in _EVERY}  # by id, the first version of each


def metric_on(code: str, day: date) -> Metric | None:
    """The version of a measure that is in force on this day (the first of a quarter); None where there is no such measure."""
    there = [one for one in _EVERY if one.id == code and one.valid_from <= day]
    return there[0] if there else METRICS.get(code)


def versions() -> list[Metric]:
    """Every version of every measure, by id, the oldest first."""
    return sorted(_EVERY, key=lambda one: (one.id, one.version))


__all__ = ["METRICS", "Block", "Metric", "ProgramScope", "count", "metric_on", "share", "value", "versions"]
