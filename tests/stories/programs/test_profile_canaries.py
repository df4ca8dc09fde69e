"""What a family types of a person is read with an open call by who looked, and by the family; nowhere else, and sealed."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.programs.models import ProfileLook
from portal.store import db
from tests.people import Cast
from tests.programs.acting import turned_on
from tests.stories.programs.test_home_safe import CANARIES, call, kept
from tests.stories.test_canaries import columns_with, everybody, holds, log, look
from tests.web.forms import press

__all__ = ["log"]


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("unmeasured")
def test_a_profile_stands_on_two_pages_and_in_no_column_log_or_address(
    app: Flask, cast: Cast, client: FlaskClient, signed_in_as: Callable[[Any], FlaskClient], log: io.StringIO
) -> None:
    program = turned_on(
        cast, "home-safe", (cast.colleague, "dispatcher"), (cast.supervisor, "family_liaison")
    )
    code = kept(client, program)
    desk = signed_in_as(cast.colleague)
    call(desk, program)
    press(desk, f"/programs/{program.id}/profile-looks", phone="615-555-0191")
    found = db.session.scalars(select(ProfileLook)).one()
    own = f"/profile-looks/{found.id}"
    press(desk, own, to=f"{own}/flyer")

    hits, answers = set(), 0
    readers = ("nobody", "responder", "colleague", "supervisor", "steward")
    browsers = {who: each for who, each in everybody(app, cast, signed_in_as).items() if who in readers}
    for who, path, answer in look(app, browsers, {"program_id": program.id, "look_id": found.id}, False):
        answers += 1
        if holds(answer.get_data().decode("latin-1") + str(answer.headers), CANARIES):
            hits.add((who, path))
    assert hits == {("colleague", own), ("colleague", f"{own}/flyer")}
    stored = columns_with(*CANARIES)
    assert stored == set(), "all of it is sealed"
    assert columns_with(re.sub(" ", "", code)) == set(), "of the code a hash"
    assert not holds(log.getvalue(), (*CANARIES, re.sub(" ", "", code)))
    print(
        f"\n{len(browsers)} readers, {len(CANARIES)} canaries of a profile: {answers} answers; {len(hits)} hits, allowed"
    )
