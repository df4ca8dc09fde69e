"""What a verb raises when it will not do what it was asked. The doors turn these into pages (409, 422, 429)."""

from typing import Any


class Refused(Exception):  # noqa: N818 - it is said aloud: "the verb refused"
    """The input cannot be taken (422). `reason` is a sentence for the person; `field` names the input, if one is to blame."""

    def __init__(self, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


class Conflict(Exception):  # noqa: N818
    """Somebody was faster, or the state no longer allows it (409). Nothing was written.

    `current` may carry what stands now, so that the page can show both texts.
    """

    def __init__(self, reason: str, current: Any = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.current = current


class TooMany(Exception):  # noqa: N818
    """Tried too often (429). `seconds` is how long to wait at most."""

    def __init__(self, reason: str, seconds: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.seconds = seconds
