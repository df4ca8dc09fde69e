"""The database is written anew after a purge, on both kinds, and says so; while somebody holds it, it says that too."""

from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from portal import create_app
from portal.store import audit, db, write
from portal.store.actor import TERMINAL
from portal.store.database import scrub, sqlite_module
from tests.conftest import settings_for


def test_postgresql_is_vacuumed_and_can_be_written_to_afterwards(county: Flask) -> None:
    with county.app_context():
        assert scrub()
        with write():
            audit.append(TERMINAL, "try", "thing", 1)


def test_sqlite_waits_for_nobody_and_leaves_an_empty_log(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path))
    with app.app_context():
        upgrade()
        db.session.remove()
        assert scrub()
        log = tmp_path / "handrail.db-wal"
        assert not log.exists() or log.stat().st_size == 0
        other = sqlite_module().connect(str(tmp_path / "handrail.db"))
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM audit_entry").fetchone()
        with write() as session:
            session.execute(text("INSERT INTO worker_seen (name, at) VALUES ('x', '2026-01-01 00:00:00')"))
        assert not scrub(), "a reader still needs the log"
        other.close()
        assert scrub()
        db.session.remove()
        db.engine.dispose()
