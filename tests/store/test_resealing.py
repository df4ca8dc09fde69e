"""Every sealed value under the newest key, whatever ends it in the middle; and what no key opens is told, not lost."""

import base64
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from portal.referrals.models import Person
from portal.store import clock, db, write
from portal.store.actor import TERMINAL
from portal.store.keyring import keys_by_id
from portal.store.peppers import Peppers
from portal.store.resealing import reseal, sealed_columns
from portal.store.sealed import SealKeys


def key(number: int) -> str:
    return f"k{number}:" + base64.b64encode(bytes([number]) * 32).decode()


@pytest.fixture
def keyed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Starts the install with these keys, the newest first."""

    def start(*numbers: int) -> None:
        keys = SealKeys.parse(",".join(key(number) for number in numbers))
        monkeypatch.setitem(app.extensions, "seal_keys", keys)
        db.session.expire_all()

    return start


def people(number: int) -> list[Person]:
    with write() as session:
        made = [
            Person(name=f"Person {each}", phone=f"615-555-{each:04d}", created_at=clock.now())
            for each in range(number)
        ]
        session.add_all(made)
    return made


def keys_used() -> set[str]:
    rows = db.session.execute(text("SELECT name, phone FROM person")).all()
    return {str(value).partition(":")[0] for row in rows for value in row if value is not None}


def test_everything_is_sealed_anew_opened_and_the_old_key_is_done_with(keyed: Callable[..., None]) -> None:
    keyed(1)
    made = people(7)
    keyed(2, 1)
    people(1)
    told: list[tuple[str, int]] = []
    done = reseal(TERMINAL, lambda column, moved: told.append((column, moved)))
    assert (done.moved["person.name"], done.moved["person.phone"]) == (7, 7)
    assert (dict(done.in_use), done.unused, done.broken) == ({"k2": 16}, ["k1"], [])
    assert told == [("person.name", 7), ("person.phone", 7)]
    assert keys_used() == {"k2"}
    keyed(2)
    assert sorted(db.session.scalars(select(Person.name)), key=str)[:2] == ["Person 0", "Person 0"]
    assert len(made) == 7
    assert reseal(TERMINAL).moved.total() == 0, "a second run finds nothing to do"


def test_a_run_that_was_ended_in_the_middle_goes_on_with_what_is_left(
    keyed: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.store.resealing.BATCH", 2)
    keyed(1)
    people(5)
    keyed(2, 1)

    def ended(column: str, moved: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reseal(TERMINAL, ended)
    assert keys_used() == {"k1", "k2"}, "what was stored before the end stays"
    assert len(list(db.session.scalars(select(Person.name)))) == 5, "and everything still opens"
    done = reseal(TERMINAL)
    assert (done.moved["person.name"], done.moved["person.phone"]) == (3, 5)
    assert keys_used() == {"k2"}


@pytest.mark.sqlite_only
def test_a_value_that_no_key_opens_is_told_by_table_and_id_and_left_as_it_is(
    keyed: Callable[..., None],
) -> None:
    keyed(1)
    lost = people(1)[0].id
    keyed(3, 2)
    people(2)
    before = db.session.execute(text("SELECT name FROM person ORDER BY created_at")).scalars().all()
    done = reseal(TERMINAL)
    assert done.broken == [("person.name", str(lost)), ("person.phone", str(lost))]
    assert done.unused == ["k2"]
    assert db.session.execute(text("SELECT name FROM person ORDER BY created_at")).scalars().all() == before
    keyed(3, 2, 1)
    assert reseal(TERMINAL).broken == []
    assert db.session.get_one(Person, lost).name == "Person 0"


@pytest.mark.sqlite_only
def test_a_value_that_was_changed_is_told_too(keyed: Callable[..., None]) -> None:
    keyed(1)
    touched, rubbish = (person.id for person in people(2))
    with write() as session:
        for person_id, value in ((touched, "k1:AAAA" + "A" * 40), (rubbish, "plain name")):
            session.execute(
                text("UPDATE person SET name = :value WHERE id = :id"),
                {"value": value, "id": person_id.hex},
            )
    keyed(2, 1)
    done = reseal(TERMINAL)
    assert {row for column, row in done.broken if column == "person.name"} == {
        str(touched),
        str(rubbish),
    }
    assert done.moved["person.phone"] == 2


@pytest.mark.sqlite_only
def test_a_value_that_changes_meanwhile_is_not_overwritten(
    keyed: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    keyed(1)
    person = people(1)[0]
    keyed(2, 1)
    real = SealKeys.open

    def somebody_writes(self: SealKeys, sealed: str, label: str) -> str:
        opened = real(self, sealed, label)
        monkeypatch.setattr(SealKeys, "open", real)
        db.session.execute(update(Person).where(Person.id == person.id).values(name="New name"))
        return opened

    monkeypatch.setattr(SealKeys, "open", somebody_writes)
    reseal(TERMINAL)
    assert db.session.scalars(select(Person.name)).one() == "New name"


@pytest.mark.sqlite_only
def test_sealed_columns_are_found_by_their_type(app: Flask) -> None:
    found = {f"{table.name}.{column.name}" for table, column in sealed_columns()}
    assert {
        "person.name",
        "person.date_of_birth",
        "person.phone",
        "person.safety_notes",
        "correction.note",
    } <= found
    labels = {column.type.label for _table, column in sealed_columns()}  # type: ignore[attr-defined]
    assert len(labels) == len(found), "each has a label of its own, so that no value opens elsewhere"


@pytest.mark.parametrize(
    "wrong", ["", "k1", "k1:short", "k1:!!!!", ":" + key(1)[3:], key(1) + "," + key(1), "k1:" + "A" * 200]
)
def test_a_setting_that_cannot_be_used_is_one_sentence_without_the_key(wrong: str) -> None:
    with pytest.raises(ValueError) as error:
        keys_by_id(wrong, "PORTAL_SEAL_KEYS")
    assert str(error.value).startswith("PORTAL_SEAL_KEYS")
    assert len(wrong) < 10 or wrong[3:20] not in str(error.value)


def test_peppers_lie_in_layers() -> None:
    one, two = Peppers.parse(key(1)), Peppers.parse(f"{key(2)},{key(1)}")
    (old,) = one.macs("somebody")
    new, still = two.macs("somebody")
    assert still == old
    assert two.lifted(old, "k1") == new
    assert two.lifted(new, "k2") == new
    assert Peppers.parse(key(2)).macs("somebody")[0] != new, "the older pepper stays needed"
    with pytest.raises(KeyError):
        two.lifted(old, "k9")
