"""The worker is killed (-9) while it writes the index, and edits and searches go on: search is never down, and right again
within two seconds of each kill. Each single step of writing is killed at in tests/search/test_index_kills.py."""

import http.client
import json
import os
import random
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, given, seed, settings

from bench.generator import fill
from portal.geo.models import Place
from portal.search import index_state
from portal.search.generation import DAMAGED_FILE, FACTS_FILE, index_dir
from portal.store import write
from tests.prove.server import Browser, Install
from tests.search.asking import differences, questions
from tests.search.edits import new_word, rename
from tests.search.plain import plain_listings
from tests.search.referee import Referee
from tests.search.test_referee import NEAR, PLACES, words_of

STEADY = "steadfastness"  # the name of a listing that nobody edits
RIGHT_WITHIN = 2.0  # seconds
KILLS = int(os.environ.get("KILLS", "100"))
LISTINGS = 1000
A_CONNECTION = 25  # requests, then a new one: it may meet the other process


@dataclass
class Reader:
    """Somebody who searches all the time. What was no answer, or a wrong one, is kept in words."""

    port: int
    stop: threading.Event = field(default_factory=threading.Event)
    asked: int = 0
    from_the_database: int = 0
    longest: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def run(self) -> None:
        while not self.stop.is_set():
            browser = Browser(self.port)
            for _ in range(A_CONNECTION):
                began = time.monotonic()
                try:
                    self.look(browser)
                except (OSError, ValueError, http.client.HTTPException) as error:
                    self.wrong.append(f"{type(error).__name__}: {error}")
                self.longest = max(self.longest, time.monotonic() - began)
                self.asked += 1

    def look(self, browser: Browser) -> None:
        answer = browser.request("GET", f"/search.json?q={STEADY}&exact=1")
        if answer.status != 200:
            raise ValueError(f"status {answer.status}")
        found = json.loads(answer.text)
        names = [hit["name"] for hit in found["hits"]]
        if names != [f"{STEADY.title()} House"]:
            self.wrong.append(f"found {names}")
        self.from_the_database += any("being rebuilt" in words for words in found["notice"])


@pytest.fixture
def full(install: Install) -> Install:
    """An install with listings in a few cities, one of them with a name of its own, and its server."""
    with install.app.test_request_context():
        with write() as session:
            for number, kind, code, city, state, county, lat, lon in PLACES:
                session.add(
                    Place(
                        number=number, kind=kind, code=code, folded=city.lower(), state=state, county=county,
                        latitude=lat, longitude=lon, time_zone="America/Chicago", street=True,
                    )
                )  # fmt: skip
        fill(LISTINGS)
        rename(LISTINGS, STEADY)
    install.start()
    wait_until(
        "the index stands", lambda: '"ready"' in Browser(install.port).request("GET", "/health").text, 60
    )
    return install


@pytest.mark.prove
def test_search_outlives_the_worker(full: Install) -> None:
    chance, readers = random.Random(3), [Reader(full.port) for _ in range(2)]
    threads = [threading.Thread(target=reader.run) for reader in readers]
    for thread in threads:
        thread.start()
    took, struck, named = [], 0, dict.fromkeys(range(1, 40), "")
    try:
        with full.app.test_request_context():
            for kill in range(KILLS):
                number, word = chance.choice(list(named)), new_word()
                if kill % 10 == 9:
                    (index_dir() / DAMAGED_FILE).touch()  # this one meets a rebuild
                struck += kill_while_writing(full, lambda at=number, to=word: rename(at, to), chance)
                took.append(seconds_until_right(full.port, word, named[number]))
                named[number] = word
            assert full_agreement(full, 20) == []
    finally:
        for reader, thread in zip(readers, threads, strict=True):
            reader.stop.set()
            thread.join()
    wrong = [words for reader in readers for words in reader.wrong]
    print(
        f"\nkills {KILLS}, {struck} of them while files were written; right again after p50 {sorted(took)[len(took) // 2]:.2f} s, "
        f"longest {max(took):.2f} s; searches {sum(r.asked for r in readers):,}, without an answer or wrong {len(wrong)}, "
        f"from the database {sum(r.from_the_database for r in readers)}, slowest {max(r.longest for r in readers):.2f} s"
    )
    assert not wrong, wrong[:5]
    assert max(took) <= RIGHT_WITHIN


