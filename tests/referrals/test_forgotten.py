"""P17 on the bytes of the files, and R13: a restored backup forgets again what was purged or taken back since."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask_migrate import upgrade

from portal import create_app, messages, referrals
from portal.referrals.models import Need
from portal.store import chain, clock, db, erased
from portal.store.backup import backup, expire, next_file, restore
from portal.store.database import scrub
from tests.canaries import found_in
from tests.conftest import settings_for
from tests.people import Cast, make_cast
from tests.referrals.acting import acting, fresh, offer_of, send
from tests.referrals.drive import NOON

DAY = timedelta(days=1)
NAME, PHONE, NOTES = "Quillon Canaryname", "615-555-0177", "Afraid of canarydogs"
QUESTION, ANSWER, NOTE = "Age of canarychild?", "Canarytwelve", "Canary note of the desk"
PLAIN = (
    QUESTION,
    ANSWER,
    NOTE,
)  # as they were typed; name, phone and notes are ciphertext from the first moment
CANARIES = (NAME, PHONE, NOTES, *PLAIN)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def install(home: Path) -> Iterator[Flask]:
    """A SQLite install of its own, with the cast, in which everything is really stored."""
    app = create_app(settings_for(home))
    with time_machine.travel(NOON, tick=False) as traveller, app.app_context():
        upgrade()
        app.extensions["shift"] = traveller.shift
        yield app
        db.session.remove()
        db.engine.dispose()


def asked_and_answered(cast: Cast) -> Need:
    """A need with words in every place where words may stand."""
    need = send(cast, name=NAME, phone=PHONE, safety_notes=NOTES, duplicate_confirmed=True)
    offer, provider, sender = offer_of(need), acting(cast.provider), acting(cast.responder)
    referrals.ask_information(provider, offer.id, QUESTION, version=offer.version)
    referrals.give_information(sender, offer.id, ANSWER, version=offer_of(need).version)
    return need


def closed(cast: Cast, need: Need) -> None:
    offer = offer_of(need)
    referrals.decline_offer(acting(cast.provider), offer.id, "other", version=offer.version, note=NOTE)
    referrals.close_need(acting(cast.responder), need.id, "solved_otherwise", version=fresh(need).version)


def keep(now: Any = None) -> Path:
    """A backup in the folder, made now."""
    file = next_file(now or clock.now())
    backup(file)
    return file


def forget() -> dict[str, int]:
    """A night's work."""
    found = referrals.purge_due(clock.now())
    messages.purge(clock.now())
    expire(clock.now())
    erased.note_down()
    assert scrub()
    return found


def test_p17_no_byte_of_what_was_purged_is_left_in_any_file(install: Flask, home: Path) -> None:
    cast, shift = make_cast(), install.extensions["shift"]
    need = asked_and_answered(cast)
    keep()
    closed(cast, need)
    db.session.remove()
    assert {text for texts in found_in(home, CANARIES).values() for text in texts} == set(PLAIN), (
        "found while they stand"
    )
    shift(31 * DAY)
    assert forget()["free_text"] == 1
    backups = [name for name in found_in(home, CANARIES) if not name.startswith("backups/")]
    assert backups == [], "the backup made before may hold them for 35 days"
    shift(60 * DAY)
    assert forget()["contact"] == 1
    assert found_in(home, CANARIES) == {}
    assert list((home / "backups").iterdir()) == []


def test_r13_a_restored_backup_forgets_what_was_purged_and_taken_back_since(
    install: Flask, home: Path
) -> None:
    cast, shift = make_cast(), install.extensions["shift"]
    purged, taken_back = (asked_and_answered(cast) for _ in range(2))
    open_still = send(cast, name="Somebody Else", phone="", safety_notes="")
    kept = keep().rename(home.parent / "elsewhere.db")
    closed(cast, purged)
    offer = offer_of(taken_back)
    referrals.withdraw_consent(acting(cast.responder), offer.id, version=offer.version)
    shift(91 * DAY)
    forget()
    chain.extend()
    ids = [need.id for need in map(fresh, (purged, taken_back, open_still))]
    restore(kept)
    purged, taken_back, open_still = (db.session.get_one(Need, need_id) for need_id in ids)
    assert fresh(purged).person_id is not None, "the backup brought the person back"
    assert referrals.erase_again() == 4, (
        "of one its words and its person; of the other all, and the digest of what was sent"
    )
    for need in (purged, taken_back):
        assert fresh(need).person_id is None
        assert (offer_of(need).question, offer_of(need).answer) == ("", "")
    assert fresh(taken_back).close_reason == "withdrawn"
    assert offer_of(taken_back).state == "withdrawn"
    assert fresh(open_still).person_id is not None
    assert referrals.erase_again() == 0, "once is enough"
    assert scrub()
    assert found_in(home, CANARIES) == {}
    found = chain.verify().fault
    assert found is not None, "the trail ends before the head that was noted"
    assert found.kind == "cut"
