"""Five thousand questions at random to the API, of which the OpenAPI allows half."""

import pytest
from flask import Flask

from portal.store import limits
from tests.people import Cast
from tests.web.test_api import ask_at_random

pytestmark = [pytest.mark.prove, pytest.mark.sqlite_only]


def test_five_thousand_questions(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for what in ("api", "api_stream"):
        monkeypatch.setitem(limits.LIMITS, what, ((10**9, 60),))
    asked, wrong = ask_at_random(app, 280)
    print(f"\n{asked} questions, {len(wrong)} answers that the OpenAPI does not know")
    assert asked >= 5000
    assert not wrong, "\n\n".join(wrong[:5])
