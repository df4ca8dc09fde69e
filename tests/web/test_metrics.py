"""/metrics, for Prometheus: the clocks, the queues and the index, and nothing that counts people."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from portal import config, referrals
from portal.store import clock, heartbeat
from tests.conftest import METRICS_TOKEN
from tests.people import Cast
from tests.referrals.acting import send
from tests.referrals.conftest import move_time as move_time


def gauges(client: FlaskClient) -> dict[str, float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return {family.name: family.samples[0].value for family in text_string_to_metric_families(answer.text)}


def test_the_clocks_the_queues_and_the_index_are_told_as_prometheus_reads_them(
    client: FlaskClient, cast: Cast, move_time: Callable[[timedelta], None]
) -> None:
    heartbeat.beat()
    send(cast)
    before = gauges(client)
    assert before["handrail_clock_late_seconds"] == 0
    assert before["handrail_outbox_due"] == 1
    move_time(timedelta(hours=1))
    after = gauges(client)
    assert after["handrail_clock_late_seconds"] > 0
    assert after["handrail_worker_seen_seconds"] == 3600
    assert after["handrail_outbox_oldest_seconds"] == 3600
    referrals.tick(clock.now())
    assert gauges(client)["handrail_clock_late_seconds"] == 0


@pytest.mark.sqlite_only
def test_nobody_can_tell_from_it_how_many_were_helped(client: FlaskClient, cast: Cast) -> None:
    """An answer, a person or a place changes nothing in it but the queue of letters."""
    names = set(gauges(client))
    send(cast)
    send(cast, listing=cast.shelter, hears_back=False)
    told = client.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}).text
    assert set(gauges(client)) == names
    assert not [name for name in names if "need" in name or "offer" in name or "person" in name]
    for word in ("Quill", "Canary", "37203", "0177", "Crisis", str(cast.crisis_center.id)):
        assert word not in told, word


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "shown", [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Bearer {METRICS_TOKEN} ", "Bearer é"]
)
def test_without_the_token_there_is_no_such_page(client: FlaskClient, shown: str | None) -> None:
    answer = client.get("/metrics", headers={"Authorization": shown} if shown is not None else {})
    assert answer.status_code == 404


@pytest.mark.sqlite_only
def test_an_install_that_was_given_no_token_has_no_metrics(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(app.extensions["settings"], metrics_token="")
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_a_token_that_could_be_guessed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(config.BadSetting):
        config.read_settings({"PORTAL_HOME": str(tmp_path), "PORTAL_METRICS_TOKEN": "short"})
