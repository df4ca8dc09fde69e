"""The trail is chained, and whoever changes, takes out or slips in a row is found out, also with all of the database in hand."""

import contextlib
import contextvars
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, text, update
from sqlalchemy.exc import DBAPIError

from portal.store import audit, chain, db, guards, write
from portal.store.actor import CLOCK, TERMINAL
from portal.store.audit import AuditEntry
from portal.store.chain import AuditLink
from tests.conftest import settings_for

ROWS = 6


@pytest.fixture
def trail(app: Flask, tmp_path: Path) -> Iterator[list[int]]:
    """Six rows, chained; their numbers. The anchor lies in a folder of this test."""
    before = app.extensions["settings"]
    app.extensions["settings"] = settings_for(tmp_path)
    with write():
        for number in range(ROWS):
            audit.append(TERMINAL, "try", "thing", number)
    assert chain.extend() == ROWS
    yield list(db.session.scalars(db.select(AuditEntry.number).order_by(AuditEntry.number)))
    app.extensions["settings"] = before


def tamper(*statements: object) -> None:
    """As somebody who has the whole database in hand: the guards are taken down, and put up again afterwards."""
    with write() as session:
        guards.take_down(session.connection())
        for statement in statements:
            session.execute(text(statement) if isinstance(statement, str) else statement)  # type: ignore[call-overload]
        guards.put_up(session.connection())
    db.session.expire_all()


def fault() -> tuple[str, int | None] | None:
    found = chain.verify().fault
    return (found.kind, found.number) if found else None


def test_p18_a_trail_as_it_was_written_is_found_good(trail: list[int]) -> None:
    with write():
        audit.append(CLOCK, "later", "thing", 7)
    found = chain.verify()
    assert (found.checked, found.tail, found.fault) == (ROWS, 1, None)
    assert chain.extend() == 1
    assert chain.extend() == 0
    assert chain.verify(found.head).fault is None, "a head noted earlier is still in the chain"


@pytest.mark.parametrize("column", ["at", "action", "subject_id", "reason", "actor_kind"])
def test_p18_one_changed_byte_is_found_and_the_row_is_named(trail: list[int], column: str) -> None:
    row = db.session.get_one(AuditEntry, trail[2])
    value = (
        row.at.replace(microsecond=row.at.microsecond ^ 1) if column == "at" else getattr(row, column) + "x"
    )
    tamper(update(AuditEntry).where(AuditEntry.number == trail[2]).values({column: value}))
    assert fault() == ("changed", trail[2])


def test_p18_a_row_taken_out_is_named_with_and_without_its_link(trail: list[int]) -> None:
    tamper(f"DELETE FROM audit_entry WHERE number = {trail[3]}")
    assert fault() == ("missing", trail[3])
    tamper(f"DELETE FROM audit_link WHERE number = {trail[3]}")
    found = chain.verify()
    assert found.fault is not None
    assert (found.fault.kind, found.checked) == ("missing", 3)
    assert str(trail[4]) in found.fault.where


def test_p18_a_row_taken_off_the_end_is_missed_by_its_link_and_then_by_the_anchor(trail: list[int]) -> None:
    tamper(f"DELETE FROM audit_entry WHERE number = {trail[-1]}")
    assert fault() == ("missing", trail[-1])
    tamper(f"DELETE FROM audit_link WHERE number = {trail[-1]}")
    assert fault() == ("cut", None)


def test_p18_a_row_slipped_in_is_named(trail: list[int]) -> None:
    row = {
        "number": 0,
        "actor_kind": "account",
        "action": "a",
        "subject": "b",
        "subject_id": "c",
        "reason": "",
    }
    tamper(insert(AuditEntry).values(at=db.session.get_one(AuditEntry, trail[0]).at, **row))
    if (
        db.engine.dialect.name == "postgresql"
    ):  # the database gives the numbers itself: such a row stands at the end
        tamper(f"UPDATE audit_entry SET number = 0 WHERE number > {trail[-1]}")
    assert fault() == ("added", 0)


def test_p18_the_database_alone_is_not_enough_to_chain_anew(trail: list[int]) -> None:
    """Somebody changes a row and computes every hash after it again, but has no seal key for the MACs."""
    tamper(update(AuditEntry).where(AuditEntry.number == trail[1]).values(reason="somebody else did it"))
    before, statements = chain.BEGINNING, []
    for row in db.session.execute(chain._rows_with_links()):
        before = chain.hash_of(before, row)
        statements.append(update(AuditLink).where(AuditLink.number == row.number).values(hash=before))
    tamper(*statements)
    assert fault() == ("forged", trail[1])
    tamper(update(AuditLink).values(mac="other:" + "0" * 64))
    assert fault() == ("forged", trail[-1]), "nor with a key of one's own"


