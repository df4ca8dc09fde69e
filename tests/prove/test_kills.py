"""The server is killed while people send. What was acknowledged is there, once; a retry with the same key doubles nothing."""

import contextlib
import http.client
import random
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import uuid4

import psutil
import pytest
from sqlalchemy import func, select, text, true

from portal.messages.models import Message
from portal.referrals.models import Need, Offer
from portal.store import db
from tests.prove.server import PATIENCE, Browser, Install

SENDERS = 4
FORM = {
    "need": "crisis",
    "urgency": "now",
    "basis": "none_needed",
    "age_band": "unknown",
    "safe_contact": "unknown",
}


def send_until_told(
    install: Install, browser: Browser, path: str, over: Event, acknowledged: dict[str, str]
) -> int:
    """Send needs one after the other; each is retried with its key until the server acknowledges it (key -> need's page).
    Returns how often it had to retry."""
    retries = 0
    while not over.is_set():
        form = FORM | {"idempotency_key": str(uuid4()), "confirm_duplicate": "y"}
        while form["idempotency_key"] not in acknowledged and retries < 100_000:
            try:
                answer = browser.post(path, form)
            except (OSError, http.client.HTTPException):
                retries += 1
                time.sleep(0.02)
                continue
            if answer.status == 303:
                acknowledged[form["idempotency_key"]] = answer.location
            elif answer.status == 429:
                install.let_more()
            elif answer.status == 503:
                retries += 1
            else:
                raise AssertionError(f"{answer.status}: {answer.text[:500]}")
    return retries


def await_more(acknowledged: dict[str, str], count: int) -> None:
    """Let so many more needs be acknowledged, so that each kill meets a busy server."""
    wanted = len(acknowledged) + count
    until = time.monotonic() + PATIENCE
    while len(acknowledged) < wanted and time.monotonic() < until:
        time.sleep(0.002)


@pytest.mark.parametrize("kills", [4, pytest.param(200, marks=pytest.mark.prove)])
def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(install: Install, kills: int) -> None:
    install.start()
    path = f"/services/{install.cast.crisis_center.id}/refer"
    browsers = [install.signed_in(install.cast.responder.id) for _ in range(SENDERS)]
    for browser in browsers:
        assert browser.get(path).status == 200
    over = Event()
    acknowledged: dict[str, str] = {}
    chance = random.Random(7)
    with ThreadPoolExecutor(SENDERS) as pool:
        senders = [
            pool.submit(send_until_told, install, browser, path, over, acknowledged) for browser in browsers
        ]
        try:
            for number in range(kills):
                await_more(acknowledged, chance.randint(3, 12))
                time.sleep(chance.uniform(0, 0.03))
                if number % 5 == 4:
                    install.kill_all()
                    install.start()
                else:
                    install.kill_children()
                    install.wait_until_up()
        finally:
            over.set()
        retries = sum(sender.result() for sender in senders)
    with install.app.app_context():
        stored = {need.idempotency_key: f"/needs/{need.id}" for need in db.session.scalars(select(Need))}
        offers, letters = (
            db.session.scalar(select(func.count()).select_from(table).where(which))
            for table, which in ((Offer, true()), (Message, Message.letter == "referrals/desk"))
        )
        whole = db.session.scalar(text("PRAGMA integrity_check"))
    lost = set(acknowledged) - set(stored)
    print(
        f"\nkills: {kills}; acknowledged {len(acknowledged)}, retries {retries}, "
        f"lost {len(lost)}, needs {len(stored)}, offers {offers}, letters {letters}, database {whole}"
    )
    assert acknowledged
    assert not lost
    assert stored == acknowledged, "one need a key, and each sender was led to its own"
    assert offers == letters == len(stored)
    assert whole == "ok"


def test_a_killed_parent_leaves_no_process_behind(install: Install) -> None:
    install.start()
    deadline = time.monotonic() + PATIENCE
    while len(install.processes()) < 4 and time.monotonic() < deadline:
        time.sleep(0.1)
    processes = install.processes()
    assert len(processes) == 4, "the arbiter, two web processes, the worker"
    processes[0].kill()
    with contextlib.suppress(Exception):
        install.process.wait(PATIENCE)  # type: ignore[union-attr]
    deadline = time.monotonic() + PATIENCE
    while any(map(lives, processes)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not [each for each in processes if lives(each)]


def lives(process: psutil.Process) -> bool:
    """Running, and not only kept in the table until somebody asks how it ended."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
