"""What others' terms stand for: services get our words by it, lose them with it, and what a person said there stays."""

from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts import actor_for_token, start_session
from portal.directory import listing, propose_edit, write_terms
from portal.directory import models as d
from portal.directory.taxonomies import (
    NOTHING,
    List,
    Term,
    TermPage,
    decide_meanings,
    derive_words,
    take_taxonomy,
    taxonomies,
    taxonomy_term,
    taxonomy_terms,
)
from portal.store import Refused, db, write
from portal.store.actor import TERMINAL
from tests.people import Cast

pytestmark = pytest.mark.sqlite_only

TREE = List(
    "House List",
    terms=(
        Term("a", "Warmth", "A"),
        Term("a1", "Coats", "A-1", parent="a"),
        Term("a11", "Gloves", "A-1.1", parent="a1"),
        Term("b", "Meals", "B"),
    ),
)


@pytest.fixture
def terms(app: Flask, cast: Cast) -> dict[str, d.TaxonomyTerm]:
    take_taxonomy(TERMINAL, TREE)
    assert derive_words() == 0  # nothing stands for anything yet
    rows = db.session.scalars(
        select(d.TaxonomyTerm)
        .join(d.Taxonomy, d.Taxonomy.id == d.TaxonomyTerm.taxonomy_id)
        .where(d.Taxonomy.name == TREE.name)
    )
    return {term.name: term for term in rows}


def carry(service: d.Service, *terms: d.TaxonomyTerm) -> None:
    with write() as session:
        session.add_all(
            d.ServiceTerm(service_number=service.number, term_number=term.number) for term in terms
        )


def care(cast_listing: d.ServiceAtLocation) -> set[str]:
    found = listing(cast_listing.id)
    assert found is not None
    return found.codes("care")


def changes() -> int:
    return db.session.scalar(select(func.max(d.Change.number))) or 0


def mean(**wanted: Sequence[str]) -> int:
    ids = dict(db.session.execute(select(d.TaxonomyTerm.name, d.TaxonomyTerm.id)).tuples().all())
    return decide_meanings(TERMINAL, {ids[name]: codes for name, codes in wanted.items()})


def test_a_service_gets_the_word_that_its_term_stands_for_and_loses_it_with_the_meaning(
    cast: Cast, terms: dict[str, d.TaxonomyTerm]
) -> None:
    carry(cast.shelter.service, terms["Meals"])
    before = changes()
    assert care(cast.shelter) == {"shelter"}
    assert mean(Meals=["food"]) == 1
    assert derive_words() == 1
    assert care(cast.shelter) == {"shelter", "food"}
    assert changes() == before + 1  # the index hears of it
    assert derive_words() == 0
    assert changes() == before + 1
    assert mean(Meals=["food"]) == 0
    assert mean(Meals=[]) == 1
    assert derive_words() == 1
    assert care(cast.shelter) == {"shelter"}
    assert db.session.scalar(select(func.count()).select_from(d.DerivedTerm)) == 0


def test_the_nearest_term_above_with_a_meaning_speaks_and_nothing_is_a_meaning(
    cast: Cast, terms: dict[str, d.TaxonomyTerm]
) -> None:
    carry(cast.shelter.service, terms["Gloves"])
    mean(Warmth=["case_management", "free"])
    derive_words()
    assert care(cast.shelter) == {"shelter", "case_management"}
    mean(Coats=["housing"])
    derive_words()
    assert care(cast.shelter) == {"shelter", "housing"}
    mean(Gloves=[NOTHING])
    derive_words()
    assert care(cast.shelter) == {"shelter"}
    mean(Gloves=[], Coats=[])
    derive_words()
    assert care(cast.shelter) == {"shelter", "case_management"}


def test_a_term_that_comes_later_by_any_way_brings_its_words(
    cast: Cast, terms: dict[str, d.TaxonomyTerm]
) -> None:
    mean(Meals=["food"])
    derive_words()
    carry(cast.detox.service, terms["Meals"])
    with write() as session:  # what every import and edit writes
        session.add(
            d.Change(service_at_location_number=cast.detox.number, at=cast.detox.service.last_modified)
        )
    assert derive_words() == 1
    assert "food" in care(cast.detox)
    with write() as session:
        pair = session.get(d.ServiceTerm, (cast.detox.service.number, terms["Meals"].number))
        session.delete(pair)
        session.add(
            d.Change(service_at_location_number=cast.detox.number, at=cast.detox.service.last_modified)
        )
    assert derive_words() == 1
    assert "food" not in care(cast.detox)