def test_p18_a_chain_made_anew_whole_is_told_by_the_anchor_and_by_a_head_kept_elsewhere(
    trail: list[int],
) -> None:
    """Even with the seal key: the head is noted outside the database."""
    kept = chain.head()
    tamper("DELETE FROM audit_link", update(AuditEntry).values(reason="nothing happened"))
    chain.extend()
    assert fault() == ("cut", None)
    chain.write_anchor(again=True)
    assert fault() is None
    assert chain.verify(kept).fault is not None


def test_p18_the_database_refuses_to_change_or_delete(trail: list[int]) -> None:
    everything = ["UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry", "DELETE FROM audit_link"]
    everything += ["UPDATE audit_link SET hash = 'x'"]
    if db.engine.dialect.name == "postgresql":
        everything += ["TRUNCATE audit_entry"]
    for statement in everything:
        with pytest.raises(DBAPIError, match="only ever added to"), db.session.begin_nested():
            db.session.execute(text(statement))
    with pytest.raises(DBAPIError, match="only ever added to"), guards.purging() as session:
        session.execute(text("DELETE FROM audit_entry"))  # the purge's door does not open these
    assert fault() is None


def test_p18_a_guard_taken_down_is_reported_and_migrate_puts_it_up_again(trail: list[int]) -> None:
    with write() as session:
        guards.take_down(session.connection())
    found = chain.verify().fault
    assert found is not None
    assert found.kind == "unguarded"
    assert "audit_entry" in found.where
    with write() as session:
        guards.put_up(session.connection())
    assert fault() is None


def test_p18_rows_that_commit_out_of_order_are_chained_in_order(county: Flask) -> None:
    """A takes number n and waits; B takes n+1 and commits. Nothing is chained before A has ended; a row given up leaves a gap
    that is no fault. Then eight threads at once, with the worker chaining between them."""

    def elsewhere(work: object) -> object:
        def run() -> object:
            with county.app_context():
                return work()  # type: ignore[operator]

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(contextvars.Context().run, run).result()

    def one_row(name: str = "B") -> None:
        with write():
            audit.append(TERMINAL, "try", "thing", name)

    def write_twenty() -> None:
        for number in range(20):
            one_row(str(number))
            chain.extend()

    def many() -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: elsewhere(write_twenty), range(8)))

    with county.app_context():
        chained = chain.head().position
        with write() as session:
            audit.append(TERMINAL, "try", "thing", "A")
            session.flush()
            elsewhere(one_row)
            assert elsewhere(chain.extend) == 0, "A may still commit a lower number"
        assert chain.extend() == 2
        with contextlib.suppress(ZeroDivisionError), write() as session:
            audit.append(TERMINAL, "try", "thing", "given up")
            session.flush()
            raise ZeroDivisionError
        many()
        chain.extend()
        found = chain.verify()
        assert (found.checked - chained, found.tail, found.fault) == (162, 0, None)


def test_p18_a_second_role_of_postgresql_may_add_to_the_trail_and_not_change_it(county: Flask) -> None:
    """docs/second-role.sql, as it stands there; the triggers taken down, so that the role alone is what refuses."""

    def as_the_role(statement: str) -> None:
        with write() as session:
            session.execute(text("SET LOCAL ROLE handrail_app"))
            audit.append(TERMINAL, "try", "thing", 1)
            chain.extend()
            session.execute(text(statement))

    script = (Path(__file__).parents[2] / "docs" / "second-role.sql").read_text()
    plain = "\n".join(line for line in script.splitlines() if not line.startswith("--"))
    with county.app_context():
        chained = chain.head().position
        with write() as session:
            session.execute(text("DROP ROLE IF EXISTS handrail_app"))
            for statement in filter(None, (part.strip() for part in plain.split(";"))):
                session.execute(text(statement))
            guards.take_down(session.connection())
            guards.put_up(session.connection())
        try:
            as_the_role("SELECT 1")
            assert chain.verify().checked == chained + 1
            assert chain.verify().fault is None
            with write() as session:
                guards.take_down(session.connection())
            refused = (
                "UPDATE audit_entry SET reason = ''",
                "DELETE FROM audit_link",
                "TRUNCATE audit_entry",
            )
            for statement in refused:
                with pytest.raises(DBAPIError, match="permission denied"):
                    as_the_role(statement)
        finally:
            with write() as session:
                session.execute(text("DROP OWNED BY handrail_app"))
                session.execute(text("DROP ROLE handrail_app"))
