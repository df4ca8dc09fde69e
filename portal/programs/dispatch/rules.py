"""The steps of a request to a team, who takes which, and what the clocks of it say. Pure decisions, no database.

A request goes one of three ways: a team is sent (`dispatch`), a caller is put through (`transfer`), or somebody on call is
asked by phone or video (`consult`). MOVES is the one table of what may follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

WAYS = ("dispatch", "transfer", "consult")
CUSTODY = "custody"  # the step of the asker's task, which stands open until the team takes over
STATES: dict[str, LazyString] = {
    "asked": _l("Asked. Nobody has answered yet"),
    "accepted": _l("Accepted"),
    "en_route": _l("On the way"),
    "on_scene": _l("On scene"),
    "done": _l("Done"),
    "refused": _l("The team said no"),
    "withdrawn": _l("No longer needed"),
    "returned": _l("Back to 911: pick it up"),
    "taken_back": _l("911 has the caller"),
    "dropped": _l("The caller hung up while waiting"),
    "kept_out": _l("Not for this team"),
    "nobody": _l("Nobody was free"),
}
OPEN = ("asked", "accepted", "en_route", "on_scene", "returned")
BUSY = ("asked", "accepted", "en_route", "on_scene")  # whom it was given to is not free
WITHDRAWN = {
    "settled": _l("We settled it ourselves"),
    "left": _l("The person left"),
    "other_team": _l("Another team has it"),
    "refused": _l("The caller does not want it"),
    "mistake": _l("It was a mistake"),
}
# How the asker's own task ends when no team has it any more.
SETTLED = {
    "settled": _l("We settled it"),
    "left": _l("The person left"),
    "transported": _l("We took the person to a service"),
    "other_team": _l("Another team took over outside of this system"),
}
DROP_OFF_RESULTS: dict[str, LazyString] = {
    "taken": _l("They took the person"),
    "refused": _l("They did not take the person"),
}
Side = Literal["team", "asker"]


@dataclass(frozen=True)
class Move:
    """side: whose step it is. sources: from which states. target: the state after it. stamp: the time that it sets."""

    side: Side
    sources: tuple[str, ...]
    target: str
    stamp: str
    label: LazyString
    ways: tuple[str, ...] = WAYS


MOVES: Mapping[str, Move] = {
    "accept": Move("team", ("asked",), "accepted", "accepted_at", _l("Accept")),
    "start": Move("team", ("accepted",), "en_route", "en_route_at", _l("On the way"), ("dispatch",)),
    "arrive": Move(
        "team", ("accepted", "en_route"), "on_scene", "on_scene_at", _l("On scene"), ("dispatch",)
    ),
    "refuse": Move(
        "team", ("asked", "accepted", "en_route"), "refused", "ended_at", _l("Say no"), ("dispatch",)
    ),
    "end": Move("team", ("accepted", "en_route", "on_scene"), "done", "ended_at", _l("Finish")),
    "return": Move(
        "team", ("asked", "accepted"), "returned", "returned_at", _l("Back to 911"), ("transfer",)
    ),
    "take_back": Move(
        "asker", ("returned",), "taken_back", "taken_back_at", _l("I have the caller"), ("transfer",)
    ),
    "drop": Move("asker", ("asked",), "dropped", "ended_at", _l("The caller hung up"), ("transfer",)),
    "withdraw": Move(
        "asker", ("asked", "accepted", "en_route"), "withdrawn", "ended_at", _l("No longer needed")
    ),
}


def may(move: str, way: str, state: str, sides: frozenset[Side]) -> bool:
    """Whether this step may be taken now by somebody on these sides."""
    found = MOVES.get(move)
    return found is not None and found.side in sides and way in found.ways and state in found.sources


def kept_out(answers: Mapping[str, bool], excludes: Mapping[str, bool]) -> str:
    """The first question whose answer keeps the call from this team; empty when none does. excludes: question -> the answer."""
    return next((code for code, answer in excludes.items() if answers.get(code) is answer), "")


def hold(
    asked_at: datetime,
    accepted_at: datetime | None,
    returned_at: datetime | None,
    taken_back_at: datetime | None,
    ended_at: datetime | None,
    now: datetime,
) -> timedelta:
    """How long a caller waited in all: until somebody picked up (or the wait ended), and from the return until 911 had them
    again. What still runs is counted until now."""
    waited = (accepted_at or returned_at or ended_at or now) - asked_at
    if returned_at is not None:
        back = (taken_back_at or now) - returned_at
        return max(waited, timedelta()) + max(back, timedelta())
    return max(waited, timedelta())
