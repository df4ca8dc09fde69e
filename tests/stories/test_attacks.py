"""Attacks through the doors, black box: what a stranger, a rival or a broken client sends, and what must come of it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from portal.referrals import queries
from tests.people import Cast
from tests.web.forms import offer_of, press, refer

pytestmark = pytest.mark.sqlite_only
SignIn = Callable[[Any], FlaskClient]


@pytest.mark.parametrize("version", ["²", "٣", "1e400", "-1", "9" * 30, "\x00", ""])
def test_a_version_that_is_no_number_is_refused_in_words(
    cast: Cast, signed_in_as: SignIn, version: str
) -> None:
    offer = offer_of(refer(cast, signed_in_as))
    path = f"/offers/{offer.id}"
    answered = press(
        signed_in_as(cast.provider), path, to=f"{path}/answer", answer="accept", by="Pat", version=version
    )
    assert answered.status_code == 422
    assert offer_of(offer.need).state == "sent"


def test_a_step_of_a_need_beyond_the_listed_ones_still_opens(
    cast: Cast, signed_in_as: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    need = refer(cast, signed_in_as)
    refer(cast, signed_in_as, name="Somebody Else", phone="615-555-0188")
    offer = offer_of(need)
    monkeypatch.setattr(queries, "MOST", 1)
    sender = signed_in_as(cast.responder)
    assert sender.get(f"/offers/{offer.id}").headers["Location"] == f"/needs/{need.id}"
    assert sender.get(f"/offers/{offer.id}/cancellation").status_code == 200
    assert signed_in_as(cast.stranger).get(f"/offers/{offer.id}/cancellation").status_code == 404


def test_a_wrong_method_or_address_is_called_that_and_not_an_old_form(client: FlaskClient) -> None:
    for method in ("PUT", "PATCH", "DELETE", "TRACE"):
        assert client.open("/search.json", method=method).status_code == 405, method
        assert client.open(f"/nothing/{uuid4()}", method=method).status_code == 404, method
