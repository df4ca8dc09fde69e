"""An intermediary under 42 CFR part 2: its name goes into every consent, and a person gets the list of to whom."""

import pytest
from sqlalchemy import select

from portal.referrals import accept_offer
from portal.referrals.models import Consent, Need
from portal.store import db
from portal.store.audit import AuditEntry
from tests.people import Cast
from tests.referrals.acting import acting, offer_of, send
from tests.referrals.test_privacy_rules_consent import SIGNED, kind_of
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
PAGE = "/privacy/intermediary"
NAME = "County Health Exchange"


def signed(cast: Cast) -> Need:
    """A request to a Part 2 program, signed on the form, and accepted there."""
    kind_of(cast.crisis_center, "part2_program")
    need = send(cast, basis="written_consent", consent=SIGNED, duplicate_confirmed=True)
    accept_offer(acting(cast.provider), offer_of(need).id, version=1)
    return need


def test_the_officer_names_it_and_consents_signed_from_then_on_say_so(
    cast: Cast, signed_in_as: SignIn
) -> None:
    officer = signed_in_as(cast.privacy_officer)
    assert PAGE in officer.get("/privacy").text
    before = signed(cast)
    assert press(officer, PAGE, to=PAGE, name=NAME).status_code == 303
    assert f'value="{NAME}"' in officer.get(PAGE).text
    after = signed(cast)
    said = {
        row.need_id: row.intermediary
        for row in db.session.scalars(select(Consent).where(Consent.kind == "signed"))
    }
    assert (said[before.id], said[after.id]) == ("", NAME)
    old = officer.get(PAGE).text
    assert press(officer, PAGE, to=PAGE, name="").status_code == 303
    late = press(officer, PAGE, old, to=PAGE, name="Another")
    assert late.status_code == 409
    assert 'value="Another"' in late.text
    trail = db.session.scalars(select(AuditEntry.reason).where(AuditEntry.action == "set_intermediary")).all()
    assert trail == ["on", "off"]


def test_the_list_names_recipients_days_and_what_and_only_what_was_passed_on(
    cast: Cast, signed_in_as: SignIn
) -> None:
    officer = signed_in_as(cast.privacy_officer)
    plain = signed(cast)
    press(officer, PAGE, to=PAGE, name=NAME)
    through = signed(cast)
    for need, there in ((plain, False), (through, True)):
        page = officer.get(f"{PAGE}?reference={need.id.hex[:6]}")
        assert page.status_code == 200
        assert ("Test County Mobile Crisis" in page.text) is there
        assert (f"by way of {NAME}" in page.text) is there
        assert ("Nothing was passed on" in page.text) is not there
        assert "Canary" not in page.text
    for wrong in ("", "zz", "x" * 30, "%00"):
        assert officer.get(f"{PAGE}?reference={wrong}").status_code == 422
    for bad in ("x" * 200, "Exchange\x00"):
        assert press(officer, PAGE, to=PAGE, name=bad).status_code == 422


def test_nobody_but_the_officer_has_it(cast: Cast, signed_in_as: SignIn) -> None:
    for name, account in cast.everybody.items():
        if name != "privacy_officer":
            assert signed_in_as(account).get(PAGE).status_code == 403
