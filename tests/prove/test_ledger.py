"""P6 at length: 500 random disclosures, and the ledger holds each of them and nothing else."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people import Cast
from tests.referrals.conftest import move_time as move_time
from tests.referrals.test_privacy_rules_ledger import Move, told_at_random


@pytest.mark.prove
@pytest.mark.sqlite_only
@settings(max_examples=1, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_p06_the_ledger_holds_each_of_500_disclosures_and_nothing_else(
    move_time: Move, cast: Cast, data: st.DataObject
) -> None:
    told_at_random(cast, move_time, data, 500)
