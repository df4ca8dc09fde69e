"""Bars drawn on the server as SVG; the table beside them says the same in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.outcomes.lines import Line

WIDTH = 320  # units of the viewBox; the page scales it
ROW = 44
BAR = 14


@dataclass(frozen=True)
class Bar:
    """One line as drawn; x positions in viewBox units, None where the number is hidden or there is none."""

    label: str
    words: str
    y: int
    width: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Chart:
    title: str
    height: int
    bars: tuple[Bar, ...]


def bars(lines: Sequence[Line], measure: str) -> Chart | None:
    """A chart of the shares of one measure, zeros of long lists left to the table; None when there is nothing to draw."""
    chosen = [line for line in lines if line.measure == measure and line.unit == "share"]
    if measure == "M10":
        chosen = [line for line in chosen if line.numerator][:8]
    if not any(line.value is not None for line in chosen):
        return None
    drawn = tuple(_bar(line, i) for i, line in enumerate(chosen))
    return Chart(_("%(measure)s as shares, with the 95%% interval", measure=measure), ROW * len(drawn), drawn)


def _bar(line: Line, index: int) -> Bar:
    words = (
        share_words(line.value)
        if line.value is not None
        else (_("hidden") if line.suppressed else _("no cases"))
    )
    return Bar(
        label=line.label,
        words=words,
        y=index * ROW,
        width=None if line.value is None else line.value * WIDTH,
        low=None if line.low is None else line.low * WIDTH,
        high=None if line.high is None else line.high * WIDTH,
    )


def share_words(value: float) -> str:
    return f"{100 * value:.1f}%"
