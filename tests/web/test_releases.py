"""The release that a survivor signs on paper: for one recipient, one thing, 30 days at most; and nothing of it is kept."""

from typing import Any

import pytest
from sqlalchemy import func, select

from portal.accounts.models import Account, Membership
from portal.store import Base, clock, db, write
from portal.store.audit import AuditEntry
from tests.people import Cast
from tests.web.forms import SignIn, press

pytestmark = pytest.mark.sqlite_only
FILLED: dict[str, Any] = {"recipient": "County Court Clerk, window 3", "what": "here", "days": "14"}


def advocate(cast: Cast) -> Account:
    """Somebody who works at the victim service."""
    with write() as session:
        worker = Account(
            community_id=cast.community.id,
            email="advocate@test.invalid",
            name="Ada Vocate",
            created_at=clock.now(),
            memberships=[
                Membership(role="provider", organization_id=cast.victim_service.service.organization_id)
            ],
        )
        session.add(worker)
    return worker


def counts() -> dict[str, int]:
    db.session.expire_all()
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
        if table.name not in ("account_session", "rate_limit")
    }


def test_p08_a_release_names_one_recipient_one_thing_and_its_end_and_nothing_is_kept(
    cast: Cast, signed_in_as: SignIn
) -> None:
    browser = signed_in_as(advocate(cast))
    page = f"/listings/{cast.victim_service.id}/release"
    assert page in browser.get(f"/listings/{cast.victim_service.id}").text
    before = counts()
    made = press(browser, page, **FILLED)
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    for words in (
        "Test Haven may tell this to County Court Clerk, window 3, and to nobody else.",
        "What: That I am getting help there. Nothing more.",
        "I do not have to sign. I get the same help if I do not.",
        "I can take it back at any time.",
        "Nobody who has hurt me may sign for me, or for my child.",
        'lang="es"',
        "Recibo la misma ayuda si no firmo.",
    ):
        assert words in made.text
    assert counts() == before
    for entry in db.session.scalars(select(AuditEntry)):
        assert "Court" not in f"{entry.subject_id}{entry.reason}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": "31"},
        {"days": "0"},
        {"days": ""},
        {"days": "x"},
        {"what": "everything"},
        {"what": ""},
        {"recipient": ""},
        {"recipient": "x" * 81},
        {"recipient": "x\x00"},
    ],
)
def test_p08_no_release_without_an_end_for_all_or_for_everybody(
    cast: Cast, signed_in_as: SignIn, wrong: dict[str, str]
) -> None:
    answer = press(
        signed_in_as(advocate(cast)), f"/listings/{cast.victim_service.id}/release", **(FILLED | wrong)
    )
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


def test_p08_only_the_victim_services_own_people_have_it(cast: Cast, signed_in_as: SignIn) -> None:
    for name, account in cast.everybody.items():
        browser = signed_in_as(account)
        for listing in (cast.victim_service, cast.crisis_center):
            page = f"/listings/{listing.id}/release"
            assert browser.get(page).status_code in (403, 404), name
            assert press(browser, "/account", to=page, **FILLED).status_code in (403, 404), name
