"""Canaries of people met again: a name, a plan, a family's words, a place, typed through the pages; then every page that names a
call, a case, a note or a request, and the lists of them, are opened as everybody, and every column and the log are searched. One table says who
may read what, where."""

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.programs.models import CareRequest, Encounter, FamilyNote, ProgramCase, ProgramTask
from portal.store import db
from tests.house.test_doors import paths_of
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.programs.met import call, name_at
from tests.stories.test_canaries import columns_with, everybody, holds
from tests.stories.test_canaries import log as log
from tests.web.forms import press

pytestmark = pytest.mark.sqlite_only
SignIn = Callable[[Any], FlaskClient]
WHO = {"name": "Zephyr Canarybird", "born": "1971-03-04", "phone": "615-555-0166"}
TYPED = {
    "name": ("Zephyr Canarybird", "Canarybird"),
    "phone": ("615-555-0166", "0166"),
    "plan": ("Canaryplan by the window",),
    "avoid": ("Canaryavoid loud radios",),
    "family": ("Canaryfamily hums to him",),
    "caller": ("May Canarycaller", "615-555-0133"),
    "place": ("Canaryplace under the bridge",),
}
PLAN, KNOWN, NOTE, TASK = (
    "/cases/CASE/plan",
    "/encounters/ENCOUNTER/known",
    "/family-notes/NOTE",
    "/tasks/TASK/person",
)
CASE_TEAM, LINE, OFFICER = "colleague", "shelter_worker", "responder"
LOOK_ON = ("monitor", "haven_worker", "admin")  # no door here is theirs: looked at in the crawl of all doors
PAGES = ("", "/encounters", "/tasks", "/cases", "/frequent", "/family-notes", "/care-requests")
ALLOWED: dict[str, dict[str, set[str]]] = {
    "name": {CASE_TEAM: {TASK}, LINE: {NOTE}},
    "phone": {CASE_TEAM: {TASK}},
    "plan": {CASE_TEAM: {PLAN, KNOWN}, OFFICER: {KNOWN}},
    "avoid": {CASE_TEAM: {PLAN, KNOWN}, OFFICER: {KNOWN}},
    "family": {LINE: {NOTE}, OFFICER: {KNOWN}, CASE_TEAM: {KNOWN}},
    "caller": {LINE: {NOTE}},
    "place": {},
}


def live_through(cast: Cast, signed_in_as: SignIn) -> list[dict[str, UUID]]:
    """A case with a plan; a family's note at another program's call; a clinic's request. The ids, a set a story."""
    officer, manager = signed_in_as(cast.responder), signed_in_as(cast.colleague)
    team = turned_on(cast, "case-management", (cast.colleague, "case_manager"))
    for _each in range(5):
        name_at(officer, call(officer, team), **WHO)
    case = db.session.scalars(select(ProgramCase)).one()
    press(manager, f"/cases/{case.id}", to=f"/cases/{case.id}/consent", answer="yes")
    press(manager, f"/cases/{case.id}/plan", helps=TYPED["plan"][0], avoid=TYPED["avoid"][0])
    touch = db.session.scalars(select(ProgramTask)).one()
    newest = db.session.scalars(select(Encounter.id).order_by(Encounter.recorded_at.desc())).first()
    assert newest is not None
    cit = turned_on(cast, "cmpd-cit-charlotte", (cast.shelter_worker, "family_line"))
    line = signed_in_as(cast.shelter_worker)
    taken = press(
        line,
        f"/programs/{cit.id}/family-notes/new",
        **WHO,
        helps=TYPED["family"][0],
        caller_name=TYPED["caller"][0],
        caller_phone=TYPED["caller"][1],
    )
    assert taken.status_code == 303, taken.text
    met = call(officer, cit)
    name_at(officer, met, **WHO)
    note = db.session.scalars(select(FamilyNote)).one()
    assert note.task_id is not None
    mhst = turned_on(cast, "mhst-tucson", (cast.provider, "clinic"), (cast.colleague, "officer"))
    clinic = signed_in_as(cast.provider)
    asked = WHO | {"kind": "reengage", "ground": "danger", "place": TYPED["place"][0]}
    assert press(clinic, f"/programs/{mhst.id}/care-requests/new", **asked).status_code == 303
    request = db.session.scalars(select(CareRequest)).one()
    path = f"/care-requests/{request.id}"
    assert press(manager, path, to=f"{path}/taking").status_code == 303
    return [
        {"program_id": team.id, "case_id": case.id, "encounter_id": newest, "task_id": touch.id},
        {"program_id": cit.id, "note_id": note.id, "encounter_id": met.id, "task_id": note.task_id},
        {"program_id": mhst.id, "request_id": request.id, "task_id": request.task_id},
    ]


@pytest.mark.usefixtures("unmeasured")
def test_what_is_typed_of_people_met_is_read_where_the_table_says_and_nowhere_else(
    app: Flask, cast: Cast, signed_in_as: SignIn, log: io.StringIO
) -> None:
    stories = live_through(cast, signed_in_as)
    browsers = {who: one for who, one in everybody(app, cast, signed_in_as).items() if who not in LOOK_ON}
    hits, answers = set(), 0
    for ids in stories:
        own = [str(value) for name, value in ids.items() if name != "program_id"]
        paths = [path for path in paths_of(app, ids) if any(each in path for each in own)]
        paths += [f"/programs/{ids['program_id']}{page}" for page in PAGES]
        paths += ["/tasks"]
        for who, browser in browsers.items():
            for path in paths:
                answer = browser.get(path)
                answers += 1
                assert answer.status_code < 500, (who, path)
                for name, value in ids.items():
                    path = path.replace(str(value), name.removesuffix("_id").upper())
                hits |= {
                    (canary, who, path)
                    for canary, forms in TYPED.items()
                    if holds(answer.data.decode(errors="replace"), forms)
                }
    wrong = sorted(one for one in hits if one[2] not in ALLOWED[one[0]].get(one[1], set()))
    assert not wrong, f"(what was typed, who reads it, where): {wrong}"
    seen = {(canary, who) for canary, who, _path in hits}
    assert {("plan", OFFICER), ("family", OFFICER), ("name", LINE), ("name", CASE_TEAM)} <= seen
    assert columns_with(*(word for forms in TYPED.values() for word in forms)) == set(), "all of it is sealed"
    assert "portal.requests" in log.getvalue()
    assert not holds(log.getvalue(), tuple(word for forms in TYPED.values() for word in forms))
    print(
        f"\n{len(browsers)} readers, {len(TYPED)} canaries, {answers} answers searched; {len(hits)} hits, all allowed"
    )
