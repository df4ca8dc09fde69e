"""DVERT: an officer calls an advocate. Police see that and when, and nothing after; the shared side counts, and knows nobody."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, text

from portal.messages.models import Message
from portal.programs import victims
from portal.programs.models import AdvocateCall
from portal.store import Base, clock, db
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.figures import figures
from tests.referrals.acting import acting
from tests.web.forms import SignIn, press, told

pytestmark = pytest.mark.sqlite_only
AUGUST = datetime(2026, 8, 12, 18, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 21, 15, tzinfo=UTC)
EMPTY = ("person", "client", "blind_index", "need", "offer", "encounter", "handoff", "consent")


def test_police_see_that_an_advocate_was_called_and_when_and_nothing_after(
    cast: Cast, signed_in_as: SignIn
) -> None:
    with time_machine.travel(AUGUST, tick=False) as moved:
        program = turned_on(
            cast,
            "dvert-cincinnati",
            (cast.responder, "officer"),
            (cast.shelter_worker, "advocate"),
            districts=("Price Hill",),
        )
        path = f"/programs/{program.id}/advocate-calls"
        officer, advocate = signed_in_as(cast.responder), signed_in_as(cast.shelter_worker)

        called = press(officer, path, name="Canary Survivor", phone="615-555-0195", address="12 Canary Lane")
        assert called.status_code == 303
        row = db.session.scalars(select(AdvocateCall)).one()
        letter = db.session.scalars(select(Message).where(Message.letter == "programs/advocate")).one()
        assert letter.to_address == cast.shelter_worker.email
        assert not re.search(
            r"(?i)advocate|violence|survivor|police|victim", letter.subject + letter.text + letter.html
        )

        assert "advocates are told" in officer.get(path).text
        before = officer.get(path).text
        assert row.called_at.isoformat(timespec="seconds") in before
        moved.shift(timedelta(minutes=22))
        arrival = f"/advocate-calls/{row.id}/arrival"
        assert (
            officer.post(
                arrival, data={"program_id": program.id, "arrived_at": "2026-08-12T13:22"}
            ).status_code
            == 404
        )
        early = press(advocate, path, to=arrival, arrived_at="2026-08-12T12:22")
        assert early.status_code == 422
        assert "before the call" in early.text
        assert 'value="2026-08-12T12:22"' in early.text, "what was typed is there to be mended"
        assert press(advocate, path, to=arrival, arrived_at="").status_code == 422
        assert press(advocate, path, to=arrival).status_code == 303
        again = press(advocate, path, to=arrival, program_id=program.id, arrived_at="2026-08-12T13:22")
        assert again.status_code == 409
        assert "written this down already" in again.text
        db.session.expire_all()
        assert db.session.get_one(AdvocateCall, row.id).arrived_at == AUGUST + timedelta(minutes=22)
        assert "On scene: 1:22" in advocate.get(path).text
        counts = f"/programs/{program.id}/advocate-counts"
        kept = press(
            advocate,
            counts,
            month="2026-08",
            count_survivors="31",
            count_children="4",
            count_reached_24h="27",
        )
        assert kept.status_code == 303, kept.text

        # Nothing after: to the second the same page for police, whoever came and whatever was counted.
        def plain(page: str) -> str:
            return re.sub(r"\d+:\d\d.PM", "", told(page))

        after = officer.get(path).text
        assert plain(after) == plain(before)
        for words in ("On scene", "31", "Survivors"):
            assert words not in plain(after)
        for who in (cast.responder, cast.supervisor):
            assert signed_in_as(who).get(counts).status_code == 404
        for who in (cast.stranger, cast.steward, cast.evaluator, cast.provider):
            assert signed_in_as(who).get(path).status_code in (403, 404), who.name

        # No person in the shared system: none of these tables has a row, whatever was typed.
        assert {
            name: db.session.scalar(text(f"SELECT count(*) FROM {name}")) for name in EMPTY
        } == dict.fromkeys(EMPTY, 0)
        hanging = {
            key.column.table.name
            for name in ("advocate_call", "advocate_count")
            for key in Base.metadata.tables[name].foreign_keys
        }
        assert hanging == {"response_program", "account", "district"}

        for number in range(19):
            call = victims.call_advocate(acting(cast.responder), program.id)
            moved.shift(timedelta(minutes=20 if number < 12 else 40))
            if number < 15:
                victims.record_arrival(acting(cast.shelter_worker), call, clock.now())
        moved.move_to(NOVEMBER)
        for reader in (cast.supervisor, cast.steward):
            found = figures(signed_in_as(reader), program, "2026-q3")
            assert found["advocates_called", "Advocates called"]["numerator"] == "20"
            assert found["advocate_counts", "Survivors helped"]["numerator"] == "31"
            assert found["advocate_counts", "Children helped"]["numerator"] == "", "four: hidden from all"
            assert found["advocate_counts", "Children helped"]["suppressed"] == "1"
            assert found["advocate_arrival", "On scene within 25 minutes"]["numerator"] == "", (
                "three came late: hidden"
            )
            minutes = found["advocate_minutes", "Median minutes from the call to the scene"]
            assert (minutes["value"], minutes["unit"]) == ("20.0000", "minutes")


def test_bad_input_is_told_and_nothing_is_written(cast: Cast, signed_in_as: SignIn) -> None:
    program = turned_on(
        cast, "dvert-cincinnati", (cast.responder, "officer"), (cast.shelter_worker, "advocate")
    )
    path, counts = (f"/programs/{program.id}/advocate-{what}" for what in ("calls", "counts"))
    officer, advocate = signed_in_as(cast.responder), signed_in_as(cast.shelter_worker)
    assert press(officer, path, district_id="nowhere").status_code == 303, "no district is no fault"
    assert press(officer, path, district_id=str(program.id)).status_code == 422
    for typed in (
        {"month": "soon"},
        {"month": "2999-01"},
        {"count_survivors": "-1"},
        {"count_survivors": "many"},
    ):
        assert press(advocate, counts, **typed).status_code == 422, typed
    assert len(db.session.scalars(select(AdvocateCall)).all()) == 1
