"""When something goes wrong: a calm page with the crisis lines and the exit, or the same in JSON; never a bare 500.

Nothing here needs the database: it may be what went wrong.
"""

from flask import Flask, current_app, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from portal.directory import NoCommunity
from portal.exchange.fhir.naming import PATH as FHIR
from portal.exchange.fhir.outcome import operation_outcome
from portal.referrals import NotHere
from portal.store import Conflict, Refused, TooMany
from portal.web.gates import wants_json

# status -> word of the JSON answer, heading, what it means and what to do
WORDS = {
    400: (
        "bad_request",
        _l("We could not read that"),
        _l("Go back, check what you sent, and try once more."),
    ),
    401: ("sign_in", _l("Please sign in"), _l("This page is for people who are signed in.")),
    403: (
        "not_yours",
        _l("This page is not for your role"),
        _l("You are signed in, but your role does not open it. Ask your supervisor if it should."),
    ),
    404: (
        "not_found",
        _l("We cannot find that page"),
        _l("It may have moved, or the address may be wrong. Search for what you need."),
    ),
    405: (
        "method_not_allowed",
        _l("That does not work here"),
        _l("Go back and use the buttons on the page."),
    ),
    406: (
        "not_acceptable",
        _l("We cannot answer in that form"),
        _l("Ask for JSON."),
    ),
    409: (
        "conflict",
        _l("Somebody was faster"),
        _l(
            "This changed while you looked at it. Nothing of yours was saved. Open it again to see how it stands now."
        ),
    ),
    410: ("gone", _l("This is no longer here"), _l("It was taken down. Search for what you need.")),
    413: ("too_large", _l("That is too much at once"), _l("Send less text or a smaller file.")),
    415: (
        "wrong_type",
        _l("We cannot read that kind of file"),
        _l("Send it in the form that the page asks for."),
    ),
    422: (
        "refused",
        _l("Something needs to be changed"),
        _l("Go back, check what you sent, and try once more."),
    ),
    429: (
        "too_many",
        _l("Too many tries"),
        _l("Wait a few minutes, then try again. If it cannot wait, call."),
    ),
    500: (
        "error",
        _l("Something went wrong on our side"),
        _l("Nothing was changed. Try again. If it cannot wait, call."),
    ),
    503: (
        "unavailable",
        _l("Handrail is busy or down"),
        _l("Try again in a few seconds. If it cannot wait, call."),
    ),
    507: (
        "full",
        _l("There is no room left"),
        _l("Nothing was saved. The people who run Handrail must make room. If it cannot wait, call."),
    ),
}
KEPT = ("Allow", "Retry-After", "WWW-Authenticate")
RETRY_SECONDS = "5"
# PostgreSQL's word for a full disk; SQLite says it in the message.
DISK_FULL = "53100"


def catch(app: Flask) -> None:
    """Hang the error pages on the app."""

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        response = make_response(answer(error.code or 500))
        for name, value in error.get_headers():
            if name in KEPT:
                response.headers[name] = value
        return response

    @app.errorhandler(NotHere)
    def not_here(_error: NotHere) -> ResponseReturnValue:
        return answer(404)

    @app.errorhandler(Refused)
    def refused(error: Refused) -> ResponseReturnValue:
        return answer(422, error.reason)

    @app.errorhandler(Conflict)
    def conflict(error: Conflict) -> ResponseReturnValue:
        return answer(409, error.reason)

    @app.errorhandler(TooMany)
    def too_many(error: TooMany) -> ResponseReturnValue:
        response = make_response(answer(429, error.reason))
        response.headers["Retry-After"] = str(error.seconds)
        return response

    @app.errorhandler(StaleDataError)
    def stale(_error: StaleDataError) -> ResponseReturnValue:
        return answer(409)

    @app.errorhandler(NoCommunity)
    def not_set_up(_error: NoCommunity) -> ResponseReturnValue:
        return answer(503, gettext("Handrail is not set up yet. The people who run it must do that first."))

    for trouble in (OperationalError, InterfaceError, PoolTimeout, ProgrammingError):
        app.register_error_handler(trouble, database_trouble)


def database_trouble(error: Exception) -> ResponseReturnValue:
    """503 when the database is locked, away or not set up yet; 507 when its disk is full. A wrong query stays a 500."""
    g.database_down = True
    text = str(getattr(error, "orig", error)).lower()
    if isinstance(error, ProgrammingError) and "does not exist" not in text:
        raise error
    current_app.logger.error("database: %s", type(getattr(error, "orig", error)).__name__)
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    if state == DISK_FULL or "disk is full" in text:
        return answer(507)
    response = make_response(answer(503))
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def answer(status: int, sentence: str | None = None) -> ResponseReturnValue:
    """The page (or JSON) of this status, with a sentence of its own where the verb gave one."""
    word, heading, default = WORDS.get(status) or WORDS[500 if status >= 500 else 400]
    if request.path.startswith(f"{FHIR}/"):
        outcome = jsonify(operation_outcome(status, str(sentence or default)))
        outcome.mimetype = "application/fhir+json"
        return outcome, status
    if wants_json() or request.path.startswith("/api/"):
        return jsonify(error=word, detail=str(sentence or default)), status
    return render_template(
        "errors/error.html", heading=heading, sentence=sentence or default, status=status
    ), status
