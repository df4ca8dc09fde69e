"""The roster and the card: whose shift runs, who is nearest, who keeps it, and what may stand on the card."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import select

from portal.geo.models import Place
from portal.programs import teams as t
from portal.programs.models import DistrictMiddle, DutyShift, ResponseProgram
from portal.referrals import NotHere
from portal.store import Conflict, Refused, clock, db, write
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.referrals.acting import acting

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def cit(cast: Cast) -> ResponseProgram:
    return turned_on(
        cast,
        "cit-memphis",
        (cast.responder, "cit_officer"),
        (cast.colleague, "cit_officer"),
        districts=("Far", "Here", "Near"),
    )


def districts(cit: ResponseProgram) -> dict[str, UUID]:
    return {name.split()[0]: code for code, name in t.works_in(cit)}


def shift(cast: Cast, cit: ResponseProgram, who: str = "responder", **more: Any) -> None:
    now = clock.now()
    plain: dict[str, Any] = {"account_id": getattr(cast, who).id, "role": "cit_officer",
             "starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=7)}  # fmt: skip
    t.add_shifts(acting(cast.supervisor), cit.id, t.Shift(**(plain | more)))


def near(cast: Cast, cit: ResponseProgram, where: str) -> list[str]:
    card = t.card_for(acting(cast.supervisor), cit.id, districts(cit)[where])
    assert card is not None
    return [each.person.name for each in card.nearest]


def test_the_same_district_is_nearest_then_the_middles_decide(cast: Cast, cit: ResponseProgram) -> None:
    here = districts(cit)
    with write() as session:
        for name, lat in (("Far", 37.5), ("Here", 36.1), ("Near", 36.2)):
            session.add(DistrictMiddle(district_id=here[name], place=name, latitude=lat, longitude=-86.8))
    shift(cast, cit, "responder", district_id=here["Far"])
    shift(cast, cit, "colleague", district_id=here["Near"])
    assert near(cast, cit, "Here") == ["Cole League", "Rae Responder"], "by miles"
    assert near(cast, cit, "Far") == ["Rae Responder", "Cole League"], "their own district"


def test_who_is_on_a_call_or_on_call_or_off_is_not_sent(cast: Cast, cit: ResponseProgram) -> None:
    shift(cast, cit, "responder")
    shift(cast, cit, "colleague", on_call=True)
    assert near(cast, cit, "Here") == ["Rae Responder"]
    row = t.ask_team(acting(cast.supervisor), cit.id, t.Ask(source="911"))
    assert row.assigned_to == cast.responder.id
    assert near(cast, cit, "Here") == []
    with pytest.raises(Conflict):
        t.ask_team(acting(cast.supervisor), cit.id, t.Ask(source="911", assigned_to=cast.responder.id))
    assert t.ask_team(acting(cast.supervisor), cit.id, t.Ask(source="911")).state == "nobody"
    t.move_request(acting(cast.supervisor), row.id, "withdraw", version=1, why="mistake")
    assert near(cast, cit, "Here") == ["Rae Responder"], "free again"
    running = db.session.scalars(select(DutyShift).where(DutyShift.on_call.is_(False))).one()
    t.call_off_shift(acting(cast.responder), running.id)
    assert near(cast, cit, "Here") == []


def test_shifts_come_again_each_week_and_end_by_themselves(cast: Cast, cit: ResponseProgram) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        shift(cast, cit, weeks=3)
        assert near(cast, cit, "Here") == ["Rae Responder"]
        traveller.shift(timedelta(hours=7))
        assert near(cast, cit, "Here") == []
        traveller.shift(timedelta(days=7, hours=-7))
        assert near(cast, cit, "Here") == ["Rae Responder"]


def test_one_puts_down_ones_own_shift_and_a_supervisor_everybodys(cast: Cast, cit: ResponseProgram) -> None:
    now = clock.now()
    plain = {"role": "cit_officer", "starts_at": now, "ends_at": now + timedelta(hours=8)}
    own = t.Shift(account_id=cast.responder.id, **plain)  # type: ignore[arg-type]
    assert t.add_shifts(acting(cast.responder), cit.id, own) == 1
    with pytest.raises(Refused):
        t.add_shifts(acting(cast.colleague), cit.id, own)
    for account in (cast.stranger, cast.provider, cast.evaluator):
        with pytest.raises(NotHere):
            t.add_shifts(acting(account), cit.id, own)
    t.add_shifts(acting(cast.steward), cit.id, replace(own, account_id=cast.colleague.id))


def test_a_second_tap_puts_nobody_down_twice(cast: Cast, cit: ResponseProgram) -> None:
    now = clock.now()
    late = (now + timedelta(hours=8), now + timedelta(hours=10))
    own = t.Shift(cast.responder.id, "cit_officer", now, late[0])
    following = replace(own, starts_at=late[0], ends_at=late[1])
    next_week = replace(own, starts_at=late[0] + timedelta(days=7), ends_at=late[1] + timedelta(days=7))
    for given in (own, next_week):
        t.add_shifts(acting(cast.responder), cit.id, given)
    for again in (own, replace(own, starts_at=now + timedelta(hours=1)), replace(following, weeks=2)):
        with pytest.raises(Refused, match="on the roster then"):
            t.add_shifts(acting(cast.supervisor), cit.id, again)
    assert t.add_shifts(acting(cast.responder), cit.id, following) == 1, "one shift after the other"
    row = db.session.scalars(select(DutyShift).where(DutyShift.starts_at == now)).one()
    t.call_off_shift(acting(cast.responder), row.id)
    assert t.add_shifts(acting(cast.responder), cit.id, own) == 1, "what was taken off is free again"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_at": timedelta(hours=-2)}, "ends_at"),
        ({"ends_at": timedelta(hours=30)}, "ends_at"),
        ({"weeks": 0}, "weeks"),
        ({"weeks": 27}, "weeks"),
        ({"role": "pilot"}, "account_id"),
        ({"account_id": uuid4()}, "account_id"),
        ({"district_id": uuid4()}, "district_id"),
        ({"starts_at": timedelta(days=-9), "ends_at": timedelta(days=-9, hours=1)}, "starts_at"),
    ],
)
def test_a_shift_that_cannot_be_is_refused_by_field(
    cast: Cast, cit: ResponseProgram, wrong: dict[str, Any], field: str
) -> None:
    given: dict[str, Any] = {
        name: clock.now() + value if isinstance(value, timedelta) else value for name, value in wrong.items()
    }
    with pytest.raises(Refused) as refused:
        shift(cast, cit, **given)
    assert refused.value.field == field


def test_a_district_lies_in_a_city_or_a_zip_and_never_at_an_address(cast: Cast, cit: ResponseProgram) -> None:
    chief, here = acting(cast.supervisor), districts(cit)["Here"]
    with write() as session:
        session.add(Place(kind="zip", code="37203", folded="nashville", county="Davidson", state="TN",
                          latitude=36.15, longitude=-86.79, time_zone="America/Chicago"))  # fmt: skip
    for place in ("nowhere at all", "36.1, -86.8"):
        with pytest.raises(Refused) as refused:
            t.set_middle(chief, cit.id, here, place)
        assert refused.value.field == "place"
    with pytest.raises(NotHere):
        t.set_middle(acting(cast.responder), cit.id, here, "37203")
    t.set_middle(chief, cit.id, here, "37203")
    assert db.session.scalars(select(DistrictMiddle.latitude)).all() == [36.15]
    t.set_middle(chief, cit.id, here, "")
    assert not db.session.scalars(select(DistrictMiddle)).all()


def test_a_confidential_place_never_stands_on_a_card(cast: Cast, cit: ResponseProgram) -> None:
    chief = acting(cast.supervisor)
    with pytest.raises(Refused):
        t.pin_place(chief, cit.id, cast.victim_service.id)
    with pytest.raises(Refused):
        t.pin_place(chief, cit.id, uuid4())
    t.pin_place(chief, cit.id, cast.crisis_center.id, no_refusal=True)
    t.pin_place(chief, cit.id, cast.crisis_center.id, rank=2)
    setup = t.setup_for(chief, cit.id)
    assert setup is not None
    assert [(each.listing.name, each.no_refusal) for each in setup.places] == [("Crisis Receiving", False)]
    t.unpin_place(chief, cit.id, cast.crisis_center.id)
    t.unpin_place(chief, cit.id, cast.crisis_center.id)
    with pytest.raises(NotHere):
        t.pin_place(acting(cast.responder), cit.id, cast.crisis_center.id)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (("", "802-555-0119", ""), "label"),
        (("Pat", "call me", ""), "phone"),
        (("Pat", "", "http://plain.example/room"), "video"),
        (("Pat", "", "javascript:alert(1)"), "video"),
        (("Pat", "", ""), "phone"),
    ],
)
def test_a_line_that_cannot_be_reached_is_refused(
    cast: Cast, cit: ResponseProgram, line: tuple[str, str, str], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        t.set_on_call(acting(cast.supervisor), cit.id, *line)
    assert refused.value.field == field
