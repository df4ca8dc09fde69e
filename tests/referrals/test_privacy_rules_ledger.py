"""Privacy rule P6: the ledger names every disclosure, no more and no less, to whoever may read it."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal import referrals
from portal.directory.models import Organization
from portal.referrals.models import FollowUp
from portal.store import Refused, clock, db
from tests.people import Cast
from tests.referrals.acting import acting, fresh, offer_of, send
from tests.referrals.drive import STEPS
from tests.referrals.test_privacy_rules_consent import SIGNED, kind_of
from tests.web.forms import SignIn

Move = Callable[[timedelta], None]
RECEIVER, SENDER = "receiver", "sender"
# A story: who acts, and what the act tells whom: (what, to the service?) where the sender may hear, and where not.
TOLD: dict[tuple[str, str], tuple[str, bool]] = {
    ("accept", RECEIVER): ("status", False),
    ("decline", RECEIVER): ("status", False),
    ("waitlist", RECEIVER): ("status", False),
    ("ask_information", RECEIVER): ("question", False),
    ("give_information", SENDER): ("information", True),
    ("confirm_connected", RECEIVER): ("status", False),
    ("mark_not_connected", RECEIVER): ("status", False),
    ("record_handoff", RECEIVER): ("handoff", False),
}
STORIES = (
    "",
    "see",
    "accept",
    "decline",
    "waitlist decline",
    "see accept schedule",
    "ask_information give_information accept",
    "accept record_handoff confirm_connected",
    "accept mark_not_connected",
)
Line = tuple[str, str, str, str]  # reference, what, from, to


def told(cast: Cast, reference: str, story: str, hears: bool, named: bool) -> list[Line]:
    """What the ledger must say of one request: written from the rules, not from the code."""
    team, service = "Test County Mobile Crisis", "Test Crisis Center"
    lines = [(reference, "request", team, service)]
    for action in story.split():
        role = SENDER if action == "give_information" else RECEIVER
        what, to_service = TOLD.get((action, role), ("", False))
        if what and (to_service or what == "question" or hears):
            lines.append((reference, what, team, service) if to_service else (reference, what, service, team))
        if action == "accept" and named:
            lines.append((reference, "identity", team, service))
    return lines


def played(cast: Cast, story: str, hears: bool, named: bool, part2: bool) -> list[Line]:
    """One request through its story; what the ledger must now hold of it."""
    kind_of(cast.crisis_center, "part2_program" if part2 else "treatment_provider")
    more = {} if named else {"name": "", "phone": "", "safety_notes": "", "basis": "none_needed"}
    if part2 and hears and named:
        more |= {"basis": "written_consent", "consent": SIGNED}
    need = send(cast, hears_back=hears, duplicate_confirmed=True, **more)
    known = hears and (not part2 or named)
    acts = [] if part2 and not known and "ask_information" in story else story.split()
    for action in acts:
        offer = offer_of(need)
        who = cast.responder if action == "give_information" else cast.provider
        STEPS[action](acting(who), offer, offer.version)
    return told(cast, need.id.hex[:6].upper(), " ".join(acts), known, named)


def ledger(cast: Cast, asked: referrals.LedgerQuestion | None = None) -> Counter[Line]:
    """What the table to download says."""
    lines = referrals.disclosures(acting(cast.privacy_officer), asked or referrals.LedgerQuestion())
    rows = csv.DictReader(io.StringIO(referrals.ledger_csv(lines)))
    return Counter((row["reference"], row["what"], row["from"], row["to"]) for row in rows)


ONE = st.tuples(st.sampled_from(STORIES), st.booleans(), st.booleans(), st.booleans())


def told_at_random(cast: Cast, move_time: Move, data: st.DataObject, most: int) -> None:
    """Requests of every kind, one a minute, until so many disclosures were made; the ledger must say what the rules say."""
    expected: Counter[Line] = Counter()
    while expected.total() < most:
        expected.update(played(cast, *data.draw(ONE)))
        move_time(timedelta(minutes=1))  # no account may send 30 in one
    assert ledger(cast) == expected


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("unmeasured")
@settings(max_examples=1, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_p06_the_ledger_holds_each_of_50_disclosures_and_nothing_else(
    move_time: Move, cast: Cast, data: st.DataObject
) -> None:
    told_at_random(cast, move_time, data, 50)  # 500 of them: tests/prove/test_ledger.py


@pytest.mark.sqlite_only
def test_p06_one_request_or_one_organization_over_its_days(
    move_time: Move, cast: Cast, signed_in_as: SignIn
) -> None:
    first = send(cast)
    move_time(timedelta(days=2))
    second = send(cast, listing=cast.shelter, duplicate_confirmed=True)
    reference = first.id.hex[:6].upper()
    assert set(ledger(cast, referrals.LedgerQuestion(reference=reference.lower()))) == {
        (reference, "request", "Test County Mobile Crisis", "Test Crisis Center")
    }
    shelter = referrals.LedgerQuestion(organization_id=cast.shelter.service.organization_id)
    assert {line[0] for line in ledger(cast, shelter)} == {second.id.hex[:6].upper()}
    today = referrals.LedgerQuestion(since=clock.now().date())
    assert {line[0] for line in ledger(cast, today)} == {second.id.hex[:6].upper()}
    browser = signed_in_as(cast.privacy_officer)
    page = browser.get("/privacy/disclosures")
    assert page.status_code == 200
    assert reference in page.text
    assert "Canary" not in page.text
    assert browser.get("/privacy/disclosures.csv").mimetype == "text/csv"
    for query in ("reference=zz", "since=2026-09-20&until=2026-09-01", "since=1970-01-01", "organization=x"):
        assert browser.get(f"/privacy/disclosures?{query}").status_code == 422
        assert browser.get(f"/privacy/disclosures.csv?{query}").status_code == 422
    with pytest.raises(Refused):
        referrals.disclosures(acting(cast.privacy_officer), referrals.LedgerQuestion(since=date(1999, 1, 1)))


@pytest.mark.sqlite_only
@pytest.mark.parametrize("hears", [True, False])
def test_p06_a_try_to_reach_the_person_is_in_it_where_the_other_side_reads_it(
    move_time: Move, cast: Cast, hears: bool
) -> None:
    """The service reads the sender's tries; nobody but the service reads its own. What a follow-up found is one row."""
    need = send(cast, hears_back=hears)
    reference, team, service = need.id.hex[:6].upper(), "Test County Mobile Crisis", "Test Crisis Center"
    offer = offer_of(need)
    STEPS["accept"](acting(cast.provider), offer, offer.version)
    before = ledger(cast)
    for _day in range(3):
        referrals.record_attempt(acting(cast.provider), offer.id, "phone", "no_answer")
        move_time(timedelta(days=1))
    assert ledger(cast) == before
    if not hears:
        with pytest.raises(referrals.NotHere):
            referrals.record_attempt(acting(cast.responder), offer.id, "phone", "no_answer")
        assert ledger(cast) == before
        return
    referrals.record_attempt(acting(cast.responder), offer.id, "phone", "reached")
    assert ledger(cast) - before == Counter({(reference, "follow_up", team, service): 1})
    task = db.session.scalars(select(FollowUp).where(FollowUp.offer_id == offer.id, FollowUp.day == 1)).one()
    referrals.finish_follow_up(acting(cast.responder), task.id, "in_service", means="phone")
    assert (ledger(cast) - before)[(reference, "follow_up", team, service)] == 2


