"""A row of the report: what was measured, the figure, and where a goal was set, the goal and whether it is reached."""

import statistics
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

PASS, SHORT = "pass", "falls short"


class Row(NamedTuple):
    """`goal` and `verdict` are empty where nothing was promised."""

    what: str
    figure: str
    goal: str = ""
    verdict: str = ""


def at_most(what: str, value: float, limit: float, unit: str = "", told: str = "") -> Row:
    """Passes up to the limit. `told` replaces the figure's words."""
    return Row(
        what,
        told or _figure(value, unit),
        f"at most {_figure(limit, unit)}",
        PASS if value <= limit else SHORT,
    )


def at_least(what: str, value: float, limit: float, unit: str = "", told: str = "") -> Row:
    return Row(
        what,
        told or _figure(value, unit),
        f"at least {_figure(limit, unit)}",
        PASS if value >= limit else SHORT,
    )


def all_of(what: str, right: int, count: int) -> Row:
    """Passes when every one is right, and there were some."""
    return Row(what, f"{right} of {count}", "all", PASS if right == count > 0 else SHORT)


def percentile(values: Sequence[float], percent: int) -> float:
    """Inclusive, interpolated; the only value of one."""
    if len(values) < 2:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def spread(values: Sequence[float]) -> str:
    """p50 / p95 / p99."""
    return " / ".join(f"{percentile(values, percent):.2f}" for percent in (50, 95, 99))


def show(rows: Iterable[tuple[Any, ...]]) -> list[Row]:
    """Print rows as they come; those that have a goal."""
    judged = []
    for each in rows:
        row = Row(*each)
        print(f"  {row.what:58} {row.figure:34} {row.goal:18} {row.verdict}".rstrip(), flush=True)
        judged += [row] if row.verdict else []
    return judged


def closing(judged: Sequence[Row]) -> str:
    short = [row for row in judged if row.verdict == SHORT]
    told = (
        f"\n{len(judged)} goals: {sum(row.verdict == PASS for row in judged)} pass, {len(short)} fall short"
    )
    return "\n".join([told, *(f"  {row.what}: {row.figure} ({row.goal})" for row in short)])


def _figure(value: float, unit: str) -> str:
    number = f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
    return f"{number} {unit}".strip()
