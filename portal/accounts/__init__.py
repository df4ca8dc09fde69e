"""Floor 3: people who sign in, what they may do, and the sessions of their browsers.

`sign_in` and `join` return an `Entry`: a session's token, or half a one that `pass_code` or `pass_set_up` turns into a session.
Each browser of an account is signed out as soon as anything about that account changes.
"""

from portal.accounts.actions import request_reset, set_password, sign_in
from portal.accounts.claim_decisions import Claims, WaitingClaim, claims_for, claims_waiting, decide_claim
from portal.accounts.claim_proof import DOUBTS
from portal.accounts.claims import ClaimView, claim_by_link, claim_listing, confirm_claim
from portal.accounts.codes import SetUp
from portal.accounts.halfway import Entry, Halfway, halfway_in, leave_halfway, pass_code, pass_set_up
from portal.accounts.invitations import (
    InvitationView,
    OpenInvitation,
    invitation_by_link,
    invite,
    join,
    open_invitations,
    take_role,
    withdraw_invitation,
)
from portal.accounts.keepers import keepers_of
from portal.accounts.members import Member, Members, member, members
from portal.accounts.people import (
    add_person,
    add_role,
    demand_second_factor,
    disable_person,
    enable_person,
    remove_role,
    reset_second_factor,
)
from portal.accounts.permissions import may
from portal.accounts.queries import (
    account_called,
    actor_for_token,
    actor_of,
    names_of,
    reset_open,
    two_factor_roles,
)
from portal.accounts.second_factor import (
    NewCodes,
    SecondFactorState,
    begin_set_up,
    confirm_set_up,
    new_recovery_codes,
    own_set_up,
    second_factor_of,
    turn_off_second_factor,
)
from portal.accounts.sessions import (
    Browser,
    browsers_of,
    end_browser,
    end_other_browsers,
    end_session,
    purge,
    start_session,
)

__all__ = [
    "Browser",
    "ClaimView",
    "Claims",
    "DOUBTS",
    "Entry",
    "Halfway",
    "InvitationView",
    "Member",
    "Members",
    "NewCodes",
    "OpenInvitation",
    "SecondFactorState",
    "SetUp",
    "WaitingClaim",
    "account_called",
    "actor_for_token",
    "actor_of",
    "add_person",
    "add_role",
    "begin_set_up",
    "browsers_of",
    "claim_by_link",
    "claim_listing",
    "claims_for",
    "claims_waiting",
    "confirm_claim",
    "confirm_set_up",
    "decide_claim",
    "demand_second_factor",
    "disable_person",
    "enable_person",
    "end_browser",
    "end_other_browsers",
    "end_session",
    "halfway_in",
    "invitation_by_link",
    "invite",
    "join",
    "keepers_of",
    "leave_halfway",
    "may",
    "member",
    "members",
    "new_recovery_codes",
    "open_invitations",
    "own_set_up",
    "pass_code",
    "pass_set_up",
    "purge",
    "remove_role",
    "request_reset",
    "reset_open",
    "reset_second_factor",
    "second_factor_of",
    "set_password",
    "sign_in",
    "start_session",
    "take_role",
    "turn_off_second_factor",
    "two_factor_roles",
    "withdraw_invitation",
    "names_of",
]
