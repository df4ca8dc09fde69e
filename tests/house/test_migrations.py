"""The revisions make exactly the models' tables, on both databases, and can be undone."""

import os
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from portal import create_app
from portal.store import Base, db, revisions
from tests import postgres
from tests.conftest import settings_for


def schema() -> dict[str, object]:
    """Everything the database says about its tables, in an order of our own."""
    look = inspect(db.engine)
    return {
        table: (
            sorted(
                (column["name"], str(column["type"]), column["nullable"])
                for column in look.get_columns(table)
            ),
            sorted(str(sorted(item.items(), key=str)) for item in look.get_indexes(table)),
            sorted(str(sorted(item.items(), key=str)) for item in look.get_foreign_keys(table)),
            sorted(str(item.get("name")) for item in look.get_check_constraints(table)),
            sorted(str(item.get("name")) for item in look.get_unique_constraints(table)),
        )
        for table in look.get_table_names()
    }


def test_a_migrated_database_equals_the_models(app: Flask) -> None:
    found = compare_metadata(MigrationContext.configure(db.session.connection()), Base.metadata)
    assert found == [], "write a revision: flask --app portal db revision --autogenerate -m 'why'"


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_every_revision_goes_up_and_down_and_up_again(engine: str, tmp_path: Path) -> None:
    url = None
    if engine == "postgresql":
        url = postgres.new_database(f"handrail_revisions_{os.getpid()}")
        if url is None:
            if os.environ.get("CI") == "true":
                pytest.fail(postgres.ABSENT)
            pytest.skip(postgres.ABSENT)
    app = create_app(settings_for(tmp_path, url))
    with app.app_context():
        upgrade()
        first = schema()
        downgrade(revision="base")
        assert set(schema()) == {"alembic_version"}
        upgrade()
        assert schema() == first
        assert revisions.current() == revisions.head()
        db.engine.dispose()
