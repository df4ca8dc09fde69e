"""Guesses at what opens something: counted where they miss, never where they hit, so that nobody is locked out by others.

Every miss looks the same (404, or "we do not know this code") until there were too many; then 429. What is guessed at is at
least 84 bits long (the link in a text; all others 122 and more), so a limit is not what keeps it: it keeps guessing from
being tried at all.
"""

from flask import Flask, Response, make_response, request
from sqlalchemy.exc import DBAPIError

from portal.accounts.rules import network
from portal.store import TooMany, limits
from portal.web.errors import answer
from portal.web.gates import actor

MISSES, SECONDS = (
    180,
    900,
)  # a mistyped address now and then, a walk through old bookmarks: fine. A script: not.
CODE_MISSES = 20
# Doors that strangers open with something long and secret in the address.
SECRET_DOORS = (
    "answer",
    "room",
    "sms",
    "appointments",
    "session",
    "invitation",
    "claim",
    "calling",
    "confirming",
)


def guard(app: Flask) -> None:
    """After too many addresses that are not there, somebody signed in (or the holder of a link) is told to wait."""

    @app.after_request
    def count(response: Response) -> Response:
        if response.status_code != 404 or request.endpoint is None:
            return response
        who = actor()
        if who.kind == "account":
            key = str(who.account_id)
        elif request.blueprint in SECRET_DOORS:
            key = here()
        else:
            return response
        try:
            within = limits.tried("not there", key, most=MISSES, seconds=SECONDS)
        except DBAPIError:  # locked or away: the miss is still a miss
            return response
        return response if within else _wait()


def missed_code() -> None:
    """One wrong code typed from this address. Raises TooMany when there were too many."""
    if not limits.tried("wrong code", here(), most=CODE_MISSES, seconds=SECONDS):
        raise TooMany("", SECONDS)


def here() -> str:
    """The network that asks."""
    return network(request.remote_addr or "")


def _wait() -> Response:
    response = make_response(answer(429))
    response.headers["Retry-After"] = str(SECONDS)
    return response
