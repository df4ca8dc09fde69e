"""Canaries: words that only some may read, put into every field where somebody types of a person, and a place that nobody may
know. Then all surfaces are searched as everybody: each page, JSON, CSV and file that answers to GET (the addresses are read from
the app, so a new door is in it by itself), letters and texts, the log, every column as it lies in the database, the files of a
home with its search index and backups.

Who may read a canary says one table, ALLOWED; every other hit is a fault. How much was searched is printed.
"""

import io
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import select, text

from portal import create_app, referrals, search
from portal.directory import models as d
from portal.logs import JsonLines
from portal.programs.models import LoneVisit
from portal.referrals.models import Need, Offer
from portal.store import Base, Conflict, Refused, clock, db, engine_name, write
from portal.store.backup import backup
from tests.conftest import METRICS_TOKEN, settings_for
from tests.house.test_doors import crawl, doors, paths_of
from tests.people import Cast, make_cast
from tests.programs.acting import turned_on
from tests.referrals.acting import acting
from tests.referrals.drive import facts
from tests.referrals.test_arrival_codes import haven_worker
from tests.web.forms import mailed_link, offer_of, press, refer

SignIn = Callable[[Any], FlaskClient]
BY_ITSELF = r"(?<![0-9a-f.])(?<!\d:){}(?![0-9a-f])"  # a number that is no part of an id or of a time of day
PLACE = ("4417 Canaryfield Lane", "37299", "36.2345", "-86.7654")
PERSON = ("name", "phone", "safety_notes", "date_of_birth")
# What is typed, by the field's name. Each is a word of its own, so that a hit says which field leaked.
TYPED = {
    "name": "Quillon Canaryname",
    "phone": "615-555-0177",
    "safety_notes": "Canarynote: afraid of dogs",
    "date_of_birth": "1987-03-14",
    "question": "Canaryquestion: can they walk?",
    "information": "Canaryinformation: with a stick",
    "answer_3": "Canaryanswer: music helps",
    "spoke_with_name": "Canarystaff Dee",
    "correction": "Canarycorrection: wrong day",
    "note": "Canarydecline: full of others",
}
# As it may be written on a page, too.
WRITTEN = {name: (typed,) for name, typed in TYPED.items()} | {
    "date_of_birth": ("1987-03-14", "Mar 14, 1987", "March 14, 1987", "3/14/87", "03/14/1987")
}
CANARIES = tuple(form for forms in WRITTEN.values() for form in forms)
SENDERS_PAGE, DESKS_PAGE = "/needs/NEED", "/offers/OFFER"
LISTS = ("/needs", "/inbox")
# canary -> the readers and the pages on which it may stand; see the field x role matrix. The sender hears back here.
ALLOWED: dict[str, dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(PERSON, {"responder": (f"{DESKS_PAGE}/person",), "provider": (f"{DESKS_PAGE}/person",)}),
    "question": {"responder": (SENDERS_PAGE,), "colleague": (SENDERS_PAGE,), "provider": (DESKS_PAGE,)},
    "information": {"responder": (SENDERS_PAGE,), "colleague": (SENDERS_PAGE,), "provider": (DESKS_PAGE,)},
    "answer_3": {"responder": (f"{DESKS_PAGE}/answers",), "provider": (f"{DESKS_PAGE}/answers",)},
    "spoke_with_name": dict.fromkeys(
        ("responder", "colleague", "provider"), (SENDERS_PAGE, DESKS_PAGE, f"{DESKS_PAGE}/handoff-correction")
    ),
    "correction": {},
    "note": {"provider": (DESKS_PAGE,)},
}
# table.columns in which words lie open that people typed of a request; all else that is of a person is sealed.
OPEN_COLUMNS = {
    "question": {"offer.question"},
    "information": {"offer.answer"},
    "spoke_with_name": {"handoff.spoke_with_name"},
    "correction": {"offer_event.note"},
    "note": {"offer.decline_note"},
}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that the install would write to its log."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


