"""What a door answers to what no page of ours sends: plain words and 4xx, and nothing half-written."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.programs.models import DutyShift, TeamRequest
from portal.store import db
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only


def test_bad_input_is_answered_in_words(cast: Cast, signed_in_as: SignIn) -> None:
    program = turned_on(cast, "hartford-vt", (cast.provider, "clinician"))
    chief = signed_in_as(cast.supervisor)
    card = f"/programs/{program.id}/dispatch"
    roster, places = f"/programs/{program.id}/roster", f"{card}/places"
    shift = {"who": f"{cast.provider.id}|clinician", "weeks": "1", "district_id": ""}
    for path, data, status in (
        (card, {"source": "pigeon"}, 422),
        (card, {"source": "911", "reference": "x" * 41}, 422),
        (card, {"source": "911", "district_id": str(uuid4())}, 422),
        (card, {"source": "911", "once": "not an id"}, 303),
        (roster, shift | {"starts_at": "9999-12-31T23:59", "ends_at": "9999-12-31T23:59"}, 422),
        (roster, shift | {"starts_at": "soon", "ends_at": "later"}, 422),
        (roster, shift | {"who": "nobody|clinician"}, 422),
        (places, {"part": "place", "listing": "the big house"}, 422),
        (places, {"part": "middle", "district_id": "x", "place": "37203"}, 422),
        (places, {"part": "castle"}, 404),
        (f"/programs/{program.id}/consults", {"tried": "pigeon-reached", "source": "911"}, 422),
        (f"/programs/{program.id}/drop-offs", {"listing": str(uuid4())}, 422),
        (f"/programs/{uuid4()}/dispatch", {"source": "911"}, 404),
    ):
        answer = press(chief, path, chief.get(card).text, **data)
        assert answer.status_code == status, (path, data, answer.status_code)
    assert not db.session.scalars(select(DutyShift)).all()
    assert db.session.scalars(select(TeamRequest.state)).all() == ["nobody"], "the one that was taken"


def test_a_step_that_is_none_is_refused_and_an_old_page_says_so(cast: Cast, signed_in_as: SignIn) -> None:
    program = turned_on(cast, "mobile-crisis-team", (cast.responder, "clinician"))
    officer, team = signed_in_as(cast.stranger), signed_in_as(cast.responder)
    path = press(officer, f"/programs/{program.id}/dispatch", source="police").headers["Location"]
    for data, status in (
        ({"move": "fly", "version": "1"}, 422),
        ({"move": "accept", "version": "one"}, 422),
        ({"move": "accept", "version": "7"}, 409),
        ({"move": "refuse", "version": "1"}, 422),
        ({"move": "refuse", "version": "1", "why": "tired"}, 422),
        ({"move": "take_back", "version": "1"}, 409),
    ):
        assert press(team, path, to=f"{path}/steps", **data).status_code == status, data
    assert press(team, f"{path}/end", outcome="magic").status_code == 422
    assert press(officer, path, to=f"{path}/settlement", version="1", why="bored").status_code == 422
    assert officer.get(f"{path}/end").status_code == 404
    assert officer.get(f"{path}/receipt").status_code == 404
