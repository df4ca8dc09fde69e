"""Asks every judged question of one engine and measures what comes."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from portal.geo import PlaceAmbiguous, PlaceUnknown
from portal.search import Question, find_services
from tests.relevance.judge import Judge
from tests.relevance.judging import Figures, Measured
from tests.relevance.questions import Judged

# Two in the morning of a Thursday in Cumberland Bend County: what is open then is part of the judgment.
MOMENT = datetime(2026, 8, 20, 7, tzinfo=UTC)

Asked = list[tuple[Judged, Measured]]
Engine = Callable[[Judged], list[int]]


def portal(judged: Judged) -> list[int]:
    """Numbers on the first page of the portal; a place that it cannot tell is a page without results."""
    try:
        answer = find_services(Question.from_args(judged.args()))
    except (PlaceUnknown, PlaceAmbiguous):
        return []
    return [hit.listing.number for hit in answer.hits]


def ask(engine: Engine, judge: Judge, questions: Iterable[Judged]) -> Asked:
    return [(judged, Measured.of(engine(judged), judge.grades(judged))) for judged in questions]


def figures(asked: Asked, kind: str = "") -> Figures:
    """Of the questions of one kind, or of all."""
    return Figures.over([measured for judged, measured in asked if not kind or kind in judged.kinds])
