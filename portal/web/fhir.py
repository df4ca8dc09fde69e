"""The doors of FHIR R4 that anybody may open: what the directory holds, read and searched."""

from uuid import UUID

from flask import Blueprint, Flask, Response, abort, jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue

from portal.exchange import fhir
from portal.exchange.hsds import stands_now
from portal.web.gates import opened
from portal.web.pace import keep_pace

blueprint = Blueprint("fhir", __name__, url_prefix=fhir.PATH)

WHY = "the directory is public; what is confidential is not in the rows that are read"
HSDS = {"Organization": "organization", "Location": "location", "HealthcareService": "service_at_location"}
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


@blueprint.get("/Organization")
@opened(WHY)
def organizations() -> ResponseReturnValue:
    return _search("Organization")


@blueprint.get("/Organization/<uuid:organization_id>")
@opened(WHY)
def organization(organization_id: UUID) -> ResponseReturnValue:
    return _read("Organization", organization_id)


@blueprint.get("/Location")
@opened(WHY)
def locations() -> ResponseReturnValue:
    return _search("Location")


@blueprint.get("/Location/<uuid:location_id>")
@opened(WHY)
def location(location_id: UUID) -> ResponseReturnValue:
    return _read("Location", location_id)


@blueprint.get("/HealthcareService")
@opened(WHY)
def healthcare_services() -> ResponseReturnValue:
    return _search("HealthcareService")


@blueprint.get("/HealthcareService/<uuid:listing_id>")
@opened(WHY)
def healthcare_service(listing_id: UUID) -> ResponseReturnValue:
    return _read("HealthcareService", listing_id)


def _search(kind: str) -> Response:
    """A Bundle of what was asked for; 400 for what cannot be asked."""
    _asked()
    return said(fhir.search(kind, request.args.items(multi=True)))


def _read(kind: str, key: UUID) -> ResponseReturnValue:
    _asked()
    found = fhir.read(kind, key)
    if found is not None:
        return said(found)
    stands = stands_now(HSDS[kind], str(key))  # another one stands for it since they were merged
    if not stands:
        abort(404)
    return redirect(f"{fhir.PATH}/{kind}/{stands}", 301)


def _asked() -> None:
    """406 for who takes XML alone, 429 for who asks too often."""
    keep_pace("api")
    wanted = request.accept_mimetypes
    if wanted and not any(wanted[kind] for kind in TAKEN):
        abort(406)
