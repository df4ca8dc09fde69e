"""How far an agency has come: elements with their evidence, the training roster, and monthly totals that nobody stands behind."""

from portal.programs.readiness.elements import (
    ElementView,
    ReadinessView,
    add_evidence,
    evidence_file,
    owners_of,
    readiness_at,
    readiness_for,
    remove_evidence,
    say_status,
)
from portal.programs.readiness.roster import (
    CourseCount,
    RosterImport,
    course_count,
    import_roster,
    read_roster,
    roster_for,
)
from portal.programs.readiness.terms import (
    EVIDENCE_WORDS,
    STATUS_WORDS,
    TOTAL_WORDS,
    Element,
    Question,
    ReadinessOptions,
    readiness_options,
)
from portal.programs.readiness.totals import newest_totals, record_totals, totals_for

__all__ = [
    "CourseCount",
    "EVIDENCE_WORDS",
    "Element",
    "ElementView",
    "Question",
    "ReadinessOptions",
    "ReadinessView",
    "RosterImport",
    "STATUS_WORDS",
    "TOTAL_WORDS",
    "add_evidence",
    "course_count",
    "evidence_file",
    "import_roster",
    "newest_totals",
    "owners_of",
    "read_roster",
    "readiness_at",
    "readiness_for",
    "readiness_options",
    "record_totals",
    "remove_evidence",
    "roster_for",
    "say_status",
    "totals_for",
]
