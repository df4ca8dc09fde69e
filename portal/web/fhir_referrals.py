"""The doors of FHIR R4 for the parties of a referral: Task and ServiceRequest, made from the views of their pages.

Signed in as for the pages, and open to no page of another site. What is not the reader's is not there.
"""

from uuid import UUID

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from portal.exchange import fhir
from portal.web.fhir import said
from portal.web.gates import actor, gate

blueprint = Blueprint("fhir_referrals", __name__, url_prefix=fhir.PATH)


@blueprint.get("/Task")
@gate("offer.read")
def tasks() -> ResponseReturnValue:
    """The referrals that the reader's unit sent, and those that their service was asked."""
    return said(fhir.tasks(actor(), list(request.args.items(multi=True))))


@blueprint.get("/Task/need-<uuid:need_id>")
@gate("need.read")
def task_sent(need_id: UUID) -> ResponseReturnValue:
    return said(fhir.need_resource(actor(), "Task", need_id) or abort(404))


@blueprint.get("/ServiceRequest/need-<uuid:need_id>")
@gate("need.read")
def request_sent(need_id: UUID) -> ResponseReturnValue:
    return said(fhir.need_resource(actor(), "ServiceRequest", need_id) or abort(404))


@blueprint.get("/Task/offer-<uuid:offer_id>")
@gate("inbox.read")
def task_asked(offer_id: UUID) -> ResponseReturnValue:
    return said(fhir.offer_resource(actor(), "Task", offer_id) or abort(404))


@blueprint.get("/ServiceRequest/offer-<uuid:offer_id>")
@gate("inbox.read")
def request_asked(offer_id: UUID) -> ResponseReturnValue:
    return said(fhir.offer_resource(actor(), "ServiceRequest", offer_id) or abort(404))
