"""A team with hours of its own: which of the eligible calls it answered, and why not the others. The unit is the encounter."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.outcomes.program.calls import part
from portal.outcomes.program.metric import Block, Metric, ProgramScope, share
from portal.outcomes.program.reach import asked, without_a_team
from portal.outcomes.program.tally import services
from portal.programs.open_hours import works_at

FIRST = date(2026, 1, 1)
ENDS = (
    ("resolved_on_scene", _l("Settled on scene")),
    ("involuntary_evaluation_transport", _l("Taken for an evaluation without agreeing")),
    ("arrest", _l("Jail")),
)


def coverage(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Answered of the eligible. A call outside the hours to which nobody came is not answered, whether or not anybody says so; one
    inside them that has no end yet is unknown."""
    answered = sum(each.number for each in asked(scope) if each.answered)
    closed = busy = unknown = 0
    for received, disposition in without_a_team(scope):
        if not works_at(scope.preset.hours, received, scope.zone):
            closed += 1
        elif disposition:
            busy += 1
        else:
            unknown += 1
    total = answered + closed + busy
    unmet = closed + busy
    return [
        Block(
            metric.id, str(metric.name), (share(metric, str(metric.name), answered, total, unknown=unknown),)
        ),
        Block(
            metric.id,
            _("Eligible calls that nobody of the team answered"),
            (
                part(metric, _("Outside the hours of the team"), closed, unmet),
                part(metric, _("In the hours of the team"), busy, unmet),
            ),
            adds_up=True,
        ),
    ]


def answered_ends(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Settled on scene, held, jailed: each of the answered calls that have ended; all other ends are one row."""
    found = [each for each in asked(scope) if each.answered]
    ended = sum(each.number for each in found if each.disposition)
    unknown = sum(each.number for each in found) - ended
    counts = [
        (str(label), sum(each.number for each in found if each.disposition == code)) for code, label in ENDS
    ]
    counts.append((_("Another end"), ended - sum(number for _label, number in counts)))
    rows = tuple(share(metric, label, number, ended, unknown=unknown) for label, number in counts)
    return [Block(metric.id, str(metric.name), rows, adds_up=True)]


def given(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Of the answered calls, those in which each thing was given."""
    answered, found = sum(each.number for each in asked(scope) if each.answered), services(scope)
    rows = tuple(
        share(metric, each.label, min(found[each.code], answered), answered) for each in scope.preset.services
    )
    return [Block(metric.id, str(metric.name), rows, note=_("One call can count under several of these."))]


METRICS = (
    Metric(
        "eligible_coverage",
        1,
        FIRST,
        _l("Eligible calls answered"),
        "encounter",
        _l("Eligible calls to which a team of the program came"),
        _l("Calls that the program could take, whether or not anybody came"),
        _l("Calls in the team's hours that have no end yet; they stand apart as unknown"),
        coverage,
    ),
    Metric(
        "answered_ends",
        1,
        FIRST,
        _l("How the answered calls ended"),
        "encounter",
        _l("Answered calls by their end"),
        _l("Answered calls that have ended"),
        _l("Answered calls without an end; they stand apart as unknown"),
        answered_ends,
    ),
    Metric(
        "basic_needs",
        1,
        FIRST,
        _l("What was given"),
        "encounter",
        _l("Answered calls in which it was given"),
        _l("Answered calls"),
        _l("Nothing"),
        given,
    ),
)
