"""OperationOutcome: what FHIR answers when it will not, in words that a person can act on."""

from portal.exchange.fhir.naming import Resource, full

# HTTP status -> FHIR's issue type; what is not listed is `processing`, or `exception` from 500 on.
CODES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    410: "deleted",
    413: "too-long",
    422: "processing",
    429: "throttled",
    503: "transient",
}


class BadSearch(Exception):  # noqa: N818
    """A question that cannot be answered as it was asked (400). `parameter` names what is to blame."""

    def __init__(self, sentence: str, parameter: str = "", code: str = "invalid") -> None:
        super().__init__(sentence)
        self.sentence, self.parameter, self.code = sentence, parameter, code


def operation_outcome(status: int, sentence: str, parameter: str = "", code: str = "") -> Resource:
    """One issue, of severity error."""
    known = code or CODES.get(status, "exception" if status >= 500 else "processing")
    return {"resourceType": "OperationOutcome", "issue": [issue("error", known, sentence, parameter)]}


def issue(severity: str, code: str, sentence: str, parameter: str = "") -> Resource:
    expression = [f"http.{parameter}"] if parameter else []
    return full({"severity": severity, "code": code, "diagnostics": sentence, "expression": expression})
