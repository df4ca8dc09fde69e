"""The database handle and the one way to write.

SQLite: WAL, synchronous=FULL, foreign keys, a 5 s busy timeout; `write()` begins IMMEDIATE so that two writers queue
instead of losing an update, and plain reads never wait. PostgreSQL: as it comes.
"""

import importlib.util
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import ModuleType
from typing import Any
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, MetaData, Uuid, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

from portal.store.types import UTCDateTime

BUSY_MS = 5000
LOG_PAGES = 8000  # of 4 KB: how long SQLite's log may grow before a request moves it into the database itself


class Base(DeclarativeBase):
    """Every table of the portal inherits this."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UTCDateTime,
        UUID: Uuid(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        list[dict[str, Any]]: JSON(),
    }


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


def sqlite_module() -> ModuleType:
    """The newest SQLite at hand: the pysqlite3 wheel where it installs (3.53, free of the WAL bug), else Python's own."""
    if importlib.util.find_spec("pysqlite3"):
        import pysqlite3.dbapi2 as module
    else:
        import sqlite3 as module
    return module  # type: ignore[no-any-return]


def sqlite_checkpoints_safe() -> bool:
    """False for SQLite 3.7.0-3.51.2, where two connections that checkpoint at once can damage a WAL database."""
    return tuple(sqlite_module().sqlite_version_info) >= (3, 51, 3)


def engine_options(url: str) -> dict[str, Any]:
    """What create_engine needs for this URL."""
    # hide_parameters: an error must not quote the row it broke on
    if url.startswith("sqlite"):
        return {
            "hide_parameters": True,
            "module": sqlite_module(),
            "connect_args": {"timeout": BUSY_MS / 1000, "check_same_thread": False},
        }
    return {"hide_parameters": True, "pool_pre_ping": True, "pool_size": 5, "max_overflow": 10}


def prepare_engine(engine: Engine) -> None:
    """Hang the pragmas and the explicit BEGIN on an engine. Called once an app."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours, see _sqlite_begin
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")
    # The worker checkpoints, so that no person's request pays for it; the rest is for an install whose worker is down.
    cursor.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES if sqlite_checkpoints_safe() else 0}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    if connection.get_execution_options().get("portal_write"):
        _begin_immediate(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock, asking every few milliseconds for up to 5 s.

    SQLite's own waiting asks ever more seldom, up to 100 ms apart, and so a writer that comes back at once (an import)
    starves all others until they give up. Asking often, with a little chance in it, gives everybody a turn.
    """
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    give_up = time.monotonic() + BUSY_MS / 1000
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            except OperationalError as error:
                if "locked" not in str(error.orig) or time.monotonic() > give_up:
                    raise
                time.sleep(random.uniform(0.001, 0.004))
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MS}")


def checkpoint() -> bool:
    """Move what SQLite's log holds into the database file, blocking nobody. False on PostgreSQL, which sees to it itself.

    Where `sqlite_checkpoints_safe()` is False, for the worker alone.
    """
    engine = db.engine.engine
    if engine.dialect.name != "sqlite":
        return False
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
    finally:
        connection.close()
    return True


def scrub() -> bool:
    """Write the database anew without what was deleted, so that no byte of it stays in the file or in SQLite's log. False
    where somebody else held it just now: the next purge does it.

    SQLite overwrites what is deleted at once (secure_delete); this gives back the room and cuts the log to nothing. Writers
    wait meanwhile. PostgreSQL: a plain VACUUM, which makes the room usable again; the bytes stay until they are written
    over, and in its log (WAL) and copies for as long as those are kept.
    """
    db.session.rollback()  # our own reading would hold SQLite's log
    engine = db.engine.engine
    connection = engine.raw_connection()
    try:
        if engine.dialect.name == "postgresql":
            connection.driver_connection.autocommit = True  # type: ignore[union-attr]
            connection.cursor().execute("VACUUM")
            return True
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        if not sqlite_checkpoints_safe():
            return False  # the worker's next checkpoint
        busy: int = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return busy == 0
    except engine.dialect.loaded_dbapi.Error as error:
        if "locked" not in str(error) and "busy" not in str(error):
            raise
        return False
    finally:
        if engine.dialect.name == "postgresql":
            connection.driver_connection.autocommit = False  # type: ignore[union-attr]
        connection.close()


def glance(sql: str) -> Sequence[Any] | None:
    """The first row of a fixed SELECT, as the driver gives it, read beside the session: 20 µs, where a session and its
    transaction take 300. For what every search asks; sees what is committed."""
    bind = db.engine
    if isinstance(bind, Connection):  # everything on one, as in tests that are rolled back
        return bind.exec_driver_sql(sql).one_or_none()
    connection, drivers = bind.raw_connection(), bind.dialect.loaded_dbapi
    try:
        cursor = connection.cursor()
        cursor.execute(sql)
        found: Sequence[Any] | None = cursor.fetchone()
        cursor.close()
        return found
    except drivers.Error as error:  # as the session would say it: the doors know what to answer
        raise DBAPIError.instance(sql, None, error, drivers.Error, dialect=bind.dialect) from error
    finally:
        connection.close()


def engine_name() -> str:
    """`sqlite` or `postgresql`."""
    return str(db.engine.dialect.name)


@contextmanager
def write() -> Iterator[Session]:
    """One verb, one transaction: everything inside is stored together or not at all.

    Must come before the verb's first read; whatever was read earlier in the request is read afresh inside, so nothing is
    decided on stale rows. A verb called by a verb joins the outer transaction. Raises OperationalError when the
    database stays locked for 5 s (the doors answer 503 with Retry-After).
    """
    session = db.session()
    if session.info.get("writing"):
        yield session
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside store.write()")
    session.rollback()
    session.expire_all()
    session.info["writing"] = True
    try:
        session.connection(execution_options={"portal_write": True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("writing", None)
