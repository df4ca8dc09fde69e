"""Floor 3: people who sign in, what they may do, and the sessions of their browsers."""

from portal.accounts.actions import (
    add_person,
    disable_person,
    end_session,
    purge,
    request_reset,
    set_password,
    sign_in,
    start_session,
)
from portal.accounts.permissions import may
from portal.accounts.queries import actor_for_token, reset_open

__all__ = [
    "actor_for_token",
    "add_person",
    "disable_person",
    "end_session",
    "may",
    "purge",
    "request_reset",
    "reset_open",
    "set_password",
    "sign_in",
    "start_session",
]
