"""Nobody answers: the backup is told, the supervisor is paged, the next service is asked, the owner is told, and what is left is
said. Through the pages, with letters that a real mail server takes."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal import messages, referrals
from portal.referrals.models import UnmetTally
from portal.store import clock, db
from tests.messages.mailserver import MailServer
from tests.people import Cast
from tests.referrals.acting import fresh, send
from tests.referrals.drive import NOON
from tests.web.forms import press

SignIn = Callable[[Any], FlaskClient]


@pytest.mark.sqlite_only
def test_nobody_answers_until_the_supervisor_is_paged_and_what_is_left_is_said(
    app: Flask, cast: Cast, signed_in_as: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailServer() as server, time_machine.travel(NOON, tick=False) as traveller:
        settings = replace(app.extensions["settings"], smtp_url=server.url)
        monkeypatch.setitem(app.extensions, "settings", settings)

        def after(minutes: int) -> list[str]:
            """So much later the worker has been: whom the mail server got letters for."""
            server.readers.clear()
            traveller.shift(timedelta(minutes=minutes))
            referrals.tick(clock.now())
            messages.send_due()
            return sorted(address for readers in server.readers for address in readers)

        steward = signed_in_as(cast.steward)
        path = f"/listings/{cast.crisis_center.id}/clocks?urgency=now"
        effect = press(steward, path, step="", backup_email="shift-lead@test.invalid")
        assert press(steward, path, effect.text, step="save").status_code == 303
        need = send(cast, fallbacks=(cast.shelter.id,))
        browser, over = signed_in_as(cast.responder), signed_in_as(cast.supervisor)
        page = f"/needs/{need.id}"

        assert after(0) == [desk(cast.crisis_center)]
        assert after(3) == ["shift-lead@test.invalid"], "nobody has looked: the backup contact"
        assert over.get(page).status_code == 404, "not theirs yet"
        assert after(7) == ["supervisor@test.invalid"], "nobody has answered: the supervisor is paged"
        assert over.get(page).status_code == 200
        assert "Escalated to you (1)" in over.get("/needs").text
        assert after(5) == sorted([desk(cast.shelter), "responder@test.invalid"]), (
            "the next service, the owner"
        )
        assert "Family Shelter" in browser.get(page).text
        assert "What is left" not in browser.get(page).text
        assert after(15) == ["responder@test.invalid"], "the next step is the owner's"
        shown = browser.get(page).text
        assert "The next step is yours" in shown
        assert "What is left" in shown
        assert 'href="tel:988"' in shown
        assert "What is left" in over.get(page).text
        assert after(10) == ["supervisor@test.invalid"], "the owner has not chosen"
        assert [row.count for row in db.session.query(UnmetTally)] == [1]

        board = over.get("/needs/board").text
        assert "1 open referral" in board
        assert "No clock is late" in board
        assert press(browser, f"{page}/closing", reason="nothing_found").status_code == 303
        assert "What is left" in browser.get(page).text
        assert fresh(need).closed_at is not None
        assert [row.count for row in db.session.query(UnmetTally)] == [1]
        for mail in server.mails:
            said = re.sub(r"https?://\S+", "", str(mail))
            for word in ("Canary", "0177", "risis", "helter"):
                assert word not in said
            assert mail["Subject"] == "You have a new item in Handrail"


def desk(listing: Any) -> str:
    return f"desk-{str(listing.service.organization_id)[:8]}@test.invalid"
