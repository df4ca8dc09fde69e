"""The packages that others published, as they are: good rows in, bad ones by file, row and reason; out and in again the same."""

import zipfile
from pathlib import Path

import pytest
from flask import Flask

from portal.exchange import BadPackage, import_hsds
from portal.exchange.hsds import CSV_FILE, JSON_FILE, export_package
from portal.store import db
from portal.store.actor import TERMINAL
from tests.conftest import SHARED
from tests.exchange.intake.packages import community, gazetteer

DATA = SHARED / "data"
# folder -> services read and taken
PACKAGES = {
    "hsds_3.1/examples": (2, 1),
    "hsds_3.1/examples/csv": (1, 1),
    "hsds_3.1/examples_3.0": (2, 1),
    "hsds_3.1/examples_3.0/csv": (1, 1),
    "ilao_illinois_legal/hsds1_output": (430, 89),
    "ohana_sample": (23, 23),
}

pytestmark = [
    pytest.mark.sqlite_only,
    pytest.mark.skipif(not DATA.is_dir(), reason="the published packages are not beside this checkout"),
]


@pytest.fixture(autouse=True)
def home(app: Flask) -> None:
    community()
    gazetteer()


@pytest.mark.parametrize("name", PACKAGES)
def test_a_published_package_is_taken_and_changes_nothing_the_second_time(name: str) -> None:
    read, taken = PACKAGES[name]
    result = import_hsds(TERMINAL, DATA / name, source="published")
    assert (result.counts["read"], result.counts["created"]) == (read, taken)
    assert all(row.file and row.row and row.reason for row in result.rejected)
    again = import_hsds(TERMINAL, DATA / name, source="published")
    assert (again.counts["created"], again.counts["updated"], again.counts["unchanged"]) == (0, 0, taken)


def test_every_file_of_a_kind_that_spoiled_another_portal_is_answered(tmp_path: Path) -> None:
    """Single files without their parents: each is taken, rejected by row, or mended; none is an error of ours."""
    for path in sorted((DATA / "ohana_bad_fixtures").glob("*.csv")):
        fault = None
        try:
            result = import_hsds(TERMINAL, path, source=path.stem, dry_run=True)
        except BadPackage as refused:
            fault = str(refused)
        if fault is not None:
            assert path.name in fault
            continue
        empty = len(path.read_text(encoding="utf-8").strip().splitlines()) < 2
        taken = any(table.get("read", 0) > table["rejected"] for table in result.tables.values())
        assert empty or taken or result.rejected or result.mended, path.name
        db.session.rollback()


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.parametrize("form", [CSV_FILE, JSON_FILE])
def test_what_is_given_out_and_taken_in_again_is_given_out_the_same(form: str, tmp_path: Path) -> None:
    for name in ("ohana_sample", "hsds_3.1/examples/csv"):
        import_hsds(TERMINAL, DATA / name, source=name)
    export_package(tmp_path / "first")
    clear()
    import_hsds(TERMINAL, tmp_path / "first" / form, source="again")
    export_package(tmp_path / "second")
    for each in (CSV_FILE, JSON_FILE):
        assert contents(tmp_path / "first" / each) == contents(tmp_path / "second" / each)


def clear() -> None:
    """As in an empty install: nothing of the directory but the portal's own words."""
    from portal.directory import models as d
    from portal.exchange.intake.tables import NAMES, TABLES
    from portal.store import write

    with write() as session:
        session.query(d.Change).delete()
        session.query(d.ServiceTerm).delete()
        session.query(d.TaxonomyTerm).update({"parent_id": None})
        for name in reversed(NAMES):
            model = TABLES[name].model
            rows = session.query(model)
            if name == "taxonomy":
                rows = rows.filter(d.Taxonomy.name != "handrail")
            if name == "taxonomy_term":
                ours = session.query(d.Taxonomy.id).filter(d.Taxonomy.name == "handrail")
                rows = rows.filter(d.TaxonomyTerm.taxonomy_id.not_in(ours.scalar_subquery()))
            rows.delete(synchronize_session=False)
    db.session.remove()
