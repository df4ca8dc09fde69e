"""Two judges of FHIR R4 that are not ours: npm's `fhir` (structure, required codes) and the models of `fhir.resources`.

The first is installed by the test run into a folder of its own; where npm or its registry is out of reach the tests that need
it are skipped, and say so.
"""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

PACKAGE = "fhir@4.12.0"
JUDGE = """
const { Fhir } = require('fhir');
const judge = new Fhir();
const found = JSON.parse(require('fs').readFileSync(0)).map(
  (each) => judge.validate(each, { errorOnUnexpected: true }).messages.filter((one) => ['error', 'fatal'].includes(one.severity)));
console.log(JSON.stringify(found));
"""


def installed(folder: Path) -> Path:
    """The folder with the judge in it. Skips where it cannot be had."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not on this machine: FHIR is not judged by npm's `fhir`")
    words = [npm, "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(folder), PACKAGE]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        pytest.skip(f"npm could not fetch {PACKAGE}: FHIR is not judged by it")
    return folder


def faults(folder: Path, resources: Sequence[dict[str, Any]]) -> list[str]:
    """What either judge finds wrong, each with the resource's name."""
    done = subprocess.run(
        ["node", "-e", JUDGE],
        input=json.dumps(list(resources)),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found = []
    for resource, messages in zip(resources, json.loads(done.stdout), strict=True):
        named = f"{resource['resourceType']}/{resource.get('id', '')}"
        found += [f"{named}: {one['location']}: {one['message']}" for one in messages]
        found += [f"{named}: {fault}" for fault in _model_faults(resource)]
    return found


def _model_faults(resource: dict[str, Any]) -> list[str]:
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValueError as error:
        return [str(error)]
    return []
