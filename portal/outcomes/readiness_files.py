"""Readiness as a file for a grant report: elements, questions and outcomes in one table, as CSV and as Excel."""

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.outcomes.assessment import Assessment
from portal.outcomes.tables import Sheet, as_csv, as_workbook
from portal.programs.readiness import EVIDENCE_WORDS, STATUS_WORDS, ElementView, ReadinessView

# Every column, in words.
DICTIONARY = {
    "part": _l("element, question or outcome"),
    "item": _l("The element, question or outcome in words"),
    "status": _l("Not started, partial or in place; in place only while its papers stand"),
    "missing": _l("Papers that are missing or have run out; officers who still need the course"),
    "owner": _l("Who sees to it"),
    "review_on": _l("The day on which it is looked at again"),
    "program": _l("The program that the line is of"),
    "measure": _l("What was counted; of an element its course; of a question the element that answers it"),
    "now": _l("This quarter so far; of a course, trained officers of all"),
    "before": _l("The last whole quarter"),
}
COLUMNS = tuple(DICTIONARY)


def readiness_csv(view: ReadinessView, found: Assessment) -> str:
    """One line an element, answer and number. A hidden number is the word for it; text is never a formula."""
    return as_csv(COLUMNS, _rows(view, found))


def readiness_workbook(view: ReadinessView, found: Assessment) -> bytes:
    """The same lines, with what it is about and what each column means."""
    about = (
        (_("Program"), view.program.name),
        (_("Agency"), view.program.organization.name),
        (_("This quarter so far"), found.quarter),
        (_("The last whole quarter"), found.before),
    )
    columns = [(code, str(words)) for code, words in DICTIONARY.items()]
    return as_workbook(
        (
            Sheet(_("About"), (_("What"), ""), about, (24, 80)),
            Sheet(
                _("Readiness"), COLUMNS, list(_rows(view, found)), (10, 44, 14, 40, 20, 12, 24, 36, 20, 20)
            ),
            Sheet(_("Columns"), (_("Column"), _("Meaning")), columns, (18, 90)),
        )
    )


def _rows(view: ReadinessView, found: Assessment) -> Iterator[tuple[object, ...]]:
    """In the order of COLUMNS."""
    for each in view.elements:
        yield _element(view, each)
    for part, answers in (("question", found.questions), ("outcome", found.outcomes)):
        for given in answers:
            label = given.question.label
            for each in given.elements:
                status = STATUS_WORDS[each.status]
                yield part, label, status, None, None, None, None, each.element.label, None, None
            for line in given.lines:
                name = f"{line.metric}: {line.label}"
                yield part, label, None, None, None, None, line.program, name, line.now, line.before


def _element(view: ReadinessView, each: ElementView) -> tuple[object, ...]:
    missing = "; ".join(str(EVIDENCE_WORDS[kind]) for kind in each.missing)
    if each.course and each.course.needed:
        missing = _("%(count)s officers", count=each.course.needed)
    share = f"{each.course.trained}/{each.course.officers}" if each.course else ""
    return (
        "element",
        each.element.label,
        STATUS_WORDS[each.status],
        missing,
        each.owner,
        each.review_on,
        view.program.name,
        each.element.course,
        share,
        None,
    )
