"""What may be about to be typed, as JSON for static/suggest.js. Nothing is stored and nothing is counted."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from portal.search import suggested
from portal.web.gates import opened

blueprint = Blueprint("suggesting", __name__)

KEPT = 60  # seconds that a browser may keep an answer


@blueprint.get("/search/suggest")
@opened("names of the public directory and plain needs")
def suggestions() -> ResponseReturnValue:
    """`{"suggestions": [{"text": ..., "kind": "need"|"agency"|"service"}]}`, at most eight, best first; none for words about
    abuse."""
    language = str(getattr(get_locale(), "language", "en"))
    found = suggested(request.args.get("q", ""), language)
    response = jsonify(suggestions=[{"text": each.text, "kind": each.kind} for each in found])
    response.headers["Cache-Control"] = f"private, max-age={KEPT}"
    response.vary.update(("Accept-Language", "Cookie"))
    return response