def test_a_word_that_a_service_had_before_stays_when_the_meaning_goes(
    cast: Cast, terms: dict[str, d.TaxonomyTerm]
) -> None:
    carry(cast.shelter.service, terms["Meals"])
    mean(Meals=["shelter"])
    assert derive_words() == 0
    mean(Meals=[])
    derive_words()
    assert care(cast.shelter) == {"shelter"}


def test_what_a_person_ticked_stands_whatever_the_terms_mean(
    cast: Cast, terms: dict[str, d.TaxonomyTerm]
) -> None:
    carry(cast.shelter.service, terms["Meals"])
    mean(Meals=["food"])
    derive_words()
    desk = actor_for_token(start_session(cast.steward.id))
    assert desk is not None
    propose_edit(desk, cast.shelter.id, cast.shelter.version, {"care": "shelter"})
    assert care(cast.shelter) == {"shelter"}
    derive_words()
    mean(Warmth=["food"])
    derive_words()
    assert care(cast.shelter) == {"shelter"}


def test_who_was_killed_half_way_begins_again(cast: Cast, terms: dict[str, d.TaxonomyTerm]) -> None:
    carry(cast.shelter.service, terms["Meals"])
    mean(Meals=["food"])
    with write() as session:  # what stands after the first step of a turn
        watch = session.get_one(d.TermWatch, 1)
        watch.afresh, watch.change = False, -1
    assert derive_words() == 1
    assert "food" in care(cast.shelter)
    assert db.session.get_one(d.TermWatch, 1).change >= 0


@pytest.mark.parametrize("codes", [["nonsense"], ["food", NOTHING], ["'--"]])
def test_a_word_that_is_none_is_refused_and_nothing_is_written(
    cast: Cast, terms: dict[str, d.TaxonomyTerm], codes: list[str]
) -> None:
    with pytest.raises(Refused):
        mean(Meals=["food"], Warmth=codes)
    assert db.session.scalar(select(func.count()).select_from(d.TermMeaning)) == 0


def test_our_own_words_stand_for_themselves(cast: Cast, terms: dict[str, d.TaxonomyTerm]) -> None:
    number = write_terms()["food"]
    own = db.session.scalars(select(d.TaxonomyTerm).where(d.TaxonomyTerm.number == number)).one()
    with pytest.raises(Refused):
        decide_meanings(TERMINAL, {own.id: ["shelter"]})


def test_a_steward_sees_a_list_in_its_order_with_who_carries_what(
    cast: Cast, terms: dict[str, d.TaxonomyTerm]
) -> None:
    carry(cast.shelter.service, terms["Gloves"])
    mean(Warmth=["free"])
    (listed,) = taxonomies()
    assert (listed.name, listed.terms, listed.used, listed.decided) == ("House List", 4, 1, 1)
    page = taxonomy_terms(listed.id)
    assert page is not None
    assert [(each.name, each.depth, each.above) for each in page.terms] == [
        ("Warmth", 0, ""), ("Coats", 1, "Warmth"), ("Gloves", 2, "Coats"), ("Meals", 0, ""),
    ]  # fmt: skip
    assert [each.own for each in page.terms] == [("free",), (), (), ()]
    assert [each.inherited for each in page.terms] == [(), ("free",), ("free",), ()]
    assert named(taxonomy_terms(listed.id, words="a-1")) == ["Coats", "Gloves"]
    assert named(taxonomy_terms(listed.id, show="used")) == ["Gloves"]
    assert named(taxonomy_terms(listed.id, show="open")) == []
    one = taxonomy_term(terms["Gloves"].id)
    assert one is not None
    assert (one[1].above, one[1].services, one[1].inherited) == ("Coats", 1, ("free",))


def named(page: TermPage | None) -> list[str]:
    assert page is not None
    return [each.name for each in page.terms]
