"""Floor 6: what became of people, as numbers with denominators: `quarter`, `quarters`, `to_csv`, `catalog`."""

from portal.outcomes.arrivals import Month, ServiceMonths, arrivals
from portal.outcomes.assessment import Assessment, assess
from portal.outcomes.definitions import Definition
from portal.outcomes.entries import Entry, catalog
from portal.outcomes.program.csv_table import program_csv
from portal.outcomes.program.fixed import BY, FixedTable, fixed_table
from portal.outcomes.program.now import Now, program_now
from portal.outcomes.program.report import ProgramReport, program_quarters, program_report
from portal.outcomes.program.workbook import program_workbook
from portal.outcomes.queries import BadQuarter, Report, Scope, quarter, quarters, scopes
from portal.outcomes.readiness_files import readiness_csv, readiness_workbook
from portal.outcomes.simulate import has_simulated
from portal.outcomes.simulate import simulate as simulate_program
from portal.outcomes.snapshots import (
    Published,
    may_publish,
    preview,
    public_programs,
    publish,
    published,
    published_quarters,
    trends_of,
)
from portal.outcomes.tables import to_csv

__all__ = [
    "BY",
    "FixedTable",
    "Now",
    "fixed_table",
    "has_simulated",
    "program_now",
    "Assessment",
    "BadQuarter",
    "Definition",
    "Entry",
    "Month",
    "ProgramReport",
    "Published",
    "Report",
    "Scope",
    "ServiceMonths",
    "arrivals",
    "catalog",
    "assess",
    "may_publish",
    "preview",
    "program_csv",
    "program_quarters",
    "program_report",
    "program_workbook",
    "public_programs",
    "publish",
    "published",
    "published_quarters",
    "quarter",
    "quarters",
    "readiness_csv",
    "readiness_workbook",
    "scopes",
    "to_csv",
    "trends_of",
    "simulate_program",
]
