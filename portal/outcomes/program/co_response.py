"""How an officer and a clinician worked together: the way they met, and whether both signed. The unit is the encounter."""

from collections import Counter
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from portal.outcomes.program.calls import part
from portal.outcomes.program.metric import Block, Metric, ProgramScope, share
from portal.outcomes.program.tally import corrected, counted, standing
from portal.programs.models import Encounter, Signature
from portal.store import db

FIRST = date(2026, 1, 1)
MODE = "mode"  # the question's code, where a preset asks it
CLINICAL = ("health", "medic", "peer")


def ways(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Each way of working together as a part of all calls; calls for which nobody said are a row of their own."""
    answer = Encounter.facts[MODE].as_string()
    found: Counter[str | None] = Counter()
    for code, number in db.session.execute(
        select(answer, func.count())
        .where(*standing(scope), Encounter.meets_criteria.is_(True))
        .group_by(answer)
    ):
        found[code] += number
    found.update(values["facts"].get(MODE) for values in corrected(scope) if values["meets_criteria"])
    asked = scope.preset.field(MODE)
    total = counted(scope)
    named = [(each.code, each.label) for each in asked.choices] if asked else []
    rows = [part(metric, label, found.pop(code, 0), total) for code, label in named]
    if found.total():
        rows.append(part(metric, _("Not said"), found.total(), total))
    return [Block(metric.id, str(metric.name), tuple(rows), adds_up=True)]


def signed_by_both(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Ended calls that somebody of the police and somebody of care had signed by the cut."""
    kinds = {
        kind: [role.code for role in scope.preset.roles if role.kind in group]
        for kind, group in (("police", ("police",)), ("care", CLINICAL))
    }
    signed = [
        select(Signature.encounter_id)
        .where(Signature.role.in_(roles), Signature.at <= scope.cut)
        .scalar_subquery()
        for roles in kinds.values()
    ]
    both = db.session.scalar(
        select(func.count())
        .select_from(Encounter)
        .where(
            *standing(scope),
            Encounter.meets_criteria.is_(True),
            Encounter.disposition != "",
            *(Encounter.id.in_(one) for one in signed),
        )
    )
    known = [
        values["id"] for values in corrected(scope) if values["meets_criteria"] and values["disposition"]
    ]
    before = (
        db.session.scalar(
            select(func.count())
            .select_from(Encounter)
            .where(Encounter.id.in_(known), *(Encounter.id.in_(one) for one in signed))
        )
        if known
        else 0
    )
    ended = counted(scope, lambda cell: bool(cell.disposition))
    row = share(metric, str(metric.name), (both or 0) + (before or 0), ended)
    return [Block(metric.id, str(metric.name), (row,))]


METRICS = (
    Metric(
        "mode_mix",
        1,
        FIRST,
        _l("How the team worked together"),
        "encounter",
        _l("Encounters by the one way: rode together, met on scene, from a hub"),
        _l("Calls meeting criteria"),
        _l("Nothing; calls for which nobody said are a row of their own"),
        ways,
    ),
    Metric(
        "both_signed",
        1,
        FIRST,
        _l("Signed by both"),
        "encounter",
        _l("Encounters that police and care have both signed by the data cut"),
        _l("Calls meeting criteria that have ended"),
        _l("Calls that have not ended"),
        signed_by_both,
    ),
)
