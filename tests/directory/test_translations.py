"""A listing in two languages: whose words, of which day, and what is shown where there are none."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal import directory
from portal.accounts.queries import actor_of
from portal.directory import models as d
from portal.search.harvest import harvest
from portal.store import Conflict, Refused, clock, db, write
from tests.directory.test_edits import changes_of, edit, history_of, version_of, waiting_id
from tests.people import Cast

WORDS = {"description": "Open to all adults", "eligibility_description": "Adults", "documents": "Photo ID"}
SAID = {
    "description@es": "Abierto a toda persona adulta",
    "eligibility_description@es": "Personas adultas",
    "documents@es": "Identificación con foto",
}


@pytest.fixture
def county(cast: Cast) -> Cast:
    """A county that speaks English and Spanish, and a listing with words."""
    with write() as session:
        session.get_one(d.Community, cast.community.id).languages = ["en", "es"]
    edit(cast.steward, cast.crisis_center, **WORDS)
    return cast


def shown(cast: Cast, language: str = "es") -> directory.Listing:
    db.session.expire_all()
    found = directory.listing(cast.crisis_center.id)
    assert found is not None
    return found.in_language(language)


def test_each_field_is_said_by_a_human_with_its_own_day(county: Cast) -> None:
    row, feed = county.crisis_center, changes_of(county.crisis_center)
    first = clock.now()
    with time_machine.travel(first, tick=False) as travel:
        edit(county.provider, row, **{"description@es": SAID["description@es"]})
        travel.shift(timedelta(days=3))
        edit(
            county.provider,
            row,
            **{name: text for name, text in SAID.items() if name != "description@es"},
        )
    assert changes_of(row) == feed + 2
    seen = shown(county)
    assert seen.description == SAID["description@es"]
    assert seen.documents == ("Identificación con foto",)
    assert (seen.lang_of("description"), seen.lang_of("fees")) == ("es", "en")
    assert not seen.outdated
    days = sorted(db.session.scalars(select(d.Translation.translated_on)))
    assert days[-1] - days[0] == timedelta(days=3)
    assert seen.translated_on == days[0]
    assert (
        "description@es",
        "",
        SAID["description@es"],
        "Pat Provider",
    ) in history_of(row.service_id)
    original = shown(county, "en")
    assert (original.description, original.languages_said) == ("Open to all adults", ("en", "es"))


@pytest.mark.sqlite_only
def test_where_nothing_is_said_the_original_stands_and_says_its_language(county: Cast) -> None:
    seen = shown(county)
    assert (seen.description, seen.lang_of("description"), seen.translated_on) == (
        "Open to all adults",
        "en",
        None,
    )
    with write() as session:
        session.get_one(d.Community, county.community.id).languages = ["es", "en"]
    assert shown(county, "es").lang_of("description") == "es"


@pytest.mark.sqlite_only
def test_a_changed_original_makes_its_translation_old_until_a_human_looks(county: Cast) -> None:
    row = county.crisis_center
    edit(county.provider, row, **SAID)
    edit(county.provider, row, eligibility_description="Women only")
    seen = shown(county)
    assert seen.eligibility == "Personas adultas"
    assert seen.outdated
    found = directory.translation_for(actor_of(county.provider), row.id, "es")
    assert found is not None
    assert {name for name, field in found.fields.items() if not field.fresh and field.on} == {
        "eligibility_description"
    }
    feed, before = changes_of(row), version_of(row.id)
    actor = actor_of(county.provider)
    assert directory.assure_translations(actor, row.id, "es", ["eligibility_description", "name", "x"]) == 1
    assert not shown(county).outdated
    assert (changes_of(row), version_of(row.id)) == (feed + 1, before + 1)
    assert directory.assure_translations(actor_of(county.stranger), row.id, "es", ["description"]) is None


@pytest.mark.sqlite_only
def test_an_old_notice_is_not_said_in_its_old_words(county: Cast) -> None:
    row = county.crisis_center
    edit(county.provider, row, alert="Closed today")
    edit(county.provider, row, **{"alert@es": "Cerrado hoy"})
    assert shown(county).alert == "Cerrado hoy"
    edit(county.provider, row, alert="Open again")
    assert (shown(county).alert, shown(county).lang_of("alert")) == ("Open again", "en")


def test_a_name_in_another_language_waits_like_the_name(county: Cast) -> None:
    row = county.crisis_center
    result = edit(county.provider, row, **{"name@es": "Centro de crisis", "description@es": "Hola"})
    assert result == directory.EditResult(["description@es"], ["name@es"])
    assert shown(county).name == "Crisis Receiving"
    assert directory.decide_proposal(actor_of(county.steward), waiting_id(county, "name@es"), True, "")
    assert (shown(county).name, shown(county).lang_of("name")) == ("Centro de crisis", "es")


@pytest.mark.sqlite_only
def test_two_translators_at_once_see_both_texts(county: Cast) -> None:
    row, opened = county.crisis_center, version_of(county.crisis_center.id)
    edit(county.steward, row, **{"description@es": "Uno"})
    with pytest.raises(Conflict) as conflict:
        directory.propose_edit(
            actor_of(county.provider), row.id, opened, {"description@es": "Dos", "fees_description@es": ""}
        )
    assert (conflict.value.current.stands, conflict.value.current.typed) == (
        {"description@es": "Uno"},
        {"description@es": "Dos"},
    )


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "name", ["description@xx", "description@", "phone@es", "hours@es", "no@es", "description@es@es"]
)
def test_what_is_no_field_or_no_language_here_is_refused(county: Cast, name: str) -> None:
    with pytest.raises(Refused):
        edit(county.steward, county.crisis_center, **{name: "Hola"})
    assert db.session.scalars(select(d.Translation)).all() == []


@pytest.mark.sqlite_only
def test_taken_out_it_is_no_longer_said(county: Cast) -> None:
    edit(county.provider, county.crisis_center, **SAID)
    edit(county.provider, county.crisis_center, **dict.fromkeys(SAID, ""))
    assert shown(county).spoken == {}
    assert db.session.scalars(select(d.Attribute)).all() == []
    assert db.session.scalars(select(d.Translation)).all() == []


@pytest.mark.sqlite_only
def test_a_confidential_place_is_not_given_away_in_any_language(county: Cast) -> None:
    row = county.victim_service
    for name, text in (
        ("description@es", "Estamos en 412 Canary St"),
        ("alert@es", "Ahora en 37203"),
        ("transportation@es", "Autobús 12"),
    ):
        with pytest.raises(Refused):
            edit(county.steward, row, **{name: text})
    assert directory.propose_edit(
        actor_of(county.steward), row.id, version_of(row.id), {"description@es": "Ayuda"}
    )
    with write() as session:  # a row from before the place was secret
        session.add(
            d.Translation(
                link_entity="location", link_id=row.location_id, field="transportation", language="es",
                text="Canary", original="", translated_on=date(2026, 1, 1), translated_by="x",
            )
        )  # fmt: skip
    found = directory.listing(row.id)
    assert found is not None
    assert "Canary" not in repr(found.in_language("es"))


@pytest.mark.sqlite_only
def test_search_reads_both_languages_and_others_are_given_what_is_said(county: Cast) -> None:
    row = county.crisis_center
    edit(county.provider, row, **SAID)
    made = next(found for found in harvest([row.number]))
    assert any(stem.startswith("abiert") for stem in made.text)
    given = db.session.scalars(select(d.Attribute).order_by(d.Attribute.label)).all()
    assert [(each.link_entity, each.label, each.value) for each in given] == [
        ("service", "description", SAID["description@es"]),
        ("service", "eligibility_description", "Personas adultas"),
        ("service", "required_documents", "Identificación con foto"),
    ]
    lines = directory.translations_of([row.service_id, row.id])[row.service_id]
    assert [(line.entity, line.field, line.language) for line in lines] == [
        ("service", "description", "es"),
        ("service", "eligibility_description", "es"),
        ("service", "required_documents", "es"),
    ]
