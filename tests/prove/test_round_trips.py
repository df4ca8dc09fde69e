"""Every package of the real data comes in and goes out; what went out comes into an empty install, from its tables and from its
JSON, and goes out the same, byte for byte; and the standard's schemas and frictionless find nothing wrong in it. Printed."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from portal import create_app, exchange, geo
from portal.directory import models as d
from portal.directory import write_terms
from portal.exchange import ImportResult, hsds, import_hsds, read_mapping
from portal.store import db, write
from portal.store.actor import TERMINAL
from tests.conftest import SHARED, settings_for
from tests.exchange.hsds_judges import both, json_errors, table_errors

pytestmark = pytest.mark.prove
DATA = SHARED / "data"
MAPPINGS = Path(__file__).parents[2] / "docs" / "mappings"
PACKAGES = {
    "hsds-3.1-csv": "hsds_3.1/examples/csv",
    "hsds-3.1-json": "hsds_3.1/examples",
    "hsds-3.0-csv": "hsds_3.1/examples_3.0/csv",
    "hsds-3.0-json": "hsds_3.1/examples_3.0",
    "illinois-legal-aid-hsds-1": "ilao_illinois_legal/hsds1_output",
    "ohana": "ohana_sample",
}
TABLES = {
    "florida-legal-aid": "hsds_florida_input",
    "illinois-legal-aid": "ilao_illinois_legal/input",
    "california-licenses": "ca_dhcs_licenses/facilities.csv",
}
BOOKS = "samhsa_directory_2022"
Fill = Callable[[], ImportResult]


def fill_with(name: str) -> Fill:
    """What brings this package in. The test is skipped where the data is not beside this checkout."""
    found = DATA / (PACKAGES | TABLES | {"samhsa": BOOKS})[name]
    if not found.exists():
        pytest.skip(f"{found.relative_to(SHARED)} is not beside this checkout")
    if name == "samhsa":
        return lambda: exchange.import_samhsa(TERMINAL, sorted(found.glob("*.xlsx")))
    if name in TABLES:
        mapping = read_mapping((MAPPINGS / f"{name}.json").read_text())
        return lambda: exchange.import_table(TERMINAL, found, mapping)
    return lambda: import_hsds(TERMINAL, found)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an install in which no listing is, whole in one file."""
    home = tmp_path_factory.mktemp("empty")
    with create_app(settings_for(home)).app_context():
        upgrade()
        with write() as session:
            session.add(d.Community(name="Round County", area={"state": "TN"}))
        write_terms()
        geo.load_gazetteer()
        _close()
    return home


def install(home: Path, empty: Path) -> Flask:
    shutil.copytree(empty, home)
    return create_app(settings_for(home))


def through(home: Path, empty: Path, fill: Fill) -> ImportResult:
    """Brought into an empty install, and out again into `home.out`."""
    with install(home, empty).app_context():
        began = time.perf_counter()
        result = fill()
        came = time.perf_counter() - began
        counts = hsds.export_package(home.with_suffix(".out"))
        _close()
    rows = sum(counts.values())
    mended = sum(result.mended.values())
    print(
        f"  {home.name}: {result.counts}, {mended} mended, in {came:.0f} s; {rows:,} rows out in "
        f"{time.perf_counter() - began - came:.0f} s"
    )
    return result


def _close() -> None:
    db.session.remove()
    db.engine.dispose()


@pytest.mark.parametrize("name", [*PACKAGES, *TABLES, "samhsa"])
def test_what_goes_out_comes_in_and_goes_out_the_same(name: str, empty: Path, tmp_path: Path) -> None:
    fill = fill_with(name)
    print(f"\n{name}")
    assert through(tmp_path / "first", empty, fill).counts["created"]
    first = both(tmp_path / "first.out")
    for way, packed in zip(("tables", "json"), first, strict=True):

        def again(packed: Path = packed) -> ImportResult:
            return import_hsds(TERMINAL, packed)

        result = through(tmp_path / way, empty, again)
        assert not result.rejected, f"{way}: {result.rejected[:5]}"
        for one, other in zip(first, both(tmp_path / f"{way}.out"), strict=True):
            assert one.read_bytes() == other.read_bytes(), f"from {way}: {one.name} differs"
    began = time.perf_counter()
    assert not table_errors(first[0], tmp_path)
    assert not json_errors(first[1])
    sizes = " and ".join(f"{packed.stat().st_size:,}" for packed in first)
    print(f"  the same {sizes} bytes three times; judged, 0 errors, in {time.perf_counter() - began:.0f} s")
