"""Texts through Twilio's REST API: one form POST out, its signed forms in.

PORTAL_SMS_WEBHOOK_URL is `twilio://ACCOUNT:TOKEN@/?from=+16155550100`. A host in it stands in for api.twilio.com, with
`&tls=off` on this machine alone: a double, for tests. The API has no idempotency key: after a crash between its answer and
our note a text can go out twice.
"""

import base64
import hmac
import json
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit
from uuid import UUID

from portal.messages.posting import Unreachable, post
from portal.messages.tries import Tried

HOST = "api.twilio.com"
STOPPED = "21610"  # the reader has told Twilio STOP
BAD = frozenset(
    ("21211", "21614", "21217", "30005", "30006")
)  # no such number, not a mobile, unknown, a landline
# What Twilio calls its states, and what we do. `queued`, `sending` and the like are no news.
STATES = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}


class Twilio:
    def __init__(self, url: str, base_url: str) -> None:
        parts = urlsplit(url)
        asked = parse_qs(parts.query)
        self.account, self.token = unquote(parts.username or ""), unquote(parts.password or "")
        self.sender = "+" + asked.get("from", [""])[0].strip(" +")
        scheme = "http" if asked.get("tls") == ["off"] else "https"
        host = parts.netloc.rpartition("@")[2] or HOST
        self.address = f"{scheme}://{host}/2010-04-01/Accounts/{self.account}/Messages.json"
        self.base_url = base_url

    def deliver(self, message_id: UUID, to: str, text: str) -> Tried:
        """201: Twilio has it. 429, 5xx and no answer: later; so too where it is our account that is wrong. Else never."""
        form = {"To": to, "From": self.sender, "Body": text}
        if self.base_url.startswith("https:"):  # Twilio refuses an address that it cannot reach
            form["StatusCallback"] = f"{self.base_url}/sms/receipts?message={message_id}"
        signed_in = base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "User-Agent": "Handrail",
            "Authorization": f"Basic {signed_in}",
        }
        try:
            answer = post(self.address, urlencode(form).encode(), headers, public_only=False)
        except Unreachable as error:
            return Tried("temporary", str(error), server_down=True)
        if 200 <= answer.status < 300:
            return Tried("delivered", str(answer.status))
        code = _code(answer.body) or str(answer.status)
        if answer.status >= 500 or answer.status in (401, 403, 404, 408, 429):
            return Tried("temporary", code, server_down=True)
        if code == STOPPED:
            return Tried("permanent", code, number="stopped")
        return Tried("permanent", code, number="bad" if code in BAD else "")

    def is_genuine(self, call: Any) -> bool:
        """Twilio signs the door's full address, followed by each field's name and value in the names' order."""
        said = call.url + "".join(f"{name}{call.form[name]}" for name in sorted(call.form))
        made = base64.b64encode(hmac.digest(self.token.encode(), said.encode(), "sha1"))
        return hmac.compare_digest(call.headers.get("X-Twilio-Signature", "").encode(), made)

    def text_in(self, call: Any) -> dict[str, Any]:
        form = call.form
        if not form.get("MessageSid") or "From" not in form:
            raise ValueError("fields")
        return {
            "id": form["MessageSid"],
            "number": form["From"],
            "words": form.get("Body", ""),
            "answered": bool(form.get("OptOutType")),
        }

    def receipt_in(self, call: Any) -> dict[str, Any] | None:
        status = STATES.get(call.form.get("MessageStatus", ""))
        if status is None:
            return None
        code = call.form.get("ErrorCode", "")
        return {
            "message_id": UUID(call.query.get("message", "")),
            "status": status,
            "code": code,
            "bad": code in BAD,
        }


def _code(body: bytes) -> str:
    """Twilio's number of an error."""
    try:
        said = json.loads(body)
        return str(int(said["code"]))
    except (ValueError, TypeError, KeyError):
        return ""
