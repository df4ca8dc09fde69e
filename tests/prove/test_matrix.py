"""P11 at length: every story, opened by everybody on every address, is the golden table of fields and readers."""

import pytest
from flask import Flask

from tests.people import Cast
from tests.referrals.conftest import move_time as move_time
from tests.referrals.test_privacy_rules_matrix import Move, differences, stories_of
from tests.web.forms import SignIn


@pytest.mark.prove
@pytest.mark.sqlite_only
def test_p11_what_everybody_sees_of_every_story_is_the_golden_table(
    move_time: Move, cast: Cast, app: Flask, signed_in_as: SignIn
) -> None:
    stories = stories_of(cast, move_time, all_of_them=True)
    assert not differences(cast, app, signed_in_as, stories, brief=False)
