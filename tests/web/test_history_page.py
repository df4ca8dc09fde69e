"""The history of a listing: for stewards, whole, and silent about where a secret place is."""

import pytest
from sqlalchemy import select

from portal import directory
from portal.accounts.queries import actor_of
from portal.directory import models as d
from portal.directory.feed import write_history
from portal.store import Actor, db, write
from tests.directory.test_edits import edit, waiting_id
from tests.people import Cast
from tests.web.forms import SignIn

BY = Actor(kind="terminal", name="Feed")


def test_a_steward_reads_who_changed_what_and_what_was_decided(cast: Cast, signed_in_as: SignIn) -> None:
    row = cast.crisis_center
    edit(cast.provider, row, description="Open to men", crisis_phone="615-555-0911")
    edit(cast.steward, row, description="Open to women", for_whom="women")
    directory.decide_proposal(actor_of(cast.steward), waiting_id(cast, "crisis_phone"), False)
    steward, path = signed_in_as(cast.steward), f"/listings/{row.id}/history"
    assert path in steward.get(f"/listings/{row.id}").text
    page = steward.get(path).text
    for words in (
        "3 changes",
        "Open to <del>men</del>",
        "Open to <ins>women</ins>",
        "Pat Provider",
        "<ins>Women</ins>",
        "Edits that waited",
        "<ins>615-555-0911</ins>",
        "Pat Provider wrote it, Stew Ard decided",
    ):
        assert words in page
    one = steward.get(f"{path}?field=for_whom").text
    assert "1 change" in one
    assert "Open to" not in one
    for strange in ("?field=%00", "?page=-1", "?page=9999999999999", "?field=" + "x" * 500):
        assert steward.get(path + strange).status_code == 200


@pytest.mark.sqlite_only
def test_nobody_else_reads_it(cast: Cast, signed_in_as: SignIn) -> None:
    path = f"/listings/{cast.crisis_center.id}/history"
    for name, account in cast.everybody.items():
        assert signed_in_as(account).get(path).status_code == (200 if name == "steward" else 403), name
    assert directory.history_for(actor_of(cast.provider), cast.crisis_center.id) is None
    assert signed_in_as(cast.steward).get(f"/listings/{cast.community.id}/history").status_code == 404


@pytest.mark.sqlite_only
def test_a_secret_place_is_not_found_in_what_it_was_before(cast: Cast, signed_in_as: SignIn) -> None:
    row = cast.victim_service
    with write() as session:
        for entity, key, name in (
            ("location", row.location_id, "address"),
            ("location", row.location_id, "latitude"),
            ("service_at_location", row.id, "address"),
            ("service", row.service_id, "description"),
        ):
            write_history(session, BY, entity, key, name, "", "412 Canary St\nNashville, TN 37203")
        session.add(
            d.Proposal(
                service_at_location_id=row.id, field="address", new_value="414 Canary St", proposed_by="x",
                proposed_at=db.session.scalars(select(d.Metadata.last_action_date)).first(),
                state="refused", decided_by="y", decided_at=db.session.scalars(select(d.Metadata.last_action_date)).first(),
            )
        )  # fmt: skip
    page = signed_in_as(cast.steward).get(f"/listings/{row.id}/history").text
    assert "Canary" not in page
    assert "37203" not in page
    assert "1 change" in page  # the description changed: that it did is no secret


@pytest.mark.sqlite_only
def test_a_long_history_is_paged(cast: Cast, signed_in_as: SignIn) -> None:
    row = cast.crisis_center
    with write() as session:
        for number in range(120):
            write_history(session, BY, "service", row.service_id, "alert", str(number), str(number + 1))
    steward, path = signed_in_as(cast.steward), f"/listings/{row.id}/history"
    assert "Page 1 of 3" in steward.get(path).text
    assert "<ins>1</ins>" in steward.get(f"{path}?page=3&field=alert").text
