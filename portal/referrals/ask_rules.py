"""The tables of asking for room: "can you take one person now?", to several services at once. Pure, no database.

Closed by intent, like rules.py: what is not here does not happen. Nothing of a person is in any of it.

| action | from | to | role |
|---|---|---|---|
| say_yes | asked, no, waitlist, assessment, released, expired | yes | receiver |
| say_no | asked, yes, waitlist, assessment | no | receiver |
| say_waitlist | asked, yes, no, assessment | waitlist | receiver |
| say_assessment | asked, yes, no, waitlist | assessment | receiver |
| release | asked | released | clock (another service said yes first, or the sender needs none any more) |
| expire | asked | expired | clock (its time is over) |

The first yes wins: the place is held for the sender, and the services that have not answered are released. A desk may take
its word back while the asking is open. A yes after another's, or after the time, is kept: the sender may come back to it.
"""

from datetime import timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.referrals.rules import Move

MOST_ASKED = 5  # services in one asking
ANSWERS = ("yes", "no", "waitlist", "assessment")  # what a desk may say
ASK_STATES = ("asked", *ANSWERS, "released", "expired")
ASK_ROLES = ("sender", "supervisor", "receiver", "clock", "stranger")
CHANNELS = ("", "inbox", "link", "sms")  # how an answer came
# What falls due for an asking; ask_clock.py acts on each.
ASK_DEADLINES = ("seen_by", "decide_by", "send_by", "choose_by", "lapses")
CLOSES = ("sent", "not_needed", "lapsed")
LATE_YES = timedelta(hours=24)  # after the asking: how long a yes that comes too late is still kept
LAST = timedelta(hours=24)  # after a supervisor was told: then nobody wants the place, and it is given back
KEPT_DAYS = 760  # after its close: 25 months, as long as outcomes can be told apart by their client key


def _move(action: str, sources: str, target: str, *roles: str) -> Move:
    return Move(action, frozenset(sources.split()), target, frozenset(roles))


ASK_MOVES: dict[str, Move] = {
    move.action: move
    for move in (
        _move("say_yes", "asked no waitlist assessment released expired", "yes", "receiver"),
        _move("say_no", "asked yes waitlist assessment", "no", "receiver"),
        _move("say_waitlist", "asked yes no assessment", "waitlist", "receiver"),
        _move("say_assessment", "asked yes no waitlist", "assessment", "receiver"),
        _move("release", "asked", "released", "clock"),
        _move("expire", "asked", "expired", "clock"),
    )
}
# What an answer says about the listing, at once and with its source; `assessment` says nothing about room.
SAYS_OF_ROOM = {"yes": "yes", "no": "no", "waitlist": "limited"}

ASK_WORDS: dict[str, LazyString] = {
    "asked": _l("No answer yet"),
    "yes": _l("Yes, they have room"),
    "no": _l("No room now"),
    "waitlist": _l("Waitlist only"),
    "assessment": _l("They must see the person first"),
    "released": _l("Told: no longer needed"),
    "expired": _l("No answer in time"),
}
# How an asking stands as a whole, for its sender.
STAGE_WORDS: dict[str, LazyString] = {
    "asking": _l("Asking"),
    "held": _l("There is room"),
    "choose": _l("The next step is yours"),
    "sent": _l("Sent"),
    "not_needed": _l("No longer needed"),
    "lapsed": _l("Closed: the time ran out"),
}
ASK_DEADLINE_WORDS: dict[str, LazyString] = {
    "seen_by": _l("to be answered by"),
    "decide_by": _l("to be answered by"),
    "send_by": _l("the place is held until"),
    "choose_by": _l("the next step by"),
    "lapses": _l("closes by itself on"),
}


def may_say(action: str, state: str, role: str) -> bool:
    """Whether `role` may take `action` on an ask in `state`: the table, and nothing else."""
    move = ASK_MOVES.get(action)
    return move is not None and state in move.sources and role in move.roles
