"""The worker's table: what is due runs, what fails stays alone."""

import os
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from portal.store import clock, heartbeat
from portal.worker import JOBS, Job, Worker

pytestmark = pytest.mark.sqlite_only


def broken() -> int:
    raise RuntimeError("no")


def test_a_job_runs_when_it_is_due_and_not_before(app: Flask) -> None:
    ran: list[str] = []
    worker = Worker(
        app, (Job("often", 1, lambda: ran.append("often")), Job("seldom", 10, lambda: ran.append("seldom")))
    )
    for at in (0.0, 0.5, 1.0, 2.0, 10.0):
        worker.turn(at)
    assert ran == ["often", "seldom", "often", "often", "often", "seldom"]


def test_one_failing_job_does_not_stop_the_others(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    ran: list[str] = []
    worker = Worker(app, (Job("bad", 1, broken), Job("good", 1, lambda: ran.append("good"))))
    assert worker.turn(0.0) == {"bad": False, "good": True}
    assert worker.turn(1.0) == {"bad": False, "good": True}
    assert ran == ["good", "good"]


def test_a_job_that_keeps_failing_is_logged_once_a_minute(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    worker = Worker(app, (Job("bad", 1, broken),))
    for at in range(5):
        worker.turn(float(at))
    assert [record.message for record in caplog.records] == ["job failed"]


def test_the_worker_ends_when_its_parent_is_gone(app: Flask) -> None:
    ran: list[int] = []
    Worker(app, (Job("never", 1, lambda: ran.append(1)),)).run(
        parent=os.getpid()
    )  # our parent is another process
    assert ran == []


def test_the_worker_ends_on_a_signal_after_the_job_in_hand(app: Flask) -> None:
    worker = Worker(app, (Job("last", 1, lambda: worker.stopped.set()), Job("after", 1, broken)))
    worker.run()
    assert worker.due["after"] == 0.0


def test_every_job_of_the_table_runs_on_an_empty_install(app: Flask) -> None:
    worker = Worker(app)
    assert worker.turn(0.0) == {job.name: True for job in JOBS}


def test_a_beat_can_be_seen_from_anywhere(app: Flask) -> None:
    assert heartbeat.seen_seconds() is None
    with time_machine.travel(clock.now(), tick=False) as now:
        heartbeat.beat()
        heartbeat.beat()
        assert heartbeat.seen_seconds() == 0
        now.shift(timedelta(seconds=75))
        assert heartbeat.seen_seconds() == 75


def test_the_worker_alone_can_be_started_from_the_terminal(tmp_path: object) -> None:
    environment = os.environ | {"PORTAL_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "portal.cli"]
    refused = subprocess.run([*command, "work", "--once"], env=environment, capture_output=True, text=True)
    assert refused.returncode == 1
    assert "portal migrate" in refused.stderr


def test_what_runs_apart_holds_nobody_up(app: Flask) -> None:
    """The long job ends only when the short one has run thrice; in one line they would wait for each other for ever."""
    ran = threading.Semaphore(0)
    ended: list[bool] = []

    def short() -> None:
        ran.release()

    def long() -> None:
        ended.append(all(ran.acquire(timeout=30) for _ in range(3)))
        worker.stopped.set()

    worker = Worker(app, (Job("short", 0.01, short), Job("long", 0, long, apart=True)))
    worker.run()
    assert ended == [True]
