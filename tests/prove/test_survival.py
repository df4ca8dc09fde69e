"""What must survive, long versions: a process that hangs, backups under load, a migration cut short, a parent that dies."""

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import psutil
import pytest

from portal.store.backup import backup
from portal.store.database import sqlite_module
from tests.prove.server import Install
from tests.prove.test_kills import send_until_told

pytestmark = pytest.mark.prove
CUTS = 50
CLI = [sys.executable, "-m", "portal.cli"]


def wait_for(what: str, true: object, seconds: float = 120) -> float:
    began = time.monotonic()
    while not true():  # type: ignore[operator]
        assert time.monotonic() - began < seconds, what
        time.sleep(0.1)
    return time.monotonic() - began


def test_a_process_that_hangs_is_replaced_while_others_serve(install: Install) -> None:
    install.start()
    wait_for("four processes", lambda: len(install.processes()) == 4)
    web = [each for each in install.processes()[1:] if each.num_threads() > 1] or install.processes()[1:]
    hung = web[0]
    hung.suspend()
    answered = sum(install_answers(install) for _ in range(20))
    taken = wait_for("replaced", lambda: not hung.is_running() or hung.status() == psutil.STATUS_ZOMBIE)
    print(f"\nhung process: replaced after {taken:.0f} s; {answered} of 20 requests answered meanwhile")
    assert answered == 20


def install_answers(install: Install) -> bool:
    browser = install.signed_in(install.cast.responder.id)
    return browser.get("/needs").status == 200


def test_backups_under_load_are_whole(install: Install) -> None:
    install.start()
    path = f"/services/{install.cast.crisis_center.id}/refer"
    browser = install.signed_in(install.cast.responder.id)
    assert browser.get(path).status == 200
    over = Event()
    acknowledged: dict[str, str] = {}
    worst = 0.0
    with ThreadPoolExecutor(1) as pool:
        sender = pool.submit(send_until_told, install, browser, path, over, acknowledged)
        try:
            for number in range(15):
                before = set(acknowledged)
                file = install.home / f"backup{number}.db"
                began = time.monotonic()
                with install.app.app_context():
                    backup(file)  # checks the copy whole, and raises if it is not
                worst = max(worst, time.monotonic() - began)
                copy = sqlite_module().connect(str(file))
                held = {row[0] for row in copy.execute("SELECT idempotency_key FROM need")}
                copy.close()
                assert before <= held, "a backup lacks what was acknowledged before it began"
        finally:
            over.set()
        sender.result()
    print(f"\nbackups: 15 of 15 whole, slowest {worst:.2f} s, {len(acknowledged)} needs sent meanwhile")


def test_a_migration_that_is_cut_short_stands_at_the_old_or_the_new(tmp_path: Path) -> None:
    chance = random.Random(17)
    stood: dict[str, int] = {}
    for number in range(CUTS):
        home = tmp_path / str(number)
        process = subprocess.Popen([*CLI, "migrate"], env=environ(home), stderr=subprocess.DEVNULL)
        wait_for("the database file", (home / "handrail.db").exists)
        time.sleep(chance.uniform(0, 0.5))  # the revision itself takes about so long
        process.kill()
        process.wait()
        tables = set()
        if (home / "handrail.db").exists():
            database = sqlite_module().connect(str(home / "handrail.db"))
            tables = {
                row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
            database.close()
        stood["new" if "account" in tables else "old"] = (
            stood.get("new" if "account" in tables else "old", 0) + 1
        )
        again = subprocess.run([*CLI, "migrate"], env=environ(home), capture_output=True, text=True)
        assert again.returncode == 0, (
            f"cut number {number} left tables {sorted(tables)}: {again.stderr[-500:]}"
        )
    print(f"\nmigrations cut short: {CUTS}; stood at {stood}; all could go on")


def environ(home: Path) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE_", "PORTAL_"))
    }
    return kept | {"PORTAL_HOME": str(home)}


@pytest.mark.parametrize("how", ["make is killed", "Ctrl-C"])
def test_nothing_is_left_when_make_run_ends(install: Install, how: str) -> None:
    """A shell in make's place starts the server with --stop-with-parent, and goes."""
    line = " ".join([*CLI, "serve", "--stop-with-parent"])
    with install.log.open("ab") as log:
        shell = subprocess.Popen(
            ["/bin/sh", "-c", f"{line}; true"],
            env=install.environ,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    install.wait_until_up()
    wait_for("all processes", lambda: len(psutil.Process(shell.pid).children(recursive=True)) == 4)
    processes = psutil.Process(shell.pid).children(recursive=True)
    if how == "Ctrl-C":
        os.killpg(shell.pid, signal.SIGINT)
    else:
        shell.kill()
    shell.wait(30)
    taken = wait_for("everybody gone", lambda: not any(each.is_running() for each in processes))
    print(f"\n{how}: all processes gone after {taken:.1f} s")
