"""A program of the cast's team, and who works in it: see tests/programs/acting.py."""

import pytest

from portal.programs.models import ResponseProgram
from tests.people import Cast
from tests.programs.acting import turned_on


@pytest.fixture
def co_response(cast: Cast) -> ResponseProgram:
    """Partners in Care, at the cast's team: the responder is its officer, the colleague its clinician."""
    return turned_on(
        cast,
        "partners-in-care-nashville",
        (cast.responder, "officer"),
        (cast.colleague, "clinician"),
        (cast.colleague, "follow_up_specialist"),
    )
