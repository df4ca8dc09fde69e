"""What a chart is made of: a title that a screen reader says, and marks that one template puts down."""

from dataclasses import dataclass
from typing import Literal

WIDTH = 330.0  # units of the viewBox; the page scales it, and a letter is 12 of them high
LINE = 18.0  # of text


@dataclass(frozen=True)
class Mark:
    """One thing drawn. look: its class in the style sheet (label, ground, part, range, curve, band, dot, break, target)."""

    shape: Literal["text", "rect", "path", "circle"]
    look: str
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    words: str = ""
    path: str = ""


@dataclass(frozen=True)
class Drawn:
    title: str
    height: float
    marks: tuple[Mark, ...]


def text(x: float, y: float, words: str, look: str = "label") -> Mark:
    return Mark("text", look, x, y, words=words)


def rect(look: str, x: float, y: float, width: float, height: float) -> Mark:
    return Mark("rect", look, x, y, max(0.0, width), height)


def path(look: str, d: str) -> Mark:
    return Mark("path", look, path=d)


def upright(look: str, x: float, y: float, height: float) -> Mark:
    """A line from top to bottom."""
    return path(look, f"M{x:.1f} {y:.1f}v{height:.1f}")


def spread(low: float, high: float, y: float, cap: float = 5.0) -> Mark:
    """An interval: a line with a cap at each end."""
    d = f"M{low:.1f} {y:.1f}H{high:.1f}M{low:.1f} {y - cap:.1f}v{2 * cap:.1f}M{high:.1f} {y - cap:.1f}v{2 * cap:.1f}"
    return path("range", d)


def short(words: str, letters: int = 46) -> str:
    """As much of the words as fits on a line; the table has all of them."""
    return words if len(words) <= letters else words[: letters - 1].rstrip() + "…"
