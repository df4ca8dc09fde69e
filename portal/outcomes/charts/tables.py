"""A table of a report as a chart: bars, one stacked bar, boxes, dots, Pareto, a step curve, as the table says or its units."""

import re
from collections.abc import Callable, Sequence

from flask_babel import gettext as _

from portal.outcomes.charts.bars import share_words
from portal.outcomes.charts.drawn import LINE, WIDTH, Drawn, Mark, path, rect, short, spread, text, upright
from portal.outcomes.cubes import Table
from portal.outcomes.lines import Line

ROW = 44.0  # a bar with its words above
SPAN = WIDTH - 10  # what 100% is long
MOST = 12  # bars on one chart; the table has the rest


def draw(table: Table, title: str, target: float | None = None) -> Drawn | None:
    """The chart of this table; None where there is nothing to draw, or it says more as a table alone."""
    shown = [line for line in table.lines if line.value is not None]
    if table.drawing == "none" or not shown:
        return None
    units = {line.unit for line in shown}
    way = _WAYS.get(table.drawing)
    if way is not None:
        return way(table.lines, title)
    if units == {"difference"}:
        return dots(table.lines, title)
    if units == {"share"}:
        return bars(table.lines, title, target)
    if len(units) == 1 and not units & {"count", "mean"}:
        return boxes(table.lines, title, target)
    return None


def bars(lines: Sequence[Line], title: str, target: float | None = None) -> Drawn:
    """A bar for each share, with its interval; what is aimed at as a line across."""
    marks: list[Mark] = []
    chosen = lines[:MOST]
    for number, line in enumerate(chosen):
        y = number * ROW
        marks += [
            text(0, y + 13, _said(line, _words(line))),
            rect("ground", 0, y + 20, SPAN, 14),
        ]
        if line.value is not None:
            marks.append(rect("part", 0, y + 20, line.value * SPAN, 14))
        if line.low is not None and line.high is not None:
            marks.append(spread(line.low * SPAN, line.high * SPAN, y + 27))
    height = len(chosen) * ROW
    if target is not None and 0 <= target <= 1:
        marks += [upright("target", target * SPAN, 16, height - 18)]
        marks += [
            text(0, height + 13, _("The dashed line is the target: %(share)s", share=share_words(target)))
        ]
        height += LINE
    return Drawn(_("%(title)s, as shares", title=title), height, tuple(marks))


def stack(lines: Sequence[Line], title: str) -> Drawn:
    """One bar of all parts, each with its number, and what the numbers mean below. What is hidden is one part at the end."""
    parts = [line for line in lines if line.value]
    x, y = 0.0, 34.0 + 12
    marks: list[Mark] = []
    legend: list[Mark] = []
    for number, line in enumerate(parts, 1):
        width = (line.value or 0) * SPAN
        marks.append(rect("part odd" if number % 2 else "part even", x, 4, width, 30))
        if width >= 16:
            marks.append(text(x + width / 2, 24, str(number), "key"))
        legend.append(text(0, y + LINE * number - 4, f"{number}  {_said(line, _words(line))}"))
        x += width
    if any(line.suppressed and line.value is None for line in lines):
        marks.append(rect("kept", x, 4, SPAN - x, 30))
        legend.append(text(0, y + LINE * (len(parts) + 1) - 4, _("Striped: hidden")))
    height = y + LINE * len(legend)
    return Drawn(_("%(title)s, as parts of one bar", title=title), height, (*marks, *legend))


def pareto(lines: Sequence[Line], title: str) -> Drawn:
    """The most frequent first, those at zero left to the table."""
    counted = sorted((line for line in lines if line.value), key=lambda line: -(line.value or 0))
    return bars(counted[:8], title)


def boxes(lines: Sequence[Line], title: str, target: float | None = None) -> Drawn:
    """Times: the middle half as a box, the median as a line in it."""
    chosen = [line for line in lines if line.value is not None][:MOST]
    unit = chosen[0].unit
    most = max(*(max(line.high or 0, line.value or 0) for line in chosen), target or 0, 1e-9)
    scale = SPAN / most
    marks: list[Mark] = []
    for number, line in enumerate(chosen):
        y = number * ROW
        marks += [
            text(0, y + 13, _said(line, f"{line.value:.0f} {unit}")),
            rect("ground", 0, y + 20, SPAN, 14),
        ]
        if line.low is not None and line.high is not None:
            marks.append(rect("part", line.low * scale, y + 20, (line.high - line.low) * scale, 14))
        marks.append(upright("median", (line.value or 0) * scale, y + 17, 20))
    height = len(chosen) * ROW
    if target is not None:
        marks += [upright("target", target * scale, 16, height - 18)]
        words = _("The dashed line is the target: %(number)s %(unit)s", number=f"{target:g}", unit=unit)
        marks += [text(0, height + 13, words)]
        height += LINE
    return Drawn(_("%(title)s, the middle half and the median", title=title), height, tuple(marks))


