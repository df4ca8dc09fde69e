"""The one place that asks what time it is. Everything stored is UTC."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC. Tests move it with time-machine; nothing else calls datetime.now."""
    return datetime.now(UTC)
