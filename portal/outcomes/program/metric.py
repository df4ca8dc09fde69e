"""What a program's report is made of: metrics, versioned in words and code, that give blocks of rows. No suppression here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from flask_babel import LazyString

from portal.outcomes.measures import Block as Block
from portal.outcomes.measures import Drawing as Drawing
from portal.outcomes.measures import Row, share_row
from portal.programs.models import ResponseProgram
from portal.programs.preset import Preset

Unit = Literal["encounter", "need", "offer", "person", "task", "request", "listing", "document"]


@dataclass(frozen=True)
class ProgramScope:
    """Of which program, from which moment until before which (UTC), as known at the cut. zone: the community's. known: what
    one measure has read and another may use again (see tally)."""

    program: ResponseProgram
    preset: Preset
    start: datetime
    end: datetime
    cut: datetime
    zone: ZoneInfo
    known: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class Metric:
    """One measure of a program: what is counted, out of what, what is left out; and the code that counts it. A change of meaning
    is a new version with its own day, and draws a break. source: whose definition it follows, where it is not our own. closed:
    every block of it is, so that nobody need count it as known now."""

    id: str
    version: int
    valid_from: date
    name: LazyString
    unit: Unit
    numerator: LazyString
    denominator: LazyString
    left_out: LazyString
    compute: Callable[["Metric", ProgramScope], list[Block]]
    source: str = ""
    closed: bool = False
    counted_by: str = ""  # `module:function`, where that is not `compute` itself

    @property
    def measure(self) -> str:
        return self.id

    @property
    def code(self) -> str:
        """Where it is counted, as `module:function`."""
        return self.counted_by or f"{self.compute.__module__}:{self.compute.__qualname__}"


def share(
    metric: Metric, label: str, numerator: int, denominator: int, *, immature: int = 0, unknown: int = 0
) -> Row:
    """A share with its Wilson interval; the unknown stand apart, with what they could make of it."""
    return share_row(metric, label, numerator, denominator, immature, unknown, bounds=unknown > 0)


def count(metric: Metric, label: str, number: int) -> Row:
    """A number of things."""
    return Row(metric.id, metric.version, label, "count", number, number, None, None, None)


def value(
    metric: Metric,
    label: str,
    unit: str,
    number: float | None,
    of: int,
    low: float | None = None,
    high: float | None = None,
) -> Row:
    """A median, a mean or a sum (unit: minutes, hours, days, mean) over `of` things, with the middle half where there is one."""
    return Row(metric.id, metric.version, label, unit, of, of, number, low, high)
