"""A PostgreSQL database that is really written to, for what a rolled-back transaction cannot show."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from portal import create_app
from portal.store import db
from tests import postgres
from tests.conftest import settings_for


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Flask]:
    """A PostgreSQL database of its own, where transactions really are at the same time."""
    url = postgres.new_database(f"handrail_chain_{os.getpid()}")
    if url is None:
        if os.environ.get("CI") == "true":
            pytest.fail(postgres.ABSENT)
        pytest.skip(postgres.ABSENT)
    app = create_app(settings_for(tmp_path, url))
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()
