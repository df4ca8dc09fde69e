"""What the clock does when a deadline has passed: it always ends at a human, never in silence."""

from datetime import datetime


def tick(now: datetime) -> int:
    """Act on every need whose deadline is at or before `now`, one transaction each; returns how many. Two workers are safe."""
    raise NotImplementedError
