"""Text messages at the door: a phone's reply, what became of a text of ours, and the short link in one.

Only the provider that is set up may call, and every call is checked by its signature: 403 without a right one, and nothing is
written. No cookie, no token of ours: a provider has neither.
"""

import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from portal import messages, programs, referrals
from portal.web.gates import opened, takes_json, without_token

blueprint = Blueprint("sms", __name__)
WHY = "the provider of text messages calls it; its signature is checked before anything else"
LONGEST = 16 * 1024  # bytes; a text and its headers are a fraction of that


@blueprint.post("/sms/inbound")
@opened(WHY)
@without_token
@takes_json
def inbound() -> ResponseReturnValue:
    """A text from a phone. The same one again, by its provider's id, is answered the same and does nothing."""
    return _taken(lambda provider, call: provider.text_in(call), _receive)


@blueprint.post("/sms/receipts")
@opened(WHY)
@without_token
@takes_json
def receipts() -> ResponseReturnValue:
    """What became of a text of ours. One that we do not know is answered the same."""
    return _taken(lambda provider, call: provider.receipt_in(call), _note)


@blueprint.get("/t/<string:token>")
@opened("whoever holds the link from the desk's text may answer for that desk, once")
def short_link(token: str) -> ResponseReturnValue:
    """The short link of a text: on to the answer page of the very version that the text was about."""
    found = referrals.read_short_link(token)
    if found is None:
        abort(404)
    return redirect(found, 303)


def _taken(
    read: Callable[[messages.Provider, messages.Incoming], Any], take: Callable[[dict[str, Any]], None]
) -> ResponseReturnValue:
    """Check the signature, read what is said, take it in. 404 where no provider is set up; 422 for what cannot be read."""
    provider = messages.provider()
    if provider is None:
        abort(404)
    if (request.content_length or 0) > LONGEST:
        abort(413)
    body = request.get_data(cache=True)
    call = messages.Incoming(
        url=current_app.extensions["settings"].base_url + request.full_path.rstrip("?"),
        headers=dict(request.headers),
        body=body,
        form=request.form.to_dict(),
        query=request.args.to_dict(),
    )
    if not provider.is_genuine(call):
        return jsonify(error="signature"), 403
    try:
        said = read(provider, call)
    except (ValueError, KeyError, TypeError, json.JSONDecodeError):
        return jsonify(error="unreadable"), 422
    if said is not None:
        take(said)
    if messages.text_mode() == "twilio":
        return Response("<Response/>", mimetype="text/xml")
    return jsonify(status="ok")


def _receive(said: dict[str, Any]) -> None:
    referrals.receive_text(messages.TextIn(**said), (programs.answer_text,))


def _note(said: dict[str, Any]) -> None:
    messages.take_receipt(messages.ReceiptIn(**said))
