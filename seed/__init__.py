"""A demonstration community, written for it and clearly marked. Only `portal seed --demo` brings it."""

from seed.plant import PEOPLE, AlreadyThere, plant

__all__ = ["PEOPLE", "AlreadyThere", "plant"]
