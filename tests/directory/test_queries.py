"""The public listing: what it says, what it leaves out, and how few SELECTs it takes."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event

from portal import directory
from portal.directory import models as d
from portal.store import clock, db, write
from tests.people import Cast, make_cast


def test_a_listing_says_what_the_rows_say(cast: Cast) -> None:
    seen = directory.listing(cast.crisis_center.id)
    assert seen is not None
    assert (seen.name, seen.organization, seen.how) == ("Crisis Receiving", "Test Crisis Center", "refer")
    assert seen.address == ("1 Main St", "Nashville, TN 37203")
    assert (seen.phones[0].tel, seen.phones[0].type) == ("6155550123", "intake")
    assert seen.hours_words == "Every day: Open 24 hours"
    assert seen.open.open is True
    assert [term.code for term in seen.care] == ["crisis_center"]
    assert [term.label for term in seen.pay] == ["Free"]
    assert seen.needs == ("crisis",)
    assert seen.assured_words == "Confirmed today"


def test_a_confidential_listing_has_no_place(cast: Cast) -> None:
    with write() as session:
        session.add(
            d.ServiceArea(service_id=cast.victim_service.service_id, extent="37203", extent_type="zip")
        )
    seen = directory.listing(cast.victim_service.id)
    assert seen is not None
    assert seen.confidential
    assert (seen.latitude, seen.longitude, seen.point_kind) == (None, None, None)
    assert (seen.address, seen.service_areas, seen.area) == ((), (), "Davidson County")
    assert "37203" not in repr(seen)


@pytest.mark.parametrize(
    ("who", "how"),
    [("crisis_center", "refer"), ("detox", "call"), ("victim_service", "victim_call"), ("hotline", "call")],
)
@pytest.mark.sqlite_only
def test_how_a_service_may_be_asked(cast: Cast, who: str, how: str) -> None:
    seen = directory.listing(getattr(cast, who).id)
    assert seen is not None
    assert seen.how == how


@pytest.mark.sqlite_only
def test_a_service_closed_for_now_can_only_be_called(cast: Cast) -> None:
    with write() as session:
        session.get_one(d.Service, cast.crisis_center.service.number).status = "temporarily closed"
    assert directory.listing(cast.crisis_center.id).how == "call"  # type: ignore[union-attr]


@pytest.mark.sqlite_only
def test_an_unknown_listing_is_none(cast: Cast) -> None:
    assert directory.listing(uuid4()) is None
    assert directory.listing(10**9) is None
    assert directory.listings([]) == {}


@pytest.mark.sqlite_only
def test_without_a_community_the_reads_say_so(app: object) -> None:
    with pytest.raises(directory.NoCommunity):
        directory.community()
    made = make_cast()
    assert directory.community().id == made.community.id


def test_listings_come_in_the_order_asked_with_as_many_selects_as_one(cast: Cast) -> None:
    everyone = [cast.hotline, cast.crisis_center, cast.victim_service, cast.detox, cast.shelter]
    numbers, ids = [listing.number for listing in everyone], [listing.id for listing in everyone]

    def count(keys: list[int]) -> int:
        statements: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            if statement.lstrip().upper().startswith("SELECT"):
                statements.append(statement)

        db.session.expunge_all()
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            found = directory.listings(keys)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        assert list(found) == keys
        return len(statements)

    assert count(numbers) == count(numbers[:1]) <= 15
    assert list(directory.listings(ids)) == ids


@pytest.mark.sqlite_only
def test_a_listing_without_a_number_shows_its_organizations(cast: Cast) -> None:
    with write() as session:
        row = cast.detox
        session.query(d.Phone).filter_by(service_at_location_id=row.id).delete()
        session.add(d.Phone(organization_id=row.service.organization_id, number="615-555-0177", type="voice"))
    seen = directory.listing(row.id)
    assert seen is not None
    assert [phone.number for phone in seen.phones] == ["615-555-0177"]


@pytest.mark.sqlite_only
def test_a_javascript_address_never_becomes_a_link(cast: Cast) -> None:
    with write() as session:
        service = session.get_one(d.Service, cast.detox.service.number)
        for url in (
            "javascript:alert(1)",
            " jAvascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "//evil.invalid",
        ):
            service.url = url
            session.flush()
            assert directory.listing(cast.detox.id).url == ""  # type: ignore[union-attr]
        service.url = "https://detox.invalid/"
    assert directory.listing(cast.detox.id).url == "https://detox.invalid/"  # type: ignore[union-attr]


@pytest.mark.sqlite_only
def test_availability_is_shown_with_its_age(cast: Cast) -> None:
    with write() as session:
        row = session.merge(cast.crisis_center)
        row.availability, row.availability_at, row.availability_source = (
            "yes",
            clock.now() - timedelta(minutes=14),
            "desk",
        )
    seen = directory.listing(cast.crisis_center.id)
    assert seen is not None
    assert seen.availability.words == "Yes, as of 14 min ago by the desk"
