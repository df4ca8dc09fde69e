"""P17: what has served its time is erased, by the table of clocks, and stays erased after a restore."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import JSON, String, Text, func, select, text
from sqlalchemy.exc import DBAPIError

from portal import messages, referrals
from portal.accounts import rules
from portal.referrals import ask_rules, texts
from portal.referrals.models import (
    AskEvent,
    Asking,
    CapacityAsk,
    Consent,
    Disclosure,
    LegalHold,
    Need,
    Person,
)
from portal.referrals.purge import CONTACT, FREE_TEXT, SIX_YEARS, STAYS
from portal.store import Base, Conflict, Refused, SealedText, clock, db, heartbeat
from portal.store.audit import AuditEntry
from portal.store.retention import RETENTION
from tests.people import Cast
from tests.referrals.acting import acting, fresh, offer_of, send
from tests.referrals.asking import fresh as asking_now
from tests.referrals.asking import three
from tests.referrals.drive import STEPS, stage

Shift = Callable[[timedelta], None]
DAY = timedelta(days=1)


def told_everything(cast: Cast, move_time: Shift) -> Need:
    """A need in which everybody typed something, closed by a decline whose sender closes it."""
    found = stage(cast, "info_asked", move_time)
    STEPS["give_information"](found.actor("sender"), found.offer, found.offer.version)
    referrals.decline_offer(
        acting(cast.provider), found.offer.id, "other", version=found.offer.version, note="Words of a note"
    )
    need = fresh(found.need)
    referrals.close_need(acting(cast.responder), need.id, "solved_otherwise", version=need.version)
    return fresh(need)


def words_of(need: Need) -> str:
    """Everything typed about this need that can still be read."""
    offer = offer_of(need)
    person = fresh(need).person
    notes = [event.note for event in offer.events]
    return " ".join(
        [offer.question, offer.answer, offer.decline_note, *notes, (person and person.safety_notes) or ""]
    )


def test_p17_words_go_30_days_after_the_close_and_the_person_after_90(move_time: Shift, cast: Cast) -> None:
    need = told_everything(cast, move_time)
    for said in ("Age of the child?", "Twelve", "Words of a note", "Afraid of dogs"):
        assert said in words_of(need)
    move_time(29 * DAY + timedelta(hours=23))
    assert not any(referrals.purge_due(clock.now()).values())
    move_time(timedelta(hours=2))
    assert referrals.purge_due(clock.now())["free_text"] == 1
    assert not words_of(need).strip()
    person = fresh(need).person
    assert person is not None
    assert person.name == "Quill Canary"
    move_time(60 * DAY)
    assert referrals.purge_due(clock.now())["contact"] == 1
    assert fresh(need).person_id is None
    assert fresh(need).request_digest == ""
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0
    assert not any(referrals.purge_due(clock.now()).values()), "nothing is erased twice"
    assert fresh(need).code == "crisis", "the coded outcome stays"
    assert [event.action for event in offer_of(need).events][-1] == "decline"


def test_p17_an_open_need_is_never_purged(move_time: Shift, cast: Cast) -> None:
    need = send(cast)
    move_time(390 * DAY)
    assert not any(referrals.purge_due(clock.now()).values())
    assert fresh(need).person_id is not None


def test_p17_a_hold_stops_every_clock_until_it_is_lifted(move_time: Shift, cast: Cast) -> None:
    need, other = told_everything(cast, move_time), told_everything(cast, move_time)
    officer = acting(cast.privacy_officer)
    hold = referrals.place_hold(officer, need.id.hex[:6].upper(), "Order of the court")
    with pytest.raises(Conflict):
        referrals.place_hold(officer, str(need.id), "Twice")
    for wrong in ("", "12", "zzzzzz", "0" * 32):
        with pytest.raises(Refused):
            referrals.place_hold(officer, wrong, "Order of the court")
    move_time(100 * DAY)
    assert referrals.purge_due(clock.now())["contact"] == 1
    assert fresh(other).person_id is None
    assert "Twelve" in words_of(need)
    referrals.lift_hold(officer, hold)
    with pytest.raises(Conflict):
        referrals.lift_hold(officer, hold)
    assert referrals.purge_due(clock.now())["contact"] == 1
    assert db.session.scalar(select(func.count()).select_from(LegalHold)) == 1
    assert [view.lifted_at is None for view in referrals.holds_for(officer)] == [False]


def test_p17_consent_and_ledger_stay_six_years_and_go_by_the_purges_door_alone(
    move_time: Shift, cast: Cast
) -> None:
    told_everything(cast, move_time)
    for statement in (
        "UPDATE disclosure SET what = 'identity'",
        "DELETE FROM disclosure",
        "DELETE FROM offer_event",
    ):
        with pytest.raises(DBAPIError, match="only ever added to"), db.session.begin_nested():
            db.session.execute(text(statement))
    move_time((6 * 365 - 1) * DAY)
    assert referrals.purge_due(clock.now())["ledger"] == 0
    move_time(2 * DAY)
    found = referrals.purge_due(clock.now())
    assert found["ledger"] >= 1
    assert found["consents"] == 1
    for gone in (Consent, Disclosure):
        assert db.session.scalar(select(func.count()).select_from(gone)) == 0
    assert db.session.scalar(text("SELECT count(*) FROM purge_door")) == 0, "the door is shut again"


def test_p17_every_purge_is_in_the_trail_by_number_and_kind_alone(move_time: Shift, cast: Cast) -> None:
    told_everything(cast, move_time)
    move_time(91 * DAY)
    referrals.purge_due(clock.now())
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "purge")).all()
    assert {(row.subject_id, row.reason, row.actor_kind) for row in rows} == {
        ("1", "free_text", "clock"),
        ("1", "contact", "clock"),
    }


@pytest.mark.sqlite_only
def test_p17_every_text_that_hangs_on_a_need_has_its_clock(app: Flask) -> None:
    """Text columns of every table that leads to a need or a person. A new one: FREE_TEXT, CONTACT or STAYS in
    referrals/purge.py, or a word here why it is not about a person. Tables of programs hold codes alone, and what is sealed: that
    is named by table and column in a row of RETENTION."""
    clocks = ";".join(row.where for row in RETENTION.values())
    programs = {
        mapper.local_table.name: mapper.local_table
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith("portal.programs.models")
    }
    untold = [
        f"{table.name}.{column.name}"
        for table in programs.values()
        for column in table.columns
        if isinstance(column.type, SealedText)
        if not re.search(rf"\b{table.name}\b[^;]*\b{column.name}\b|\b{table.name}(?=[,;]|$)", clocks)
    ]
    assert not untold, f"name these in store/retention.py: {untold}"
    hanging = {"need", "person"}
    while True:
        more = {
            table.name
            for table in Base.metadata.sorted_tables
            if any(key.column.table.name in hanging for key in table.foreign_keys)
        }
        if more <= hanging:
            break
        hanging |= more
    typed = {f"{words.table.__tablename__}.{column.key}" for words in FREE_TEXT for column in words.columns}
    whole = set(SIX_YEARS) | {entry for entry in CONTACT if "." not in entry}
    whole |= {table for table, columns in STAYS.items() if columns == "*"}
    named = typed | set(CONTACT)
    named |= {f"{table}.{column}" for table, columns in STAYS.items() for column in columns.split()}
    loose = [
        f"{table}.{column.name}"
        for table in sorted(hanging - whole - programs.keys())
        for column in Base.metadata.tables[table].columns
        if isinstance(column.type, String | Text | JSON) or hasattr(column.type, "label")
        if f"{table}.{column.name}" not in named
    ]
    assert not loose, f"say when these are erased, or why never: {loose}"


@pytest.mark.sqlite_only
def test_p17_the_clocks_are_one_table_that_can_be_read(app: Flask) -> None:
    for name, row in RETENTION.items():
        assert row.days > 0, name
        assert all(str(part) for part in (row.what, row.where, row.since, row.why)), name
    assert RETENTION["free_text"].days == 30
    assert RETENTION["contact"].days == 90
    assert RETENTION["backups"].days == 35
    same = {
        "letters": messages.actions.KEPT_DAYS,
        "heard": messages.numbers.RECEIVED_DAYS,
        "texts": texts.KEPT.days,
        "askings": ask_rules.KEPT_DAYS,
        "sessions": rules.WHOLE.days,
    }
    assert {name: RETENTION[name].days for name in same} == same, "the table says what the code does"


@pytest.mark.sqlite_only
def test_once_a_night_is_once_a_night(move_time: Shift, cast: Cast) -> None:
    assert heartbeat.is_due_tonight("purge", clock.now(), "America/Chicago"), "a first time, at any hour"
    assert not heartbeat.is_due_tonight("purge", clock.now(), "America/Chicago")
    begun = 0
    for _hour in range(24 * 3):
        move_time(timedelta(hours=1))
        begun += heartbeat.is_due_tonight("purge", clock.now(), "America/Chicago")
    assert begun == 3
    move_time(timedelta(hours=50))
    assert heartbeat.is_due_tonight("purge", clock.now(), "America/Chicago"), "two nights were missed"


def test_p17_an_asking_goes_with_its_log_25_months_after_its_close(move_time: Shift, cast: Cast) -> None:
    found = three(cast)
    asking = found.ask()
    for number in range(3):
        found.say(asking, number, "no")
    referrals.close_asking(acting(cast.responder), asking.id, version=asking_now(asking).version)
    move_time(759 * DAY)
    assert referrals.purge_due(clock.now())["askings"] == 0
    move_time(2 * DAY)
    assert referrals.purge_due(clock.now())["askings"] == 1
    for gone in (Asking, CapacityAsk, AskEvent):
        assert db.session.scalar(select(func.count()).select_from(gone)) == 0
