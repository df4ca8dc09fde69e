"""Texts through any provider: a signed POST out, signed POSTs in. docs/text-messages.md is the whole contract.

Both ways: `X-Handrail-Timestamp` (seconds since 1970) and `X-Handrail-Signature: v1=` with the hex HMAC-SHA256, under
PORTAL_SMS_WEBHOOK_SECRET, of the timestamp, a dot, and the body's bytes.
"""

import hmac
import json
from typing import Any
from uuid import UUID

from portal.messages.posting import Unreachable, post
from portal.messages.tries import Tried
from portal.store import clock

TIMESTAMP = "X-Handrail-Timestamp"
SIGNATURE = "X-Handrail-Signature"
WINDOW = 300  # seconds by which a call's time may differ from ours
TEMPORARY = frozenset((408, 425, 429))
NUMBER_SAID = {"number": "bad", "stopped": "stopped"}  # what a refusal's `code` may tell about the number
STATUSES = ("queued", "sent", "delivered", "undelivered", "failed")


def signature(secret: str, timestamp: str, body: bytes) -> str:
    return "v1=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, "sha256").hexdigest()


class Webhook:
    """A provider, or a few lines of somebody's own in front of one."""

    def __init__(self, url: str, secret: str) -> None:
        self.url, self.secret = url, secret

    def deliver(self, message_id: UUID, to: str, text: str) -> Tried:
        """2xx: the provider has it. 408, 425, 429, 5xx and no answer: later. Other answers, redirects too: never."""
        body = json.dumps({"id": str(message_id), "to": to, "text": text}).encode()
        timestamp = str(int(clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Handrail",
            TIMESTAMP: timestamp,
            SIGNATURE: signature(self.secret, timestamp, body),
        }
        try:
            answer = post(self.url, body, headers, public_only=False)
        except Unreachable as error:
            return Tried("temporary", str(error), server_down=True)
        if 200 <= answer.status < 300:
            return Tried("delivered", str(answer.status))
        if answer.status >= 500 or answer.status in TEMPORARY:
            return Tried("temporary", str(answer.status), server_down=True)
        code = _code(answer.body)
        return Tried("permanent", code or str(answer.status), number=NUMBER_SAID.get(code, ""))  # type: ignore[arg-type]

    def is_genuine(self, call: Any) -> bool:
        """Signed with our secret, within WINDOW of now."""
        timestamp = call.headers.get(TIMESTAMP, "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
            return False
        if abs(clock.now().timestamp() - int(timestamp)) > WINDOW:
            return False
        sent = call.headers.get(SIGNATURE, "").encode()
        return hmac.compare_digest(sent, signature(self.secret, timestamp, call.body).encode())

    def text_in(self, call: Any) -> dict[str, Any]:
        said = _fields(call.body, "id", "from", "text")
        return {"id": said["id"], "number": said["from"], "words": said["text"]}

    def receipt_in(self, call: Any) -> dict[str, Any] | None:
        said = _fields(call.body, "id", "status")
        if said["status"] not in STATUSES:
            raise ValueError("status")
        if said["status"] == "queued":
            return None
        code = str(said.get("code") or "")
        return {
            "message_id": UUID(said["id"]),
            "status": said["status"],
            "code": code,
            "bad": said["status"] == "failed" or code == "number",
        }


def _fields(body: bytes, *names: str) -> dict[str, Any]:
    """The JSON object; ValueError when it is none, or one of these fields is not a text."""
    said = json.loads(body)
    if not isinstance(said, dict) or any(not isinstance(said.get(name), str) for name in names):
        raise ValueError("fields")
    return said


def _code(body: bytes) -> str:
    """The word that a refusal may hold; never anything long, as it is shown to an admin."""
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    code = str(said.get("code") or "") if isinstance(said, dict) else ""
    return (
        code
        if len(code) <= 40 and code.isascii() and code.replace("_", "").replace("-", "").isalnum()
        else ""
    )
