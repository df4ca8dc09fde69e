"""Hashing of passwords, the same work for an account and for nobody."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane. A dozen at once fit a small machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hashed(password: str) -> str:
    return _HASHER.hash(password)


def verify(stored: str, password: str) -> bool:
    """True when the password made this hash. An empty hash (nobody, or no password yet) costs the same and is False."""
    nobody = _nobody()
    try:
        return _HASHER.verify(stored or nobody, password) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """True when the hash was made with other costs than today's."""
    return _HASHER.check_needs_rehash(stored)


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")
