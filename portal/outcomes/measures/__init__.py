"""From fact sheets to rows: each measure is a small pure function, and the table of them says which gives which."""

from portal.outcomes.measures.answers import any_acceptance, decline_reasons, reason_label, time_to_answer
from portal.outcomes.measures.connection import connected, warm_handoff
from portal.outcomes.measures.rows import Block, Drawing, Row, mature, share_row, times_row

__all__ = [
    "Block",
    "Drawing",
    "Row",
    "any_acceptance",
    "connected",
    "decline_reasons",
    "mature",
    "reason_label",
    "share_row",
    "time_to_answer",
    "times_row",
    "warm_handoff",
]
