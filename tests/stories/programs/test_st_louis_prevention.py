"""St. Louis: a health worker rides along. What victims needed stands apart from every call, and leads to nobody."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import DateTime, select

from portal import programs
from portal.programs import victims
from portal.programs.models import Encounter, VictimVisit
from portal.store import Base, db
from portal.store.audit import AuditEntry
from tests.people import Cast
from tests.programs.acting import met, turned_on
from tests.programs.figures import figures
from tests.referrals.acting import acting
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
AUGUST = datetime(2026, 8, 12, 18, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 21, 15, tzinfo=UTC)


def test_a_victims_record_is_separate_from_a_suspects(cast: Cast, signed_in_as: SignIn) -> None:
    with time_machine.travel(AUGUST, tick=False) as moved:
        program = turned_on(
            cast,
            "st-louis-prevention",
            (cast.responder, "officer"),
            (cast.shelter_worker, "health_worker"),
            districts=(),
        )
        calls, needs = f"/programs/{program.id}/encounters/new", f"/programs/{program.id}/victim-needs"
        officer, worker = signed_in_as(cast.responder), signed_in_as(cast.shelter_worker)

        # One night, one door: the officer's record of whom he arrested, the health worker's of whom that one hurt.
        arrested = press(officer, calls, source="911", outcome="arrest", reference="CANARY-17")
        assert arrested.status_code == 303, arrested.text
        told = press(
            worker, needs, needs=["housing", "locks"], met=["locks"], name="Canary Name", on_day="2026-08-12"
        )
        assert told.status_code == 303, told.text

        # Police find no victim's record, and the health worker's leads to no call: not by id, hour, place or number.
        for who in (
            cast.responder,
            cast.supervisor,
            cast.colleague,
            cast.stranger,
            cast.steward,
            cast.evaluator,
        ):
            browser = signed_in_as(who)
            assert browser.get(needs).status_code in (403, 404), who.name
            assert browser.post(needs, data={"needs": "food"}).status_code in (403, 404), who.name
        call, visit = (
            db.session.scalars(select(Encounter)).one(),
            db.session.scalars(select(VictimVisit)).one(),
        )
        table = Base.metadata.tables["victim_visit"]
        assert {key.column.table.name for key in table.foreign_keys} == {"response_program", "account"}
        assert not [column.name for column in table.columns if isinstance(column.type, DateTime)]
        assert not {"district_id", "reference", "client_id", "person_id"} & {
            column.name for column in table.columns
        }
        trail = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "record_visit")).one()
        assert (trail.subject, UUID(trail.subject_id)) == ("response_program", program.id)
        page = worker.get(needs).text
        assert "Locks" in page
        for words in ("CANARY-17", "Arrest", str(call.id), "Canary Name"):
            assert words not in page
        assert str(visit.id) not in officer.get(f"/encounters/{call.id}").text

        # What no page of ours sends is refused, and nothing is half written.
        refused: tuple[dict[str, Any], ...] = (
            {"needs": "drugs"},
            {"needs": [], "met": []},
            {"needs": "food", "met": "locks"},
            {"needs": "food", "on_day": "2026-08-13"},
            {"needs": "food", "on_day": "2026-01-01"},
        )
        for typed in refused:
            assert press(worker, needs, **typed).status_code == 422, typed
        press(worker, needs, to=f"{needs}/{visit.id}/withdrawal", page=page)

        through = press(
            officer,
            calls,
            source="911",
            response_type="line_transfer",
            outcome="line",
            ask_minutes_saved="45",
        )
        assert through.status_code == 303, through.text
        for number in range(12):
            wanted = ("food", "housing") if number < 3 else ("food",)
            given = victims.VictimGiven(AUGUST.date(), wanted, ("food",) if number < 11 else ())
            victims.record_visit(acting(cast.shelter_worker), program.id, given)
            line = {"response_type": "line_transfer", "outcome": "line", "facts": {"minutes_saved": 45}}
            facts = met(**(line if number < 7 else {"outcome": "settled"}))
            programs.record_encounter(acting(cast.responder), program.id, facts)
        moved.move_to(NOVEMBER)
        found = figures(signed_in_as(cast.supervisor), program, "2026-q3")
        assert found["line_transfers", "Put through to the provider line"]["numerator"] == "8"
        assert found["line_transfers", "Put through to the provider line"]["denominator"] == "14"
        hours = found["hours_saved", "Officer hours saved"]
        assert (hours["value"], hours["unit"], hours["numerator"]) == ("6.0000", "hours", "8")
        assert found["victim_needs", "Records of victims"]["numerator"] == "12"
        assert found["victim_needs", "Housing"]["suppressed"] == "1", (
            "three people: hidden from the agency too"
        )
        assert found["victim_needs", "Housing"]["numerator"] == ""
