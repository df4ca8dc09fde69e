"""What a service asks a team to do for somebody: find a client again, bring somebody where a civil order says, look after a
worry. The service says at the end whether the person is back in care."""

from portal.programs.care_requests.actions import (
    CareAsk,
    ask_care,
    confirm_care,
    end_care,
    log_visit,
    take_care,
    withdraw_care,
)
from portal.programs.care_requests.queries import (
    CareRequestView,
    OpenedRequest,
    care_request_for,
    care_requests_for,
    may_ask_care,
    open_care_request,
)
from portal.programs.care_requests.settings import CareRequests, care_requests_of

__all__ = [
    "CareAsk",
    "CareRequestView",
    "CareRequests",
    "OpenedRequest",
    "ask_care",
    "care_request_for",
    "care_requests_for",
    "care_requests_of",
    "confirm_care",
    "end_care",
    "log_visit",
    "may_ask_care",
    "open_care_request",
    "take_care",
    "withdraw_care",
]
