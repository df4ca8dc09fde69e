"""The secret under which a blind index is made: HMAC-SHA256, in layers, so that a new pepper needs no name again.

A value is HMAC(newest, ... HMAC(second, HMAC(first, text))). Whoever steals the database and one pepper of several
cannot try names against it. Every pepper stays in the setting: the older ones are the inner layers.
"""

import hashlib
import hmac
from dataclasses import dataclass

from flask import current_app

from portal.store.keyring import Keys, keys_by_id


@dataclass(frozen=True)
class Peppers:
    """Peppers by id, the newest first, as PORTAL_PEPPERS lists them. Never the seal key, never the secret key."""

    keys: Keys

    @classmethod
    def parse(cls, text: str) -> "Peppers":
        """From `id:base64,id:base64`. Raises ValueError in one sentence."""
        return cls(keys_by_id(text, "PORTAL_PEPPERS"))

    @property
    def newest(self) -> str:
        return self.keys[0][0]

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(key_id for key_id, _key in self.keys)

    def macs(self, text: str) -> tuple[bytes, ...]:
        """What this text may stand as: under all peppers first, then as it stood before each of them was added. A row that
        was not lifted yet is found all the same."""
        found, value = [], text.encode()
        for _key_id, key in reversed(self.keys):
            value = hmac.new(key, value, hashlib.sha256).digest()
            found.append(value)
        return tuple(reversed(found))

    def lifted(self, mac: bytes, pepper_id: str) -> bytes:
        """The value with the layers that are newer than `pepper_id` put on. KeyError for a pepper that is not listed."""
        older_first = [key_id for key_id, _key in reversed(self.keys)]
        if pepper_id not in older_first:
            raise KeyError(pepper_id)
        keys = dict(self.keys)
        for key_id in older_first[older_first.index(pepper_id) + 1 :]:
            mac = hmac.new(keys[key_id], mac, hashlib.sha256).digest()
        return mac


def peppers() -> Peppers:
    """Those of this install."""
    found: Peppers = current_app.extensions["peppers"]
    return found