def kill_while_writing(install: Install, edit: Callable[[], None], chance: random.Random) -> bool:
    """Edit, wait until the worker begins to write files, and kill it some milliseconds later. True when it was writing."""
    worker = worker_of(install)
    before = files_of(index_dir())
    edit()
    until = time.monotonic() + 2
    writing = False
    while not writing and time.monotonic() < until:
        writing = files_of(index_dir()) != before
        time.sleep(0.0005)
    time.sleep(chance.uniform(0, 0.04))
    worker.kill()
    return writing


def worker_of(install: Install) -> psutil.Process:
    """The child that listens to nobody; waits for the next one when the last was killed."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for process in install.processes()[1:]:
            try:
                if process.status() != psutil.STATUS_ZOMBIE and not process.net_connections("tcp"):
                    return process
            except psutil.NoSuchProcess:
                continue
        time.sleep(0.02)
    raise TimeoutError("no worker")


def files_of(folder: Path) -> set[tuple[str, int]]:
    """Names and sizes below a folder that changes meanwhile."""
    found = set()
    for path, _folders, names in os.walk(folder):
        for name in names:
            try:
                found.add((f"{path}/{name}", os.stat(f"{path}/{name}").st_size))
            except FileNotFoundError:
                continue
    return found


def seconds_until_right(port: int, word: str, gone: str) -> float:
    """Until a search finds the new word and no longer the old one; from the kill on."""
    began, browser = time.monotonic(), Browser(port)

    def finds(asked: str) -> int:
        total = json.loads(browser.request("GET", f"/search.json?q={asked}&exact=1").text)["total"]
        return int(total)

    while finds(word) != 1 or (gone and finds(gone)):
        if time.monotonic() - began > 60:
            raise TimeoutError("an edit was never found")
        time.sleep(0.01)
    return time.monotonic() - began


def full_agreement(install: Install, count: int) -> list[str]:
    """What the search says otherwise than a reader of every listing, over some random questions,
    once the worker has caught up."""
    wait_until("caught up", lambda: index_state()["behind"] == 0 and index_state()["state"] == "ready", 60)
    referee = Referee(plain_listings())
    wrong: list[str] = []

    @seed(1)
    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(questions(words_of(referee), NEAR, []))
    def agree(pairs: list[tuple[str, str]]) -> None:
        wrong.extend(differences(pairs, referee))

    agree()
    return wrong


def wait_until(what: str, true: Callable[[], bool], seconds: float) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, what
        time.sleep(0.02)
    return time.monotonic() - began


HARMS: dict[str, Callable[[Path], None]] = {
    "lost": lambda base: shutil.rmtree(base, ignore_errors=True),  # the worker may be in it
    "facts cut short": lambda base: _change(base / FACTS_FILE, lambda data: data[:-9]),
    "one bit of the facts": lambda base: _change(base / FACTS_FILE, lambda data: data[:-50] + bytes([data[-50] ^ 4]) + data[-49:]),
    "another version": lambda base: _change(base / FACTS_FILE, lambda data: data.replace(b" 2\n", b" 1\n", 1)),
    "packs cut short": lambda base: [_change(path, lambda data: data[:-9]) for path in base.glob("*/*.pack")] and None,
    "words scribbled on": lambda base: [_change(path, lambda _data: b"\x80\x04no") for path in base.glob("*/*.toc")] and None,
}  # fmt: skip


def _change(path: Path, harm: Callable[[bytes], bytes]) -> None:
    path.write_bytes(harm(path.read_bytes()))


@pytest.mark.prove
@pytest.mark.parametrize("how", HARMS)
def test_an_index_that_is_harmed_while_it_serves_is_built_again(full: Install, how: str) -> None:
    reader = Reader(full.port)
    thread = threading.Thread(target=reader.run)
    thread.start()
    with full.app.test_request_context():
        HARMS[how](index_dir())
        began, word = time.monotonic(), new_word()
        rename(1, word)
        seconds_until_right(full.port, word, "")
        taken = time.monotonic() - began
        wrong = full_agreement(full, 20)
        health = Browser(full.port).request("GET", "/health").text
    reader.stop.set()
    thread.join()
    print(
        f"\n{how}: right again after {taken:.1f} s; searches {reader.asked}, wrong {len(reader.wrong)}, from the database "
        f"{reader.from_the_database}"
    )
    assert wrong == []
    assert reader.wrong == []
    assert '"state":"ready"' in health.replace(" ", "")
