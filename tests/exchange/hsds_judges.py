"""Outsiders who judge what is given out: the standard's own schemas and descriptor, where they stand beside this checkout."""

import copy
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from frictionless import Package
from jsonschema import Draft202012Validator, FormatChecker

from portal.exchange import hsds
from portal.exchange.hsds.descriptor import descriptor
from tests.conftest import SHARED

STANDARD = SHARED / "data" / "hsds_3.1"
SCHEMAS = {
    "organizations": "compiled/organization.json",
    "services": "compiled/service.json",
    "taxonomies": "taxonomy.json",
    "taxonomy_terms": "taxonomy_term.json",
}


def standard() -> Path:
    """The folder of the standard; the test is skipped where it is not there."""
    if not STANDARD.is_dir():
        pytest.skip("the HSDS schemas are not beside this checkout")
    return STANDARD


def schema(file: str) -> dict[str, Any]:
    """A schema of the standard; what it only refers to in other files (metadata, taxonomy_detail) is left aside."""
    found: dict[str, Any] = json.loads((standard() / "schema" / file).read_text())
    for name, told in list(found["properties"].items()):
        if "$ref" in json.dumps(told):
            del found["properties"][name]
    return found


def json_errors(packed: Path) -> list[str]:
    """What the standard's schemas, formats too, find wrong with the JSON of a package."""
    errors = []
    with zipfile.ZipFile(packed) as files:
        for name, file in SCHEMAS.items():
            judge = Draft202012Validator(schema(file), format_checker=FormatChecker())
            judged: set[str] = set()
            for row in objects(files, name):
                row["attributes"] = [said for said in row.get("attributes", ()) if _is_news(said, judged)]
                errors += [
                    f"{name}: {list(found.path)}: {found.message[:200]}" for found in judge.iter_errors(row)
                ]
    return errors


def objects(files: zipfile.ZipFile, name: str) -> Iterator[dict[str, Any]]:
    """The objects of a file, each of which has a line of its own, so that a file of any size can be read."""
    with files.open(f"{name}.json") as lines:
        assert next(lines) == b"[\n", "a list"
        rest = next(lines)
        while rest != b"]\n":
            line, rest = rest, next(lines)
            assert line.endswith(b",\n") == (rest != b"]\n"), "a comma between two objects and nowhere else"
            yield json.loads(line.removesuffix(b"\n").removesuffix(b","))
        assert not lines.read(), "nothing after the list"


def _is_news(said: dict[str, Any], judged: set[str]) -> bool:
    """Whether no attribute was judged yet that differs from this one by nothing but its id. Two books say two million."""
    UUID(said["id"])
    before = len(judged)
    judged.add(json.dumps(said | {"id": ""}))
    return len(judged) > before


def table_errors(packed: Path, folder: Path) -> list[str]:
    """What frictionless finds wrong with the tables of a package, by the standard's own descriptor where it is at hand."""
    with zipfile.ZipFile(packed) as files:
        files.extractall(folder)
    told = official() if STANDARD.is_dir() else descriptor()
    (folder / "judged.json").write_text(json.dumps(told))
    report = Package(str(folder / "judged.json")).validate()
    return [str(found) for found in report.flatten(["title", "rowNumber", "fieldName", "note"])]


def official() -> dict[str, Any]:
    """The standard's datapackage.json with its known faults put right, and with the fields of our profile."""
    told = json.loads((STANDARD / "datapackage.json").read_text())
    ours = {resource["name"]: resource for resource in descriptor()["resources"]}
    for resource in told["resources"]:
        name = resource["name"]
        if name in ("service_capacity", "unit"):  # it forgets most of their fields
            resource["schema"] = copy.deepcopy(ours[name]["schema"])
        known = {field["name"]: field for field in resource["schema"]["fields"]}
        for field in resource["schema"]["fields"]:
            # one program an organization, and a code of one list alone: neither can be meant
            if (name, field["name"]) in (("program", "organization_id"), ("taxonomy_term", "code")):
                field["constraints"]["unique"] = False
        resource["schema"]["fields"] = [
            known.get(field["name"], field) for field in ours[name]["schema"]["fields"]
        ]
    return dict(told)


def contents(packed: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(packed) as files:
        for name in files.namelist():
            yield name, files.read(name).decode()


def both(folder: Path) -> list[Path]:
    return [folder / hsds.CSV_FILE, folder / hsds.JSON_FILE]