def everybody(app: Flask, cast: Cast, signed_in_as: SignIn) -> dict[str, FlaskClient]:
    """A browser for each of the cast, one of the victim service's own people, nobody, and whoever reads the metrics."""
    found = {name: signed_in_as(account) for name, account in cast.everybody.items()}
    monitor = app.test_client()
    monitor.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {METRICS_TOKEN}"
    assert monitor.get("/metrics").status_code == 200
    return {
        "nobody": app.test_client(),
        "monitor": monitor,
        "haven_worker": signed_in_as(haven_worker(cast)),
        **found,
    }


def holds(words: str | None, canaries: tuple[str, ...]) -> bool:
    """Does a text hold a canary? A number counts only by itself: in a clock's seconds, their fraction or an id it is chance."""
    return any(
        re.search(
            BY_ITSELF.format(re.escape(canary)) if re.fullmatch(r"-?[\d.]+", canary) else re.escape(canary),
            words or "",
        )
        for canary in canaries
    )


def columns_with(*canaries: str) -> set[str]:
    """table.column of every stored value that holds a canary, read as it lies there, past our own types."""
    found = set()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            rows = db.session.execute(text(f'SELECT "{column.name}" FROM "{table.name}"')).scalars()
            if any(holds(as_it_lies(value), canaries) for value in rows):
                found.add(f"{table.name}.{column.name}")
    return found


