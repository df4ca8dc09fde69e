"""Charts drawn on the server as SVG; the table beside each says the same in numbers. What is hidden is not drawn."""

from portal.outcomes.charts.bars import bars, share_words
from portal.outcomes.charts.drawn import Drawn
from portal.outcomes.charts.tables import draw
from portal.outcomes.charts.trend import Point, trend

__all__ = ["Drawn", "Point", "bars", "draw", "share_words", "trend"]
