"""What may follow what, how long a caller waited, what the card keeps out, and that presets' options lead somewhere."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from portal.programs import presets
from portal.programs.dispatch.options import DispatchOptions, faults_of, options_in
from portal.programs.dispatch.rules import MOVES, OPEN, STATES, WAYS, hold, kept_out, may
from portal.programs.preset import BadPreset

T0 = datetime(2026, 8, 12, 20, tzinfo=UTC)


def at(seconds: int | None) -> datetime | None:
    return None if seconds is None else T0 + timedelta(seconds=seconds)


def test_every_move_leads_to_a_state_and_no_closed_state_moves_on() -> None:
    for code, move in MOVES.items():
        assert move.target in STATES, code
        assert set(move.sources) <= set(OPEN), code
        assert set(move.ways) <= set(WAYS), code


@pytest.mark.parametrize(
    ("move", "way", "state", "side", "allowed"),
    [
        ("accept", "dispatch", "asked", "team", True),
        ("accept", "dispatch", "asked", "asker", False),
        ("accept", "dispatch", "accepted", "team", False),
        ("start", "transfer", "accepted", "team", False),
        ("refuse", "transfer", "asked", "team", False),
        ("return", "dispatch", "accepted", "team", False),
        ("take_back", "transfer", "returned", "asker", True),
        ("withdraw", "dispatch", "on_scene", "asker", False),
        ("vanish", "dispatch", "asked", "team", False),
    ],
)
def test_who_may_take_which_step(move: str, way: str, state: str, side: str, allowed: bool) -> None:
    assert may(move, way, state, frozenset((side,))) is allowed  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("accepted", "returned", "taken_back", "ended", "seconds"),
    [
        (50, None, None, 500, 50),  # picked up: what they talked about is no wait
        (50, 170, 210, 210, 90),  # and back: both waits
        (50, 170, None, None, 50 + 830),  # still waiting for 911
        (None, None, None, 60, 60),  # hung up, or stayed with 911
        (None, 30, 45, 45, 45),  # sent back before anybody talked
        (None, None, None, None, 1000),
    ],
)
def test_a_caller_waits_until_somebody_has_them(
    accepted: int | None, returned: int | None, taken_back: int | None, ended: int | None, seconds: int
) -> None:
    waited = hold(T0, at(accepted), at(returned), at(taken_back), at(ended), T0 + timedelta(seconds=1000))
    assert waited == timedelta(seconds=seconds)


def test_the_first_answer_that_keeps_a_call_out_is_named() -> None:
    excludes = {"weapon": True, "agrees": False}
    assert kept_out({"weapon": False, "agrees": True}, excludes) == ""
    assert kept_out({"weapon": True, "agrees": True}, excludes) == "weapon"
    assert kept_out({"weapon": False, "agrees": False}, excludes) == "agrees"


def test_what_presets_say_of_dispatch_leads_somewhere() -> None:
    found = {code: faults_of(preset) for code, preset in presets().items() if "dispatch" in preset.modules}
    assert len(found) >= 5
    assert not any(found.values()), found


def test_options_that_lead_nowhere_are_named() -> None:
    good = presets()["c3-austin"]
    wrong = {"ways": ["transfer"], "team": ["pilot"], "ended": ["magic"], "keeps_custody": True}
    faults = " ".join(faults_of(msgspec.structs.replace(good, options={"dispatch": wrong})))
    for word in ("pilot", "magic", "without a role", "go nowhere"):
        assert word in faults
    with pytest.raises(BadPreset):
        options_in(msgspec.structs.replace(good, options={"dispatch": {"spell": 1}}))
    assert options_in(msgspec.structs.replace(good, options={})) == DispatchOptions()
