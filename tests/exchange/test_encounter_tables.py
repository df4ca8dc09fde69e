"""A table of calls as another system writes it: its columns by their names, its dates, its words."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from portal import exchange
from portal.cli import main
from portal.exchange import BadPackage
from portal.exchange.encounters.reading import moment_of
from portal.programs.models import Encounter, EncounterVersion, ResponseProgram
from portal.store import Refused, db
from portal.store.actor import TERMINAL
from tests.people import Cast
from tests.programs.conftest import co_response as co_response

pytestmark = pytest.mark.sqlite_only
CENTRAL = ZoneInfo("America/Chicago")
CAD = """Incident Number,Date,Time,Precinct,Call Source,Disposition,Narrative,Services Provided
26-00001,07/02/2026,2:05 PM,North partners-in-care-nashville,911,Settled on scene,He said that,Support and rapport; Ride
26-00002,07/03/2026,0:10,HERMITAGE  partners-in-care-nashville,Seen by us,MCTC,"Long, and private",support
26-00003,07/04/2026,25:00,,911,Arrest,x,
26-00004,07/05/2026,14:05,,911,Vanished,x,
"""
COLUMNS = {
    "reference": "Incident Number",
    "received_at": ["Date", "Time"],
    "district_id": "Precinct",
    "source": "Call Source",
    "outcome": "Disposition",
    "services": "Services Provided",
}


def table(folder: Path, text: str = CAD) -> Path:
    path = folder / "calls.csv"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("2026-07-02 14:05", datetime(2026, 7, 2, 19, 5, tzinfo=UTC)),
        ("2026-07-02T14:05:09", datetime(2026, 7, 2, 19, 5, 9, tzinfo=UTC)),
        ("2026-07-02T14:05:00Z", datetime(2026, 7, 2, 14, 5, tzinfo=UTC)),
        ("2026-07-02 14:05:00-04:00", datetime(2026, 7, 2, 18, 5, tzinfo=UTC)),
        ("7/2/2026 2:05 PM", datetime(2026, 7, 2, 19, 5, tzinfo=UTC)),
        ("07/02/26 14:05", datetime(2026, 7, 2, 19, 5, tzinfo=UTC)),
        ("1/2/2026 2:05pm", datetime(2026, 1, 2, 20, 5, tzinfo=UTC)),
    ],
)
def test_dates_as_systems_write_them(typed: str, means: datetime) -> None:
    assert moment_of(typed, CENTRAL) == means


@pytest.mark.parametrize(
    "typed", ["", "soon", "2026-07-02", "07/02/2026", "13/45/2026 10:00", "0001-01-01 00:00+14:00"]
)
def test_what_is_no_date_and_time_is_said(app: Flask, typed: str) -> None:
    with pytest.raises(Exception, match=r"no date and time|no time of day"):
        moment_of(typed, CENTRAL)


def test_rows_are_read_by_a_mapping_and_words_that_nobody_knows_are_counted(
    cast: Cast, co_response: ResponseProgram, tmp_path: Path
) -> None:
    made = exchange.encounter_map(COLUMNS, {}, {})
    tried = exchange.import_encounters(TERMINAL, co_response.id, table(tmp_path), made, dry_run=True)
    assert (tried.taken.created, len(tried.taken.faults)) == (1, 3)
    assert tried.unknown == {"outcome": {"mctc": 1, "vanished": 1}}
    assert not db.session.scalars(select(Encounter)).all()
    words = {"outcome": {"MCTC": "crisis_center", "Vanished": "Not found or no crisis"}}
    made = exchange.encounter_map(COLUMNS, words, {})
    done = exchange.import_encounters(TERMINAL, co_response.id, table(tmp_path), made)
    assert [(fault.line, fault.field) for fault in done.taken.faults] == [(4, "received_at")]
    rows = {row.reference: row for row in db.session.scalars(select(Encounter))}
    first, second = rows["26-00001"], rows["26-00002"]
    assert first.received_at == datetime(2026, 7, 2, 19, 5, tzinfo=UTC)
    assert set(first.services) == {"support", "transport"}
    assert (second.source, second.disposition) == ("on_view", "crisis_center")
    assert second.district is not None
    assert second.district.name.startswith("Hermitage")
    assert rows["26-00004"].disposition == "not_found_or_unfounded"


def test_columns_are_guessed_by_their_names(cast: Cast, co_response: ResponseProgram, tmp_path: Path) -> None:
    guessed = exchange.guess_encounter_map(co_response, table(tmp_path)).columns
    assert guessed["reference"] == ("Incident Number",)
    assert guessed["outcome"] == ("Disposition",)
    assert guessed["district_id"] == ("Precinct",)
    assert "Narrative" not in {name for names in guessed.values() for name in names}


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"reference": "Incident Number"}, "The call came"),
        (COLUMNS | {"charge": "Narrative"}, "charge"),
        (COLUMNS | {"outcome": "Result"}, "Result"),
        (COLUMNS | {"facts.charge": "Narrative"}, "facts.charge"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(
    cast: Cast, co_response: ResponseProgram, tmp_path: Path, columns: dict[str, object], says: str
) -> None:
    with pytest.raises(Refused, match=says):
        exchange.import_encounters(
            TERMINAL, co_response.id, table(tmp_path), exchange.encounter_map(columns, {}, {})
        )


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"rows": 1}', '{"columns": {"a": 1}}', '{"words": {"a": []}}', '{"columns": {"a": []}}'],
)
def test_a_mapping_that_is_none_is_refused(app: Flask, text: str) -> None:
    with pytest.raises(Refused):
        exchange.read_encounter_map(text)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"a,a\n1,2\n", b"\n\n"])
def test_what_is_no_table_is_refused(
    cast: Cast, co_response: ResponseProgram, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "calls.csv"
    path.write_bytes(content)
    with pytest.raises((BadPackage, Refused)):
        exchange.import_encounters(TERMINAL, co_response.id, path, exchange.encounter_map(COLUMNS, {}, {}))


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["import", "encounters", *words])
    return done.exit_code, done.output


def test_from_the_terminal(
    cast: Cast, co_response: ResponseProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    monkeypatch.setattr("portal.cli.importing.opened", lambda: app)
    mapping, report = tmp_path / "map.json", tmp_path / "refused.csv"
    mapping.write_text(json.dumps({"columns": COLUMNS, "words": {"outcome": {"mctc": "crisis_center"}}}))
    words: Sequence[str] = (
        str(table(tmp_path)),
        "--program",
        str(co_response.id),
        "--map",
        str(mapping),
        "--json",
    )
    code, output = run(*words, "--dry-run", "--report", str(report))
    assert code == 0, output
    assert json.loads(output.splitlines()[-1])["created"] == 2
    assert report.read_text().splitlines()[0] == "line,field,reason"
    assert len(report.read_text().splitlines()) == 3
    assert not db.session.scalars(select(Encounter)).all()
    assert json.loads(run(*words)[1].splitlines()[-1])["created"] == 2
    assert json.loads(run(*words)[1].splitlines()[-1]) == {
        "read": 4,
        "created": 0,
        "corrected": 0,
        "unchanged": 2,
        "refused": 2,
    }
    assert not db.session.scalars(select(EncounterVersion)).all()
    assert run(str(tmp_path / "calls.csv"), "--program", str(cast.team.id))[0] == 1
    assert run(*words[:3], "--map", "nowhere")[0] == 1
