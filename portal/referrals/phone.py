"""Services that answer by phone: the call is recorded. Of a call to a victim service nothing but when, and answered or not."""

from datetime import datetime
from uuid import UUID

from portal.referrals.models import CallRecord, Need
from portal.referrals.requests import SendRequest
from portal.store import Actor


def record_call(
    actor: Actor,
    request: SendRequest,
    result: str,
    *,
    spoke_with: str = "",
    reason: str = "",
    called_at: datetime | None = None,
    need_id: UUID | None = None,
    version: int | None = None,
) -> Need:
    """A call to request.service_at_location_id and its answer: `yes`, `no` or `no_answer`; a need with one offer by phone, or
    with need_id one more offer of that need. reason: a decline code for `no`. called_at: UTC, within the last day."""
    raise NotImplementedError


def record_victim_call(
    actor: Actor, service_at_location_id: UUID, answered: bool, *, called_at: datetime | None = None
) -> CallRecord:
    """That a victim service was called, when, and answered or not. There is no person in it, and no outcome after it."""
    raise NotImplementedError
