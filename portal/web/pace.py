"""How often programs may ask: counted by the network that asks, in the database, twenty requests at a time.

Twenty are paid for at once and then taken from a purse in this process, so that most requests write nothing.
"""

from threading import Lock

from sqlalchemy.exc import DBAPIError

from portal.store import limits, write
from portal.web.guesses import here

A_PURSE = {"api": 20, "api_stream": 1}  # requests that one spending pays for
MOST_PURSES = 10_000

_purses: dict[tuple[str, str], int] = {}
_lock = Lock()


def keep_pace(what: str) -> None:
    """One request of `what` (see limits.LIMITS) from this network. Raises TooMany when there were too many."""
    who = (what, here())
    with _lock:
        left = _purses.get(who, 0)
        if left:
            _purses[who] = left - 1
            return
    try:
        with write():
            limits.spend(what, who[1])
    except DBAPIError:  # locked or away: reading goes on
        return
    with _lock:
        if len(_purses) >= MOST_PURSES:
            _purses.clear()
        _purses[who] = A_PURSE[what] - 1
