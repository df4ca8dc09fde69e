"""The front door of dispatch: rosters, the card, requests to a team and their steps, taking over, minutes at a door, care watch.

As everywhere in this room, verbs take the actor first and are one transaction each; they raise `Conflict`, `Refused` and `NotHere`.
"""

from portal.programs.dispatch.access import has_teams, may_arrange, may_ask, teams_for
from portal.programs.dispatch.asking import Ask, ask_team
from portal.programs.dispatch.card import CardView, card_for, works_in
from portal.programs.dispatch.clock import tick_requests
from portal.programs.dispatch.drop_offs import (
    DropOffView,
    arrive_at,
    drop_off_for,
    drop_offs_for,
    release,
)
from portal.programs.dispatch.moving import End, end_request, move_request, settle_custody, take_over
from portal.programs.dispatch.options import DispatchOptions, options_for
from portal.programs.dispatch.places import (
    PartnerFacts,
    end_partner,
    pin_place,
    set_middle,
    set_on_call,
    set_partner,
    unpin_place,
)
from portal.programs.dispatch.queries import RequestView, request_for, requests_for, requests_of_unit
from portal.programs.dispatch.roster import (
    OnDuty,
    Shift,
    add_shifts,
    call_off_shift,
    on_duty,
    people_of,
    roster_of,
    shifts_to_come,
)
from portal.programs.dispatch.sending import Consult, record_consult, send_team, teams_to_send
from portal.programs.dispatch.setup import Setup, setup_for
from portal.programs.dispatch.watch import WatchView, add_watch, end_watch, forget_watch, watch_for

__all__ = [
    "Ask",
    "CardView",
    "Consult",
    "DispatchOptions",
    "DropOffView",
    "End",
    "OnDuty",
    "PartnerFacts",
    "RequestView",
    "Setup",
    "Shift",
    "WatchView",
    "add_shifts",
    "add_watch",
    "arrive_at",
    "ask_team",
    "call_off_shift",
    "card_for",
    "drop_off_for",
    "drop_offs_for",
    "end_partner",
    "end_request",
    "end_watch",
    "forget_watch",
    "has_teams",
    "may_arrange",
    "may_ask",
    "move_request",
    "on_duty",
    "options_for",
    "people_of",
    "pin_place",
    "record_consult",
    "release",
    "request_for",
    "requests_for",
    "requests_of_unit",
    "roster_of",
    "send_team",
    "set_middle",
    "set_on_call",
    "set_partner",
    "settle_custody",
    "setup_for",
    "shifts_to_come",
    "take_over",
    "teams_for",
    "teams_to_send",
    "tick_requests",
    "unpin_place",
    "watch_for",
    "works_in",
]
