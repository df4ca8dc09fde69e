"""A clock that stands still at noon on a Wednesday until a test moves it."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine

from tests.messages.conftest import setting, webhook  # noqa: F401 - fixtures, for this folder too
from tests.referrals.drive import NOON


@pytest.fixture
def move_time() -> Iterator[Callable[[timedelta], None]]:
    """Shifts the clock on by so much. Ask for it before `cast`."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield lambda length: traveller.shift(length)
