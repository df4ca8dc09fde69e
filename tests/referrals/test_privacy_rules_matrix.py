"""Privacy rules P1, P11, P24: what each reader sees on every surface is the golden table, cell by cell.

Each story is one request with a canary in every field. Every address that names it is opened by everybody of the cast, the
lists too; the canaries found must be those that matrix.golden gives this reader here: no more, and no less.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import referrals
from portal.directory.models import ORGANIZATION_KINDS
from portal.messages.models import Message
from portal.referrals.matrix import BY_STATE, FRAME, PERSON_OF_KIND, VIEW_FIELDS
from portal.referrals.matrix_words import FIELD_WORDS
from portal.referrals.models import Need
from portal.referrals.words import spoken_code
from portal.store import clock, db
from portal.web.records import camel
from tests.house.test_doors import paths_of
from tests.people import Cast
from tests.referrals.acting import acting, fresh, offer_of, send
from tests.referrals.drive import facts
from tests.referrals.test_privacy_rules_consent import kind_of
from tests.web.forms import SignIn, mailed_link, told

Move = Callable[[timedelta], None]
GOLDEN = Path(__file__).parent / "matrix.golden"
# Canary -> the row of the golden table under which it falls.
ROWS = {
    "Quillark": "person",
    "615-555-0199": "person",
    "Noteslark": "person",
    "Arealark": "request",
    "Questlark": "question",
    "Anslark": "question",
    "Declark": "decline_code",
    "Handlark": "handoff",
    "7:13": "appointment",
    "accept code": "accept_code",
    "spoken code": "spoken_code",
}
PEOPLE = (
    "responder",
    "colleague",
    "supervisor",
    "provider",
    "shelter_worker",
    "stranger",
    "steward",
    "evaluator",
    "privacy_officer",
    "admin",
    "nobody",
)
LISTS = (
    "/needs",
    "/inbox",
    "/unit",
    "/privacy",
    "/privacy/disclosures",
    "/privacy/disclosures.csv",
    "/steward",
)


def golden() -> dict[str, set[str]]:
    """Row -> the readers that the golden file marks."""
    head, *lines = GOLDEN.read_text().splitlines()
    readers = head.split()[1:]
    return {
        cells[0]: {reader for reader, cell in zip(readers, cells[1:], strict=True) if cell == "x"}
        for cells in (line.split() for line in lines)
    }


@dataclass
class Story:
    """One request: which canaries it holds, and under which column of the table each of the cast stands in it."""

    name: str
    need: Need
    holds: frozenset[str]
    columns: dict[str, str]

    def expected(self, person: str, table: dict[str, set[str]]) -> set[str]:
        column = self.columns.get(person)
        if column is None:
            return set()
        found = {canary for canary in self.holds if column in table[ROWS[canary]]}
        own_entry = person in ("responder", "provider")  # of a sender's unit, only who typed it in
        return {canary for canary in found if own_entry or ROWS[canary] != "person"}


def tell(cast: Cast, name: str, *, hears: bool, acts: str, escalate: Move | None = None) -> Story:
    """A request with canaries, through these acts of its service."""
    need = send(
        cast,
        hears_back=hears,
        duplicate_confirmed=True,
        name="Quillark",
        phone="615-555-0199",
        safety_notes="Noteslark",
        area="Arealark",
    )
    holds = {"Quillark", "615-555-0199", "Noteslark", "Arealark", "spoken code"}
    if escalate:
        escalate(timedelta(minutes=11))
        referrals.tick(clock.now())
    desk, sender = acting(cast.provider), acting(cast.responder)
    for act in acts.split():
        offer = offer_of(need)
        version = offer.version
        if act == "ask":
            referrals.ask_information(desk, offer.id, "Questlark", version=version)
            referrals.give_information(sender, offer.id, "Anslark", version=_known(sender, need))
            holds |= {"Questlark", "Anslark"}
        elif act == "decline":
            referrals.decline_offer(desk, offer.id, "other", version=version, note="Declark")
            holds |= {"Declark"}
        elif act == "accept":
            referrals.accept_offer(desk, offer.id, version=version, answered_by="Pat")
            holds |= {"accept code"}
        elif act == "handoff":
            referrals.record_handoff(desk, offer.id, facts(spoke_with_name="Handlark"), version=version)
            holds |= {"Handlark"}
        elif act == "schedule":
            at = clock.now().replace(hour=12, minute=13) + timedelta(days=9)  # 7:13 in the county
            referrals.schedule_offer(desk, offer.id, at, version=version)
            holds |= {"7:13"}
    dark = "" if hears else "_dark"
    after = "receiver_after" if "accept" in acts else "receiver_before"
    columns = {"responder": f"sender{dark}", "colleague": f"sender{dark}", "provider": after}
    if fresh(need).escalated_at is not None:
        columns["supervisor"] = f"supervisor{dark}"
    return Story(name, need, frozenset(holds), columns)


def _known(sender: Any, need: Need) -> int:
    view = referrals.need_for(sender, need.id)
    assert view is not None
    return view.offer_version


def marks_of(story: Story) -> dict[str, re.Pattern[str]]:
    """What to look for. A code of six digits is looked for where codes stand alone: digits stand in ids too."""
    offer, need = offer_of(story.need), fresh(story.need)
    found = {canary: re.compile(re.escape(canary)) for canary in story.holds if "code" not in canary}
    for name, code in (("accept code", offer.code), ("spoken code", spoken_code(need))):
        if name in story.holds:
            found[name] = re.compile(rf'(class="code">\s*{code}\b|Code": ?"{code}")')
    return found


def stories_of(cast: Cast, move_time: Move, *, all_of_them: bool) -> list[Story]:
    """The four that between them have every canary and every column; or with those in between."""
    found = [
        tell(cast, "taken on", hears=True, acts="ask accept handoff schedule"),
        tell(cast, "taken on in the dark", hears=False, acts="accept handoff schedule"),
        tell(cast, "escalated, then declined", hears=True, acts="ask decline", escalate=move_time),
        tell(cast, "escalated, then taken on in the dark", hears=False, acts="accept", escalate=move_time),
    ]
    if all_of_them:
        found += [
            tell(cast, "asked", hears=True, acts="ask"),
            tell(cast, "asked in the dark", hears=False, acts="ask"),
            tell(cast, "declined in the dark", hears=False, acts="decline"),
        ]
    return found


def differences(cast: Cast, app: Flask, signed_in_as: SignIn, stories: list[Story], brief: bool) -> list[str]:
    """Where what somebody sees is not the golden table. brief: who has no part in any story opens one of them."""
    table, wrong = golden(), []
    for person in PEOPLE:
        browser = app.test_client() if person == "nobody" else signed_in_as(getattr(cast, person))
        lists = " ".join(told(browser.get(path).text) for path in LISTS)
        involved = any(person in story.columns for story in stories) and person != "colleague"
        for story in stories if involved or not brief else stories[:1]:
            ids = {"need_id": story.need.id, "offer_id": offer_of(story.need).id}
            about = [path for path in paths_of(app, ids) if any(str(one) in path for one in ids.values())]
            pages = " ".join(told(browser.get(path).text) for path in about)
            seen = {canary for canary, mark in marks_of(story).items() if mark.search(pages + lists)}
            may = story.expected(person, table)
            # The lists hold all stories at once: a canary there may be another's, if that one's may be seen.
            in_lists = {canary for canary, mark in marks_of(story).items() if mark.search(lists)}
            elsewhere = set().union(*(one.expected(person, table) for one in stories))
            extra = {one for one in seen - may if one not in in_lists or one not in elsewhere}
            wrong += [f"{person} sees {one!r} of a request {story.name}" for one in sorted(extra)]
            wrong += [f"{person} misses {one!r} of a request {story.name}" for one in sorted(may - seen)]
    letters = " ".join(row.subject + row.text + row.html for row in db.session.scalars(select(Message)))
    return wrong + [f"a letter holds {canary!r}" for canary in ROWS if canary in letters]


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("unmeasured")
def test_p11_what_everybody_sees_on_every_surface_is_the_golden_table(
    move_time: Move, cast: Cast, app: Flask, signed_in_as: SignIn
) -> None:
    stories = stories_of(
        cast, move_time, all_of_them=False
    )  # everybody with all of them: tests/prove/test_matrix.py
    assert not differences(cast, app, signed_in_as, stories, brief=True)


@pytest.mark.sqlite_only
def test_p11_the_record_that_a_program_reads_has_in_it_what_the_golden_table_says(
    move_time: Move, cast: Cast, signed_in_as: SignIn
) -> None:
    table = golden()
    for hears in (True, False):
        story = tell(cast, "taken on", hears=hears, acts="ask accept handoff schedule")
        offer = offer_of(story.need)
        for person, view, path in (
            ("responder", "NeedView", f"/needs/{story.need.id}.json"),
            ("provider", "OfferView", f"/offers/{offer.id}.json"),
        ):
            record = signed_in_as(getattr(cast, person)).get(path).json
            assert set(record) == {camel(name) for name in VIEW_FIELDS[view]}
            for name, row in VIEW_FIELDS[view].items():
                if row not in (FRAME, BY_STATE) and story.columns[person] not in table[row]:
                    assert not record[camel(name)], f"{person} hears {name}, hears back: {hears}"
            assert "Quillark" not in str(record)


@pytest.mark.sqlite_only
def test_p11_the_holder_of_a_link_sees_what_the_service_may_and_no_person_without_the_code(
    move_time: Move, cast: Cast, app: Flask
) -> None:
    story = tell(cast, "asked", hears=True, acts="ask")
    page = app.test_client().get(mailed_link(offer_of(story.need))).text
    seen = {canary for canary, mark in marks_of(story).items() if mark.search(told(page))}
    may = {canary for canary in story.holds if "receiver_before" in golden()[ROWS[canary]]}
    assert seen == may
    assert app.test_client().get("/answer/none").status_code == 404


@pytest.mark.sqlite_only
@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_p11_the_sender_in_the_dark_reads_the_same_bytes_whatever_was_answered(
    move_time: Move, cast: Cast, app: Flask, signed_in_as: SignIn, answer: str
) -> None:
    """Every address of the sender, before and after the answer: the page and its length stay as they were."""
    story = tell(cast, "asked", hears=False, acts="")
    offer = offer_of(story.need)
    referrals.see_offer(acting(cast.provider), offer.id, version=1)
    browser = signed_in_as(cast.responder)
    ids = {"need_id": story.need.id, "offer_id": offer.id}
    paths = [path for path in paths_of(app, ids) if any(str(one) in path for one in ids.values())]
    paths = [path for path in paths if not path.startswith("/services/")] + ["/needs", "/unit"]

    def read() -> dict[str, tuple[int, str]]:
        answers = {path: browser.get(path) for path in paths}
        return {path: (found.status_code, told(found.text)) for path, found in answers.items()}

    read()  # a first look is written down, and a second is not
    move_time(timedelta(minutes=20))  # their turn has come
    referrals.tick(clock.now())
    before = read()
    version = offer_of(story.need).version
    if offer_of(story.need).state in ("sent", "seen"):
        if answer == "accept":
            referrals.accept_offer(acting(cast.provider), offer.id, version=version)
        else:
            referrals.decline_offer(acting(cast.provider), offer.id, "no_bed_or_slot", version=version)
    after = read()
    changed = [path for path in before if before[path] != after[path]]
    assert not changed


@pytest.mark.sqlite_only
@pytest.mark.parametrize("kind", ORGANIZATION_KINDS)
def test_p01_each_kind_of_service_has_the_fields_of_the_person_that_its_task_needs(
    move_time: Move, cast: Cast, signed_in_as: SignIn, kind: str
) -> None:
    kind_of(cast.crisis_center, "treatment_provider")
    need = send(cast, date_of_birth=date(1990, 1, 2), safe_contact="text")
    offer = offer_of(need)
    referrals.accept_offer(acting(cast.provider), offer.id, version=1)
    kind_of(cast.crisis_center, kind)
    seen = referrals.reveal_person(acting(cast.provider), offer.id)
    assert seen is not None
    golden_fields = {
        "treatment_provider": "date_of_birth name phone safe_contact safety_notes",
        "part2_program": "date_of_birth name phone safe_contact safety_notes",
        "response_team": "date_of_birth name phone safe_contact safety_notes",
        "social_service": "name phone safe_contact safety_notes",
        "school": "name phone safe_contact safety_notes",
        "other": "name phone safe_contact safety_notes",
        "law_enforcement": "name phone safe_contact",
        "victim_service": "",
    }
    assert {name for name, value in vars(seen).items() if value} == set(golden_fields[kind].split())
    page = signed_in_as(cast.provider).get(f"/offers/{offer.id}/person").text
    for field, canary in (
        ("name", "Quill Canary"),
        ("safety_notes", "Afraid of dogs"),
        ("date_of_birth", "1990"),
    ):
        assert (canary in page) == (field in golden_fields[kind])
    assert set(PERSON_OF_KIND) == set(ORGANIZATION_KINDS)


@pytest.mark.sqlite_only
def test_p24_the_page_about_the_data_says_what_the_matrix_says(cast: Cast, app: Flask) -> None:
    page = app.test_client().get("/about/data").text
    told_here = dict(
        re.findall(r"<dt>([^<]+)</dt><dd>([^<]*)</dd>", page.split('class="facts who"')[1].split("</dl>")[0])
    )
    words = {
        "sender": ("who typed it in", "the sender"),
        "supervisor": ("the sender's supervisor",),
        "receiver_before": ("the service that is asked",),
        "receiver_after": ("the service",),
    }
    table = golden()
    assert len(told_here) == len(table)
    for field, readers in table.items():
        said = told_here[str(FIELD_WORDS[field])].replace("&#39;", "'").split("; ")
        for reader, ways in words.items():
            named = [
                one
                for one in said
                if one.startswith(ways) and ("supervisor" in one) == (reader == "supervisor")
            ]
            assert bool(named) == (reader in readers), (field, reader)
        for one in said:
            if "if you agreed" in one or "and you agreed" in one:
                dark = "supervisor_dark" if "supervisor" in one else "sender_dark"
                assert dark not in readers, field
