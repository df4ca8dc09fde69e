"""A referral as JSON, for programs of the unit that sent it or of the service that was asked: the same view as the page."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, jsonify
from flask.typing import ResponseReturnValue

from portal import referrals as r
from portal.web.gates import actor, gate

blueprint = Blueprint("records", __name__)


@blueprint.get("/needs/<uuid:need_id>.json")
@gate("need.read")
def need(need_id: UUID) -> ResponseReturnValue:
    """One referral as its sender may see it. Names are in no JSON."""
    return _record(r.need_for(actor(), need_id))


@blueprint.get("/offers/<uuid:offer_id>.json")
@gate("inbox.read")
def offer(offer_id: UUID) -> ResponseReturnValue:
    """One request as the service that is asked may see it."""
    return _record(r.offer_for(actor(), offer_id))


def _record(found: r.NeedView | r.OfferView | None) -> ResponseReturnValue:
    if found is None:
        abort(404)
    return jsonify(_plain(asdict(found)))


def _plain(value: Any) -> Any:
    """Names of fields as JSON writes them; times in UTC; with `redisclosureNotice` wherever part 2 asks for it."""
    if isinstance(value, dict):
        return {camel(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value


def camel(name: str) -> str:
    """A field's name as JSON writes it: `redisclosure_notice` is `redisclosureNotice`."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
