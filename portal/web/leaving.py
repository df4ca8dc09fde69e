"""Leaving fast. /exit goes to a neutral site and leaves one word behind for ten minutes, so that Back shows an empty page.

It works without JavaScript; static/exit.js hides the page at once and replaces the history entry. It cannot take our
address out of the browser's history, and /about/safety says so.
"""

from flask import Blueprint, Flask, Response, current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.web.gates import opened, without_token
from portal.web.pages import here

blueprint = Blueprint("leaving", __name__)

COOKIE = "left"
SECONDS = 600
# Doors that stay themselves after leaving: none of them shows anything that a person looked for.
STILL_OPEN = (
    "static",
    "leaving.leave",
    "leaving.come_back",
    "public.favicon",
    "notices.manifest",
    "crawlers.robots",
    "health.health",
)
NO_PAGES = ("/api/", "/fhir/", "/metrics", "/health")
# Pages that answer a POST by showing what was asked for: Back sends it again.
SHOWN_BY_POST = ("/search", "/search/ask", "/list", "/profiles/own")


def guard(app: Flask) -> None:
    """While the word is there, every page answers with an empty one. Call before anything that reads the database."""

    @app.before_request
    def hide() -> ResponseReturnValue | None:
        if (
            COOKIE not in request.cookies
            or request.endpoint in STILL_OPEN
            or request.path.startswith(NO_PAGES)
        ):
            return None
        if request.path.endswith(".json") or (request.method == "POST" and request.path not in SHOWN_BY_POST):
            return None
        return render_template("public/left.html")


@blueprint.route("/exit", methods=["GET", "POST"])
@opened("leaving fast must work for anybody, from any page, as a link or as a button")
@without_token
def leave() -> ResponseReturnValue:
    """Go to the community's neutral site; the browser forgets what it stored of ours. Writes nothing here."""
    response = make_response(redirect(here().exit_site, 303))
    # Not "cookies": that would also delete the word set below.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.headers["Cache-Control"] = "no-store"
    _mark(response, "1", SECONDS)
    return response


@blueprint.post("/return")
@opened("taking back the exit")
def come_back() -> ResponseReturnValue:
    """The button of the empty page: the word goes, and the start page opens."""
    response = make_response(redirect("/", 303))
    _mark(response, "", 0)
    return response


def _mark(response: Response, value: str, seconds: int) -> None:
    # Readable by exit.js, which must hide a page that the browser shows again from memory.
    response.set_cookie(
        COOKIE,
        value,
        max_age=seconds,
        path="/",
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
