"""What a door or a file hands in about one encounter, and the checks that hold for both. No database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _

from portal.programs import rules
from portal.programs.preset import Field, Preset
from portal.referrals.rules import AGE_BANDS, LANGUAGES
from portal.store import Refused

Answer = bool | int | str | None


@dataclass(frozen=True)
class EncounterFacts:
    """One meeting, coded. Times are UTC. outcome: the preset's code (empty while it goes on); the disposition follows from it.
    facts: answers by the code of the preset's fields; what is missing was not asked. services: the preset's codes."""

    source: str
    received_at: datetime
    outcome: str = ""
    reference: str = ""
    ordinal: int = 1
    response_type: str = ""
    dispatched_at: datetime | None = None
    on_scene_at: datetime | None = None
    cleared_at: datetime | None = None
    district_id: UUID | None = None
    home_district_id: UUID | None = None  # where the person lives, when it is another
    meets_criteria: bool = True
    met_before: str = ""
    contact_consent: str = ""
    referral_refused: str = ""
    arrest_would: str = ""
    ed_would: str = ""
    age_band: str = "unknown"
    language: str = ""
    race: str = ""
    services: tuple[str, ...] = ()
    facts: Mapping[str, Answer] = field(default_factory=dict)


def check(
    preset: Preset, given: EncounterFacts, now: datetime, *, roles: frozenset[str] | None = None
) -> str:
    """The disposition that the outcome stands for (empty while there is none). Refused, naming the field, for anything that the
    preset or the closed lists do not know, for times out of order, and for a required answer that is missing. roles: whose
    answers are missed (None: everybody's); what another role is asked is none of theirs."""
    for name, known in (
        ("source", preset.sources or tuple(rules.SOURCES)),
        ("response_type", ("", *(choice.code for choice in preset.response_types))),
        ("met_before", rules.MET_BEFORE),
        ("contact_consent", rules.CONSENTS),
        ("referral_refused", rules.REFERRAL_REFUSED),
        ("arrest_would", rules.ANSWERS if "arrest" in preset.diversions else ("",)),
        ("ed_would", rules.ANSWERS if "ed" in preset.diversions else ("",)),
        ("age_band", AGE_BANDS),
        ("language", LANGUAGES),
        ("race", tuple(rules.RACES)),
    ):
        if getattr(given, name) not in known:
            raise Refused(_("Choose one of the list."), name)
    if given.reference and not rules.REFERENCE.fullmatch(given.reference):
        raise Refused(_("Use up to 40 letters, digits, spaces, dots, dashes or slashes."), "reference")
    if given.ordinal < 1 or given.ordinal > 20:
        raise Refused(_("Count from 1 to 20."), "ordinal")
    _times(given, now)
    unknown = set(given.services) - {choice.code for choice in preset.services}
    if unknown:
        raise Refused(_("Choose from the list."), "services")
    for code in given.facts:
        if preset.field(code) is None:
            raise Refused(_("This program does not ask that."), code)
    for question in preset.fields:
        asked = roles is None or question_is_for(question, roles)
        _answer(question, given.facts.get(question.code), done=bool(given.outcome) and asked)
    if not given.outcome:
        return ""
    outcome = preset.outcome(given.outcome)
    if outcome is None:
        raise Refused(_("Choose how it ended."), "outcome")
    return outcome.disposition


def question_is_for(question: Field, roles: frozenset[str]) -> bool:
    """Whether somebody in these roles is asked it, and sees the answer."""
    return not question.roles or not roles.isdisjoint(question.roles)


def _times(given: EncounterFacts, now: datetime) -> None:
    before = given.received_at
    for name in ("received_at", "dispatched_at", "on_scene_at", "cleared_at"):
        moment: datetime | None = getattr(given, name)
        if moment is None:
            continue
        if moment > now + rules.EARLY:
            raise Refused(_("This time lies in the future."), name)
        if moment < before:
            raise Refused(_("This time lies before the one above it."), name)
        before = moment


def _answer(question: Field, answer: Answer, *, done: bool) -> None:
    if answer is None:
        if question.required and done:
            raise Refused(_("Answer this one."), question.code)
        return
    fits = {
        "yes_no": isinstance(answer, bool),
        "number": isinstance(answer, int) and not isinstance(answer, bool) and 0 <= answer <= 100_000,
        "choice": answer in {choice.code for choice in question.choices},
    }[question.kind]
    if not fits:
        raise Refused(_("Choose one of the answers."), question.code)
