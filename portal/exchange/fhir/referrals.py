"""FHIR Task and ServiceRequest of a referral, for its parties alone.

Each is made from the view that the reader's page is made from, after the matrix has had its word, and from nothing else: a
sender in the dark reads the same bytes whatever was answered. No name, phone or code of the person is in a view, and so in none
of this; what people typed (questions, answers, notes) and the names of staff stay on the pages.

To its sender a referral is one Task, `need-<id>`; to each service that was asked it is another, `offer-<id>`: what they may know
of each other differs.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from portal.exchange.fhir.naming import Resource, coded, full, portal, reference
from portal.exchange.fhir.outcome import BadSearch
from portal.exchange.fhir.referral_states import PRIORITY, TASK, request_status, task_status
from portal.referrals import NeedView, OfferView, inbox_for, need_for, needs_for, offer_for
from portal.store import Actor

ACT, CONFIDENTIALITY = (
    f"http://terminology.hl7.org/CodeSystem/{name}" for name in ("v3-ActCode", "v3-Confidentiality")
)
TASK_CODE = "http://hl7.org/fhir/CodeSystem/task-code"
NOBODY_NAMED = "Known to the parties of this referral"
STATUSES = sorted({status for status, _business in TASK.values()})

View = NeedView | OfferView


def need_resource(actor: Actor, kind: str, need_id: UUID) -> Resource | None:
    """The Task or the ServiceRequest of what the actor's unit sent; None for anybody else's."""
    view = need_for(actor, need_id)
    return _MAKE[kind](view) if view is not None else None


def offer_resource(actor: Actor, kind: str, offer_id: UUID) -> Resource | None:
    """The same of what the actor's service was asked."""
    view = offer_for(actor, offer_id)
    return _MAKE[kind](view) if view is not None else None


def tasks(actor: Actor, query: Sequence[tuple[str, str]]) -> Resource:
    """A Bundle of the actor's Tasks, sent ones and received ones, those of their pages. `status` narrows it. BadSearch for
    any other question."""
    wanted = [set(value.split(",")) for name, value in query if name == "status"]
    for name, _value in query:
        if name not in ("status", "_format", "_count", "_total"):
            raise BadSearch("Tasks can be asked for by their status alone.", name, "not-supported")
    for statuses in wanted:
        if not statuses <= set(STATUSES):
            raise BadSearch(f"A status is one of {', '.join(STATUSES)}.", "status")
    views: list[View] = [*needs_for(actor), *inbox_for(actor)]
    made = [_task(view) for view in views]
    found = [task for task in made if all(task["status"] in statuses for statuses in wanted)]
    bundle: Resource = {"resourceType": "Bundle", "type": "searchset", "total": len(found)}
    if found:
        bundle["entry"] = [
            {
                "fullUrl": f"{portal()}/fhir/r4/Task/{task['id']}",
                "resource": task,
                "search": {"mode": "match"},
            }
            for task in found
        ]
    return bundle


def _task(view: View) -> Resource:
    status, business = _status(view)
    key = _key(view)
    return full(
        {
            "resourceType": "Task",
            "id": key,
            "meta": _meta(view),
            "groupIdentifier": {"value": view.reference},
            "status": status,
            "statusReason": {"text": view.decline_words} if view.decline_words else {},
            "businessStatus": coded(f"{portal()}/fhir/r4/referral-status", business, view.state_words),
            "intent": "order",
            "priority": PRIORITY[view.urgency],
            "code": coded(TASK_CODE, "fulfill", "Fulfill the focal request"),
            "description": view.code_words,
            "focus": {"reference": f"ServiceRequest/{key}", "type": "ServiceRequest"},
            "for": {"type": "Patient", "display": NOBODY_NAMED},
            "authoredOn": _instant(view.sent_at),
            "lastModified": _instant(_moved(view)),
            "requester": _sender(view),
            "owner": _service(view),
            "note": [{"text": words} for words in _notes(view)],
            "restriction": {"period": {"end": _instant(view.deadline)}} if view.deadline else {},
            "output": _output(view),
        }
    )


def _request(view: View) -> Resource:
    status, _business = _status(view)
    return full(
        {
            "resourceType": "ServiceRequest",
            "id": _key(view),
            "meta": _meta(view),
            "requisition": {"value": view.reference},
            "status": request_status(view.state, status),
            "intent": "order",
            "priority": PRIORITY[view.urgency],
            "code": coded(f"{portal()}/fhir/r4/needs", view.code, view.code_words),
            "orderDetail": [
                {"text": f"{name}: {value}"}
                for name, value in (("age", view.age_band), ("area", view.area), ("language", view.language))
                if value
            ],
            "subject": {"type": "Patient", "display": NOBODY_NAMED},
            "authoredOn": _instant(view.sent_at),
            "requester": _sender(view),
            "performer": [performer] if (performer := _service(view)) else [],
            "note": [{"text": view.redisclosure_notice}] if view.redisclosure_notice else [],
        }
    )


_MAKE = {"Task": _task, "ServiceRequest": _request}


def _status(view: View) -> tuple[str, str]:
    """Whoever may hear why it was closed is told so; close_words is blank in the dark."""
    return task_status(view.state, told=isinstance(view, OfferView) or bool(view.close_words))


def _key(view: View) -> str:
    return f"{'offer' if isinstance(view, OfferView) else 'need'}-{view.id}"


def _meta(view: View) -> Resource:
    """Restricted, always; and under 42 CFR part 2 where the view says that its notice goes along."""
    labels = [{"system": CONFIDENTIALITY, "code": "R", "display": "restricted"}]
    if view.redisclosure_notice:
        labels.append({"system": ACT, "code": "42CFRPart2", "display": "42 CFR Part2"})
    return {"lastUpdated": _instant(_moved(view)), "security": labels}


def _sender(view: View) -> Resource:
    """A service is told who asks it; a unit's own referrals are its own."""
    return (
        {"type": "Organization", "display": view.sender_organization} if isinstance(view, OfferView) else {}
    )


def _service(view: View) -> Resource:
    if view.service is None:
        return {}
    return reference("HealthcareService", str(view.service.id), view.service.name)


def _notes(view: View) -> list[str]:
    closed = view.close_words if isinstance(view, NeedView) else ""
    return [words for words in (closed, view.redisclosure_notice) if words]


def _output(view: View) -> list[Resource]:
    found: list[dict[str, Any]] = []
    if view.handoff is not None:
        found.append({"type": {"text": "handoff"}, "valueString": view.handoff.temperature})
    if isinstance(view, OfferView) and view.appointment_at is not None:
        found.append({"type": {"text": "appointment"}, "valueDateTime": _instant(view.appointment_at)})
    if view.connected_on is not None:
        found.append({"type": {"text": "connected"}, "valueDate": view.connected_on.isoformat()})
    return found


def _moved(view: View) -> datetime:
    """The last thing that this reader may know of."""
    return max([view.sent_at, *(line.at for line in view.timeline)])


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
