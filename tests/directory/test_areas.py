"""Service areas in plain words: what may be typed, who may, what is kept, and what a confidential place never says."""

import json
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal import directory
from portal.accounts.models import Account
from portal.accounts.queries import actor_of
from portal.directory import models as d
from portal.directory.areas import FIELD, MOST, area_mark, area_words, clean_areas, split_areas
from portal.geo import read_shape, shape_text
from portal.geo.models import Place
from portal.store import Refused, db, write
from tests.people import Cast

DRAWN = json.dumps(
    {"type": "Polygon", "coordinates": [[[-87, 36], [-86, 36], [-86, 37], [-87, 36]]]}, indent=2
)
STORED = shape_text(read_shape(DRAWN))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("37203, 37207; Davidson County, TN; All of TN; The whole country",
         "37203, 37207; Davidson County, TN; All of TN; The whole country"),
        ("ZIP 37207 37203-1234\n37203", "37203, 37207"),
        ("davidson co., tn", "davidson County, TN"),
        ("Davidson, Wilson County, TN", "Davidson County, TN; Wilson County, TN"),
        ("Davidson County TN", "Davidson County, TN"),
        ("Tennessee; ky", "All of KY; All of TN"),
        ("All of TN, KY", "All of KY; All of TN"),
        ("Washington, OR", "Washington County, OR"),
        ("New York, NY; New York", "New York County, NY; All of NY"),
        ("37203, Davidson County, TN", "37203; Davidson County, TN"),
        ("nationwide", "The whole country"),
        ("U.S.A.; usa", "The whole country"),
        ("Map area 1F0C9A2E: North, and more", "Map area 1f0c9a2e"),
        (f"North side: {DRAWN}; 37203", f"37203; North side {STORED}"),
        (DRAWN + "\n" + DRAWN, STORED),
    ],
)  # fmt: skip
def test_plain_words_mean_areas_and_read_back_as_themselves(typed: str, kept: str) -> None:
    assert clean_areas(typed, confidential=False) == kept
    assert clean_areas(kept, confidential=False) == kept


