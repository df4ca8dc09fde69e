"""From fact sheets to rows: each measure is a small pure function, and `table` says which counts which."""

from portal.outcomes.measures.answers import any_acceptance, decline_reasons, reason_label, time_to_answer
from portal.outcomes.measures.connection import connected, warm_handoff
from portal.outcomes.measures.rows import Block, Drawing, Ground, Row, mature, share_row, times_row
from portal.outcomes.measures.table import MEASURES, Measure, measure, measures

__all__ = [
    "MEASURES",
    "Block",
    "Drawing",
    "Ground",
    "Measure",
    "Row",
    "any_acceptance",
    "connected",
    "decline_reasons",
    "mature",
    "measure",
    "measures",
    "reason_label",
    "share_row",
    "time_to_answer",
    "times_row",
    "warm_handoff",
]
