"""A share over the quarters: a line with its intervals, broken where the meaning changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.outcomes.charts.bars import share_words
from portal.outcomes.charts.drawn import LINE, WIDTH, Drawn, Mark, path, short, text, upright

TALL, LEFT = 110.0, 40.0


@dataclass(frozen=True)
class Point:
    """A quarter of the line. value is None where it is hidden or there were no cases: the line is interrupted there."""

    quarter: str
    value: float | None
    low: float | None
    high: float | None
    version: int


def trend(points: Sequence[Point], title: str, target: float | None = None) -> Drawn | None:
    """The line, oldest first; None for fewer than two numbers. Where the version changes a new line begins behind an upright
    one."""
    seen = [point for point in points if point.value is not None]
    if len(seen) < 2:
        return None
    top = min(1.0, max(max(point.high or point.value or 0 for point in seen), target or 0) * 1.15) or 1.0
    width = (WIDTH - LEFT) / len(points)
    marks: list[Mark] = [
        upright("ground-line", LEFT, 6, TALL),
        path("ground-line", f"M{LEFT} {6 + TALL}H{WIDTH}"),
        text(0, 16, share_words(top)),
        text(0, 6 + TALL, "0%"),
    ]
    line = ""
    for number, point in enumerate(points):
        x = LEFT + (number + 0.5) * width
        if number and point.version != points[number - 1].version:
            marks.append(upright("break", x - width / 2, 6, TALL))
            line = _put(marks, line)
        if number % max(1, len(points) // 4) == 0 or number == len(points) - 1:
            marks.append(text(max(LEFT, x - 24), 6 + TALL + 16, point.quarter.upper()))
        if point.value is None:
            line = _put(marks, line)
            continue
        line += f"{'L' if line else 'M'}{x:.1f} {_y(point.value, top):.1f}"
        if point.low is not None and point.high is not None:
            low, high = _y(point.low, top), _y(point.high, top)
            marks.append(
                path(
                    "range", f"M{x:.1f} {high:.1f}V{low:.1f}M{x - 4:.1f} {high:.1f}h8M{x - 4:.1f} {low:.1f}h8"
                )
            )
        marks.append(Mark("circle", "dot", x, _y(point.value, top), 3.5))
    _put(marks, line)
    height = 6 + TALL + 22
    if target is not None:
        marks.append(path("target", f"M{LEFT} {_y(target, top):.1f}H{WIDTH}"))
        marks.append(
            text(0, height + 12, _("The dashed line is the target: %(share)s", share=share_words(target)))
        )
        height += LINE
    if any(mark.look == "break" for mark in marks):
        marks.append(text(0, height + 12, short(_("Upright line: counted in another way from here on"), 60)))
        height += LINE
    return Drawn(_("%(title)s, by quarter, with 95%% intervals", title=title), height, tuple(marks))


def _y(share: float, top: float) -> float:
    return 6 + TALL * (1 - share / top)


def _put(marks: list[Mark], line: str) -> str:
    if line:
        marks.append(path("curve", line))
    return ""
