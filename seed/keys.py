"""Ids of the demonstration: the same parts, the same id, on every machine."""

from uuid import NAMESPACE_URL, UUID, uuid5

ROOT = uuid5(NAMESPACE_URL, "handrail:demonstration")


def key(*parts: str) -> UUID:
    return uuid5(ROOT, "\x1f".join(parts))
