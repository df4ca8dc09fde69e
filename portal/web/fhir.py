"""The doors of FHIR R4 that anybody may open: what the directory holds, read and searched."""

from uuid import UUID

from flask import Blueprint, Flask, Response, abort, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from portal.exchange import fhir
from portal.web.gates import opened
from portal.web.pace import keep_pace

blueprint = Blueprint("fhir", __name__, url_prefix=fhir.PATH)

WHY = "the directory is public; what is confidential is not in the rows that are read"
TAKEN = ("application/fhir+json", "application/json")


def refuse(app: Flask) -> None:
    """A question that cannot be answered is a 400 in FHIR's own words."""

    @app.errorhandler(fhir.BadSearch)
    def bad(error: fhir.BadSearch) -> ResponseReturnValue:
        return said(fhir.operation_outcome(400, error.sentence, error.parameter, error.code), 400)


def said(resource: dict[str, object], status: int = 200) -> Response:
    """A resource as FHIR's JSON."""
    answer = make_response(jsonify(resource), status)
    answer.mimetype = fhir.JSON
    return answer


@blueprint.after_request
def for_anybody(answer: Response) -> Response:
    """Pages of other sites may read this, without cookies. A copy is asked about each time it is used."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    if answer.status_code == 200:
        answer.headers["Cache-Control"] = "no-cache"
        answer.vary.add("Accept-Language")
        answer.add_etag()
        answer.make_conditional(request)
    return answer


@blueprint.get("/metadata")
@opened("what this server can be asked")
def metadata() -> ResponseReturnValue:
    return said(fhir.capability_statement())


@blueprint.get("/<any(Organization, Location, HealthcareService):kind>")
@opened(WHY)
def search(kind: str) -> ResponseReturnValue:
    """A Bundle of what was asked for; 400 for what cannot be asked."""
    _asked()
    return said(fhir.search(kind, request.args.items(multi=True)))


@blueprint.get("/<any(Organization, Location, HealthcareService):kind>/<uuid:key>")
@opened(WHY)
def read(kind: str, key: UUID) -> ResponseReturnValue:
    _asked()
    found = fhir.read(kind, key)
    if found is None:
        abort(404)
    return said(found)


def _asked() -> None:
    """406 for who takes XML alone, 429 for who asks too often."""
    keep_pace("api")
    wanted = request.accept_mimetypes
    if wanted and not any(wanted[kind] for kind in TAKEN):
        abort(406)
