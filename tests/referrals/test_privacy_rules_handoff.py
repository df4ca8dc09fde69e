"""Privacy rules P08 and P16: a victim service is called and nothing is kept; a state hold is no more than "not of their own will"."""

import inspect
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import referrals
from portal.referrals import models as r
from portal.referrals import rules
from portal.store import Base, Refused, db
from tests.house.test_doors import doors
from tests.people import Cast
from tests.referrals.acting import acting, offer_of, request_to, send

pytestmark = pytest.mark.sqlite_only


def test_p08_no_verb_puts_a_person_to_a_victim_service(cast: Cast) -> None:
    who, haven = acting(cast.responder), cast.victim_service.id
    with pytest.raises(Refused):
        referrals.send_offer(who, request_to(haven))
    with pytest.raises(Refused):
        referrals.send_offer(who, request_to(cast.crisis_center.id, fallbacks=(haven,)))
    with pytest.raises(Refused):
        referrals.record_call(who, request_to(haven), "yes")
    need = send(cast)
    offer = offer_of(need)
    referrals.decline_offer(acting(cast.provider), offer.id, "age", version=offer.version)
    with pytest.raises(Refused):
        referrals.ask_next(who, need.id, haven, version=db.session.get_one(r.Need, need.id).version)
    assert haven not in [one.service.id for one in referrals.proposals_for(who, need.id)]
    asked = select(func.count()).select_from(r.Offer).where(r.Offer.service_at_location_id == haven)
    assert db.session.scalar(asked) == 0


def test_p08_what_is_stored_of_a_call_has_no_room_for_a_person() -> None:
    about_calls = {
        name: table for name, table in Base.metadata.tables.items() if name.startswith(("call_", "arrival_"))
    }
    assert set(about_calls) == {"call_record", "arrival_code", "arrival_tally"}
    named = {column.name for table in about_calls.values() for column in table.columns}
    assert named == {
        "id",
        "service_at_location_id",
        "organization_id",
        "at",
        "answered",
        "digest",
        "day",
        "month",
        "handed",
        "arrived",
    }
    refers_to = {
        key.column.table.name
        for table in about_calls.values()
        for column in table.columns
        for key in column.foreign_keys
    }
    assert refers_to == {"service_at_location", "organization"}
    assert set(inspect.signature(referrals.record_victim_call).parameters) == {
        "actor",
        "service_at_location_id",
        "answered",
        "called_at",
        "with_code",
    }


def test_p16_a_hold_is_a_yes_or_no_and_no_door_takes_a_file(app: Flask) -> None:
    """Transport knows who drove and whether the person went of their own will; there is no form, no statute, no certificate."""
    assert {column.name for column in r.Transport.__table__.columns} == {
        "id",
        "offer_id",
        "means",
        "voluntary",
        "departed_at",
        "arrived_at",
        "released_at",
        "recorded_by",
        "account_id",
        "recorded_at",
    }
    assert rules.TRANSPORT_BY == ("police", "ems", "provider", "family", "ride", "self")
    takers = {
        str(rule)
        for rule in doors(app)
        if "request.files" in inspect.getsource(inspect.unwrap(app.view_functions[rule.endpoint]))
    }
    assert takers == {
        "/profiles/own/content",
        "/programs/<uuid:program_id>/encounter-tables",
        "/programs/<uuid:program_id>/profiles/new",
        "/programs/<uuid:program_id>/readiness/<string:code>/evidence",
        "/steward/tables",
        "/steward/taxonomies",
    }, "lists of a steward, coded calls, a family's photo, papers of an agency: nothing of a hold"


def test_p16_a_file_that_is_sent_along_is_not_kept(app: Flask, cast: Cast) -> None:
    answer = app.test_client().post(
        "/search", data={"q": "shelter", "certificate": (BytesIO(b"%PDF canary certificate"), "6-401.pdf")}
    )
    assert answer.status_code < 500
    assert "certificate" not in answer.text
