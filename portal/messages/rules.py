"""When a letter is tried again."""

from datetime import timedelta

# Minutes after the first, second, ... failure. The last wait ends some 23 hours after the first try; then it is parked.
WAITS = (1, 5, 15, 60, 120, 240, 480, 480)


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after this many tries; None when it is time to park the letter.

    >>> wait_after(1), wait_after(9)
    (datetime.timedelta(seconds=60), None)
    """
    return timedelta(minutes=WAITS[attempts - 1]) if attempts <= len(WAITS) else None