def as_it_lies(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def live_through(cast: Cast, signed_in_as: SignIn, app: Flask, **more: Any) -> tuple[Need, Offer, Offer]:
    """Two referrals of one person, through the pages: one goes all its way, with a canary in every field in which somebody may
    type of the person; the other is declined with a word."""
    desk, sender = signed_in_as(cast.provider), signed_in_as(cast.responder)
    questions = {f"question_{row}": f"Number {row}?" for row in (1, 2, 3)}
    press(desk, f"/listings/{cast.crisis_center.id}/questions", **questions, kind_3="text")
    person = {name: TYPED[name] for name in PERSON}
    need = refer(cast, signed_in_as, **(person | more))
    offer = offer_of(need)
    own, page = f"/offers/{offer.id}", f"/needs/{need.id}"
    press(desk, own, to=f"{own}/answer", answer="question", question=TYPED["question"])
    press(sender, f"{own}/information", text=TYPED["information"])
    press(app.test_client(), mailed_link(offer), answer="accept", by="Pat")
    code = offer_of(need).code
    press(sender, f"{own}/answers", answer_3=TYPED["answer_3"])
    shared = {"method": "three_way_call", "spoke_with_name": TYPED["spoke_with_name"], "code": code}
    press(sender, f"{own}/handoff", **shared, answered="y")
    press(sender, f"{own}/handoff-correction", **shared)
    press(sender, f"{own}/transport", means="police", voluntary="no")
    press(desk, f"{own}/transport", means="ride", voluntary="yes")
    press(desk, f"{own}/attempts", means="phone", result="no_answer")
    press(desk, f"{own}/not-connected", reason="left")
    press(desk, f"{own}/correction", reason=TYPED["correction"])
    press(desk, f"{own}/appointment", appointment_at=f"{clock.now().year + 1}-01-04T09:00")
    other = offer_of(refer(cast, signed_in_as, **(person | more), confirm_duplicate="y"))
    path = f"/offers/{other.id}"
    press(desk, path, to=f"{path}/answer", answer="decline", reason="other", note=TYPED["note"])
    assert sender.get(page).status_code == 200
    return need, offer_of(need), offer_of(other.need)


def hits_of(
    app: Flask, browsers: dict[str, FlaskClient], ids: dict[str, UUID], *, everywhere: bool
) -> tuple[set[tuple[str, str, str]], int]:
    """(canary, who, which address) of every hit, and how many answers were read. everywhere: all addresses, and not only those
    that name the request or list requests."""
    found, answers = set(), 0
    for who, path, answer in look(app, browsers, ids, everywhere):
        answers += 1
        told = "\n".join((answer.text, *(f"{name}: {value}" for name, value in answer.headers)))
        if not any(canary in told for canary in CANARIES):
            continue
        for name, value in ids.items():
            path = path.replace(str(value), name.removesuffix("_id").upper())
        found |= {(name, who, path) for name, forms in WRITTEN.items() if holds(told, forms)}
    return found, answers


def look(
    app: Flask, browsers: dict[str, FlaskClient], ids: dict[str, UUID], everywhere: bool
) -> Iterator[tuple[str, str, Any]]:
    if everywhere:
        yield from crawl(app, browsers, **ids)
        return
    named = [str(value) for value in ids.values()]
    paths = [one for one in paths_of(app, ids) if one in LISTS or any(name in one for name in named)]
    for who, browser in browsers.items():
        for path in paths:
            yield who, path, browser.get(path)


@pytest.mark.sqlite_only  # who sees what is decided above the database
@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("hears_back", [True, False])
def test_what_is_typed_of_a_person_is_read_by_those_whom_the_matrix_names_and_by_nobody_else(
    app: Flask, cast: Cast, signed_in_as: SignIn, log: io.StringIO, hears_back: bool
) -> None:
    need, offer, declined = live_through(
        cast, signed_in_as, app, **({"hears_back": "y"} if hears_back else {})
    )
    assert offer.state == "scheduled"
    browsers = everybody(app, cast, signed_in_as)
    if not hears_back:  # who is no party to it sees the same: once is enough
        browsers = {name: browsers[name] for name in ("responder", "colleague", "supervisor", "provider")}
    hits, answers = hits_of(app, browsers, {"need_id": need.id, "offer_id": offer.id}, everywhere=hears_back)
    more, read = hits_of(
        app, browsers, {"need_id": declined.need_id, "offer_id": declined.id}, everywhere=False
    )
    hits, answers = hits | more, answers + read
    wrong = sorted(
        {one for one in hits if one[2].removesuffix(".json") not in ALLOWED[one[0]].get(one[1], ())}
    )
    assert not wrong, f"(what was typed, who reads it, where): {wrong}"
    for name, readers in ALLOWED.items():
        for who in {"provider", *(("responder",) if hears_back else ())} & readers.keys():
            assert (name, who) in {(found, reader) for found, reader, _path in hits}, (name, who)
    if not hears_back:
        assert not [one for one in hits if one[1] in ("responder", "colleague") and one[0] == "note"]

    stored = {name: columns_with(*forms) for name, forms in WRITTEN.items()}
    assert {name: found for name, found in stored.items() if found} == OPEN_COLUMNS
    assert "portal.requests" in log.getvalue()
    assert not holds(log.getvalue(), CANARIES)
    columns = sum(len(table.columns) for table in Base.metadata.sorted_tables)
    print(
        f"\n{len(doors(app))} doors, {len(browsers)} readers, {len(TYPED)} canaries: {answers} answers, {columns} columns"
        f" and {len(log.getvalue())} bytes of log searched; {len(hits)} hits, all of them allowed"
    )


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("unmeasured")
def test_p09_a_confidential_place_stands_nowhere_however_it_is_put_in(
    app: Flask, cast: Cast, signed_in_as: SignIn, log: io.StringIO
) -> None:
    haven = cast.victim_service
    street, zip_code, latitude, longitude = PLACE
    for who in (cast.steward, haven_worker(cast)):
        browser, path = signed_in_as(who), f"/listings/{haven.id}"
        for field in ("description", "eligibility_description", "alert"):
            press(browser, path, **{field: f"We are at {street}, {zip_code}"})
        press(browser, path, address_1=street, city="Nashville", postal_code=zip_code, state_province="TN")
        press(browser, path, address=f"{street}\nNashville, TN {zip_code}")
        press(browser, f"{path}/questions", question_1=f"Do you know {street}?")
    for row in ({"latitude": float(latitude), "longitude": float(longitude), "point_kind": "exact"},):
        with pytest.raises(Exception, match="(?i)constraint"), write() as session:  # noqa: PT012
            session.execute(
                d.Location.__table__.update()
                .where(d.Location.__table__.c.id == haven.location_id)
                .values(**row)
            )

    browsers = everybody(app, cast, signed_in_as)
    answers, hits = 0, set()
    for person, path, page in crawl(app, browsers, listing_id=haven.id):
        answers += 1
        if holds(page.text, PLACE):
            hits.add((person, path))
    assert hits == set()
    assert columns_with(*PLACE) == set()
    assert not holds(log.getvalue(), PLACE)
    print(f"\n{len(browsers)} readers, {len(PLACE)} canaries of a place: {answers} answers searched; 0 hits")


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("unmeasured")
def test_p08_a_call_to_a_victim_service_leaves_nothing_of_a_person_whatever_is_sent(
    app: Flask, cast: Cast, signed_in_as: SignIn, log: io.StringIO
) -> None:
    """Somebody in danger, typed into every field of every form that this listing has, and into fields that it has not."""
    haven, browser = cast.victim_service, signed_in_as(cast.responder)
    path, person = f"/services/{haven.id}/call", {name: TYPED[name] for name in PERSON}
    sent = press(browser, f"/services/{haven.id}/refer", page=browser.get(path).text, **person)
    assert sent.status_code in (404, 409, 422)
    more = {"need": "shelter", "basis": "verbal_consent", "result": "yes", "idempotency_key": "canary"}
    code = ""
    for pressed in ({}, {"code": "y"}):
        called = press(browser, path, answered="yes", **person, **more, **pressed)
        found = re.search(r'class="code big">([a-z ]+\d\d)<', called.text)
        code = found[1] if found else code
    assert code
    worker = signed_in_as(haven_worker(cast))
    for typed in (TYPED["name"], TYPED["phone"], code):
        press(worker, f"/listings/{haven.id}/arrivals", code=typed, **person)
    assert worker.get(f"/services/{haven.id}/refer").status_code in (403, 404, 422)

    canaries = (*CANARIES, code)
    browsers = everybody(app, cast, signed_in_as)
    hits = {
        (who, at)
        for who, at, answer in crawl(app, browsers, listing_id=haven.id)
        if holds(answer.text, canaries)
    }
    assert hits == set()
    assert columns_with(*canaries) == set()
    assert not holds(log.getvalue(), canaries)
    assert [db.session.scalar(select(text("count(*)")).select_from(text(name))) for name in PEOPLE_OF] == [
        0
    ] * len(PEOPLE_OF)
    assert db.session.scalar(text("SELECT count(*) FROM call_record")) == 2


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("unmeasured")
def test_whom_to_call_for_a_worker_is_read_by_who_watches_and_only_while_they_are_late(
    app: Flask, cast: Cast, signed_in_as: SignIn, log: io.StringIO
) -> None:
    program = turned_on(
        cast,
        "alexandria-second-responder",
        (cast.colleague, "social_worker"),
        (cast.provider, "dispatcher"),
    )
    worker, contact = signed_in_as(cast.colleague), ("Canaryspouse Dee", "615-555-0166")
    press(worker, "/check-ins/contact", name=contact[0], phone=contact[1])
    visit = press(worker, "/check-ins", minutes="45").headers["Location"]
    ids = {"visit_id": UUID(visit.rsplit("/", 1)[-1]), "program_id": program.id}
    paths = [one for one in paths_of(app, ids) if one.startswith(("/check-ins", "/tasks"))]
    readers = ("responder", "colleague", "supervisor", "provider", "stranger", "admin")
    browsers = {name: signed_in_as(getattr(cast, name)) for name in readers} | {"nobody": app.test_client()}

    def hits() -> set[tuple[str, str]]:
        return {
            (who, path)
            for who, browser in browsers.items()
            for path in paths
            if holds(browser.get(path).text, contact)
        }

    own = {("colleague", "/check-ins/contact")}
    assert hits() == own
    with write() as session:
        session.get_one(LoneVisit, ids["visit_id"]).due_at = clock.now()
    assert hits() == own | {("provider", f"{visit}/contact"), ("supervisor", f"{visit}/contact")}
    assert columns_with(*contact) == set()
    assert not holds(log.getvalue(), contact)
    print(
        f"\n{len(browsers)} readers, {len(paths)} pages of who goes alone: read by the worker and by who watches"
    )


PEOPLE_OF = ("person", "need", "offer", "consent", "disclosure", "client", "blind_index", "script_answers")


def lived(cast: Cast) -> None:
    """The same person through the verbs, where a whole install of its own is looked at; and a place that is to be hidden."""
    sender, desk = acting(cast.responder), acting(cast.provider)
    need = referrals.send_offer(
        sender,
        referrals.SendRequest(
            service_at_location_id=cast.crisis_center.id,
            need="crisis",
            urgency="now",
            basis="verbal_consent",
            idempotency_key="canary",
            name=TYPED["name"],
            phone=TYPED["phone"],
            safety_notes=TYPED["safety_notes"],
            hears_back=True,
        ),
    )
    referrals.set_questions(
        desk, cast.crisis_center.id, [referrals.Question("What helps?", "text")], version=0
    )
    offer = offer_of(need)
    referrals.accept_offer(desk, offer.id, version=offer.version, answered_by="Pat")
    referrals.answer_script(sender, offer.id, 1, [TYPED["answer_3"]])
    referrals.record_handoff(desk, offer.id, facts(), version=offer_of(need).version)
    assert referrals.reveal_person(desk, offer.id) is not None
    assert referrals.open_answers(desk, offer.id) is not None
    with write() as session:
        session.get_one(d.Service, cast.victim_service.service.number).description = "A safe house."
    with pytest.raises((Refused, Conflict)):
        from_outside(cast)


def from_outside(cast: Cast) -> None:
    """A name sent to the victim service is refused before anything is stored."""
    referrals.send_offer(
        acting(cast.responder),
        referrals.SendRequest(
            service_at_location_id=cast.victim_service.id,
            need="shelter",
            urgency="now",
            basis="verbal_consent",
            idempotency_key="canary two",
            name=TYPED["name"],
        ),
    )


SEALED = tuple(TYPED[name] for name in ("name", "phone", "safety_notes", "answer_3"))


@pytest.mark.sqlite_only
def test_no_file_of_a_home_holds_a_canary(tmp_path: Path) -> None:
    """Database, its log of changes, the search index, a backup: as bytes on the disk."""
    app = create_app(settings_for(tmp_path))
    with app.app_context():
        upgrade()
        cast = make_cast()
        lived(cast)
        search.rebuild()
        db.session.remove()
        backup(tmp_path / "backup.db")
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        contents = {path.name: path.read_bytes() for path in files}
        db.engine.dispose()
    wanted = [canary.encode() for canary in (*SEALED, *PLACE[:1])]
    assert len(contents) > 3
    assert b"Crisis Receiving" in b"".join(contents.values()), "the files are read as they lie"
    assert not [name for name, content in contents.items() if any(one in content for one in wanted)]
    print(f"\n{len(contents)} files, {sum(map(len, contents.values()))} bytes searched; 0 hits")


def test_no_table_holds_a_canary_and_no_index_of_the_database_either(cast: Cast) -> None:
    """On both databases; on PostgreSQL the search index is tables too."""
    lived(cast)
    if engine_name() == "postgresql":
        search.rebuild()
    assert columns_with(*SEALED) == set()
