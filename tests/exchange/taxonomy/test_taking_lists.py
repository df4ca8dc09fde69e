"""Taking in lists of terms that others own: XML, CSV and JSON, whole or not at all, and the same again writes nothing."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.directory.models import Taxonomy, TaxonomyTerm
from portal.exchange.taxonomy import BadTaxonomy, import_taxonomy
from portal.store import Refused, db
from portal.store.actor import TERMINAL
from tests.conftest import SHARED

pytestmark = pytest.mark.sqlite_only

XML = b"""<?xml version="2.0" encoding="UTF-8"?>
<taxonomy><version>9</version><services><descriptions><category id="1" title="warmth">Coats and heat.</category></descriptions>
<top_level id="1" title="Warmth"><second_level id="2" title="Coats &amp; hats"><third_level id="3" title="Gloves"/></second_level>
<second_level id="3" title="Heaters"/></top_level></services>
<situations><top_level id="1" title="Cold"/></situations></taxonomy>"""

CSV = """id,code,name,description,parent_id,taxonomy,language,term_uri
11,A,Warmth,Coats and heat,,House List,en,https://terms.example/A
12,A-1,Coats,,11,,,
13,A-1.1,Gloves,,12,,,
"""


def terms_of(name: str) -> dict[str, TaxonomyTerm]:
    db.session.expire_all()
    found = db.session.scalars(
        select(TaxonomyTerm)
        .join(Taxonomy, Taxonomy.id == TaxonomyTerm.taxonomy_id)
        .where(Taxonomy.name == name)
    )
    return {term.name: term for term in found}


def counted() -> tuple[int | None, int | None]:
    return (
        db.session.scalar(select(func.count()).select_from(Taxonomy)),
        db.session.scalar(select(func.count()).select_from(TaxonomyTerm)),
    )


def test_open_eligibility_s_file_is_read_with_its_odd_first_line_and_keeps_its_notice(app: Flask) -> None:
    result = import_taxonomy(TERMINAL, XML)
    assert result.lists[0].counts == {"created": 5, "updated": 0, "unchanged": 0, "gone": 0}
    assert len(result.mended) == 1  # a code of two terms stays with the first
    terms = terms_of("Open Eligibility")
    assert terms["Gloves"].parent_id == terms["Coats & hats"].id
    assert terms["Coats & hats"].parent_id == terms["Warmth"].id
    assert (terms["Warmth"].description, terms["Warmth"].category) == ("Coats and heat.", "service")
    assert (terms["Gloves"].code, terms["Heaters"].code) == ("3", "")
    assert terms["Cold"].category == "situation"
    row = db.session.scalars(select(Taxonomy).where(Taxonomy.name == "Open Eligibility")).one()
    assert "CC BY-SA 3.0" in row.notice
    assert row.version == "9"


def test_the_same_file_again_writes_nothing_and_a_new_one_only_what_changed(app: Flask) -> None:
    import_taxonomy(TERMINAL, XML)
    ids = {name: term.id for name, term in terms_of("Open Eligibility").items()}
    again = import_taxonomy(TERMINAL, XML).lists[0]
    assert again.counts == {"created": 0, "updated": 0, "unchanged": 5, "gone": 0}
    changed = XML.replace(b"Coats &amp; hats", b"Coats").replace(
        b'<situations><top_level id="1" title="Cold"/></situations>', b""
    )
    later = import_taxonomy(TERMINAL, changed).lists[0]
    assert later.counts == {"created": 0, "updated": 1, "unchanged": 3, "gone": 1}
    assert terms_of("Open Eligibility")["Coats"].id == ids["Coats & hats"]
    assert "Cold" in terms_of("Open Eligibility")  # services may carry it


def test_a_csv_is_one_list_or_several_with_parents_by_id_or_by_code(app: Flask) -> None:
    result = import_taxonomy(TERMINAL, CSV.encode(), name="House List", notice="Used under agreement 7.")
    assert [(each.name, each.created) for each in result.lists] == [("House List", 3)]
    by_code = "code;name;parent_id\nB;Food;\nB-1;Meals;B\n".encode("utf-16")
    import_taxonomy(TERMINAL, by_code, name="By code")
    terms = terms_of("By code")
    assert terms["Meals"].parent_id == terms["Food"].id
    assert terms["Meals"].code == "B-1"


def test_an_old_file_names_its_terms_by_taxonomy_id(app: Flask) -> None:
    import_taxonomy(
        TERMINAL,
        b"taxonomy_id,name,parent_id,parent_name\n101,Emergency,,\n101-01,Relief,101,Emergency\n",
        name="Old",
    )
    terms = terms_of("Old")
    assert terms["Relief"].code == "101-01"
    assert terms["Relief"].parent_id == terms["Emergency"].id


@pytest.mark.parametrize("shape", ["list", "terms", "contents"])
def test_json_is_read_in_the_shapes_of_hsds(app: Flask, shape: str) -> None:
    top, low = "0bc248fa-dc27-4650-9ba4-8f1a24ef16a2", "3f7b145d-84af-42d7-8fae-eaca714b02b2"
    terms = [
        {"id": low, "code": "F-1", "name": "Meals", "parent_id": top, "taxonomy_detail": {"name": "Nested"}},
        {"id": top, "code": "F", "name": "Food", "language": "en", "taxonomy": "Nested"},
    ]
    import_taxonomy(TERMINAL, json.dumps(terms if shape == "list" else {shape: terms}).encode())
    found = terms_of("Nested")
    assert str(found["Meals"].id) == low
    assert found["Meals"].parent_id == found["Food"].id


def test_a_dry_run_counts_and_writes_nothing(app: Flask) -> None:
    before = counted()
    assert import_taxonomy(TERMINAL, XML, dry_run=True).lists[0].counts["created"] == 5
    db.session.expire_all()
    assert counted() == before


BAD = {
    "empty": (b"", "empty"),
    "blank": (b" \n ", "empty"),
    "no column": (b"a,b\n1,2\n", "names no column"),
    "no name": (b"id,name\n1,\n", "row 2: the term has no name"),
    "no id": (b"id,name\n,Food\n", "row 2: the term has no id"),
    "twice": (b"id,name\n1,Food\n1,Meals\n", "row 3: the id"),
    "no parent": (b"id,name,parent_id\n1,Food,\n2,Meals,9\n", "row 3: the term above it"),
    "circle": (b"id,name,parent_id\n1,Food,2\n2,Meals,1\n", "round in a circle"),
    "itself": (b"id,name,parent_id\n1,Food,1\n", "round in a circle"),
    "long": (b"id,name\n1," + b"x" * 400 + b"\n", "longer than 300"),
    "huge cell": (b"id,name\n1," + b"x" * 200_000 + b"\n", "is not CSV"),
    "open quote": (b'id,name\n1,"Food\n', "is not CSV"),
    "latin": (b"id,name\n1,Caf\xe9\n", "Line 2 is not UTF-8"),
    "zero": (b"id,name\n1,Fo\x00od\n", "zero bytes"),
    "header alone": (b"id,name\n", "no term"),
    "json": (b'[{"name": "Food"', "Line 1 is not JSON"),
    "json number": (b"[1, 2]", "is no list of terms"),
    "json deep": (b"[" * 100_000, "is not JSON"),
    "xml": (b"<taxonomy><services>", "is not XML"),
    "xml other": (b"<html><body/></html>", "not the file of Open Eligibility"),
    "xml laughs": (b'<!DOCTYPE t [<!ENTITY a "b">]><taxonomy/>', "declares entities"),
    "xml outside": (b'<!DOCTYPE t SYSTEM "file:///etc/passwd"><taxonomy/>', "declares entities"),
    "no such bytes": (bytes(range(128, 256)) * 9, "not UTF-8"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_named_with_its_line_and_leaves_nothing(app: Flask, name: str) -> None:
    data, words = BAD[name]
    before = counted()
    with pytest.raises(BadTaxonomy, match=words.replace("(", r"\(")):
        import_taxonomy(TERMINAL, data, name="Mine")
    db.session.expire_all()
    assert counted() == before


def test_a_file_that_is_too_large_is_refused_before_it_is_read(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "terms.csv"
    with file.open("wb") as stream:
        stream.truncate(21 * 1024 * 1024)
    with pytest.raises(BadTaxonomy, match="larger than 20 MB"):
        import_taxonomy(TERMINAL, file)


@pytest.mark.parametrize("name", ["handrail", "Handrail", "samhsa_mh"])
def test_the_portal_s_own_words_cannot_be_overwritten(app: Flask, name: str) -> None:
    with pytest.raises(Refused):
        import_taxonomy(TERMINAL, b"id,name\n1,Food\n", name=name)


@pytest.mark.parametrize(
    ("file", "terms", "mended"),
    [("openeligibility/taxonomy.xml", 385, 1), ("ohana_sample/taxonomy.csv", None, 0)],
)
def test_the_published_files_load(app: Flask, file: str, terms: int | None, mended: int) -> None:
    path = SHARED / "data" / file
    if not path.exists():
        pytest.skip(f"{path} is not here: it is others' and no part of the project")
    result = import_taxonomy(TERMINAL, path)
    print(f"\n{file}: {result.lists[0].counts}, mended {result.mended}")
    assert terms in (None, result.lists[0].created)
    assert len(result.mended) == mended
