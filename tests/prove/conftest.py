"""A fresh install for each test that wants a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.prove.server import Install


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Install]:
    made = Install(tmp_path)
    yield made
    made.stop()
