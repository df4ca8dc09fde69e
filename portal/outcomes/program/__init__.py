"""The measures of programs. Each file holds one story and lists its metrics; this is the table of them all, by id."""

from portal.outcomes.program import calls, co_response, diversion, responses
from portal.outcomes.program.metric import Block, Metric, ProgramScope, count, share, value

_STORIES: tuple[tuple[Metric, ...], ...] = (
    calls.METRICS,  # one line a file
    co_response.METRICS,
    diversion.METRICS,
    responses.METRICS,
)

METRICS: dict[str, Metric] = {metric.id: metric for story in _STORIES for metric in story}

__all__ = ["METRICS", "Block", "Metric", "ProgramScope", "count", "share", "value"]
