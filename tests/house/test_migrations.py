"""The revisions make exactly the models' tables, on both databases, and can be undone."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select, text

from portal import create_app
from portal.directory.models import ServiceArea
from portal.geo.models import Place
from portal.store import Base, db, revisions, write
from tests import postgres
from tests.conftest import settings_for
from tests.people import make_cast


def schema() -> dict[str, object]:
    """Everything the database says about its tables, in an order of our own."""
    look = inspect(db.engine)
    return {
        table: (
            sorted(
                (column["name"], str(column["type"]), column["nullable"])
                for column in look.get_columns(table)
            ),
            sorted(_told(item) for item in look.get_indexes(table)),
            sorted(str(sorted(item.items(), key=str)) for item in look.get_foreign_keys(table)),
            sorted(str(item.get("name")) for item in look.get_check_constraints(table)),
            sorted(str(item.get("name")) for item in look.get_unique_constraints(table)),
        )
        for table in look.get_table_names()
    }


def _told(index: Mapping[str, Any]) -> str:
    """An index in words; the condition of a partial one by its text."""
    plain = {
        name: {key: str(each) for key, each in value.items()} if isinstance(value, dict) else value
        for name, value in index.items()
    }
    return str(sorted(plain.items(), key=str))


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


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_areas_go_down_without_what_was_drawn_and_come_up_knowing_streets_from_boxes(
    engine: str, tmp_path: Path
) -> None:
    url = None
    if engine == "postgresql":
        url = postgres.new_database(f"handrail_areas_{os.getpid()}")
        if url is None:
            pytest.skip(postgres.ABSENT)
    app = create_app(settings_for(tmp_path, url))
    with app.app_context():
        upgrade()
        made = make_cast().detox.service_id
        with write() as session:
            for kind, extent in (("zip", "37203"), ("polygon", "{}")):
                session.add(ServiceArea(service_id=made, extent_type=kind, extent=extent))
            for code in ("37202", "37203"):
                session.add(
                    Place(
                        kind="zip",
                        code=code,
                        folded="nashville",
                        state="TN",
                        county="",
                        time_zone="",
                        street=True,
                    )
                )
        db.session.remove()
        downgrade(revision="0001")
        kinds = text("SELECT extent_type FROM service_area ORDER BY extent_type")
        assert list(db.session.scalars(kinds)) == ["nation", "zip"]
        db.session.remove()
        upgrade()
        assert list(db.session.scalars(select(Place.code).where(Place.street))) == ["37203"]
        db.session.remove()
        db.engine.dispose()
