"""STEER: referred at the scene, screened, assessed, agreed. On the review day the officer hears one word, and only where the person
agreed that they hear it; what the clinic knows stays at the clinic."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select

from portal import programs
from portal.messages.models import Message
from portal.programs.models import Encounter, Engagement, ResponseProgram
from portal.referrals.models import Person
from portal.store import clock, db, write
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.figures import figures
from tests.programs.met import call, name_at
from tests.programs.working import listed, tasks_of, tick
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
START = datetime(2026, 7, 6, 15, tzinfo=UTC)
SCREEN = {f"item_{code}": "yes" for code in ("daily", "wants_help", "overdose", "treatment")} | {
    "item_home": "no"
}


def test_who_does_not_take_part_by_the_review_is_one_word_to_the_officer(
    cast: Cast, signed_in_as: SignIn
) -> None:
    with time_machine.travel(START, tick=False) as traveller:
        program = turned_on(cast, "steer-montgomery", (cast.provider, "care_coordinator"))
        officer, clinic = signed_in_as(cast.responder), signed_in_as(cast.provider)
        arrest = call(officer, program, outcome="arrest")
        assert press(officer, f"/encounters/{arrest.id}/person", name="Quill Canary").status_code == 422
        found = {}
        for may_tell in ("yes", "no"):
            met = call(officer, program, outcome="referred")
            path = f"/encounters/{met.id}/engagement"
            assert "First say who it is" in officer.get(path).text
            name_at(officer, met, born="1980-02-28" if may_tell == "no" else "1980-02-29")
            sent = press(officer, path, way="prevention", may_tell=may_tell)
            assert sent.status_code == 303, sent.text
            found[may_tell] = db.session.scalars(
                select(Engagement).where(Engagement.encounter_id == met.id)
            ).one()
        told, untold = (f"/engagements/{found[answer].id}" for answer in ("yes", "no"))
        assert press(officer, told, to=f"{told}/screen", item_daily="yes").status_code == 422, "each line"
        assert press(officer, told, to=f"{told}/screen", **SCREEN).status_code == 303
        assert "Score" not in officer.get(told).text
        assert "Score: 6" in clinic.get(told).text
        assert "Overdose in the last year" in clinic.get(told).text
        assert "Quill Canary" in press(clinic, told, to=f"{told}/person").text
        assert press(officer, told, to=f"{told}/person").status_code == 404
        assert press(officer, told, to=f"{told}/assessment", agreed="yes", version="2").status_code == 404
        for page in (told, untold):
            assert press(clinic, page, to=f"{page}/assessment", agreed="yes").status_code == 303
            assert press(clinic, page, to=f"{page}/part", engaged="no").status_code == 303
        assert "Agreed" not in officer.get(told).text

        traveller.shift(timedelta(days=30))
        programs.tick_engagement(clock.now())
        assert not db.session.scalars(select(Message)).all(), "the day itself has not ended"
        traveller.shift(timedelta(days=1))
        programs.tick_engagement(clock.now())
        programs.tick_engagement(clock.now())
        letters = db.session.scalars(select(Message)).all()
        assert [letter.to_address for letter in letters] == ["responder@test.invalid"], (
            "once, and of one alone"
        )
        assert not re.search(
            "engag|part|No\\b|canary", re.sub(r"https?://\S+", "", letters[0].text), re.IGNORECASE
        )
        officer = signed_in_as(cast.responder)
        card = re.search(r'<section class="card".*?</section>', officer.get(told).text, re.DOTALL)
        assert card is not None
        assert re.sub(r"<[^>]+>|\s+", " ", card[0]).split() == ["Takes", "part?", "No"]
        assert "Takes part?" not in officer.get(untold).text
        assert "did not agree that you hear more" in officer.get(untold).text
        late = press(signed_in_as(cast.provider), told, to=f"{told}/part", engaged="yes", version="5")
        assert late.status_code == 409, "the officer was told"


def test_the_review_is_on_the_clinics_work_list_until_they_say_whether_the_person_takes_part(
    cast: Cast, signed_in_as: SignIn
) -> None:
    with time_machine.travel(START, tick=False) as traveller:
        program = turned_on(cast, "steer-montgomery", (cast.provider, "care_coordinator"))
        officer = signed_in_as(cast.responder)
        met = call(officer, program, outcome="referred")
        name_at(officer, met)
        press(officer, f"/encounters/{met.id}/engagement", way="prevention", may_tell="yes")
        review = tasks_of(met.id)["review"]
        day = db.session.scalars(select(Engagement.review_by)).one()
        local = review.due_at.astimezone(ZoneInfo(cast.community.time_zone))
        assert (local.date(), local.hour) == (day + timedelta(days=1), 0), "by the end of the review day"
        assert "<summary>Later (1)</summary>" in signed_in_as(cast.provider).get("/tasks").text
        assert "Review is due" not in officer.get("/tasks").text, "it is the clinic's"
        traveller.move_to(review.due_at - timedelta(days=7))
        assert listed(signed_in_as(cast.provider)) == ["Review is due"]
        traveller.move_to(review.due_at + timedelta(minutes=1))
        tick()
        assert tasks_of(met.id)["review"].told_at is not None, "who supervises hears that it is late"
        page = f"/engagements/{db.session.scalars(select(Engagement.id)).one()}"
        assert press(signed_in_as(cast.provider), page, to=f"{page}/part", engaged="yes").status_code == 303
        done = tasks_of(met.id)["review"]
        assert (done.state, done.result) == ("done", "done")
        assert listed(signed_in_as(cast.provider)) == []


def test_the_chain_of_133_referred_55_assessed_27_agreed(cast: Cast, signed_in_as: SignIn) -> None:
    with time_machine.travel(START, tick=False) as traveller:
        program = turned_on(cast, "steer-montgomery", (cast.provider, "care_coordinator"))
        _referred(cast, program, 133, assessed=55, agreed=27, retained=24)
        supervisor = signed_in_as(cast.supervisor)
        early = figures(supervisor, program, "2026-q3")["retained_30", "In care after 30 days"]
        assert early["denominator"] in ("0", "")
        traveller.shift(timedelta(days=40))
        told = figures(signed_in_as(cast.supervisor), program, "2026-q3")
        assert told["engagement_chain", "Referred"]["numerator"] == "133"
        for label, pair in (
            ("Assessed, of those referred", ("55", "133")),
            ("Agreed, of those assessed", ("27", "55")),
            ("Agreed, of those referred", ("27", "133")),
        ):
            row = told["engagement_chain", label]
            assert (row["numerator"], row["denominator"]) == pair


def _referred(
    cast: Cast, program: ResponseProgram, number: int, *, assessed: int, agreed: int, retained: int
) -> None:
    """So many referred in this very moment, written directly."""
    now = clock.now()
    with write() as session:
        for index in range(number):
            person = Person(name="N. N.", created_at=now)
            session.add(person)
            session.flush()
            met = Encounter(
                id=uuid4(), community_id=program.community_id, program_id=program.id,
                organization_id=program.organization_id, source="911", received_at=now, disposition="resolved_on_scene",
                outcome="referred", person_id=person.id, recorded_at=now, changed_at=now,
            )  # fmt: skip
            session.add(met)
            session.flush()
            session.add(
                Engagement(
                    community_id=program.community_id, program_id=program.id, encounter_id=met.id, path="prevention",
                    referred_at=now, referred_by=cast.responder.id, review_by=date(2026, 8, 5), may_tell="",
                    assessed_at=now if index < assessed else None,
                    agreed="yes" if index < agreed else "", agreed_at=now if index < agreed else None,
                    retained="yes" if index < retained else "", retained_at=now if index < retained else None,
                )
            )  # fmt: skip
