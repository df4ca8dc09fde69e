"""What the log says: JSON lines on stderr, and nothing about a person.

A request is its method, its path, its status and how long it took. Never a query string, a form, an address, or a token:
any part of a path that is not a UUID is written as its name, so `/answer/<token>` stays that. An error is its type
and where it happened; its message may quote a row, so it is left out.
"""

import json
import logging
import sys
import time
import traceback
from datetime import UTC, datetime
from uuid import UUID

from flask import Flask, Response, g, request

requests = logging.getLogger("portal.requests")


class JsonLines(logging.Formatter):
    """One record, one line of JSON; line ends and control characters are escaped."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
        }
        line.update(getattr(record, "facts", {}))
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["at"] = [
                f"{frame.filename.rsplit('/', 2)[-2]}/{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])[-6:]
            ]
        return json.dumps(line, ensure_ascii=True)


def _event(record: logging.LogRecord) -> str:
    """Our own lines as written. Others' lines without their arguments: those may hold a URL."""
    if record.name.startswith("portal"):
        return record.getMessage()
    return str(record.msg).split(":")[0][:80]


class ToStderr(logging.Handler):
    """Writes to whatever stderr is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except OSError:  # nobody reads any more; that must not break what was being done
            return


def to_stderr() -> None:
    """Send every logger of this process to stderr as JSON lines. Safe to call twice."""
    handler = ToStderr()
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [*(old for old in root.handlers if not isinstance(old, ToStderr)), handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("portal").setLevel(logging.INFO)
    # No line of ours says these, so no record need look for them (the optimization section of Python's logging HOWTO).
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def log_requests(app: Flask) -> None:
    """One line a request, when it is over; an unhandled error is a line of its own before it."""

    @app.before_request
    def started() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def finished(response: Response) -> Response:
        requests.info(
            "request",
            extra={
                "facts": {
                    "method": request.method if request.method in KNOWN_METHODS else "OTHER",
                    "path": safe_path(),
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000),
                }
            },
        )
        return response

    app.log_exception = _log_exception  # type: ignore[method-assign, assignment]


KNOWN_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"))


def _log_exception(_info: object) -> None:
    """Flask's own writes the URL; ours writes where it broke."""
    requests.error("error", exc_info=True)


def safe_path() -> str:
    """The path of this request with everything but UUIDs cut out; `-` when no door answers to it."""
    rule = request.url_rule
    if rule is None:
        return "-"
    path = str(rule.rule)
    for name, value in (request.view_args or {}).items():
        if isinstance(value, UUID):
            path = _fill(path, name, str(value))
    return path


def _fill(rule: str, name: str, value: str) -> str:
    """`/services/<uuid:service_id>` with service_id filled in."""
    head, _, tail = rule.partition(f":{name}>")
    if not tail and not rule.endswith(f":{name}>"):
        return rule
    return head[: head.rfind("<")] + value + tail
