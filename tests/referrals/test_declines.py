"""Each reason for a no, through the real verb: what it does to the listing, to the need and to the next proposals."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal import outcomes, referrals
from portal.directory import listing
from portal.directory import models as d
from portal.directory.models import ListingFlag
from portal.outcomes.measures import reason_label
from portal.referrals import rules
from portal.referrals.models import DeclineTally
from portal.store import Refused, clock, db, write
from tests.people import Cast
from tests.referrals.acting import acting, by_link, fresh, offer_of, send

Move = Callable[[timedelta], None]
# code -> availability afterwards, mark for the steward, counted, what is proposed (or "stop"), what the sender is asked.
EXPECTED: dict[str, tuple[str, str, bool, str, str]] = {
    "no_bed_or_slot": ("no", "", False, "", ""),
    "waitlist_only": ("limited", "", False, "", ""),
    "closed_now": ("unknown", "hours", False, "", ""),
    "no_staff_for_safety": ("no", "", False, "", ""),
    "age": ("unknown", "", True, "", ""),
    "sex_or_gender_rule": ("unknown", "", True, "", ""),
    "residence_or_area": ("unknown", "", True, "", ""),
    "payer": ("unknown", "", True, "", ""),
    "wrong_service": ("unknown", "listing", True, "", ""),
    "acuity_too_high": ("unknown", "", True, "", ""),
    "acuity_too_low": ("unknown", "", True, "", ""),
    "medical_clearance_first": ("unknown", "", True, "medical", ""),
    "detox_first": ("unknown", "", True, "detox", ""),
    "pets_or_family_unit": ("unknown", "", True, "families", ""),
    "not_eligible": ("unknown", "", True, "", ""),  # said by text message, where nobody types a reason
    "prior_exclusion": ("unknown", "", True, "", ""),
    "refused_service": ("unknown", "", False, "stop", ""),
    "already_client": ("unknown", "", False, "stop", ""),
    "left": ("unknown", "", False, "stop", ""),
    "language_or_ASL": ("unknown", "", False, "", ""),
    "mobility_access": ("unknown", "", False, "wheelchair", ""),
    "no_transport": ("unknown", "", False, "transit", ""),
    "duplicate": ("unknown", "", False, "", "void"),
    "conflict_with_resident": ("unknown", "", False, "", ""),
    "other": ("unknown", "", False, "", ""),
}


def others(cast: Cast) -> dict[str, d.ServiceAtLocation]:
    """More services that take a crisis: one plain, and one for each kind of access; all have joined."""
    plain = {"plain": ("crisis_center",)}
    with_access = {code: ("crisis_center", code) for code in ("wheelchair", "transit", "families")}
    made = {}
    with write() as session:
        terms = {term.code: term.number for term in session.scalars(select(d.TaxonomyTerm))}
        home = session.get_one(d.Organization, cast.crisis_center.service.organization_id)
        for name, codes in (plain | with_access).items():
            service = d.Service(
                organization=home,
                name=f"Crisis {name}",
                last_modified=clock.now(),
                assured_date=clock.now().date(),
            )
            place = d.Location(
                organization_id=home.id,
                location_type="physical",
                latitude=36.16,
                longitude=-86.78,
                point_kind="exact",
            )
            session.add_all([service, place])
            session.flush()
            found = d.ServiceAtLocation(service_id=service.id, location_id=place.id)
            session.add(found)
            session.flush()
            for code in codes:
                session.add(d.ServiceTerm(service_number=service.number, term_number=terms[code]))
            made[name] = found
        session.execute(
            update(d.Organization).where(d.Organization.name == "Test Detox").values(joined_at=clock.now())
        )
    return made


def test_the_table_of_this_test_is_the_table_of_the_rules() -> None:
    assert set(EXPECTED) == set(rules.DECLINE_REASONS)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("code", EXPECTED)
def test_what_each_reason_does(move_time: Move, cast: Cast, code: str) -> None:
    availability, mark, counted, proposes, asked = EXPECTED[code]
    more = others(cast)
    need = send(cast, area="")
    offer, who = offer_of(need), acting(cast.responder)
    referrals.decline_offer(by_link(offer), offer.id, code, version=1)

    shown = listing(cast.crisis_center.id)
    assert shown is not None
    assert shown.availability.value == availability
    if availability != "unknown":
        stored = db.session.get_one(d.ServiceAtLocation, cast.crisis_center.number)
        assert (stored.availability_at, stored.availability_source) == (clock.now(), "decline")
    assert [flag.reason for flag in db.session.query(ListingFlag)] == ([mark] if mark else [])
    assert [(row.reason, row.times) for row in db.session.query(DeclineTally)] == (
        [(code, 1)] if counted else []
    )

    proposals = referrals.proposals_for(who, need.id)
    ids = [one.service.id for one in proposals]
    assert cast.crisis_center.id not in ids, "not again for this need"
    assert referrals.nothing_proposed(who, need.id) is (proposes == "stop")
    if proposes == "stop":
        assert ids == []
        assert referrals.proposals_for(who, need.id, again=True)
    else:
        assert more["plain"].id in ids
        first = {"detox": cast.detox}.get(proposes, more.get(proposes))
        if first is not None:
            assert ids[0] == first.id
    view = referrals.need_for(who, need.id)
    assert view is not None
    assert view.decline_words == str(rules.DECLINE_GROUPS[rules.DECLINE_REASONS[code].group])
    after = referrals.after_for(who, offer.id)
    assert after is not None
    assert after.void_asked is (asked == "void")
    assert ("void" in view.actions) is True
    assert ("(equity)" in reason_label(code)) is (rules.DECLINE_REASONS[code].group == "access")


@pytest.mark.sqlite_only
def test_a_no_for_want_of_room_fades(move_time: Move, cast: Cast) -> None:
    offer = offer_of(send(cast))
    referrals.decline_offer(by_link(offer), offer.id, "no_bed_or_slot", version=1)
    move_time(timedelta(hours=25))
    shown = listing(cast.crisis_center.id)
    assert shown is not None
    assert shown.availability.value == "unknown"


@pytest.mark.sqlite_only
def test_who_could_comes_first_and_is_never_a_victim_service(move_time: Move, cast: Cast) -> None:
    more = others(cast)
    need = send(cast)
    offer = offer_of(need)
    for wrong in (cast.victim_service.id, cast.crisis_center.id, need.id):
        with pytest.raises(Refused) as refused:
            referrals.decline_offer(by_link(offer), offer.id, "age", version=1, who_could=wrong)
        assert refused.value.field == "who_could"
    referrals.decline_offer(by_link(offer), offer.id, "age", version=1, who_could=more["transit"].id)
    proposals = referrals.proposals_for(acting(cast.responder), need.id)
    assert proposals[0].service.id == more["transit"].id
    assert "Named by the service that was asked" in proposals[0].why


@pytest.mark.sqlite_only
def test_who_speaks_the_language_is_proposed_first(move_time: Move, cast: Cast) -> None:
    more = others(cast)
    with write() as session:
        session.add(d.Language(service_id=more["wheelchair"].service_id, name="Spanish", code="es"))
    need = send(cast, area="")
    offer, who = offer_of(need), acting(cast.responder)
    referrals.decline_offer(by_link(offer), offer.id, "language_or_ASL", version=1)
    plain = referrals.proposals_for(who, need.id)
    spanish = referrals.proposals_for(who, need.id, language="es")
    assert plain[0].service.id != more["wheelchair"].id
    assert (spanish[0].service.id, "Spanish" in spanish[0].why) == (more["wheelchair"].id, True)
    referrals.ask_next(who, need.id, more["wheelchair"].id, version=fresh(need).version, language="es")
    view = referrals.offer_for(acting(cast.provider), offer_of(need).id)
    assert view is not None
    assert view.language == "es"


def tally(cast: Cast, times: int, month: date, reason: str = "payer", age_band: str = "25_64") -> None:
    with write() as session:
        session.add(
            DeclineTally(
                service_at_location_id=cast.crisis_center.id,
                need="crisis",
                age_band=age_band,
                reason=reason,
                month=month,
                times=times,
            )
        )


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("rows", "late"),
    [
        ([(11, date(2026, 8, 1), "payer", "25_64")], True),
        ([(6, date(2026, 7, 1), "payer", "13_17"), (5, date(2026, 8, 1), "payer", "25_64")], True),
        ([(10, date(2026, 8, 1), "payer", "25_64")], False),  # a small number
        ([(99, date(2026, 9, 1), "payer", "25_64")], False),  # the month that runs
        ([(99, date(2025, 8, 1), "payer", "25_64")], False),  # long ago
        ([(99, date(2026, 8, 1), "age", "13_17")], False),  # of another age
        ([(11, date(2026, 8, 1), "age", "25_64")], True),
    ],
)
def test_who_often_declines_such_needs_is_proposed_later_with_the_reason(
    move_time: Move, cast: Cast, rows: list[Any], late: bool
) -> None:
    """The clock stands in September 2026."""
    more = others(cast)
    need = send(cast, listing=more["transit"], area="")
    offer, who = offer_of(need), acting(cast.responder)
    referrals.decline_offer(by_link(offer), offer.id, "no_bed_or_slot", version=1)
    before = [one.service.id for one in referrals.proposals_for(who, need.id)]
    for times, month, reason, age_band in rows:
        tally(cast, times, month, reason, age_band)
    proposals = referrals.proposals_for(who, need.id)
    ids = [one.service.id for one in proposals]
    (found,) = [one for one in proposals if one.service.id == cast.crisis_center.id]
    assert any("Often declines" in why for why in found.why) is late
    assert (ids == before) is not late
    if late:
        assert ids[-1] == cast.crisis_center.id or ids.index(found.service.id) > before.index(
            found.service.id
        )


def test_eligibility_is_counted_on_both_databases(cast: Cast) -> None:
    for _time in range(2):
        offer = offer_of(send(cast, duplicate_confirmed=True))
        referrals.decline_offer(by_link(offer), offer.id, "payer", version=1)
    assert [(row.reason, row.times) for row in db.session.query(DeclineTally)] == [("payer", 2)]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "code", ["no_bed_or_slot", "payer", "detox_first", "left", "mobility_access", "duplicate"]
)
def test_none_of_it_reaches_a_sender_in_the_dark(move_time: Move, cast: Cast, code: str) -> None:
    more = others(cast)
    who = acting(cast.responder)

    def seen(reason: str) -> Any:
        need = send(cast, hears_back=False, area="", duplicate_confirmed=True)
        offer = offer_of(need)
        if reason:
            referrals.decline_offer(by_link(offer), offer.id, reason, version=1, who_could=more["transit"].id)
        after = referrals.after_for(who, offer.id)
        proposals = referrals.proposals_for(who, need.id)
        return after, [replace(one, why=()) for one in proposals], referrals.nothing_proposed(who, need.id)

    asked, answered = seen(""), seen(code)
    if code == "no_bed_or_slot":  # what a listing says of its room is everybody's, whoever asked
        assert asked[0] == answered[0]
    else:
        assert asked == answered


@pytest.mark.sqlite_only
def test_the_report_counts_access_with_its_flag(move_time: Move, cast: Cast) -> None:
    offer = offer_of(send(cast))
    referrals.decline_offer(by_link(offer), offer.id, "no_transport", version=1)
    report = outcomes.quarter(acting(cast.evaluator), "2026-q3")
    assert report is not None
    labels = [line.label for line in report.lines if line.measure == "M10"]
    assert "No way to get there (equity)" in labels
    assert len([label for label in labels if "(equity)" in label]) == 3
