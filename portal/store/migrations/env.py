"""Alembic's view of all tables: with create_app, the only place that sees every floor."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from portal.accounts import models as accounts  # noqa: F401
from portal.directory import models as directory  # noqa: F401
from portal.exchange.webhooks import models as webhooks  # noqa: F401
from portal.geo import models as geo  # noqa: F401
from portal.messages import models as messages  # noqa: F401
from portal.outcomes import models as outcomes  # noqa: F401
from portal.programs import models as programs  # noqa: F401
from portal.referrals import models as referrals  # noqa: F401
from portal.search import models as search  # noqa: F401
from portal.store import Base, db, guards
from portal.store.sealed import SealedText
from portal.store.types import UTCDateTime


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Our own column types stand in a revision as what they are in the database."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, SealedText):
        return "sa.Text()"
    return False


def run() -> None:
    connectable = context.config.attributes.get("connection") or db.engine
    if hasattr(connectable, "connect"):
        with connectable.connect() as connection:
            _run_on(connection)
    else:
        _run_on(connectable)


def _run_on(connection: Any) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=False,
        transaction_per_migration=True,
    )
    guards.take_down(connection)  # a revision may fill and move guarded tables
    connection.commit()
    _check_references(connection, False)
    try:
        with context.begin_transaction():
            context.run_migrations()
        if connection.in_transaction():
            connection.commit()
    finally:
        _check_references(connection, True)
    guards.put_up(connection)
    connection.commit()


def _check_references(connection: Any, on: bool) -> None:
    """SQLite changes a table by making it anew, and the rows that refer to it would stand in the way: meanwhile references
    are not looked at. Afterwards all of them are. Outside a transaction, where alone SQLite listens to this."""
    if connection.dialect.name != "sqlite":
        return
    raw = connection.connection.driver_connection
    if on and not connection.in_transaction():
        broken = {row[0] for row in raw.execute("PRAGMA foreign_key_check")}
        if broken:
            raise RuntimeError(f"after the revisions, rows refer to nothing in: {sorted(broken)}")
    raw.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


run()
