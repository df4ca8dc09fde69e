"""The sealed person: known again without being looked up (P23), searched for by nobody (P12)."""

import base64
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, update

from portal import referrals
from portal.accounts.permissions import PERMISSIONS, RESPONDERS
from portal.referrals.blind_clock import cut_client_keys, forget_blind
from portal.referrals.models import BlindIndex, Client, Need, Person
from portal.store import Refused, clock, db, write
from portal.store.actor import TERMINAL
from portal.store.peppers import Peppers
from portal.web.guesses import MISSES
from tests.house.test_doors import crawl, doors
from tests.people import Cast
from tests.referrals.acting import acting, fresh, offer_of, request_to, send
from tests.referrals.drive import stage
from tests.web.forms import told

SignIn = Callable[[Any], FlaskClient]
Move = Callable[[timedelta], None]
BORN = date(1990, 5, 17)
OTHER = {"name": "", "phone": "", "safety_notes": "", "date_of_birth": None}


def known(cast: Cast, account: Any = None, **more: Any) -> UUID | None:
    """The key of a need that is sent with these."""
    listing = more.pop("listing", cast.crisis_center)
    asked = request_to(listing.id, **({"duplicate_confirmed": True} | OTHER | more))
    return referrals.send_offer(acting(account or cast.responder), asked).client_id


