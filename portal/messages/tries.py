"""What comes of one try to deliver, whatever the channel."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

# Asked as late as can be before anything leaves: is this message still wanted? A withdrawal may have dropped it meanwhile.
Wanted = Callable[[], bool]


@dataclass(frozen=True)
class Tried:
    """What came of one try. `detail` is a code or a word, never part of a message; `server_down` ends the channel's round.

    number: what the try told about a phone number: `bad` (no text can reach it), `stopped` (it told its provider STOP).
    """

    result: Literal["delivered", "temporary", "permanent"]
    detail: str = ""
    server_down: bool = False
    number: Literal["", "bad", "stopped"] = ""


# Dropped between claim and sending. Its row is dropped already; this is only for the log of tries.
UNWANTED = Tried("permanent", "dropped")
