"""The worker is killed (-9) at every step of writing the index, one after the other: what is left is whole, and search goes on."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade

from portal import create_app
from portal.search import Question, catch_up, find_services, index_state, rebuild
from portal.search.generation import DAMAGED_FILE, index_dir
from portal.store import db
from tests.conftest import settings_for
from tests.people import Cast, make_cast
from tests.search.edits import new_word, rename

STEPS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "shutil.rmtree"}
A_FEW = 11  # of the steps, every so many; `make prove` takes every one


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Flask, Cast]]:
    """An install that commits, so that another process can read it."""
    app = create_app(settings_for(tmp_path))
    with app.test_request_context():
        upgrade()
        cast = make_cast()
        rebuild()
        let_go()
        yield app, cast
        let_go()


def let_go() -> None:
    """No connection may be shared with a process that is about to be made."""
    db.session.remove()
    db.engine.dispose()


def killed_at(step: int) -> int:
    """Catch up in a process that kills itself at this step of writing; how it ended: 0 when it had fewer steps."""
    let_go()
    process = multiprocessing.get_context("fork").Process(target=_catch_up, args=(step, str(index_dir())))
    process.start()
    process.join()
    return process.exitcode or 0


def _catch_up(step: int, folder: str) -> None:
    seen = 0

    def count(event: str, given: tuple[Any, ...]) -> None:
        nonlocal seen
        if event in STEPS and given and folder in str(given[0]):
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    catch_up()
    os._exit(0)


def names(words: str) -> list[str]:
    answer = find_services(Question(words=words, exactly=True))
    assert answer.index_state == "ready"
    return [hit.listing.name for hit in answer.hits]


@pytest.mark.parametrize("every", [A_FEW, pytest.param(1, marks=pytest.mark.prove)])
@pytest.mark.parametrize("what", ["an edit", "a rebuild"])
def test_a_worker_killed_at_any_step_leaves_an_index_that_is_whole(
    own: tuple[Flask, Cast], what: str, every: int
) -> None:
    _app, cast = own
    step, died, before = 1, 0, "unit"
    while True:
        word = new_word()
        rename(cast.detox.number, word)
        if what == "a rebuild":
            (index_dir() / DAMAGED_FILE).touch()
        ended = killed_at(step)
        if what == "a rebuild":
            (index_dir() / DAMAGED_FILE).unlink(missing_ok=True)  # nothing was wrong with what stood
        assert len(names("shelter")) >= 1, f"step {step}"
        assert names(before) + names(word) == [f"{word.title()} House"], (
            f"step {step}: before or after, never both"
        )
        catch_up()
        assert names(word) == [f"{word.title()} House"], f"step {step}"
        assert names(before) == [], f"step {step}"
        assert index_state()["behind"] == 0
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        step, died, before = step + every, died + 1, word
    print(f"\n{what}: killed at {died} steps, whole after each")
    assert died >= 40 / every
