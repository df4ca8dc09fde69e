"""The minutes at a door, the care watch, and which partner takes somebody over."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal import programs as p
from portal.programs import teams as t
from portal.programs.models import CareWatch, DropOff, ProgramTask
from portal.referrals import NotHere
from portal.store import Conflict, Refused, clock, db
from tests.people import Cast
from tests.programs.acting import met, turned_on
from tests.referrals.acting import acting

pytestmark = pytest.mark.sqlite_only


def test_a_door_closes_once_and_times_stand_in_order(cast: Cast) -> None:
    cit, officer = turned_on(cast, "cit-memphis", (cast.responder, "cit_officer")), acting(cast.responder)
    now = clock.now()
    found = t.arrive_at(officer, cit.id, cast.crisis_center.id, at=now - timedelta(minutes=30))
    with pytest.raises(Refused) as refused:
        t.release(officer, found, "taken", version=1, at=now - timedelta(minutes=31))
    assert refused.value.field == "released_at"
    with pytest.raises(Refused):
        t.release(officer, found, "vanished", version=1)
    t.release(officer, found, "taken", version=1, at=now - timedelta(minutes=18))
    with pytest.raises(Conflict):
        t.release(officer, found, "refused", version=2)
    view = t.drop_off_for(officer, found)
    assert view is not None
    assert view.minutes == 12
    assert t.drop_off_for(acting(cast.stranger), found) is None
    with pytest.raises(NotHere):
        t.release(acting(cast.stranger), found, "taken", version=1)
    with pytest.raises(NotHere):
        t.arrive_at(acting(cast.stranger), cit.id, cast.crisis_center.id)


def test_nothing_is_written_down_of_a_confidential_place_or_the_future(cast: Cast) -> None:
    cit, officer = turned_on(cast, "cit-memphis", (cast.responder, "cit_officer")), acting(cast.responder)
    for listing, at in (
        (cast.victim_service, None),
        (cast.crisis_center, clock.now() + timedelta(minutes=5)),
        (cast.crisis_center, clock.now() - timedelta(days=8)),
    ):
        with pytest.raises(Refused):
            t.arrive_at(officer, cit.id, listing.id, at=at)
    assert not db.session.scalars(select(DropOff)).all()


def test_nobody_is_watched_without_a_yes_or_beside_an_arrest_and_old_entries_go(cast: Cast) -> None:
    town, officer = turned_on(cast, "hartford-vt"), acting(cast.responder)
    call = p.record_encounter(officer, town.id, met(reference="H-1"))
    with pytest.raises(Refused):
        t.add_watch(officer, call, ["quiet"], agreed=False)
    for signs, days in ((["magic"], 0), ([], 0), (["quiet"], 15)):
        with pytest.raises(Refused):
            t.add_watch(officer, call, signs, agreed=True, days=days)
    nameless = p.record_encounter(officer, town.id, met())
    arrest = p.record_encounter(officer, town.id, met(reference="H-2", outcome="arrest"))
    for other in (nameless, arrest):
        with pytest.raises(Refused):
            t.add_watch(officer, other, ["quiet"], agreed=True)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        first = t.add_watch(officer, call, ["quiet"], agreed=True)
        assert t.add_watch(officer, call, ["dog"], agreed=True, days=3) == first, "one entry, changed"
        assert [each.signs for each in t.watch_for(officer, town)] == [("Has a dog",)]
        assert t.watch_for(acting(cast.stranger), town) == []
        with pytest.raises(NotHere):
            t.end_watch(acting(cast.stranger), first)
        t.end_watch(officer, first)
        with pytest.raises(Conflict):
            t.end_watch(officer, first)
        traveller.shift(timedelta(days=89))
        assert t.forget_watch(clock.now()) == 0
        traveller.shift(timedelta(days=2))
        assert t.forget_watch(clock.now()) == 1
    assert not db.session.scalars(select(CareWatch)).all()


def test_language_comes_first_then_whom_a_partner_knows_then_rank(cast: Cast) -> None:
    star, chief = turned_on(cast, "star-denver", (cast.responder, "clinician")), acting(cast.supervisor)
    center, shelter = (one.service.organization_id for one in (cast.crisis_center, cast.shelter))
    t.set_partner(chief, star.id, t.PartnerFacts(center, ("en", "es"), ("latino",), rank=2))
    t.set_partner(chief, star.id, t.PartnerFacts(shelter, ("en",), ("veterans",), rank=1))
    for language, culture, home in (
        ("", None, shelter),
        ("es", None, center),
        ("en", "latino", center),
        ("es", "veterans", center),
        ("so", None, shelter),  # nobody speaks it: the first in line, and the report shows it
    ):
        facts = {"wants_partner": True} | ({"partner_culture": culture} if culture else {})
        found = p.record_encounter(acting(cast.responder), star.id, met(language=language, facts=facts))
        task = db.session.scalars(select(ProgramTask).where(ProgramTask.encounter_id == found)).one()
        assert task.organization_id == home, (language, culture)
    t.end_partner(chief, star.id, center)
    assert t.setup_for(chief, star.id).partners[0].organization_id == shelter  # type: ignore[union-attr]
    haven = cast.victim_service.service.organization_id
    for wrong in (t.PartnerFacts(haven), t.PartnerFacts(center, ("xx",)), t.PartnerFacts(center, (), ("x",))):
        with pytest.raises(Refused):
            t.set_partner(chief, star.id, wrong)
