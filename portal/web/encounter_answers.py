"""Between an encounter's form and the facts that a verb takes: what is typed, and what stands and is not on the form."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from portal import programs as p
from portal.web.forms_encounter import ASK, GROUPS, EncounterForm, answer_of, pressed
from portal.web.moments import from_wall, local

PLAIN = (
    "source", "response_type", "met_before", "arrest_would", "ed_would", "outcome", "contact_consent", "age_band",
    "language", "race", "reference",
)  # fmt: skip
PLACES = ("district_id", "home_district_id")


def fill(form: EncounterForm, stands: p.EncounterFacts, preset: p.Preset) -> None:
    """Show what stands."""
    for name in PLAIN:
        if name in form:
            form[name].data = getattr(stands, name)
    for name in GROUPS:
        form[name].data = _minute(getattr(stands, name))
    for name in PLACES:
        if name in form:
            form[name].data = str(getattr(stands, name) or "") or None
    if "services" in form:
        form.services.data = list(stands.services)
    form.meets_criteria.data = stands.meets_criteria
    form.referral_refused.data = stands.referral_refused == "refused"
    for question in form.questions:
        form[ASK + question.code].data = pressed(question, stands.facts.get(question.code))


def given_from(form: EncounterForm, preset: p.Preset, view: p.EncounterView | None) -> p.EncounterFacts:
    """What the form says, over what stands already. A time that was not touched keeps its seconds. Refused for a time that
    cannot be."""
    stands = (
        p.given_of(view.row) if view else p.EncounterFacts("", from_wall(form.received_at.data) or _never())
    )
    typed: dict[str, Any] = {name: str(form[name].data or "").strip() for name in PLAIN if name in form} | {
        name: _typed(form[name].data, getattr(stands, name)) for name in GROUPS
    }
    typed["age_band"] = typed["age_band"] or "unknown"
    for name in PLACES:
        if name in form:
            typed[name] = UUID(form[name].data) if form[name].data else None
    if "services" in form:
        typed["services"] = tuple(form.services.data or ())
    if "ordinal" in form:
        typed["ordinal"] = form.ordinal.data or 1
    answers = {each.code: answer_of(each, form[ASK + each.code].data) for each in form.questions}
    return replace(
        stands,
        **typed,
        meets_criteria=form.meets_criteria.data,
        referral_refused="refused" if form.referral_refused.data else "",
        facts={**stands.facts, **answers},
    )


def _typed(typed: datetime | None, stands: datetime | None) -> datetime | None:
    return stands if typed == _minute(stands) else from_wall(typed)


def _minute(moment: datetime | None) -> datetime | None:
    """As a form shows it: of the wall clock, to the minute."""
    return local(moment).replace(tzinfo=None, second=0, microsecond=0) if moment else None


def _never() -> datetime:
    raise AssertionError("the form requires it")
