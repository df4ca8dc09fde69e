"""Tables of others: mappings are checked in words, rows become records, bad input is one sentence."""

import json
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.directory import models as d
from portal.exchange import BadPackage, import_table, keep_mapping, kept_mappings, mapping_text, read_mapping
from portal.exchange.intake.records import Rejected
from portal.exchange.table.importing import records_of
from portal.exchange.table.reading import header_of, lines_of
from portal.store import Refused, db
from portal.store.actor import TERMINAL
from tests.conftest import SHARED
from tests.people import Cast

MAPPINGS = Path(__file__).parents[2] / "docs" / "mappings"
MADE = {
    "name": "County list",
    "source": "county-list",
    "files": {
        "*": [
            {"table": "organization", "key": "{Agency}", "fields": {"name": "{Agency}"}},
            {"table": "location", "key": "{Id}", "fields": {"organization_id": "{Agency}", "name": "{Site}"}},
            {
                "table": "address",
                "key": "{Id}",
                "fields": {
                    "location_id": "{Id}",
                    "address_1": {"from": "Where", "split": ", ", "part": 1},
                    "city": {"from": "Where", "split": ", ", "part": -2},
                    "state_province": {"from": "Where", "split": ", ", "part": -1, "before": " "},
                    "postal_code": {"from": "Where", "split": ", ", "part": -1, "after": " "},
                },
            },
            {
                "table": "service",
                "key": "{Id}",
                "fields": {
                    "organization_id": "{Agency}",
                    "name": {"from": "Service", "else": "{Site}"},
                    "status": {"from": "Open", "words": {"N": "inactive", "*": "active"}},
                },
            },
            {
                "table": "service_at_location",
                "key": "{Id}",
                "fields": {"service_id": "{Id}", "location_id": "{Id}"},
            },
            {
                "table": "phone",
                "key": "{Id} {n}",
                "each": {"from": "Phones", "split": ";"},
                "fields": {"service_at_location_id": "{Id}", "number": "{each}"},
            },
            {
                "table": "attribute",
                "key": "{Id} food",
                "when": {"Kind": ["Food"]},
                "fields": {"link_entity": "service", "link_id": "{Id}", "taxonomy_term_id": "food"},
            },
        ]
    },
}
HEADER = "Id,Agency,Site,Where,Service,Open,Phones,Kind\n"
ROWS = (
    '1,Full Plate,Main Hall,"1 Oak St, Nashville, TN 37203",Pantry,Y,615-555-0101; 615-555-0102,Food\n'
    '2,Full Plate,East Hall,"2 Elm St, Nashville, TN 37206",,N,,Food\n'
)


