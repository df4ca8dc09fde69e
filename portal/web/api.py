"""The directory for programs: HSDA, the API of HSDS, read only, open to anybody and to pages of other sites."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import orjson
from flask import Blueprint, Response, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue

from portal.directory import listings
from portal.exchange import hsds
from portal.geo import PlaceAmbiguous, PlaceUnknown
from portal.store import Refused
from portal.web.api_questions import wanted_by
from portal.web.api_streams import lines
from portal.web.gates import opened
from portal.web.pace import keep_pace

blueprint = Blueprint("api", __name__, url_prefix="/api/v3")

WHY = "the directory is public; what is confidential is never read"
KEPT = "public, max-age=60"
JSON, NDJSON = "application/json", "application/x-ndjson"


@blueprint.get("/")
@opened("what this API is")
def first_page() -> ResponseReturnValue:
    base = _base()
    return _answer(
        {"version": hsds.VERSION, "profile": f"{base}/profile/", "openapi_url": f"{base}/openapi.json"}
    )


@blueprint.get("/openapi.json")
@opened("what this API is")
def openapi() -> ResponseReturnValue:
    return _answer(hsds.openapi(_base(), current_app.extensions["version"]))


@blueprint.get("/profile/")
@opened("what this API is")
def profile() -> ResponseReturnValue:
    return _answer(hsds.about(f"{_base()}/profile/"))


@blueprint.get("/profile/<string:name>.json")
@opened("what this API is")
def patch(name: str) -> ResponseReturnValue:
    return _answer(hsds.patches().get(name) or abort(404))


@blueprint.get("/services")
@opened(WHY)
def services() -> ResponseReturnValue:
    return _list("service")


@blueprint.get("/services/<uuid:service_id>")
@opened(WHY)
def service(service_id: UUID) -> ResponseReturnValue:
    return _one("service", service_id)


@blueprint.get("/organizations")
@opened(WHY)
def organizations() -> ResponseReturnValue:
    return _list("organization")


@blueprint.get("/organizations/<uuid:organization_id>")
@opened(WHY)
def organization(organization_id: UUID) -> ResponseReturnValue:
    return _one("organization", organization_id)


@blueprint.get("/service_at_locations")
@opened(WHY)
def service_at_locations() -> ResponseReturnValue:
    return _list("service_at_location")


@blueprint.get("/service_at_locations/<uuid:listing_id>")
@opened(WHY)
def service_at_location(listing_id: UUID) -> ResponseReturnValue:
    return _one("service_at_location", listing_id)


@blueprint.get("/taxonomies")
@opened(WHY)
def taxonomies() -> ResponseReturnValue:
    return _list("taxonomy")


@blueprint.get("/taxonomies/<uuid:taxonomy_id>")
@opened(WHY)
def taxonomy(taxonomy_id: UUID) -> ResponseReturnValue:
    return _one("taxonomy", taxonomy_id)


@blueprint.get("/taxonomy_terms")
@opened(WHY)
def taxonomy_terms() -> ResponseReturnValue:
    return _list("taxonomy_term")


@blueprint.get("/taxonomy_terms/<uuid:term_id>")
@opened(WHY)
def taxonomy_term(term_id: UUID) -> ResponseReturnValue:
    return _one("taxonomy_term", term_id)


@blueprint.after_app_request
def share(response: Response) -> Response:
    """Pages of any site may read this; nothing here depends on who asks. Also where there is no such address below ours."""
    if not request.path.startswith(blueprint.url_prefix or ""):
        return response
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


@blueprint.errorhandler(Refused)
def refused(error: Refused) -> ResponseReturnValue:
    return _told(400, error="bad_request", detail=error.reason, field=error.field)


@blueprint.errorhandler(PlaceUnknown)
def place_unknown(error: PlaceUnknown) -> ResponseReturnValue:
    return _told(
        404, error="place_unknown", detail=error.reason, field="near", did_you_mean=error.suggestions
    )


@blueprint.errorhandler(PlaceAmbiguous)
def place_ambiguous(error: PlaceAmbiguous) -> ResponseReturnValue:
    return _told(404, error="place_ambiguous", detail=error.reason, field="near", did_you_mean=error.choices)


def _list(name: str) -> ResponseReturnValue:
    asked = hsds.read_parameters(hsds.LISTS[name], request.args.items(multi=True))
    streamed = asked.get("format") == "ndjson"
    keep_pace("api_stream" if streamed else "api")
    wanted = wanted_by(name, asked)
    full, services = asked.get("full", False), asked.get("full_service", False)
    if streamed:
        batches = (
            iter([hsds.minimal(wanted)])
            if asked.get("minimal")
            else hsds.stream(name, wanted, full=full, services=services)
        )
        return _stream(batches)
    number, size = asked.get("page", 1), asked.get("per_page", hsds.USUAL_A_PAGE)
    if asked.get("minimal"):
        every = hsds.minimal(wanted)
        return _answer(_envelope(len(every), 1, max(len(every), 1), every))
    found = hsds.page(name, wanted, number, size, full=full, services=services)
    _enliven(name, found.rows)
    return _answer(_envelope(found.total, number, size, found.rows))


def _one(name: str, row_id: UUID) -> ResponseReturnValue:
    asked = hsds.read_parameters(hsds.ALONE.get(name, ()), request.args.items(multi=True))
    keep_pace("api")
    found = hsds.one(name, str(row_id), services=asked.get("full_service", False))
    if found is None:
        other = hsds.stands_now(name, str(row_id))
        if other:
            return redirect(f"{_base()}/{hsds.PATHS[name][0]}/{other}", 301)
        return _told(404, error="not_found", detail="There is nothing with this id.")
    _enliven(name, [found])
    return _answer(found)


def _envelope(total: int, number: int, size: int, rows: list[hsds.Row]) -> dict[str, Any]:
    pages = -(-total // size)
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(rows),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not rows,
        "contents": rows,
    }


def _enliven(name: str, rows: list[hsds.Row]) -> None:
    """What holds for this minute, on listings: open now, and room."""
    at = (
        rows
        if name == "service_at_location"
        else [one for row in rows for one in row.get("service_at_locations", ())]
    )
    seen = listings([UUID(each["id"]) for each in at])
    for each in at:
        view = seen.get(UUID(each["id"]))
        if view is not None:
            each["open_now"], each["availability"] = view.open.open, view.availability.value


def _answer(told: Mapping[str, Any]) -> Response:
    response = Response(orjson.dumps(told), mimetype=JSON)
    response.headers["Cache-Control"] = KEPT
    response.add_etag()
    response.make_conditional(request)
    return response


def _stream(batches: Iterator[list[hsds.Row]]) -> Response:
    body, encoding = lines(batches, request.accept_encodings["gzip"] > 0)
    response = Response(_in_context(body), mimetype=NDJSON)
    response.headers["Cache-Control"] = KEPT
    response.headers["Vary"] = "Accept-Encoding"
    if encoding:
        response.headers["Content-Encoding"] = encoding
    return response


def _in_context(body: Iterator[bytes]) -> Iterator[bytes]:
    """The request is over by the time that most of it is read: each piece has a database session of its own."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def rest() -> Iterator[bytes]:
        while True:
            with app.app_context():
                piece = next(body, None)
            if piece is None:
                return
            yield piece

    return rest()


def _told(status: int, **told: Any) -> Response:
    return Response(
        orjson.dumps({name: value for name, value in told.items() if value}), status, mimetype=JSON
    )


def _base() -> str:
    return f"{current_app.extensions['settings'].base_url.rstrip('/')}/api/v3"
