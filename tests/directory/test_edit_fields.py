"""Every field of a listing, typed and read back; what waits for whom; what is left alone beside what changed."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal import directory
from portal.accounts.models import Account, Membership
from portal.accounts.queries import actor_of
from portal.directory import models as d
from portal.directory.differences import differences
from portal.directory.fields import FIELDS, clean_text, field_words, waiting_fields
from portal.store import Refused, clock, db, write
from tests.directory.test_edits import edit, history_of, version_of, waiting_id
from tests.people import Cast


@pytest.fixture
def editor(cast: Cast) -> Account:
    """Somebody whose mailbox alone speaks for the crisis center."""
    with write() as session:
        account = Account(
            id=uuid4(),
            community_id=cast.community.id,
            email="editor@center.example",
            name="Ed Itor",
            created_at=clock.now(),
        )
        account.memberships = [
            Membership(role="editor", organization_id=cast.crisis_center.service.organization_id)
        ]
        session.add(account)
    return account


TYPED = {
    "alternate_name": "The Center",
    "hotline_phone": "615-555-0144",
    "text_phone": "615-555-0145",
    "tty_phone": "615-555-0146",
    "fax_phone": "615-555-0147 x 2",
    "more": "Ring the bell at the back",
    "transportation": "Bus 12",
    "care": "crisis_center, detox",
    "for_whom": "adults, veterans",
    "ages": "18-64",
    "payment": "free, sliding",
    "access": "walk_in",
    "capacity": "3 of 12 beds\n2 chairs",
    "email": "hello@center.example",
}


def test_every_field_is_read_back_as_it_was_typed(cast: Cast) -> None:
    row = cast.crisis_center
    result = edit(cast.steward, row, **TYPED)
    assert result is not None
    assert set(result.live) == set(TYPED)
    view = directory.listing_for(actor_of(cast.steward), row.id)
    assert view is not None
    assert {name: view.texts[name] for name in TYPED} == TYPED
    assert set(view.texts) == set(FIELDS)
    seen = directory.listing(row.id)
    assert seen is not None
    assert (seen.minimum_age, seen.maximum_age, seen.transportation) == (18, 64, "Bus 12")
    assert seen.codes("for") == {"adults", "veterans"}
    assert seen.codes("care") == {"crisis_center", "detox"}
    assert {(phone.type, phone.number) for phone in seen.phones} >= {
        ("hotline", "615-555-0144"),
        ("text", "615-555-0145"),
    }
    before = version_of(row.id)
    assert edit(cast.steward, row, **TYPED) == directory.EditResult([], [])
    assert version_of(row.id) == before
    emptied = edit(cast.steward, row, **dict.fromkeys(TYPED, ""))
    assert emptied is not None
    assert directory.listing_for(actor_of(cast.steward), row.id).texts["care"] == ""  # type: ignore[union-attr]
    assert db.session.scalars(select(d.ServiceCapacity)).all() == []


@pytest.mark.sqlite_only
def test_what_a_source_said_beside_a_language_or_a_paper_stays(cast: Cast) -> None:
    row = cast.crisis_center
    with write() as session:
        session.add(d.Language(service_id=row.service_id, name="Spanish", code="es", note="by phone"))
        session.add(
            d.RequiredDocument(service_id=row.service_id, document="Form A", uri="https://a.example/form")
        )
    edit(cast.provider, row, languages="Spanish, Arabic", documents="Form A\nPhoto ID")
    db.session.expire_all()
    assert {(each.code, each.note) for each in db.session.scalars(select(d.Language))} == {
        ("es", "by phone"),
        ("ar", ""),
    }
    assert {(each.document, each.uri) for each in db.session.scalars(select(d.RequiredDocument))} == {
        ("Form A", "https://a.example/form"),
        ("Photo ID", ""),
    }


@pytest.mark.sqlite_only
def test_free_places_keep_their_row_and_their_unit_and_are_as_of_now(cast: Cast) -> None:
    row, then = cast.crisis_center, datetime(2020, 1, 1, tzinfo=UTC)
    with write() as session:
        unit = d.Unit(name="Beds", source="feed")
        session.add(
            d.ServiceCapacity(service_id=row.service_id, available=1, maximum=4, updated=then, unit=unit)
        )
    edit(cast.provider, row, capacity="0 of 4 beds\n1 chair")
    db.session.expire_all()
    counted = clock.now()
    told = directory.listing(row.id)
    assert told is not None
    assert [words.split(",")[0] for words in told.free_places] == ["0 of 4 Beds", "1 chair"]
    assert (
        directory.listing_of(told.card, counted + timedelta(hours=3)).free_places[1] == "1 chair, 3 hours ago"
    )
    assert directory.listing_of(told.card, counted + timedelta(hours=25)).free_places == ()
    rooms = {room.unit.name: room for room in db.session.scalars(select(d.ServiceCapacity))}
    assert rooms.keys() == {"Beds", "chair"}
    assert (rooms["Beds"].available, rooms["Beds"].unit.source) == (0, "feed")
    assert rooms["Beds"].updated > then


@pytest.mark.sqlite_only
def test_ticks_of_other_lists_are_left_alone(cast: Cast) -> None:
    row = cast.crisis_center
    with write() as session:
        book = d.Taxonomy(name="A book")
        session.add(book)
        session.flush()
        term = d.TaxonomyTerm(taxonomy_id=book.id, category="care", code="detox", name="Detox")
        session.add(term)
        session.flush()
        session.add(d.ServiceTerm(service_number=row.service.number, term_number=term.number))
        number = term.number
    edit(cast.steward, row, care="", for_whom="", payment="", access="")
    held = db.session.scalars(
        select(d.ServiceTerm.term_number).where(d.ServiceTerm.service_number == row.service.number)
    )
    assert held.all() == [number]


def test_who_only_has_a_mailbox_waits_with_whatever_could_lead_people_astray(
    cast: Cast, editor: Account
) -> None:
    row = cast.crisis_center
    result = edit(
        editor,
        row,
        phone="615-555-0666",
        url="https://elsewhere.example",
        eligibility_description="Nobody",
        alert="Closed on July 4",
        fees_description="Free",
    )
    assert result == directory.EditResult(
        ["alert", "fees_description"], ["phone", "eligibility_description", "url"]
    )
    assert "615-555-0666" not in repr(directory.listing(row.id))
    assert (
        directory.decide_proposal(actor_of(cast.steward), waiting_id(cast, "phone"), True, "") == "approved"
    )
    assert "615-555-0666" in repr(directory.listing(row.id))
    # The same from somebody whom a steward let speak for the place is live at once.
    assert edit(cast.provider, row, phone="615-555-0188") == directory.EditResult(["phone"], [])


@pytest.mark.sqlite_only
def test_who_only_has_a_mailbox_neither_sees_nor_moves_the_desk(cast: Cast, editor: Account) -> None:
    row, actor = cast.crisis_center, actor_of(editor)
    view = directory.listing_for(actor, row.id)
    assert view is not None
    assert not view.vouched
    assert "desk_email" not in view.texts
    with pytest.raises(Refused):
        edit(editor, row, desk_email="mine@evil.example")
    phone = directory.desk_phone(actor, row.id)
    assert phone is not None
    assert not phone.allowed
    assert directory.ask_desk_phone(actor, row.id, "615-555-0188") is None
    assert directory.remove_desk_phone(actor, row.id) is None
    assert directory.listing_for(actor, cast.shelter.id) is None


@pytest.mark.sqlite_only
def test_a_confidential_place_says_no_way_there(cast: Cast) -> None:
    row = cast.victim_service
    view = directory.listing_for(actor_of(cast.steward), row.id)
    assert view is not None
    assert {"address", "transportation"}.isdisjoint(view.texts)
    for name, text in (
        ("transportation", "Bus 12"),
        ("more", "Behind 412 Oak St"),
        ("capacity", "12 Oak St"),
    ):
        with pytest.raises(Refused, match="confidential"):
            edit(cast.steward, row, **{name: text})
    assert history_of(row.id, row.service_id, row.location_id) == []


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("ages", "18 and older", "18+"),
        ("ages", "13 to 17", "13-17"),
        ("ages", "0-17", "up to 17"),
        ("ages", "", ""),
        ("care", "shelter detox, shelter", "detox, shelter"),
        ("capacity", " 3 of 12 Beds \n\n2  chairs", "3 of 12 Beds\n2 chairs"),
        ("email", "Hello@Center.example", "Hello@center.example"),
        ("hotline_phone", "988", "988"),
    ],
)
def test_plain_words_are_understood(name: str, typed: str, kept: str) -> None:
    assert clean_text(name, typed) == kept
    assert clean_text(name, kept) == kept


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("ages", "64-18"),
        ("ages", "grown-ups"),
        ("ages", "1000+"),
        ("care", "astrology"),
        ("capacity", "13 of 12 beds"),
        ("capacity", "some beds"),
        ("capacity", "1 bed\n2 bed"),
        ("email", "call us"),
        ("tty_phone", "javascript:1"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(name: str, typed: str) -> None:
    with pytest.raises(Refused) as refused:
        clean_text(name, typed)
    assert refused.value.field == name


def test_more_waits_without_a_human_s_word_never_less() -> None:
    assert waiting_fields(True) < waiting_fields(False)
    assert {"crisis_phone", "hotline_phone", "address", "name", "care", "service_areas"} == waiting_fields(
        True
    )
    assert {"phone", "intake_phone", "url", "eligibility_description"} <= waiting_fields(False)


def test_ticks_are_shown_by_their_labels() -> None:
    assert field_words("for_whom", "adults, veterans") == "Adults, Veterans"
    assert field_words("care", "") == ""
    assert field_words("alert", "adults, veterans") == "adults, veterans"


@given(st.text(max_size=80), st.text(max_size=80))
def test_both_sides_of_a_difference_are_whole_texts(old: str, new: str) -> None:
    found = differences(old, new)
    assert "".join(piece.text for piece in found.old) == old
    assert "".join(piece.text for piece in found.new) == new
    if old == new:
        assert not any(piece.changed for piece in found.old + found.new)


def test_a_very_long_text_is_shown_as_changed_whole() -> None:
    found = differences("a " * 5000, "b")
    assert (len(found.old), found.new) == (1, differences("", "b").new)
