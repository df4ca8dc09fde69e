"""What a preset says for the module `dispatch`: whom the card looks for, what keeps a call out, and which words may be said."""

from typing import Literal

import msgspec

from portal.programs.dispatch.rules import WAYS
from portal.programs.models import ResponseProgram
from portal.programs.preset import Choice, Preset, length, options_of
from portal.programs.settings import effective


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One question of the decision card, answered yes or no before the team is asked. out: the answer that keeps the call from
    this team. instead: what is done then, in the program's words."""

    code: str
    label: str
    out: Literal["yes", "no"] = "yes"
    instead: str = ""


class Watch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The care-watch list: for how long an entry stands, and the only words that it may hold."""

    days: int = 14
    signs: tuple[Choice, ...] = ()


class DispatchOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`options.dispatch` of a preset.

    ways: how the team is asked. team: the roles that answer for it (empty: all). specialists: the roles that the card looks for on the roster. from_others: responders of
    other agencies of the community may ask. keeps_custody: asking makes a task of the asker's that closes only when the team
    takes over; asker_role: in which role they have it. answer_within: then the supervisors of both are told. ended, returned:
    the outcomes that a finished and a returned request record. sends: presets whose teams a clinician on the phone may send.
    sent: the outcome when they do. consult_field:
    the yes-no field that says that no specialist was there. drop_off: it counts its minutes at a receiver's door. cultures: what a partner may be matched by beside
    language, and culture_field: the question that says it.
    """

    ways: tuple[Literal["dispatch", "transfer", "consult"], ...] = ("dispatch",)
    team: tuple[str, ...] = ()
    specialists: tuple[str, ...] = ()
    from_others: bool = False
    keeps_custody: bool = False
    asker_role: str = ""
    answer_within: str = "5m"
    card: tuple[Question, ...] = ()
    generalist: tuple[str, ...] = ()
    refusals: tuple[Choice, ...] = ()
    returns: tuple[Choice, ...] = ()
    ended: tuple[str, ...] = ()
    returned: str = ""
    sent: str = ""
    sends: tuple[str, ...] = ()
    consult_field: str = ""
    drop_off: bool = False
    cultures: tuple[Choice, ...] = ()
    culture_field: str = ""
    watch: Watch | None = None

    def question(self, code: str) -> Question | None:
        return next((each for each in self.card if each.code == code), None)

    @property
    def excludes(self) -> dict[str, bool]:
        """Question -> the answer that keeps the call out."""
        return {each.code: each.out == "yes" for each in self.card}


def options_for(program: ResponseProgram) -> DispatchOptions | None:
    """What the program's preset says for dispatch; None where it has no such module. Raises BadPreset."""
    preset = effective(program)
    return options_in(preset) if "dispatch" in preset.modules else None


def options_in(preset: Preset) -> DispatchOptions:
    """The same of a preset."""
    return options_of(preset, "dispatch", DispatchOptions)


def faults_of(preset: Preset) -> list[str]:
    """What in these options leads nowhere: a role, an outcome or a length that is none."""
    found, roles = options_in(preset), {role.code for role in preset.roles}
    outcomes = {outcome.code for outcome in preset.outcomes}
    wrong = [
        f"role {code!r}"
        for code in (*found.team, *found.specialists, found.asker_role)
        if code and code not in roles
    ]
    ends = (*found.ended, found.returned, found.sent)
    wrong += [f"outcome {code!r}" for code in ends if code and code not in outcomes]
    wrong += [f"way {way!r}" for way in found.ways if way not in WAYS]
    if found.keeps_custody and not found.asker_role:
        wrong.append("a task of the asker's without a role")
    if "transfer" in found.ways and not (found.returned and found.returns):
        wrong.append("calls go nowhere when they are returned")
    length(found.answer_within)
    return wrong
