"""What the database itself refuses: to change or delete rows of the tables that are only ever added to.

A model says so in its table's info: `always` (the audit trail and its chain) or `purge` (events and the ledger of
disclosures, which age). Triggers refuse, on SQLite and PostgreSQL, whoever asks. The one way past a `purge` guard is
`purging()`: it leaves a mark that the triggers look for, and takes it away before it commits, so no other transaction ever
sees the door open.

Revisions know nothing of this: `take_down` before they run, `put_up` after (migrations/env.py), so that a revision may fill a
new column or move a table. On PostgreSQL the numbers of the audit trail are given here too, see portal.store.chain.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, delete, inspect, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.store import clock
from portal.store.database import Base, db, write

ALWAYS = {"guarded": "always"}
UNTIL_PURGED = {"guarded": "purge"}
IN_FLIGHT = 70_070_001  # the advisory lock that everybody who adds to the trail shares until commit

_REFUSE = """
CREATE OR REPLACE FUNCTION handrail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_ARGV[0] = 'purge' AND TG_OP <> 'TRUNCATE' AND EXISTS (SELECT 1 FROM purge_door) THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  RAISE EXCEPTION USING
    MESSAGE = TG_TABLE_NAME || ' is only ever added to', ERRCODE = 'integrity_constraint_violation';
END $$"""
# The lock first, then the number: a lower number can then never be committed after a higher one was chained.
_NUMBER = f"""
CREATE OR REPLACE FUNCTION handrail_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared({IN_FLIGHT});
  NEW.number := nextval(pg_get_serial_sequence('audit_entry', 'number'));
  RETURN NEW;
END $$"""


class PurgeDoor(Base):
    """A row stands here only inside `purging()`'s own transaction."""

    __tablename__ = "purge_door"

    number: Mapped[int] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime]


@contextmanager
def purging() -> Iterator[Session]:
    """`write()` in which rows of tables guarded until purged may be blanked or deleted. For retention and a person's own
    deletion, and for nothing else."""
    with write() as session:
        if session.info.get("purging"):
            yield session
            return
        session.add(PurgeDoor(opened_at=clock.now()))
        session.flush()
        session.info["purging"] = True
        try:
            yield session
            session.flush()
            session.execute(delete(PurgeDoor))
        finally:
            session.info.pop("purging", None)


def guarded() -> dict[str, str]:
    """Table name -> `always` or `purge`."""
    found = {name: table.info.get("guarded", "") for name, table in Base.metadata.tables.items()}
    return {name: kind for name, kind in sorted(found.items()) if kind}


def put_up(connection: Connection) -> None:
    """Every guard stands, however many stood before. Nothing where the tables are older than the guards."""
    there = set(inspect(connection).get_table_names())
    if PurgeDoor.__tablename__ not in there:
        return
    take_down(connection)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_REFUSE)
        connection.exec_driver_sql(_NUMBER)
        connection.exec_driver_sql(
            "CREATE TRIGGER handrail_number BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION handrail_number()"
        )
    for table, kind in guarded().items():
        if table in there:
            for statement in _statements(connection.dialect.name, table, kind):
                connection.exec_driver_sql(statement)


def _statements(engine: str, table: str, kind: str) -> list[str]:
    if engine == "postgresql":
        refuse = f"EXECUTE FUNCTION handrail_refuse('{kind}')"
        return [
            f"CREATE TRIGGER {_name(table, 'row')} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}",
            f"CREATE TRIGGER {_name(table, 'all')} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}",
        ]
    unless = "WHEN NOT EXISTS (SELECT 1 FROM purge_door)" if kind == "purge" else ""
    return [
        f"CREATE TRIGGER {_name(table, what)} BEFORE {what} ON {table} {unless} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
        for what in ("UPDATE", "DELETE")
    ]


def take_down(connection: Connection) -> None:
    """No guard stands; for revisions."""
    for trigger, table in _standing(connection):
        place = f" ON {table}" if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER {trigger}{place}")
    if connection.dialect.name == "postgresql":
        for function in ("handrail_refuse", "handrail_number"):
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {function}()")


def missing() -> list[str]:
    """Guarded tables that the database would let somebody change now: taken down by hand, or a migration that broke off."""
    connection = db.session.connection()
    standing = {trigger for trigger, _table in _standing(connection)}
    wanted = ("row", "all") if connection.dialect.name == "postgresql" else ("UPDATE", "DELETE")
    return [table for table in guarded() if not {_name(table, what) for what in wanted} <= standing]


def _name(table: str, what: str) -> str:
    return f"handrail_{table}_{what}".lower()


def _standing(connection: Connection) -> list[tuple[str, str]]:
    """Our triggers, each with its table. Disabled ones do not stand."""
    sql = (
        "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'handrail\\_%' AND tgenabled <> 'D'"
        if connection.dialect.name == "postgresql"
        else "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'handrail\\_%' ESCAPE '\\'"
    )
    return [(row[0], row[1]) for row in connection.execute(text(sql))]
