"""Columns that only a key can read: names, phones and safety notes of a person.

AES-256-GCM from `cryptography`; a value is `key id : base64(nonce + ciphertext)`. The first key of PORTAL_SEAL_KEYS
seals, every listed key opens, so keys can be rotated (resealing.py). The label binds a value to its column: moved
elsewhere it will not open.
"""

import base64
import os
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from portal.store.keyring import Keys, keys_by_id

NONCE = 12  # bytes, as GCM wants


@dataclass(frozen=True)
class SealKeys:
    """Keys by id; the first is current."""

    keys: Keys

    @classmethod
    def parse(cls, text: str) -> "SealKeys":
        """From `id:base64,id:base64`. Raises ValueError in one sentence."""
        return cls(keys_by_id(text, "PORTAL_SEAL_KEYS"))

    def seal(self, text: str, label: str) -> str:
        key_id, key = self.keys[0]
        nonce = os.urandom(NONCE)
        box = nonce + AESGCM(key).encrypt(nonce, text.encode(), label.encode())
        return f"{key_id}:{base64.b64encode(box).decode()}"

    def open(self, sealed: str, label: str) -> str:
        """Raises ValueError when the key is not listed or the value was changed."""
        key_id, _, encoded = sealed.partition(":")
        key = dict(self.keys).get(key_id)
        if key is None:
            raise ValueError(f"no seal key named {key_id}")
        box = base64.b64decode(encoded)
        try:
            return AESGCM(key).decrypt(box[:NONCE], box[NONCE:], label.encode()).decode()
        except InvalidTag as error:
            raise ValueError("a sealed value does not open with its key") from error


class SealedText(TypeDecorator[str]):
    """Text stored sealed. `label` is table.column and never changes once data exists."""

    impl = Text
    cache_ok = True

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _keys().seal(value, self.label)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else _keys().open(value, self.label)


def _keys() -> SealKeys:
    keys: SealKeys = current_app.extensions["seal_keys"]
    return keys
