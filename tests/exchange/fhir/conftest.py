"""The judge from npm, installed once a run."""

from pathlib import Path

import pytest

from tests.exchange.fhir.judges import installed


@pytest.fixture(scope="session")
def npm_judge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(tmp_path_factory.mktemp("npm_fhir"))
