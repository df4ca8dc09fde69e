"""Signing by the Standard Webhooks specification, and when a try is repeated. No database.

A receiver checks a call with any of that specification's libraries: the headers `webhook-id`, `webhook-timestamp` (seconds
since 1970) and `webhook-signature`, which is `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body` under the secret's bytes.
"""

import hmac
import secrets
from base64 import b64decode, b64encode
from datetime import timedelta

PREFIX = "whsec_"
# Minutes after the first, second, ... failure; the last ends some three days after the first try. Then it is parked.
WAITS = (0.1, 0.5, 2, 5, 15, 60, 120, 240, 480, 720, 1200, 1440)
GONE = 410  # the receiver's word that it wants no more


def new_secret() -> str:
    """`whsec_` and 32 random bytes in base64, as the specification's libraries take it."""
    return PREFIX + b64encode(secrets.token_bytes(32)).decode()


def signed(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of one call."""
    key = b64decode(secret.removeprefix(PREFIX))
    signature = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, "sha256")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": "v1," + b64encode(signature).decode(),
    }


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failures in a row; None when it is time to park.

    >>> wait_after(1), wait_after(13)
    (datetime.timedelta(seconds=6), None)
    """
    return timedelta(minutes=WAITS[attempts - 1]) if attempts <= len(WAITS) else None