def table(folder: Path, text: str | bytes = HEADER + ROWS, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_row_becomes_what_the_mapping_says(tmp_path: Path) -> None:
    made = list(records_of({"*": table(tmp_path)}, read_mapping(json.dumps(MADE))))
    rows = {
        (record.table, record.key): dict(record.values) for record in made if not isinstance(record, Rejected)
    }  # type: ignore[union-attr]
    assert rows["address", "1"] == {
        "location_id": "1", "address_1": "1 Oak St", "city": "Nashville", "state_province": "TN", "postal_code": "37203",
    }  # fmt: skip
    assert rows["phone", "1 2"]["number"] == "615-555-0102"
    assert rows["service", "2"] == {
        "organization_id": "Full Plate",
        "name": "East Hall",
        "status": "inactive",
    }
    assert [key for kind, key in rows if kind == "organization"] == ["Full Plate"], (
        "made by the first row that names it"
    )
    assert [key for kind, key in rows if kind == "phone"] == ["1 1", "1 2"]
    assert ("taxonomy_term", "food") in rows


def test_a_table_comes_in_once_and_a_second_time_changes_nothing(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    mapping = read_mapping(json.dumps(MADE))
    dry = import_table(TERMINAL, table(tmp_path), mapping, dry_run=True)
    assert dry.counts["created"] == 2
    assert db.session.scalars(select(d.Service).where(d.Service.source == "csv county-list")).all() == []
    first = import_table(TERMINAL, table(tmp_path), mapping)
    again = import_table(TERMINAL, table(tmp_path), mapping)
    assert (first.counts["created"], again.counts["unchanged"]) == (2, 2)
    assert again.counts["created"] == again.counts["updated"] == 0
    names = db.session.scalars(select(d.Service.name).where(d.Service.source == "csv county-list"))
    assert sorted(names) == ["East Hall", "Pantry"]


BAD = {
    "no json": ("{", "not JSON"),
    "a list": ("[]", "braces"),
    "no name": ({"source": "x", "files": {"*": []}}, "name is missing"),
    "a loud source": ({**MADE, "source": "County List!"}, "small letters"),
    "no files": ({**MADE, "files": {}}, "files"),
    "an unknown word": ({**MADE, "run": "rm"}, "not known here"),
    "an unknown object": ({**MADE, "files": {"*": [{"table": "person", "key": "{Id}", "fields": {}}]}}, "no HSDS object"),
    "an unknown field": (
        {**MADE, "files": {"*": [{"table": "organization", "key": "{Id}", "fields": {"name": "{A}", "verified": "true"}}]}},
        "no field 'verified'",
    ),
    "a needed field": ({**MADE, "files": {"*": [{"table": "service", "key": "{Id}", "fields": {"name": "x"}}]}}, "needs organization_id"),
    "a part of nothing": (
        {**MADE, "files": {"*": [{"table": "organization", "key": "{Id}", "fields": {"name": {"from": "A", "split": ",", "part": "x"}}}]}},
        "part is a number",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_mapping_that_is_wrong_is_refused_with_the_place(case: str) -> None:
    made, words = BAD[case]
    with pytest.raises(BadPackage) as refused:
        read_mapping(made if isinstance(made, str) else json.dumps(made))
    assert words in str(refused.value)


FILES = {
    "nothing in it": (b"", "no header"),
    "zero bytes": (b"Id,\0\0", "not a table of text"),
    "a column twice": (b"Id,Id\n1,2\n", "two columns"),
    "no such column": (b"Id,Agency\n1,2\n", "has no column"),
    "a cell without an end": (HEADER.encode() + b'"' + b"x" * 1_100_000, "cannot be read"),
}


@pytest.mark.parametrize("case", FILES)
@pytest.mark.sqlite_only
def test_a_file_that_is_no_such_table_is_one_sentence(
    app: Flask, cast: Cast, tmp_path: Path, case: str
) -> None:
    text, words = FILES[case]
    with pytest.raises(BadPackage) as refused:
        import_table(TERMINAL, table(tmp_path, text), read_mapping(json.dumps(MADE)))
    assert words in str(refused.value)
    assert db.session.scalars(select(d.ImportRun)).all() == []


def test_encodings_separators_and_short_rows(tmp_path: Path) -> None:
    for text, first in (
        ("Id;Name\n1;Casa Niño\n".encode(), "Casa Niño"),
        ("\ufeffId\tName\n1\tCasa Niño\n".encode(), "Casa Niño"),
        ("Id,Name\n1,Casa Niño\n".encode("cp1252"), "Casa Niño"),
        ("Id,Name\n1,Casa Niño\n".encode("utf-16"), "Casa Niño"),
    ):
        path = table(tmp_path, text)
        assert header_of(path) == ["Id", "Name"]
        assert [line.cells["Name"] for line in lines_of(path) if not isinstance(line, Rejected)] == [first]
    rows = list(lines_of(table(tmp_path, 'Id,Name\n1\n\n2,"a\nb"\n3,c,,\n4,d,x\n')))
    assert [(row.row, isinstance(row, Rejected)) for row in rows] == [
        (2, True),
        (4, False),
        (5, False),
        (6, True),
    ]


def test_a_zip_gives_the_files_that_the_mapping_names_and_no_other(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    made = {**MADE, "files": {"list.csv": MADE["files"]["*"]}}  # type: ignore[index]
    path = tmp_path / "list.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("../../out/list.csv", HEADER + ROWS)
        packed.writestr("other.csv", "x" * 1000)
    found = import_table(TERMINAL, path, read_mapping(json.dumps(made)), dry_run=True)
    assert found.counts["read"] == 2
    assert sorted(file.name for file in tmp_path.iterdir()) == ["list.zip"]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("list.csv", "Id\n" + "0" * 30_000_000)
    with pytest.raises(BadPackage, match="unpacks to far more"):
        import_table(TERMINAL, path, read_mapping(json.dumps(made)), dry_run=True)


@pytest.mark.sqlite_only
def test_a_kept_mapping_is_used_by_its_name(app: Flask, cast: Cast) -> None:
    assert keep_mapping(TERMINAL, json.dumps(MADE)) == "County list"
    keep_mapping(TERMINAL, json.dumps({**MADE, "source": "county"}))
    assert [kept.name for kept in kept_mappings()] == ["County list"]
    assert '"county"' in (mapping_text("County list") or "")
    with pytest.raises(Refused):
        keep_mapping(TERMINAL, "{}")


@pytest.mark.parametrize(
    ("mapping", "data", "services"),
    [
        ("california-licenses", "ca_dhcs_licenses/facilities.csv", 2266),
        ("florida-legal-aid", "hsds_florida_input", 135),
        ("illinois-legal-aid", "ilao_illinois_legal/input", 430),
    ],
)
def test_the_mappings_that_we_ship_read_the_real_tables(mapping: str, data: str, services: int) -> None:
    path = SHARED / "data" / data
    if not path.exists():
        pytest.skip("the real tables are not at hand")
    made = read_mapping((MAPPINGS / f"{mapping}.json").read_text())
    files = {name: path if name == "*" else path / name for name in made.files}
    assert all(made.columns(name) <= set(header_of(file)) for name, file in files.items())
    found = [record for record in records_of(files, made) if not isinstance(record, Rejected)]
    assert sum(getattr(record, "table", "") == "service" for record in found) == pytest.approx(
        services, abs=2
    )
