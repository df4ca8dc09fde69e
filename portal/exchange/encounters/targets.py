"""What a column of a table of calls may be: by the fields of an encounter and the program's own questions, with the words that
another system may use for each answer."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from rapidfuzz import fuzz, process

from portal.programs import Preset
from portal.programs.models import District
from portal.programs.rules import RACES, SOURCES
from portal.referrals.rules import AGE_BANDS, LANGUAGES

Kind = Literal["text", "number", "moment", "code", "codes", "yes_no", "flag", "place"]
LIKE = 85  # percent
FACT = "facts."
YES = ("yes", "y", "true", "t", "1", "x")
NO = ("no", "n", "false", "f", "0")


@dataclass(frozen=True)
class Target:
    """code: the field of EncounterFacts, or `facts.` and a question's code. words: what a cell may say, in small letters -> our
    code. called: what its column is often called. needed: no row can be taken without it."""

    code: str
    label: LazyString | str
    kind: Kind
    words: Mapping[str, str] = field(default_factory=dict)
    called: tuple[str, ...] = ()
    needed: bool = False


def targets_of(preset: Preset, districts: Sequence[District]) -> tuple[Target, ...]:
    """Everything that a table may say about a call of this program."""
    times = (
        ("received_at", _l("The call came"), ("received", "call received", "call time", "created", "date")),
        ("dispatched_at", _l("Sent out"), ("dispatched", "dispatch time", "first unit dispatched")),
        ("on_scene_at", _l("On scene"), ("on scene", "arrived", "arrival time", "first unit arrived")),
        ("cleared_at", _l("Done"), ("cleared", "clear time", "closed", "completed")),
    )
    places = {plain(each.name): str(each.id) for each in districts}
    found = [
        Target("reference", _l("Number of the call"), "text", called=("incident number", "incident", "event number", "call number", "cad number", "cfs number", "case number"), needed=True),
        Target("ordinal", _l("Which person on the call"), "number", called=("person", "person number", "subject number")),
        *(Target(code, label, "moment", called=called, needed=code == "received_at") for code, label, called in times),
        _codes("source", _l("How it came"), {code: SOURCES[code] for code in preset.sources or SOURCES}, "call source", needed=True),
        _codes("response_type", _l("Which team went"), {one.code: one.label for one in preset.response_types}, "team", "unit type", "response"),
        Target("district_id", preset.wording.get("district") or _l("Where it was"), "place", places, ("district", "precinct", "area command", "town", "beat", "zone")),
        Target("home_district_id", _l("Where they live"), "place", places, ("home", "residence", "home town")),
        Target("meets_criteria", _l("A mental health or substance use call"), "flag", called=("meets criteria", "behavioral health", "mental health call")),
        _codes("met_before", _l("Met before"), {"first": _l("First time"), "again": _l("Met before")}, "first contact"),
        *(Target(f"{one}_would", label, "yes_no", called=called) for one, label, called in _would() if one in preset.diversions),
        _codes("outcome", _l("How it ended"), {one.code: one.label for one in preset.outcomes}, "disposition", "result", "outcome code"),
        _codes("services", _l("What was given"), {one.code: one.label for one in preset.services}, "services provided", many=True),
        Target("contact_consent", _l("May be contacted again"), "yes_no", called=("consent", "consent to contact")),
        Target("referral_refused", _l("Wants no referral"), "flag", called=("referral refused",)),
        _codes("age_band", _l("Age"), dict(zip(AGE_BANDS, AGE_BANDS, strict=True)), "age group", "age band"),
        _codes("language", _l("Language"), {code: code for code in LANGUAGES if code}, "preferred language"),
        _codes("race", _l("Race or ethnicity"), {code: label for code, label in RACES.items() if code}, "ethnicity"),
        *(_question(preset, one.code) for one in preset.fields),
    ]  # fmt: skip
    return tuple(one for one in found if one.words or one.kind not in ("code", "codes", "place"))


def guess(targets: Sequence[Target], header: Sequence[str]) -> dict[str, list[str]]:
    """For each target the column that is called most like it, each column once. A person looks at it."""
    left = {name: _plain(name) for name in header if name}
    found: dict[str, list[str]] = {}
    for target in targets:
        names = (_plain(target.code.removeprefix(FACT)), _plain(str(target.label)), *target.called)
        hits = (process.extractOne(name, left, scorer=fuzz.ratio) for name in names)
        best = max((hit for hit in hits if hit), key=lambda hit: hit[1], default=None)
        if best is not None and best[1] >= LIKE:
            found[target.code] = [str(best[2])]
            del left[str(best[2])]
    return found


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().lower()


def plain(text: str) -> str:
    """A cell's word, as it is compared: small letters, one blank between words."""
    return " ".join(text.lower().split())


def _codes(
    code: str,
    label: LazyString | str,
    answers: Mapping[str, LazyString | str],
    *called: str,
    needed: bool = False,
    many: bool = False,
) -> Target:
    words = {plain(str(words)): answer for answer, words in answers.items()} | {one: one for one in answers}
    return Target(code, label, "codes" if many else "code", words, called, needed)


def _would() -> tuple[tuple[Literal["arrest", "ed"], str, tuple[str, ...]], ...]:
    return (
        ("arrest", _("Arrest without the team"), ("arrest would",)),
        ("ed", _("Emergency room without the team"), ("ed would",)),
    )


def _question(preset: Preset, code: str) -> Target:
    asked = preset.field(code)
    assert asked is not None  # noqa: S101 - the code is one of its own
    if asked.kind == "choice":
        words = {plain(each.label): each.code for each in asked.choices} | {
            each.code: each.code for each in asked.choices
        }
        return Target(FACT + code, asked.label, "code", words)
    return Target(FACT + code, asked.label, asked.kind)
