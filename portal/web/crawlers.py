"""The doors for programs that read the open web: robots.txt, sitemaps, the feed of changes, and schema.org data for pages."""

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, make_response, request
from flask.typing import ResponseReturnValue
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from portal.exchange.open_web import (
    changes_feed,
    directory_mark,
    schema_org,
    sitemap_index,
    sitemap_part,
)
from portal.web.gates import opened
from portal.web.pages import here

blueprint = Blueprint("crawlers", __name__)

QUOTE = "\\u0022"
_ESCAPED = re.compile(
    r"\\(.)"
)  # pairwise, so that a backslash of the text itself is not taken for one that escapes
KEPT = 300  # seconds that a copy is good without asking
DAY = 24 * 3600
# What people look for, what they carry along, and what is one person's alone. Programs have the API.
CLOSED = (
    "/search",
    "/list",
    "/exit",
    "/answer/",
    "/reply/",
    "/invitation/",
    "/reset",
    "/sign-in",
    "/api/",
    "/fhir/",
)


def register_data(app: Flask) -> None:
    """Give templates `schema_org(listing)`: its data as the text of a script element that no browser runs."""
    app.jinja_env.globals["schema_org"] = lambda listing: data_block(schema_org(listing))


def data_block(data: dict[str, Any]) -> Markup:
    """JSON in which every sign that could end the element, a tag or an attribute stands as an escape."""
    text = htmlsafe_json_dumps(data, dumps=current_app.json.dumps)
    return Markup(_ESCAPED.sub(lambda found: QUOTE if found[1] == '"' else found[0], text))  # noqa: S704 - escaped here


@blueprint.get("/robots.txt")
@opened("for search engines: listings yes, what people look for no")
def robots() -> ResponseReturnValue:
    """In a demonstration nothing may be found from outside: none of its services exist."""
    base = current_app.extensions["settings"].base_url
    if here().demonstration:
        lines = ["User-agent: *", "Disallow: /"]
    else:
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), f"Sitemap: {base}/sitemap.xml"]
    answer = make_response("\n".join(lines) + "\n")
    answer.mimetype = "text/plain"
    answer.headers["Cache-Control"] = f"public, max-age={DAY}"
    return answer


@blueprint.get("/sitemap.xml")
@opened("addresses of public pages")
def sitemap() -> ResponseReturnValue:
    return _marked(sitemap_index, "application/xml")


@blueprint.get("/sitemap-<int:part>.xml")
@opened("addresses of public pages")
def part(part: int) -> ResponseReturnValue:
    return _marked(lambda: sitemap_part(part), "application/xml")


@blueprint.get("/changes.atom")
@opened("which public listings changed, never from what")
def changes() -> ResponseReturnValue:
    return _marked(changes_feed, "application/atom+xml")


def _marked(make: Callable[[], bytes | None], kind: str) -> Response:
    """Made only when a listing has changed since the asker's copy (304 otherwise)."""
    answer = make_response()
    answer.set_etag(directory_mark(), weak=True)
    answer.headers["Cache-Control"] = f"public, max-age={KEPT}"
    answer.make_conditional(request)
    if answer.status_code == 304:
        return answer
    body = make()
    if body is None:
        abort(404)
    answer.set_data(body)
    answer.mimetype = kind
    return answer
