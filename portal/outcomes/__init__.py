"""Floor 6: what became of people, as numbers with denominators: `quarter`, `quarters`, `to_csv`, `DEFINITIONS`."""

from portal.outcomes.arrivals import Month, ServiceMonths, arrivals
from portal.outcomes.definitions import DEFINITIONS, Definition
from portal.outcomes.queries import BadQuarter, Report, Scope, quarter, quarters, scopes
from portal.outcomes.tables import to_csv

__all__ = [
    "DEFINITIONS",
    "BadQuarter",
    "Definition",
    "Month",
    "Report",
    "Scope",
    "ServiceMonths",
    "arrivals",
    "quarter",
    "quarters",
    "scopes",
    "to_csv",
]
