"""Every door states its gate; a door without one stays closed.

`@gate("offer.send")` asks the permission table; `@opened("why")` is for what anybody may see. Not signed in: 303 to
/sign-in (HTML) or 401 (JSON). Signed in without the role: 403. Rows that are not yours are 404, inside the queries.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, g, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.permissions import PERMISSIONS, may
from portal.store import Actor
from portal.store.actor import ANONYMOUS

NO_PAGES = ("/fhir/",)  # programs ask: they are told to sign in, not led there
View = TypeVar("View", bound=Callable[..., Any])


def gate(name: str) -> Callable[[View], View]:
    """The door opens for the roles that PERMISSIONS names under `name`."""
    if name not in PERMISSIONS:
        raise KeyError(f"no gate {name!r} in accounts/permissions.py")

    def mark(view: View) -> View:
        view.gate = name  # type: ignore[attr-defined]
        return view

    return mark


def opened(why: str) -> Callable[[View], View]:
    """The door is open to anybody; `why` is printed by the test that lists all open doors."""

    def mark(view: View) -> View:
        view.gate = None  # type: ignore[attr-defined]
        view.opened = why  # type: ignore[attr-defined]
        return view

    return mark


def takes_json(view: View) -> View:
    """Marks a door that reads a JSON body; all others take forms alone."""
    view.takes_json = True  # type: ignore[attr-defined]
    return view


def without_token(view: View) -> View:
    """Marks a door that must work from a page that lay open for days (sign-out, exit); the browser's word is still asked."""
    view.without_token = True  # type: ignore[attr-defined]
    return view


def actor() -> Actor:
    """Who is asking in this request."""
    found: Actor = g.get("actor", ANONYMOUS)
    return found


def wants_json() -> bool:
    return request.path.endswith(".json") or request.accept_mimetypes.best == "application/json"


def guard(app: Flask) -> None:
    """Closes every route that states no gate, and asks the table for those that do."""

    @app.before_request
    def check() -> ResponseReturnValue | None:
        view = app.view_functions.get(request.endpoint or "")
        if view is None or request.endpoint == "static":
            return None
        marks = vars(view)
        if "gate" not in marks:
            abort(404)
        name = marks["gate"]
        if name is None:
            return None
        who = actor()
        if who.kind == "anonymous" and request.path.startswith(NO_PAGES):
            abort(401)
        if who.kind == "anonymous":
            if wants_json():
                return make_response(jsonify(error="sign_in"), 401)
            following = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("session.sign_in", next=following), 303)
        if not may(who, name):
            abort(403)
        return None
