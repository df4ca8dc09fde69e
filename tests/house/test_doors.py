"""Every door: it states its gate, its address is typed and in kebab-case, looking changes nothing, its page can be read."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from portal import programs
from portal.accounts import actor_for_token, invite, start_session
from portal.referrals import Emergency, SendRequest, open_in_emergency, send_offer
from portal.store import Base, db
from portal.web.guesses import SECRET_DOORS
from tests.people import Cast
from tests.programs.acting import turned_on

pytestmark = pytest.mark.sqlite_only  # nothing here depends on the database's kind
# What a GET may add to: who looked, how often, that somebody searched, that a session is alive.
MAY_GROW = {"audit_entry", "search_tally", "rate_limit", "account_session"}
PERSONS = (
    "nobody",
    "responder",
    "supervisor",
    "provider",
    "stranger",
    "steward",
    "evaluator",
    "privacy_officer",
    "admin",
)
# The ids that stand in addresses, and the table each is from.
IDS = {
    "listing_id": "service_at_location",
    "need_id": "need",
    "offer_id": "offer",
    "asking_id": "asking",
    "ask_id": "capacity_ask",
    "follow_up_id": "follow_up",
    "message_id": "message",
    "proposal_id": "edit_proposal",
    "account_id": "account",
    "consent_id": "consent",
    "organization_id": "organization",
    "taxonomy_id": "taxonomy",
    "term_id": "taxonomy_term",
    "location_id": "location",
    "invitation_id": "invitation",
    "opening_id": "break_glass",
    "webhook_id": "webhook",
    "program_id": "response_program",
    "encounter_id": "encounter",
    "case_id": "program_case",
    "note_id": "family_note",
    "engagement_id": "engagement",
    "task_id": "program_task",
    "visit_id": "lone_visit",
    "look_id": "profile_look",
    "call_id": "advocate_call",
    "evidence_id": "readiness_evidence",
    "service_id": "service",
    "run_id": "import_run",
    "watch_id": "care_watch",
    "request_id": "care_request",
    "drop_off_id": "drop_off",
    "pair_id": "duplicate_pair",
    "claim_id": "claim",
    "report_id": "listing_report",
}


def doors(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_every_door_states_its_gate(app: Flask) -> None:
    closed = [str(rule) for rule in doors(app) if not hasattr(app.view_functions[rule.endpoint], "gate")]
    assert not closed, f"add @gate('...') or @opened('why') to: {closed}"
    opened = {str(rule): app.view_functions[rule.endpoint] for rule in doors(app)}
    print("\nopen to anybody:")
    for address, view in sorted(opened.items()):
        if view.gate is None:  # type: ignore[attr-defined]
            assert len(getattr(view, "opened", "")) > 5, f"say why {address} is open"
            print(f"  {address}: {view.opened}")  # type: ignore[attr-defined]


def test_addresses_are_typed_and_in_kebab_case(app: Flask) -> None:
    wrong = []
    for rule in doors(app):
        fixed = re.sub(r"<[^>]+>", "", rule.rule)
        if not rule.rule.startswith(("/api/v3/", "/fhir/r4/")) and not re.fullmatch(r"[a-z0-9./-]*", fixed):
            wrong.append(f"{rule.rule}: kebab-case")
        if any(":" not in parameter for parameter in re.findall(r"<([^>]+)>", rule.rule)):
            wrong.append(f"{rule.rule}: say the type, <uuid:offer_id>")
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("unmeasured")
def test_looking_changes_nothing_and_every_page_can_be_read(
    app: Flask, cast: Cast, signed_in_as: Callable[[Any], FlaskClient]
) -> None:
    """One crawl of every GET as everybody: no domain table changes; each page has a title, one heading, named inputs."""
    live_a_little(cast)
    browsers = browsers_of(app, cast, signed_in_as)
    before = digests()
    seen, unreadable = 0, set()
    for person, path, answer in crawl(app, browsers):
        assert answer.status_code < 500, f"{person} GET {path}: {answer.status_code}"
        seen += answer.status_code == 200
        if answer.mimetype == "text/html" and not 300 <= answer.status_code < 400:
            unreadable |= {f"{person} {path}: {fault}" for fault in faults_of(answer.get_data(as_text=True))}
    changed = {name for name, digest in digests().items() if digest != before[name]}
    assert seen > 30, "the crawl found too few pages to mean anything"
    assert not changed, f"a GET changed {changed}; only {sorted(MAY_GROW)} may grow"
    assert not unreadable, "\n".join(sorted(unreadable))


def faults_of(html: str) -> list[str]:
    page = Page()
    page.feed(html)
    return page.faults()


def live_a_little(cast: Cast) -> None:
    """A referral with a name in it, opened in an emergency, an invitation, and a call of a program with its task and somebody who
    is out alone, so that pages have something to show."""
    sender, desk, admin = (
        actor_for_token(start_session(each.id)) for each in (cast.responder, cast.provider, cast.admin)
    )
    assert sender is not None
    assert desk is not None
    assert admin is not None
    need = send_offer(
        sender,
        SendRequest(
            cast.crisis_center.id,
            "crisis",
            "now",
            "verbal_consent",
            str(uuid4()),
            name="J. D.",
            phone="615-555-0188",
        ),
    )
    open_in_emergency(desk, need.offers[0].id, Emergency("Dr. Em", "County ER", "Pat", "Overdose", "No name"))
    invite(admin, "new@test.invalid", "evaluator", None)
    queue = turned_on(
        cast,
        "alexandria-second-responder",
        (cast.responder, "social_worker"),
        (cast.provider, "dispatcher"),
    )
    programs.flag_person(sender, queue.id, "older_adult", reference="26-1")
    programs.set_panic_contact(sender, "Sam Somebody", "615-555-0187")
    programs.go_out(sender, queue.id, 45)


def browsers_of(app: Flask, cast: Cast, signed_in_as: Callable[[Any], FlaskClient]) -> dict[str, FlaskClient]:
    return {
        name: app.test_client() if name == "nobody" else signed_in_as(getattr(cast, name)) for name in PERSONS
    }


def crawl(app: Flask, browsers: dict[str, FlaskClient], **ids: UUID) -> Iterator[tuple[str, str, Any]]:
    """Every GET as every person, with these ids and else ids of rows that exist; `/exit` last, as it changes what a browser
    sees."""
    paths = sorted(paths_of(app, ids), key=lambda path: path.startswith("/exit"))
    for person, browser in browsers.items():
        for path in paths:
            yield person, path, browser.get(path)


def paths_of(app: Flask, ids: Mapping[str, UUID]) -> list[str]:
    """Every address that answers to GET, with ids of rows that exist in place of its parameters."""
    paths = {"/search?q=shelter&near=37203", "/search.json?care=shelter", "/search?near=nowhere"}
    for rule in doors(app):
        if "GET" in (rule.methods or ()):
            path = rule.rule
            for name in rule.arguments:
                path = re.sub(rf"<[^<>]*\b{name}>", str(ids.get(name) or value_for(name)), path)
            paths.add(path)
    return sorted(paths)


def value_for(name: str) -> object:
    if name in IDS:
        table = Base.metadata.tables[IDS[name]]
        first = next(
            (table.c[made] for made in ("number", "created_at", "sent_at") if made in table.c), table.c.id
        )
        return db.session.scalar(select(table.c.id).order_by(first).limit(1)) or uuid4()
    return "2026-q3" if name.startswith("quarter") else uuid4()


def digests() -> dict[str, str]:
    """A fingerprint of every row of every table that a GET must leave alone."""
    db.session.expire_all()
    return {
        table.name: hashlib.sha256(
            repr(sorted(map(repr, db.session.execute(select(table)).tuples()))).encode()
        ).hexdigest()
        for table in Base.metadata.sorted_tables
        if table.name not in MAY_GROW
    }


class Page(HTMLParser):
    """What a screen reader needs: a title, one h1, a name for every input."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.headings = 0
        self.inputs: list[dict[str, str | None]] = []
        self.labelled: set[str] = set()
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("title", "label", "button"):
            self.inside.append(tag)
        if tag == "h1":
            self.headings += 1
        if tag == "label" and values.get("for"):
            self.labelled.add(str(values["for"]))
        if tag in ("input", "select", "textarea") and values.get("type") not in ("hidden", "submit"):
            named = "label" in self.inside or bool(values.get("aria-label") or values.get("aria-labelledby"))
            self.inputs.append(values | {"named": "yes" if named else None})

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if self.inside and self.inside[-1] == "title":
            self.title += data

    def faults(self) -> list[str]:
        found = []
        if not self.title.strip():
            found.append("no title")
        if self.headings != 1:
            found.append(f"{self.headings} h1")
        for each in self.inputs:
            if not each["named"] and each.get("id") not in self.labelled:
                found.append(f"no label for {each.get('name')}")
        return found


def test_every_door_with_a_secret_in_its_address_counts_the_guesses(app: Flask) -> None:
    secret = {rule.endpoint.partition(".")[0] for rule in doors(app) if "token" in rule.arguments}
    assert secret
    assert secret <= set(SECRET_DOORS), f"add to SECRET_DOORS: {secret - set(SECRET_DOORS)}"
    assert set(SECRET_DOORS) <= set(app.blueprints), "a door that is called otherwise now"
