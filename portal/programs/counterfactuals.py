"""What would have followed without the team: said before the end is known, by whom the preset says, and never changed to fit it."""

from typing import Any

import msgspec
from flask_babel import gettext as _

from portal.programs.facts import EncounterFacts
from portal.programs.models import Encounter
from portal.programs.preset import Preset, options_of
from portal.store import Refused

WOULD = ("arrest_would", "ed_would")


class SaidFirst(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The preset's `options.diversion`. said_by: the role that says it (empty: whoever records). first: it is saved before an
    end may be recorded, so that the record shows that nobody knew it yet."""

    said_by: str = ""
    first: bool = False


def said_first(preset: Preset) -> SaidFirst:
    """How this preset has it. Raises BadPreset."""
    return options_of(preset, "diversion", SaidFirst)


def may_say(preset: Preset, roles: frozenset[str]) -> bool:
    """Whether somebody in these roles is asked what would have followed."""
    wanted = said_first(preset).said_by
    return bool(preset.diversions) and (not wanted or wanted in roles)


def check_said(
    preset: Preset, row: Encounter | None, given: EncounterFacts, roles: frozenset[str] | None
) -> None:
    """Refused, by field: what was said is changed or added once the end is recorded; somebody else than the preset's role says it;
    it comes with the end where it has to be saved first. roles None: an agency's own records, brought in whole."""
    rules = said_first(preset)
    for name in WOULD:
        before, now = (getattr(row, name) if row is not None else ""), getattr(given, name)
        if before == now:
            continue
        _open_still(row, name)
        if roles is not None and not may_say(preset, roles):
            raise Refused(_("Somebody else of the team says this."), name)
        if roles is not None and rules.first and given.outcome:
            raise Refused(_("Save what would have happened first. Then say how it ended."), name)
    for question in preset.fields:
        if question.before_disposition and given.facts.get(question.code) != _answered(row, question.code):
            _open_still(row, question.code)


def _open_still(row: Encounter | None, name: str) -> None:
    if row is not None and row.disposition:
        raise Refused(_("This is said before the end is known. It stays as it was said."), name)


def _answered(row: Encounter | None, code: str) -> Any:
    return row.facts.get(code) if row is not None else None
