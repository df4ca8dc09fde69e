"""How long sending a request takes: the verb alone, and the form over HTTP against a real server."""

import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

from portal.accounts import actor_for_token, start_session
from portal.referrals import SendRequest, send_offer
from tests.prove.server import Browser, Install

COUNT = 200
SENDERS = 4
EACH = 5  # sends of each between two forgettings of how many there were: all are of one account
FORM = {
    "need": "crisis",
    "urgency": "now",
    "basis": "verbal_consent",
    "age_band": "unknown",
    "safe_contact": "unknown",
    "name": "J. D.",
    "phone": "615-555-0188",
    "confirm_duplicate": "y",
}


def run() -> list[tuple[str, str]]:
    """Rows of (what, figure)."""
    with tempfile.TemporaryDirectory() as folder:
        install = Install(Path(folder))
        try:
            rows = [("send, the verb alone", figures(verbs(install)))]
            install.start()
            path = f"/services/{install.cast.crisis_center.id}/refer"
            browsers = [install.signed_in(install.cast.responder.id) for _ in range(SENDERS)]
            for browser in browsers:
                browser.get(path)
            rows.append(("send over HTTP, one sender", figures(posts(install, browsers[0], path, COUNT))))
            with ThreadPoolExecutor(SENDERS) as pool:
                each = COUNT // SENDERS
                taken = [
                    t
                    for times in pool.map(lambda one: posts(install, one, path, each), browsers)
                    for t in times
                ]
            rows.append((f"send over HTTP, {SENDERS} senders at once", figures(taken)))
        finally:
            install.stop()
    return rows


def verbs(install: Install) -> list[float]:
    with install.app.test_request_context():
        sender = actor_for_token(start_session(install.cast.responder.id))
        assert sender is not None
        taken = []
        for number in range(COUNT):
            if number % EACH == 0:
                install.let_more()
            request = SendRequest(
                install.cast.crisis_center.id,
                "crisis",
                "now",
                "verbal_consent",
                str(uuid4()),
                name="J. D.",
                duplicate_confirmed=True,
            )
            began = time.perf_counter()
            send_offer(sender, request)
            taken.append(time.perf_counter() - began)
    return taken


def posts(install: Install, browser: Browser, path: str, count: int) -> list[float]:
    taken = []
    browser.connection = None  # an idle one may have been closed meanwhile
    for number in range(count):
        if number % EACH == 0:
            install.let_more()
        form = FORM | {"idempotency_key": str(uuid4())}
        began = time.perf_counter()
        answer = browser.post(path, form)
        taken.append(time.perf_counter() - began)
        assert answer.status == 303, answer.text[:500]
    return taken


def figures(taken: Sequence[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    ordered = sorted(taken)
    return (
        f"p50 {ordered[len(ordered) // 2] * 1000:.0f} ms, p95 {ordered[int(len(ordered) * 0.95)] * 1000:.0f} ms"
        f" ({len(ordered)} times)"
    )


if __name__ == "__main__":
    for what, figure in run():
        print(f"{what:60} {figure}")
