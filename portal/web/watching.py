"""Who looked at a request, and who was refused one: written into the audit trail for every door at once, without values.

A page with a request's id in its address is a look at it; 403 and 404 there are denials, as is every 403 and the answer to too
many guesses. A page that renews itself is one look in ten minutes. Doors whose id is not in the address say `saw`. A look
that cannot be written (no room, no database) goes to the log instead, with the same ids: a responder at night is not kept
from a page because the trail is full. Opening a person is not among these: that is written before, or it does not happen.
"""

import logging

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import DBAPIError

from portal.store import Actor, audit
from portal.web.gates import actor

log = logging.getLogger("portal.watching")

# A parameter of an address -> what it is the id of; the first that an address has counts.
SUBJECTS = {
    "need_id": "need",
    "offer_id": "offer",
    "asking_id": "asking",
    "ask_id": "capacity_ask",
    "opening_id": "break_glass",
    "request_id": "rights_request",
    "consent_id": "consent",
    "account_id": "account",
}
# Gates whose pages are worth a line although no single request stands in their address.
READS = {
    "report.read": "report",
    "audit.read": "audit_entry",
    "hold.manage": "legal_hold",
    "privacy.read": "privacy",
    "arrivals.read": "arrival_tally",
}
DENIED = (403, 404, 429)


def saw(who: Actor, subject: str, subject_id: object) -> None:
    """This request shows something whose id is not in its address: an answer link's offer."""
    g.saw = (who, subject, str(subject_id))


def watch(app: Flask) -> None:
    """Write down each look and each denial, after the answer is made."""

    @app.after_request
    def write_down(response: Response) -> Response:
        line = _line(response)
        if line is not None and not g.get("database_down"):
            _write(*line)
        return response


def _line(response: Response) -> tuple[Actor, str, str, str] | None:
    """Who, what, of what, which; None where there is nothing to write."""
    who, (subject, subject_id) = actor(), _subject()
    if "saw" in g and response.status_code == 200:
        return g.saw[0], "look", g.saw[1], g.saw[2]
    if who.kind != "account":
        return None
    if response.status_code in DENIED and (subject or response.status_code != 404):
        return who, "denied", subject or "page", subject_id or (request.endpoint or "-")
    if response.status_code != 200 or request.method not in ("GET", "HEAD"):
        return None
    if subject:
        return who, "look", subject, subject_id
    gate = getattr(current_app.view_functions.get(request.endpoint or ""), "gate", None)
    return (who, "look", READS[gate], _page()) if gate in READS else None


def _subject() -> tuple[str, str]:
    arguments = request.view_args or {}
    return next(((SUBJECTS[name], str(arguments[name])) for name in SUBJECTS if name in arguments), ("", ""))


def _page() -> str:
    """Which of several pages: the quarter of a report, else the door."""
    arguments = request.view_args or {}
    return str(arguments.get("quarter_text") or request.endpoint)


def _write(who: Actor, action: str, subject: str, subject_id: str) -> None:
    try:
        audit.looked(who, action, subject, subject_id)
    except DBAPIError:
        facts = {"account": str(who.account_id), "action": action, "subject": subject, "id": subject_id}
        log.warning("not in the trail", extra={"facts": facts})
