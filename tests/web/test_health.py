"""/health, for whoever watches the install."""

from datetime import timedelta
from typing import Any

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine

from portal import __version__
from portal.store import clock, db, engine_name, heartbeat
from tests.people import Cast


def test_health_names_the_version_the_database_the_index_the_worker_and_the_mail(
    client: FlaskClient, cast: Cast
) -> None:
    with time_machine.travel(clock.now(), tick=False):
        heartbeat.beat()
        answer = client.get("/health")
    facts = answer.get_json()
    assert answer.status_code == 200
    assert set(facts) == {
        "status",
        "version",
        "database",
        "migration",
        "index",
        "worker_seen_seconds",
        "mail",
        "sms",
        "push",
    }
    assert facts["version"] == __version__
    assert facts["database"].split()[0] == engine_name()
    assert facts["migration"] == "0001" or facts["migration"] > "0001"
    assert set(facts["index"]) == {"state", "listings", "behind"}
    assert facts["worker_seen_seconds"] == 0
    assert (facts["mail"], facts["sms"], facts["push"]) == ("off", "off", "off")
    assert "Set-Cookie" not in answer.headers


def test_an_install_whose_worker_is_silent_is_degraded(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/health").get_json()["status"] == "degraded"
    heartbeat.beat()
    with time_machine.travel(clock.now() + timedelta(seconds=120), tick=False):
        answer = client.get("/health")
        assert answer.status_code == 200
        assert answer.get_json()["status"] == "degraded"


def test_health_is_503_when_the_database_is_out_of_reach(
    app: Flask, client: FlaskClient, tmp_path: Any
) -> None:
    reachable = db.engines[None]
    db.engines[None] = create_engine(f"sqlite:///{tmp_path}/no/such/folder.db")
    try:
        answer = client.get("/health")
    finally:
        db.engines[None] = reachable
    assert answer.status_code == 503
    assert answer.get_json()["status"] == "down"
