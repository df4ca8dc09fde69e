"""What a readiness preset asks for, and the pure decisions made from it."""

from collections.abc import Collection
from typing import Literal

import msgspec
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.programs.models import ResponseProgram
from portal.programs.models.readiness import STATUSES
from portal.programs.preset import options_of
from portal.programs.settings import effective

STATUS_WORDS: dict[str, LazyString] = {
    "not_started": _l("Not started"),
    "partial": _l("Partly in place"),
    "in_place": _l("In place"),
}
EVIDENCE_WORDS: dict[str, LazyString] = {
    "pledge": _l("Pledge"),
    "mou": _l("Agreement (MOU)"),
    "policy": _l("Policy"),
    "protocol": _l("Protocol"),
    "consent_template": _l("Consent template"),
    "audit_sample": _l("Sample of the audit trail"),
    "training_plan": _l("Training plan"),
    "minutes": _l("Minutes of a meeting"),
    "report": _l("Report"),
    "other": _l("Another paper"),
}
TOTAL_WORDS: dict[str, LazyString] = {
    "use_of_force": _l("Uses of force"),
    "injured_people": _l("People hurt"),
    "injured_officers": _l("Officers hurt"),
    "swat": _l("SWAT call-outs"),
}


class Element(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing to have. needs: kinds of evidence without which it is not in place. course and share: so many of the sworn officers
    have to have it (0..1); then nobody says how it stands: the roster does. stated: somebody says how it stands; else the
    evidence alone does."""

    code: str
    label: str
    about: str = ""
    needs: tuple[str, ...] = ()
    course: Literal["", "mental_health", "cit"] = ""
    share: float = 1.0
    stated: bool = True


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question of the self-assessment, or an outcome. It is answered by what is live: measures of the agency's programs
    (metrics), elements, and whether its monthly totals are kept. better: which way is good."""

    code: str
    label: str
    metrics: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    better: Literal["", "lower", "higher"] = ""


class ReadinessOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """months: from the pledge, the shortest and the longest time for all of it; none: without a pledge."""

    elements: tuple[Element, ...]
    questions: tuple[Question, ...] = ()
    outcomes: tuple[Question, ...] = ()
    months: tuple[int, int] | None = None


def readiness_options(program: ResponseProgram) -> ReadinessOptions | None:
    """None for a program that keeps no readiness."""
    preset = effective(program)
    return options_of(preset, "readiness", ReadinessOptions) if "readiness" in preset.modules else None


def standing(element: Element, said: str, good: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """How an element of papers stands, and the kinds of evidence that it lacks. said: what somebody said of it (empty: nothing);
    good: the kinds of evidence that are there and have not run out. Nobody's word goes further than the evidence."""
    missing = tuple(kind for kind in element.needs if kind not in good)
    there = "in_place" if not missing else "partial" if len(missing) < len(element.needs) else "not_started"
    if not element.stated:
        return there, missing
    if missing and said == "in_place":
        return "partial", missing
    return said or STATUSES[0], missing


def of_course(share: float, trained: int, everybody: int) -> str:
    """How an element of the roster stands."""
    if not trained or not everybody:
        return "not_started"
    return "in_place" if trained >= wanted(share, everybody) else "partial"


def wanted(share: float, everybody: int) -> int:
    """How many of everybody make this share: 20% of 48 are 10. In whole thousandths, so that no fraction of a bit is a person."""
    return -(-round(share * 1000) * everybody // 1000)
