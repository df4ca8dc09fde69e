"""`/metrics`: how the install does, for Prometheus. Computed when asked, so that every process gives the same answer.

It tells of clocks, queues and the index, never how many people were helped, where or by whom: a count of needs or offers is
a report's business, where small ones are hidden.
"""

import hmac
from collections.abc import Iterator

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from portal import messages, referrals, search
from portal.store import chain, clock, heartbeat
from portal.web.gates import opened

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
@opened("a monitor has no session; it brings the token of PORTAL_METRICS_TOKEN, else there is no such page")
def metrics() -> ResponseReturnValue:
    """404 without the token as a bearer: behind a proxy nobody's address would say who asks."""
    token = current_app.extensions["settings"].metrics_token
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(shown.encode(), token.encode()):
        abort(404)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Facts())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Facts(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One gauge a fact; a fact that is not known yet is left out, as Prometheus wants it."""
        index, outbox = search.index_state(), messages.outbox_state(clock.now())
        facts: tuple[tuple[str, str, float | None], ...] = (
            ("index_ready", "1 when the search index is in use", index["state"] == "ready"),
            ("index_listings", "listings in the search index", index["listings"]),
            ("index_behind", "changed listings that the index has not taken in", index["behind"]),
            ("worker_seen_seconds", "since the worker last said that it lives", heartbeat.seen_seconds()),
            ("outbox_due", "messages that are due and not sent", outbox.due),
            ("outbox_oldest_seconds", "age of the oldest of them", outbox.oldest_seconds),
            ("outbox_parked", "messages that wait for an admin", outbox.parked),
            (
                "clock_late_seconds",
                "how late the latest clock of a referral is",
                referrals.clocks_late(clock.now()),
            ),
            ("trail_unchained", "rows of the trail that are not chained yet", chain.state().tail),
        )
        for name, words, value in facts:
            if value is not None:
                yield GaugeMetricFamily(f"handrail_{name}", words, value=float(value))