@pytest.mark.sqlite_only
def test_p06_nobody_else_reads_the_ledger(move_time: Move, cast: Cast, signed_in_as: SignIn) -> None:
    send(cast)
    for name, account in cast.everybody.items():
        if name != "privacy_officer":
            assert referrals.disclosures(acting(account), referrals.LedgerQuestion()) == ()
    assert signed_in_as(cast.responder).get("/privacy/disclosures").status_code == 403


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@a", "\t=1", "  =1", "＝1"])
def test_p06_no_cell_of_the_table_is_a_formula(move_time: Move, cast: Cast, name: str) -> None:
    send(cast)
    db.session.get_one(Organization, cast.team.id).name = name
    db.session.commit()
    lines = referrals.disclosures(acting(cast.privacy_officer), referrals.LedgerQuestion())
    (row,) = csv.DictReader(io.StringIO(referrals.ledger_csv(lines)))
    assert row["from"] == f"'{name}"


@pytest.mark.sqlite_only
def test_p06_the_row_names_the_consent_that_covered_it(move_time: Move, cast: Cast) -> None:
    kind_of(cast.crisis_center, "part2_program")
    need = send(cast, basis="written_consent", consent=SIGNED)
    referrals.accept_offer(acting(cast.provider), offer_of(need).id, version=1)
    lines = referrals.disclosures_of(fresh(need).id)
    assert [(line.what, line.consent) for line in lines] == [
        ("request", ""),
        ("status", "2026-09-16"),
        ("identity", ""),
    ]