def rows(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def pepper(number: int) -> str:
    return f"q{number}:" + base64.b64encode(bytes([number]) * 32).decode()


@pytest.fixture
def peppered(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Starts the install with these peppers, the newest first."""

    def start(*numbers: int) -> None:
        keys = ",".join(pepper(number) for number in numbers)
        monkeypatch.setitem(app.extensions, "peppers", Peppers.parse(keys))

    return start


def test_p23_a_person_keeps_one_random_key_however_the_name_is_typed(cast: Cast) -> None:
    first = known(cast, name="Maria Garcia-Lopez", date_of_birth=BORN)
    assert isinstance(first, UUID)
    for name in ("MARÍA GARCÍA LÓPEZ", "Garcia Lopez, Maria", "maria  garcía-lópez jr"):
        assert known(cast, name=name, date_of_birth=BORN) == first
    assert known(cast, account=cast.stranger, name="Maria Garcia Lopez", date_of_birth=BORN) == first
    assert rows(Client) == 1


@pytest.mark.sqlite_only
def test_p23_look_alikes_get_keys_of_their_own(cast: Cast) -> None:
    keys = [
        known(cast, name="Maria Garcia", date_of_birth=BORN, phone="615-555-0110"),
        known(cast, name="Maria Garcia", date_of_birth=BORN + timedelta(days=1), phone="615-555-0110"),
        known(cast, name="Mario Garcia", date_of_birth=BORN, phone="615-555-0110"),
        known(cast, name="Robert Hall Jr", phone="615-555-0111"),
        known(cast, name="Robert Hall Sr", phone="615-555-0111"),
        known(cast, name="M.G.", phone="615-555-0110"),
        known(cast, phone="615-555-0110", name=""),
    ]
    assert None not in keys
    assert len(set(keys)) == len(keys)


@pytest.mark.sqlite_only
def test_p23_name_and_phone_tie_until_two_dates_of_birth_tell_them_apart(cast: Cast) -> None:
    first = known(cast, name="Maria Garcia", phone="(615) 555-0110")
    assert known(cast, name="garcia maria", phone="+1 615 555 0110") == first
    assert known(cast, name="Maria Garcia", phone="6155550110", date_of_birth=BORN) == first
    assert known(cast, name="Maria Garcia", date_of_birth=BORN) == first
    assert known(cast, name="Maria Garcia", phone="6155550110", date_of_birth=date(1971, 1, 2)) != first


@pytest.mark.sqlite_only
def test_p23_no_key_of_nobody_no_index_of_a_name_alone_and_neither_of_victim_services(cast: Cast) -> None:
    assert known(cast, basis="none_needed") is None
    assert known(cast, name="Maria Garcia") is not None
    assert known(cast, name="Maria Garcia", safety_notes="Dog") != known(cast, name="Maria Garcia")
    assert rows(BlindIndex) == 0
    before = rows(Client)
    for listing in (cast.victim_service, cast.hotline):
        referrals.record_victim_call(acting(cast.responder), listing.id, True)
        with pytest.raises(Refused):
            known(cast, listing=listing, name="Maria Garcia", date_of_birth=BORN, phone="6155550110")
    assert (rows(Client), rows(BlindIndex)) == (before, 0)


@pytest.mark.sqlite_only
def test_p23_the_key_is_made_of_nothing_and_the_index_holds_no_name(cast: Cast) -> None:
    first = known(cast, name="Maria Garcia", date_of_birth=BORN, phone="6155550110")
    stored = {row.kind: row for row in db.session.scalars(select(BlindIndex))}
    assert set(stored) == {"identity", "contact", "phone"}
    assert len({row.mac for row in stored.values()}) == 3
    assert all(len(row.mac) == 32 for row in stored.values())
    forget_blind(clock.now() + timedelta(days=400))
    assert known(cast, name="Maria Garcia", date_of_birth=BORN, phone="6155550110") != first


def test_p23_a_new_pepper_keeps_every_link_before_between_and_after(
    cast: Cast, peppered: Callable[..., None]
) -> None:
    peppered(1)
    first = known(cast, name="Maria Garcia", date_of_birth=BORN)
    peppered(2, 1)
    assert known(cast, name="Maria Garcia", date_of_birth=BORN) == first, "rows not lifted yet are found"
    assert referrals.lift_index(TERMINAL) == (1, [])
    assert referrals.lift_index(TERMINAL) == (0, [])
    peppered(3, 2, 1)
    assert referrals.lift_index(TERMINAL) == (2, [])
    assert known(cast, name="Maria Garcia", date_of_birth=BORN) == first
    assert {row.pepper_id for row in db.session.scalars(select(BlindIndex))} == {"q3"}
    same = {row.mac for row in db.session.scalars(select(BlindIndex))}
    assert len(same) == 1, "a value lifted twice is the value made under all three"


@pytest.mark.sqlite_only
def test_p23_a_lift_that_was_ended_in_the_middle_goes_on(
    cast: Cast, peppered: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    peppered(1)
    keys = [known(cast, name=f"Maria Garcia{letter}", date_of_birth=BORN) for letter in "abcde"]
    peppered(2, 1)
    monkeypatch.setattr("portal.referrals.blind_clock.BATCH", 2)
    with monkeypatch.context() as patch:
        real, left = Peppers.lifted, [3]

        def ends(self: Peppers, mac: bytes, pepper_id: str) -> bytes:
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            return real(self, mac, pepper_id)

        patch.setattr(Peppers, "lifted", ends)
        with pytest.raises(KeyboardInterrupt):
            referrals.lift_index(TERMINAL)
    db.session.rollback()
    assert sorted(row.pepper_id for row in db.session.scalars(select(BlindIndex))) == ["q1"] * 3 + ["q2"] * 2
    assert referrals.lift_index(TERMINAL) == (3, [])
    again = [known(cast, name=f"Maria Garcia{letter}", date_of_birth=BORN) for letter in "abcde"]
    assert again == keys


@pytest.mark.sqlite_only
def test_p23_rows_of_a_pepper_that_is_gone_are_told(cast: Cast, peppered: Callable[..., None]) -> None:
    peppered(1)
    known(cast, name="Maria Garcia", date_of_birth=BORN)
    peppered(3, 2)
    assert referrals.lift_index(TERMINAL) == (0, ["q1"])


@pytest.mark.sqlite_only
def test_p17_the_index_goes_13_months_after_the_last_meeting_and_the_key_25_after_the_request(
    cast: Cast, move_time: Move
) -> None:
    first = known(cast, name="Maria Garcia", date_of_birth=BORN)
    old = db.session.scalars(select(Need)).one()
    referrals.withdraw_consent(acting(cast.responder), offer_of(old).id)
    assert rows(BlindIndex) == 0, "a withdrawn need takes its index rows with it"
    assert fresh(old).client_id == first
    known(cast, name="Maria Garcia", date_of_birth=BORN)
    move_time(timedelta(days=390))
    later = known(cast, name="Maria Garcia", date_of_birth=BORN)
    move_time(timedelta(days=390))
    assert forget_blind(clock.now()) == 0, "met again: the older row lives on with the newer"
    move_time(timedelta(days=7))
    assert forget_blind(clock.now()) == 2
    with write() as session:
        session.execute(update(Need).values(closed_at=Need.sent_at, deadline=None))
    assert cut_client_keys(clock.now()) == 2
    assert [need.client_id for need in db.session.scalars(select(Need).order_by(Need.sent_at))] == [
        None,
        None,
        later,
    ]
    move_time(timedelta(days=800))
    assert cut_client_keys(clock.now()) == 1
    assert (rows(Client), rows(Need)) == (0, 3), "the coded rows stay, of nobody any more"


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.sqlite_only
def test_p23_no_page_no_file_and_no_figure_holds_a_value_of_the_index(
    app: Flask, cast: Cast, signed_in_as: SignIn
) -> None:
    key = known(cast, name="Maria Garcia", date_of_birth=BORN, phone="6155550110", hears_back=True)
    referrals.accept_offer(
        acting(cast.provider), db.session.scalars(select(Need)).one().offers[0].id, version=1
    )
    macs = list(db.session.scalars(select(BlindIndex.mac)))
    never = [
        form
        for mac in macs
        for form in (mac, mac.hex().encode(), base64.b64encode(mac), base64.b64encode(mac)[:20])
    ]
    readers = ("responder", "provider", "evaluator", "privacy_officer", "admin")
    browsers = {name: signed_in_as(getattr(cast, name)) for name in readers}
    seen = 0
    for person, path, answer in crawl(app, {"nobody": app.test_client(), **browsers}):
        data = answer.get_data()
        seen += 1
        assert not any(form in data for form in never), f"{person} {path}"
        assert str(key).encode() not in data, f"{person} {path}"
    assert seen > 100


@pytest.mark.sqlite_only
def test_p11_the_warning_knows_nothing_that_another_agency_entered(cast: Cast) -> None:
    told_twice = {"name": "Maria Garcia", "date_of_birth": BORN, "phone": "6155550110"}
    theirs = known(cast, account=cast.stranger, **told_twice)
    assert known(cast, duplicate_confirmed=False, **told_twice) == theirs, "one key, and not a word of it"
    # They know her phone; this unit's own need does not: typed with that phone, it must not look like the same person.
    known(cast, name="Rosa Diaz", date_of_birth=BORN)
    known(cast, account=cast.stranger, name="Rosa Diaz", date_of_birth=BORN, phone="6155550199")
    known(cast, duplicate_confirmed=False, name="Rosa Diaz", phone="6155550199")
    with pytest.raises(referrals.PossibleDuplicate):
        known(cast, duplicate_confirmed=False, name="Diaz, Rosa", phone="6155550199")


# P12: nobody of the police looks a person up.


def of_a_page(answer: Any) -> tuple[int, str]:
    return answer.status_code, told(answer.text)


@pytest.mark.sqlite_only
def test_p12_what_is_not_yours_and_what_is_not_there_look_the_same(
    app: Flask, cast: Cast, signed_in_as: SignIn
) -> None:
    need = send(cast, date_of_birth=BORN)
    offer = offer_of(need)
    stranger = signed_in_as(cast.stranger)
    for theirs in (
        f"/needs/{need.id}",
        f"/offers/{offer.id}",
        f"/offers/{offer.id}/person",
        f"/needs/{need.id}/closing",
    ):
        nothing = theirs.replace(str(need.id), str(uuid4())).replace(str(offer.id), str(uuid4()))
        found, missing = stranger.get(theirs), stranger.get(nothing)
        assert found.status_code == 404
        assert of_a_page(found) == of_a_page(missing)
        assert len(found.data) == len(missing.data)


@pytest.fixture
def statements(app: Flask) -> Iterator[Callable[[Callable[[], object]], list[str]]]:
    """What the database is asked while something runs."""
    said: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    def during(run: Callable[[], object]) -> list[str]:
        db.session.expire_all()
        said.clear()
        run()
        return list(said)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    yield during
    event.remove(engine, "before_cursor_execute", hear)


@pytest.mark.sqlite_only
def test_p12_a_stranger_and_a_guess_cost_the_database_the_same(
    cast: Cast, statements: Callable[..., list[str]]
) -> None:
    """No timing to go by: whose row it is is asked in the one query that looks for it."""
    need = send(cast, date_of_birth=BORN)
    offer = offer_of(need)
    who = acting(cast.stranger)
    for read in (referrals.need_for, referrals.need_by_offer, referrals.offer_for, referrals.reveal_person):
        real = need.id if read is referrals.need_for else offer.id
        assert statements(lambda read=read, real=real: read(who, real)) == statements(
            lambda read=read: read(who, uuid4())
        ), read.__name__


@pytest.mark.sqlite_only
def test_p12_no_door_of_the_police_takes_a_name(app: Flask, cast: Cast, signed_in_as: SignIn) -> None:
    """Every list and search that a responder can open, asked for the person in every usual way: nothing of them comes back,
    whoever's they are. The form that takes a name sends it, and looks nothing up for anybody else."""
    theirs = referrals.send_offer(
        acting(cast.stranger), request_to(cast.shelter.id, name="Quillon Canaryname", phone="615-555-0166")
    )
    code = theirs.id.hex[:6].upper()
    browser = signed_in_as(cast.responder)
    lists = [
        rule.rule
        for rule in doors(app)
        if not rule.arguments and "GET" in (rule.methods or ()) and _opens(app, rule.endpoint)
    ]
    assert "/needs" in lists
    for path in lists:
        for asked in ("Quillon Canaryname", "615-555-0166", code, str(theirs.id)):
            answer = browser.get(
                path,
                query_string=dict.fromkeys(
                    ("q", "name", "phone", "reference", "code", "for", "person"), asked
                ),
            )
            assert answer.status_code < 500
            assert theirs.id.hex not in answer.text
            assert f"/needs/{theirs.id}" not in answer.text
            assert f"/offers/{theirs.offers[0].id}" not in answer.text
    for address in (
        f"/needs/{code}",
        f"/needs/{code.lower()}",
        "/needs/Quillon",
        f"/offers/{code}",
        f"/people/{code}",
    ):
        assert browser.get(address).status_code == 404


def _opens(app: Flask, endpoint: str) -> bool:
    if endpoint.startswith("leaving."):  # the exit leaves every page blank behind it
        return False
    gate = getattr(app.view_functions[endpoint], "gate", "")
    return gate is None or (gate in PERMISSIONS and bool(PERMISSIONS[gate] & RESPONDERS))


@pytest.mark.sqlite_only
def test_p12_police_open_their_own_unit_s_referrals_until_30_days_after_the_close(
    cast: Cast, move_time: Move
) -> None:
    found = stage(cast, "cancelled", move_time)
    need = found.offer.need
    own = acting(cast.responder)
    assert referrals.need_for(acting(cast.colleague), need.id) is not None
    assert referrals.need_for(acting(cast.stranger), need.id) is None
    move_time(timedelta(days=29, hours=23))
    assert referrals.need_for(own, need.id) is not None
    assert referrals.reveal_person(own, found.offer.id) is not None
    move_time(timedelta(hours=2))
    assert referrals.need_for(own, need.id) is None
    assert referrals.reveal_person(own, found.offer.id) is None
    assert need.id not in {view.id for view in referrals.needs_for(own)}


@pytest.mark.sqlite_only
def test_a16_guessing_gets_nothing_and_is_told_to_wait(
    cast: Cast, signed_in_as: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MISSES < 200
    most = 8
    monkeypatch.setattr("portal.web.guesses.MISSES", most)
    need = send(cast)
    browser = signed_in_as(cast.stranger)
    answers = [browser.get(f"/needs/{uuid4()}").status_code for _ in range(most + 3)]
    assert set(answers[:most]) == {404}
    assert set(answers[most:]) == {429}
    assert browser.get(f"/needs/{need.id}").status_code == 429, "his or not there: the same wall"
    assert browser.get("/needs").status_code == 200, "what is one's own still opens"
    assert signed_in_as(cast.responder).get(f"/needs/{need.id}").status_code == 200


@pytest.mark.sqlite_only
def test_a16_guessed_answer_links_are_told_to_wait(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.web.guesses.MISSES", 5)
    stranger = app.test_client()
    answers = [stranger.get(f"/answer/{uuid4().hex}") for _ in range(7)]
    assert [one.status_code for one in answers] == [404] * 5 + [429] * 2
    assert all("Set-Cookie" not in one.headers for one in answers)


@pytest.mark.sqlite_only
def test_p02_a_date_of_birth_is_sealed_checked_and_gives_the_age_band(cast: Cast) -> None:
    need = send(cast, age_band="unknown", date_of_birth=date(clock.now().year - 30, 1, 1))
    assert need.age_band == "25_64"
    assert send(cast, duplicate_confirmed=True, age_band="18_24", date_of_birth=BORN).age_band == "18_24"
    raw = db.session.execute(select(Person.__table__.c.id)).all()
    assert raw
    stored = db.session.connection().exec_driver_sql("SELECT date_of_birth FROM person").scalars().all()
    assert all(value.startswith("t1:") and "19" not in value[:4] for value in stored)
    for wrong in (clock.now().date() + timedelta(days=2), date(1899, 12, 31)):
        with pytest.raises(Refused) as refused:
            send(cast, date_of_birth=wrong)
        assert refused.value.field == "date_of_birth"
    with pytest.raises(Refused):
        send(
            cast,
            basis="none_needed",
            date_of_birth=BORN,
            **dict.fromkeys(("name", "phone", "safety_notes"), ""),
        )
