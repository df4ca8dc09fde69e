"""Calls by how far they came: asked for, sent out to, met. One grouped SELECT; as known at the cut."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal.outcomes.program.metric import ProgramScope
from portal.outcomes.program.tally import corrected, standing
from portal.programs.models import Encounter
from portal.store import db


@dataclass(frozen=True)
class Asked:
    """So many calls that are alike in all of this. sent, came: there is a time at which a team set out, or stood on the scene.
    answer: to the one question that was asked for; None where it was not answered."""

    sent: bool
    came: bool
    outcome: str
    disposition: str
    response_type: str
    answer: Any
    number: int

    @property
    def met_somebody(self) -> bool:
        """A team stood before the person, by its own time or by an end that only a team can bring about."""
        return self.disposition != "not_found_or_unfounded" and self.answered

    @property
    def answered(self) -> bool:
        """A team came: by its time on the scene, or by an end that needs one."""
        return self.came or self.disposition not in ("", "taken_over")


def asked(scope: ProgramScope, question: str = "") -> tuple[Asked, ...]:
    """The scope's calls that meet the criteria, counted by how far they came, and by the answer to a question of the preset."""
    field = scope.preset.field(question) if question else None
    column: Any = func.coalesce("", "")
    if field is not None:
        value = Encounter.facts[field.code]
        column = value.as_boolean() if field.kind == "yes_no" else value.as_string()
    names = (Encounter.outcome, Encounter.disposition, Encounter.response_type)
    sent, came = Encounter.dispatched_at.is_not(None), Encounter.on_scene_at.is_not(None)
    found: Counter[tuple[Any, ...]] = Counter()
    inner = (
        select(sent.label("sent"), came.label("came"), *names, column.label("answer"))
        .where(*standing(scope), Encounter.meets_criteria.is_(True))
        .subquery()
    )
    for row in db.session.execute(select(*inner.c, func.count()).group_by(*inner.c)):
        found[(bool(row[0]), bool(row[1]), row[2], row[3], row[4], row[5] if field else None)] += row[6]
    for values in _corrected(scope):
        times = (values["dispatched_at"] is not None, values["on_scene_at"] is not None)
        words = (values["outcome"], values["disposition"], values["response_type"])
        found[(*times, *words, values["facts"].get(question) if field else None)] += 1
    return tuple(
        Asked(sent, came, outcome, disposition, kind, answer, number)
        for (sent, came, outcome, disposition, kind, answer), number in found.items()
    )


def without_a_team(scope: ProgramScope) -> Iterable[tuple[datetime, str]]:
    """When each call was received to which nobody came, as far as is known, and its end so far (empty: none yet)."""
    rows = db.session.execute(
        select(Encounter.received_at, Encounter.disposition).where(
            *standing(scope),
            Encounter.meets_criteria.is_(True),
            Encounter.on_scene_at.is_(None),
            Encounter.disposition.in_(("", "taken_over")),
        )
    )
    yield from ((row.received_at, row.disposition) for row in rows)
    for values in _corrected(scope):
        if values["on_scene_at"] is None and values["disposition"] in ("", "taken_over"):
            yield values["received_at"], values["disposition"]


def _corrected(scope: ProgramScope) -> Iterable[dict[str, Any]]:
    return (values for values in corrected(scope) if values["meets_criteria"])