@pytest.mark.parametrize(
    "typed",
    ["3720", "372035", "37203x", "Davidson", "here; there", "Davidson, XX", "{", "{}", '{"type": "Point"}',
     DRAWN.replace("-87", "NaN"), "{" * 5000, '{"a":' * 5000, "x" * 81 + DRAWN, "a } " + DRAWN, "1 Main St, Nashville, 37203"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_beside_its_field(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        clean_areas(typed, confidential=False)
    assert refused.value.field == FIELD
    assert refused.value.reason.endswith((".", "?")) or ": " in refused.value.reason


def test_five_hundred_areas_are_enough() -> None:
    many = ", ".join(f"{code:05}" for code in range(MOST))
    assert len(split_areas(many)) == MOST
    with pytest.raises(Refused):
        split_areas(many + ", 99999")


@given(st.text() | st.lists(st.sampled_from([
    "37203", "Davidson County", "TN", "Tennessee", ",", ";", "\n", " ", "{", "}", DRAWN, "Map area 1f0c9a2e", "All of", "zip",
])).map("".join))  # fmt: skip
@example("ZIP,TN")  # a place called Zip, not a ZIP
def test_no_text_breaks_the_reader_and_what_it_keeps_it_reads_again(typed: str) -> None:
    try:
        kept = clean_areas(typed, confidential=False)
    except Refused:
        return
    assert clean_areas(kept, confidential=False) == kept


@pytest.mark.parametrize("typed", ["37203", DRAWN, "Map area 1f0c9a2e", "Davidson County, TN; 37203"])
def test_a_confidential_place_names_no_zip_and_no_map(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        directory.clean_text(FIELD, typed, confidential=True)
    assert refused.value.field == FIELD
    wide = "Davidson County, TN; All of TN"
    assert directory.clean_text(FIELD, wide, confidential=True) == wide


def test_every_kind_has_its_words() -> None:
    said = [area_words(*area) for area in (
        ("zip", "37203", ""), ("county", "Orleans Parish, LA", ""), ("county", "Davidson, TN", "Metro"), ("state", "TN", ""),
        ("nation", "US", ""), ("polygon", STORED, "North side"), ("polygon", STORED, ""), ("county", "odd", ""),
    )]  # fmt: skip
    assert said == [
        "ZIP 37203", "Orleans Parish, LA", "Metro", "All of TN", "The whole country", "North side", "An area on a map", "odd",
    ]  # fmt: skip


@pytest.fixture
def mapped(cast: Cast) -> Cast:
    """The cast, and a gazetteer of three ZIPs."""
    with write() as session:
        for code, county in (("37203", "Davidson"), ("37207", "Davidson"), ("37122", "Wilson")):
            session.add(
                Place(
                    kind="zip", code=code, folded="town", state="TN", county=county, latitude=36.1, longitude=-86.7,
                    time_zone="America/Chicago",
                )
            )  # fmt: skip
    return cast


def edit(account: Account, listing: d.ServiceAtLocation, text: str) -> directory.EditResult | None:
    view = directory.listing_for(actor_of(account), listing.id)
    assert view is not None
    return directory.propose_edit(actor_of(account), listing.id, view.version, {FIELD: text})


def text_of(account: Account, listing_id: UUID) -> str:
    view = directory.listing_for(actor_of(account), listing_id)
    assert view is not None
    return view.texts[FIELD]


def stored(service_id: UUID) -> list[tuple[str, str, str]]:
    rows = db.session.scalars(select(d.ServiceArea).where(d.ServiceArea.service_id == service_id))
    return sorted((row.extent_type, row.extent, row.name) for row in rows)


def test_a_steward_writes_areas_and_everybody_sees_them(mapped: Cast) -> None:
    row = mapped.crisis_center
    result = edit(mapped.steward, row, "37207, 37203; wilson co, Tennessee; All of KY")
    assert result == directory.EditResult([FIELD], [])
    assert stored(row.service_id) == [
        ("county", "Wilson, TN", ""), ("state", "KY", ""), ("zip", "37203", ""), ("zip", "37207", ""),
    ]  # fmt: skip
    assert text_of(mapped.steward, row.id) == "37203, 37207; Wilson County, TN; All of KY"
    seen = directory.listing(row.id)
    assert seen is not None
    assert seen.service_areas == ("Wilson County, TN", "All of KY", "ZIP 37203", "ZIP 37207")
    line = db.session.scalars(select(d.Metadata).where(d.Metadata.field_name == FIELD)).one()
    assert (line.previous_value, line.replacement_value) == ("", "37203, 37207; Wilson County, TN; All of KY")
    again = edit(mapped.steward, row, "All of Kentucky; Wilson, TN\n37203 37207")
    assert again == directory.EditResult([], [])


def test_a_providers_areas_wait_and_are_live_when_a_steward_agrees(mapped: Cast) -> None:
    row = mapped.crisis_center
    assert edit(mapped.provider, row, "37203") == directory.EditResult([], [FIELD])
    assert stored(row.service_id) == []
    proposal = db.session.scalars(select(d.Proposal)).one()
    assert directory.decide_proposal(actor_of(mapped.steward), proposal.id, True) == "approved"
    assert stored(row.service_id) == [("zip", "37203", "")]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("37203, 37299", "37299"),
        ("Davidsen, TN", "Davidson County, TN"),
        ("Davidson, NC", "Davidson County, NC"),
    ],
)
def test_what_the_gazetteer_does_not_know_is_refused_in_words(mapped: Cast, typed: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        edit(mapped.steward, mapped.crisis_center, typed)
    assert said in refused.value.reason
    assert refused.value.field == FIELD
    assert stored(mapped.crisis_center.service_id) == []


def test_what_stands_is_never_questioned_and_keeps_its_name(mapped: Cast) -> None:
    row = mapped.crisis_center
    with write() as session:
        session.add(
            d.ServiceArea(
                service_id=row.service_id, extent="Elsewhere County, TN", extent_type="county", name="East"
            )
        )
        session.add(d.ServiceArea(service_id=row.service_id, extent="00000", extent_type="zip"))
    assert text_of(mapped.steward, row.id) == "00000; Elsewhere County, TN"
    edit(mapped.steward, row, "00000, 37203; Elsewhere, TN")
    assert ("county", "Elsewhere County, TN", "East") in stored(row.service_id)
    assert len(stored(row.service_id)) == 3


def test_a_steward_pastes_a_map_area_and_a_provider_may_only_keep_it_or_take_it_out(mapped: Cast) -> None:
    row, mark = mapped.crisis_center, area_mark(STORED)
    edit(mapped.steward, row, f"37203; North side: {DRAWN}")
    assert stored(row.service_id) == [("polygon", STORED, "North side"), ("zip", "37203", "")]
    assert text_of(mapped.provider, row.id) == f"37203; Map area {mark}: North side"
    line = db.session.scalars(select(d.Metadata).where(d.Metadata.field_name == FIELD)).one()
    assert "coordinates" not in line.replacement_value
    assert edit(mapped.steward, row, f"37203; {DRAWN}") == directory.EditResult([], [])
    with pytest.raises(Refused):
        edit(mapped.provider, row, DRAWN.replace("-86", "-85"))
    with pytest.raises(Refused):
        edit(mapped.provider, row, "Map area 00000000")
    edit(mapped.provider, row, f"Map area {mark}: anything; 37207")
    proposal = db.session.scalars(select(d.Proposal)).one()
    assert directory.decide_proposal(actor_of(mapped.steward), proposal.id, True) == "approved"
    assert stored(row.service_id) == [("polygon", STORED, "North side"), ("zip", "37207", "")]
    edit(mapped.steward, row, "37207")
    assert stored(row.service_id) == [("zip", "37207", "")]


def test_of_a_confidential_place_no_zip_and_no_map_is_shown_used_or_lost(mapped: Cast) -> None:
    row = mapped.victim_service
    with write() as session:
        for kind, extent in (("zip", "37203"), ("polygon", STORED), ("county", "Davidson, TN")):
            session.add(
                d.ServiceArea(
                    service_id=row.service_id, extent_type=kind, extent=extent, name=f"near {extent[:5]}"
                )
            )
    assert text_of(mapped.steward, row.id) == "Davidson County, TN"
    seen = directory.listing(row.id)
    assert seen is not None
    assert [kind for kind, _extent, _name in seen.card["areas"]] == ["county"]
    assert "37203" not in repr(seen.card)
    assert "coordinates" not in repr(seen.card)
    with pytest.raises(Refused):
        edit(mapped.steward, row, "Davidson County, TN; 37203")
    edit(mapped.steward, row, "All of TN")
    kinds = db.session.scalars(
        select(d.ServiceArea.extent_type).where(d.ServiceArea.service_id == row.service_id)
    )
    assert sorted(kinds) == ["polygon", "state", "zip"]  # what the editor was not shown stays as it was


def test_every_listing_of_the_service_is_told(mapped: Cast) -> None:
    def changes() -> int:
        return db.session.scalar(select(func.count()).select_from(d.Change)) or 0

    before = changes()
    edit(mapped.steward, mapped.crisis_center, "37203")
    assert changes() == before + 1