def dots(lines: Sequence[Line], title: str) -> Drawn:
    """Differences around none: a dot with its interval; the line in the middle is no difference."""
    chosen = [line for line in lines if line.value is not None][:MOST]
    most = max(max(abs(line.low or 0), abs(line.high or 0), abs(line.value or 0)) for line in chosen) or 1.0
    middle, scale = SPAN / 2, SPAN / 2 / most
    marks = [upright("ground-line", middle, 0, len(chosen) * ROW)]
    for number, line in enumerate(chosen):
        y = number * ROW
        marks.append(text(0, y + 13, _said(line, _points(line.value or 0))))
        if line.low is not None and line.high is not None:
            marks.append(spread(middle + line.low * scale, middle + line.high * scale, y + 27))
        marks.append(Mark("circle", "dot", middle + (line.value or 0) * scale, y + 27, 4.5))
    return Drawn(
        _("%(title)s, as differences with their intervals", title=title), len(chosen) * ROW, tuple(marks)
    )


def curve(lines: Sequence[Line], title: str) -> Drawn | None:
    """One curve in time: each line stands at the day that its label names first, and holds until the next."""
    found = [
        (int(day[0]), line)
        for line in lines
        if (day := re.search(r"\d+", line.label)) and line.value is not None
    ]
    if len(found) < 2:
        return None
    tall, left = 120.0, 34.0
    last = max(day for day, _line in found) or 1
    top = min(
        1.0, max(line.high if line.high is not None else line.value or 0 for _day, line in found) * 1.1 or 1.0
    )

    def x(day: int) -> float:
        return left + day / last * (SPAN - left)

    def y(share: float) -> float:
        return 6 + tall * (1 - share / top)

    def steps(value: Callable[[Line], float]) -> list[str]:
        points = [(day, value(line)) for day, line in found]
        drawn = [f"{x(points[0][0]):.1f} {y(points[0][1]):.1f}"]
        for day, share in points[1:]:
            drawn.append(f"H{x(day):.1f}V{y(share):.1f}")
        return drawn

    marks = [upright("ground-line", left, 6, tall), path("ground-line", f"M{left} {6 + tall}H{SPAN}")]
    if all(line.low is not None and line.high is not None for _day, line in found):
        upper = steps(lambda line: line.high or 0)
        lower = [(x(day), y(line.low or 0)) for day, line in found]
        back = "".join(f"V{b:.1f}H{a:.1f}" for a, b in reversed(lower[:-1]))
        marks.append(path("band", "M" + "".join(upper) + f"V{lower[-1][1]:.1f}" + back + "Z"))
    marks.append(path("curve", "M" + "".join(steps(lambda line: line.value or 0))))
    marks += [text(0, 16, share_words(top)), text(0, 6 + tall, "0%")]
    marks += [
        text(x(day) - (14 if day == last else 0), 6 + tall + 15, str(day))
        for day, _line in (found[0], found[-1])
    ]
    marks.append(text(left + 60, 6 + tall + 15, _("days")))
    return Drawn(_("%(title)s, over the days, with its band", title=title), tall + 28, tuple(marks))


def _said(line: Line, words: str) -> str:
    """The label, as much of it as fits, and always the number."""
    return f"{short(line.label, 48 - len(words))}: {words}"


def _words(line: Line) -> str:
    if line.value is not None:
        return share_words(line.value)
    return _("hidden") if line.suppressed else _("no cases")


def _points(value: float) -> str:
    return _("%(number)s points", number=f"{100 * value:+.1f}")


_WAYS: dict[str, Callable[[Sequence[Line], str], Drawn | None]] = {
    "stack": stack,
    "pareto": pareto,
    "dots": dots,
    "curve": curve,
    "bars": bars,
}
