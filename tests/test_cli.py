"""The terminal: each verb does what it says, and its exit code tells: 0 done, 1 refused and nothing half-done, 2 usage."""

import csv
import logging
import os
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Received
from click.testing import CliRunner, Result
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import delete, select

from portal import create_app
from portal.accounts.models import Account
from portal.cli import main
from portal.cli.serving import _ready_for_demonstration
from portal.config import read_settings
from portal.directory import community
from portal.directory.models import TaxonomyTerm
from portal.directory.terms import EVERY
from portal.store import Refused, db, revisions, write
from portal.store.backup import backup, restore
from tests.ports import free_port

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """`run("person add ...")` in an install of its own, not yet migrated."""
    for name in [name for name in os.environ if name.startswith("PORTAL_") or name == "PORT"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    handlers = list(logging.getLogger().handlers)

    def call(*words: str, **more: str) -> Result:
        return CliRunner().invoke(main, list(words), **more)  # type: ignore[arg-type]

    yield call
    logging.getLogger().handlers[:] = handlers


@pytest.fixture
def county(run: Run) -> Run:
    """The same, migrated, with a community."""
    assert run("migrate").exit_code == 0
    assert run("community", "set", "name", "Example County").exit_code == 0
    return run


def stored() -> Flask:
    return create_app(read_settings())


def test_every_command_explains_itself(run: Run) -> None:
    for name, command in main.commands.items():
        assert run(name, "--help").exit_code == 0
        assert command.get_short_help_str(), f"{name} has no docstring"


def test_nothing_runs_on_a_database_that_is_not_migrated(run: Run) -> None:
    for words in (
        ["work", "--once"],
        ["purge"],
        ["report", "2026-q3"],
        ["person", "add", "a@b.org", "--role", "admin"],
    ):
        result = run(*words)
        assert result.exit_code == 1
        assert result.stderr == "The database is not at the newest revision. Run: portal migrate\n"


def test_a_first_install_gets_a_community_and_an_admin_who_can_choose_a_password(run: Run) -> None:
    run("migrate")
    assert "already" in run("migrate").stderr
    early = run("person", "add", "you@example.gov", "--role", "admin")
    assert early.exit_code == 1
    assert "portal community set name" in early.stderr
    assert run("community", "set", "time_zone", "America/Chicago").exit_code == 1
    assert run("community", "set", "name", "Example County").exit_code == 0
    result = run("person", "add", "you@example.gov", "--role", "admin")
    assert result.exit_code == 0
    page = stored().test_client().get(urlsplit(result.stdout.strip()).path)
    assert page.status_code == 200
    assert b'type="password"' in page.data


def test_a_role_at_an_organization_wants_one_that_is_there(county: Run) -> None:
    words = ("person", "add", "kim@example.gov", "--role", "responder", "--organization", "County Team")
    assert county(*words).exit_code == 1
    assert county("person", "add", "kim@example.gov", "--role", "responder").exit_code == 1
    assert county("person", "add", "kim@example.gov", "--role", "king").exit_code == 2
    assert county(*words, "--new-organization", "response_team").exit_code == 0
    near = county("person", "add", "lee@example.gov", "--role", "responder", "--organization", "Conty Team")
    assert "Did you mean 'County Team'?" in near.stderr
    with stored().app_context():
        assert [account.email for account in db.session.scalars(select(Account))] == ["kim@example.gov"]


def test_a_password_can_be_set_at_the_prompt(county: Run) -> None:
    words = ("person", "add", "you@example.gov", "--role", "admin", "--ask-password")
    result = county(*words, input="a long enough phrase\na long enough phrase\n")
    assert result.exit_code == 0
    assert "/reset/" not in result.stdout
    assert "a long enough phrase" not in result.output


SETTINGS = (
    ("time_zone", "America/Denver", True),
    ("time_zone", "../../etc/passwd", False),
    ("languages", "en, es", True),
    ("counties", "Davidson,Williamson", True),
    ("crisis_lines", '[{"name": "Line", "number": "615-555-0103"}]', True),
    ("crisis_lines", '{"name": "Line"}', False),
    ("business_hours", '{"mon": ["08:00", "17:00"]}', True),
    ("business_hours", '{"mon": ["8", "25:00"]}', False),
    ("exit_site", "https://www.weather.gov/", True),
    ("exit_site", "javascript:alert(1)", False),
    ("nonsense", "x", False),
    ("name", " ", False),
)


def test_the_community_is_set_one_thing_at_a_time(county: Run) -> None:
    taken = [county("community", "set", key, value).exit_code == 0 for key, value, _good in SETTINGS]
    assert taken == [good for _key, _value, good in SETTINGS]
    with stored().app_context():
        here = community()
        assert (here.name, here.time_zone, here.languages) == (
            "Example County",
            "America/Denver",
            ["en", "es"],
        )
        assert here.settings["exit_site"] == "https://www.weather.gov/"


def test_a_backup_brings_back_what_was_there(county: Run, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    made = county("backup", str(file))
    assert made.exit_code == 0, made.output
    assert "seal.keys" in made.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert county("backup", str(file)).exit_code == 1
    county("community", "set", "name", "Changed County")
    assert county("restore", str(file), input="n\n").exit_code == 1
    restored = county("restore", "--yes", str(file))
    assert restored.exit_code == 0, restored.output
    with stored().app_context():
        assert community().name == "Example County"


def test_what_is_no_backup_is_refused_and_changes_nothing(county: Run, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    county("backup", str(file))
    damaged = bytearray(file.read_bytes())
    damaged[4096 * 3 : 4096 * 6] = b"\xff" * 4096 * 3
    file.write_bytes(damaged)
    (tmp_path / "text.db").write_text("not a database")
    for wrong in (file, tmp_path / "text.db"):
        assert county("restore", "--yes", str(wrong)).exit_code == 1
    with stored().app_context():
        assert community().name == "Example County"


def test_on_postgresql_its_own_tools_are_named(app: Flask, tmp_path: Path) -> None:
    if db.engine.dialect.name != "postgresql":
        with pytest.raises(Refused, match="there already"):
            backup(tmp_path)
        return
    with pytest.raises(Refused, match="pg_dump"):
        backup(tmp_path / "x.db")
    with pytest.raises(Refused, match="pg_restore"):
        restore(tmp_path / "x.db")


def test_the_report_is_printed_as_a_table_or_as_csv(county: Run) -> None:
    table = county("report", "2026-q1")
    assert table.exit_code == 0
    assert table.stdout.startswith("measure")
    rows = list(csv.DictReader(county("report", "2026-q1", "--format", "csv").stdout.splitlines()))
    assert {"measure", "numerator", "denominator", "unknown"} <= set(rows[0])
    assert county("report", "2026-q9").exit_code == 2


def test_the_purge_and_one_turn_of_the_worker(county: Run) -> None:
    assert "accounts.purge: 0" in county("purge").stderr
    assert county("work", "--once").exit_code == 0
    assert county("index", "rebuild").exit_code == 0


def test_a_test_mail_goes_the_way_of_every_letter(county: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert county("mail", "test", "you@example.gov").exit_code == 1
    taken = []

    class Handler(Received):
        def handle_message(self, message: object) -> None:
            taken.append(message)

    port = free_port()
    server = Controller(Handler(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        monkeypatch.setenv("PORTAL_SMTP_URL", f"smtp://127.0.0.1:{port}")
        assert county("mail", "test", "you@example.gov").exit_code == 0
    finally:
        server.stop()
    assert len(taken) == 1
    assert county("mail", "test", "you@example.gov").exit_code == 1  # the server is gone


def test_a_taken_port_is_said_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        result = run("serve")
    assert result.exit_code == 1
    first, _, rest = result.stderr.partition(". Try: PORT=")
    assert first == f"Port {port} is taken"
    assert rest.endswith(" make run\n")
    assert int(rest.split()[0]) > port


def test_a_setting_that_cannot_be_used_is_a_mistake_of_usage(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "many")
    result = run("migrate")
    assert result.exit_code == 2
    assert "PORT is a number" in result.stderr


def test_the_demonstration_is_planted_only_into_an_empty_install(county: Run) -> None:
    assert county("seed").exit_code == 2
    result = county("seed", "--demo")
    assert result.exit_code == 1
    assert "already" in result.stderr


def test_a_migration_brings_the_words_of_this_version_into_an_old_database(county: Run) -> None:
    with stored().app_context():
        with write() as session:
            session.execute(delete(TaxonomyTerm).where(TaxonomyTerm.code == "handoff_phone"))
        before = set(db.session.scalars(select(TaxonomyTerm.number)))
    assert county("migrate").exit_code == 0
    with stored().app_context():
        codes = set(db.session.scalars(select(TaxonomyTerm.code)))
        assert codes == {code for group in EVERY.values() for code in group}
        assert before < set(db.session.scalars(select(TaxonomyTerm.number)))


def test_an_older_demonstration_is_brought_to_this_version_and_kept(county: Run) -> None:
    with stored().app_context():
        downgrade(revision="-1")
        assert revisions.current() != revisions.head()
    _ready_for_demonstration(stored())
    with stored().app_context():
        assert revisions.current() == revisions.head()
        assert community().name == "Example County"
