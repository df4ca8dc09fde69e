"""`portal keys rotate` and `portal pepper rotate`, as somebody types them."""

import base64
import json
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal import create_app
from portal.cli import main
from portal.config import BadSetting, read_settings
from portal.referrals.models import Person
from portal.store import clock, db, write

Run = Callable[..., Result]


@pytest.fixture
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """`county("keys", "rotate")` in an install of its own, migrated."""
    for name in [name for name in os.environ if name.startswith("PORTAL_") or name == "PORT"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    handlers = list(logging.getLogger().handlers)

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, list(words))

    assert call("migrate").exit_code == 0
    yield call
    logging.getLogger().handlers[:] = handlers


def key(name: str, byte: int) -> str:
    return f"{name}:" + base64.b64encode(bytes([byte]) * 32).decode()


def test_keys_are_rotated_and_what_is_done_with_is_named(
    county: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with create_app(read_settings()).app_context():
        with write() as session:
            session.add(Person(name="Jo Canary", created_at=clock.now()))
        old = (read_settings().home / "seal.keys").read_text()
        db.engine.dispose()
    monkeypatch.setenv("PORTAL_SEAL_KEYS", f"{key('k2', 2)},{old}")
    done = county("keys", "rotate", "--json")
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said == {"moved": {"person.name": 1}, "in_use": {"k2": 1}, "unused": ["k1"], "broken": []}
    assert "take it out of PORTAL_SEAL_KEYS" in county("keys", "rotate").stdout
    monkeypatch.setenv("PORTAL_SEAL_KEYS", key("k3", 3))
    lost = county("keys", "rotate")
    assert lost.exit_code == 1
    assert "No key opens person.name of " in lost.stderr
    assert "Canary" not in lost.stdout + lost.stderr


def test_a_pepper_is_made_with_the_install_and_rotated(county: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = read_settings().home / "pepper.keys"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.read_text().startswith("p1:")
    monkeypatch.setenv("PORTAL_PEPPERS", f"{key('p2', 2)},{kept.read_text()}")
    done = county("pepper", "rotate")
    assert done.exit_code == 0, done.stderr
    assert "Under p2 now: 0 rows" in done.stdout


def test_beside_a_shared_database_too_a_pepper_is_made_once_and_kept(tmp_path: Path) -> None:
    env = {
        "PORTAL_HOME": str(tmp_path),
        "PORTAL_DATABASE_URL": "postgresql://nobody@localhost/none",
        "PORTAL_SECRET_KEY": "only for tests",
        "PORTAL_SEAL_KEYS": key("k1", 1),
    }
    made = read_settings(env).peppers
    assert (tmp_path / "pepper.keys").stat().st_mode & 0o777 == 0o600
    assert read_settings(env).peppers == made
    with pytest.raises(BadSetting, match="PORTAL_PEPPERS wants"):
        read_settings(env | {"PORTAL_PEPPERS": "p1:short"})
    assert read_settings(env | {"PORTAL_PEPPERS": key("p1", 1)}).peppers.newest == "p1"
