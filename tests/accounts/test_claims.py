"""Claiming a listing: what a mailbox may decide by itself, what waits for a steward, and what nobody learns on the way."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from portal import accounts
from portal.accounts import claim_proof, rules
from portal.accounts.models import Account, Claim, Invitation
from portal.accounts.queries import actor_of
from portal.directory import models as d
from portal.messages.models import Message
from portal.store import Conflict, Refused, TooMany, audit, clock, db, write
from tests.accounts.test_signing_in import HERE, PASSWORD
from tests.people import Cast

OWN = "dana@detox.example"


@pytest.fixture
def site(cast: Cast) -> Cast:
    """The detox names its web site; nobody there is known here."""
    with write() as session:
        session.get_one(
            d.Organization, cast.detox.service.organization_id
        ).website = "https://www.Detox.example/help"
    return cast


def ask(listing: d.ServiceAtLocation, email: str = OWN, address: str = HERE) -> str:
    """The token in the letter, or an empty text when none came."""
    assert accounts.claim_listing(listing.id, email, "Dana Desk", "Intake lead", address)
    db.session.expire_all()
    texts = db.session.scalars(
        select(Message.text)
        .where(Message.to_address == email.lower(), Message.letter == "accounts/claim")
        .order_by(Message.created_at)
    ).all()
    found = re.search(r"/claim/(\S+)", texts[-1]) if texts else None
    return found[1] if found else ""


def claim_of(email: str = OWN) -> Claim:
    db.session.expire_all()
    return db.session.scalars(
        select(Claim).where(Claim.email == email).order_by(Claim.created_at.desc())
    ).first()  # type: ignore[return-value]


def letters(name: str) -> list[str]:
    return sorted(db.session.scalars(select(Message.to_address).where(Message.letter == f"accounts/{name}")))


def confirmed(listing: d.ServiceAtLocation, email: str) -> tuple[str, str]:
    """(where the link leads on, why a steward must look)"""
    return accounts.confirm_claim(ask(listing, email)), claim_of(email).doubt


def joined(path: str) -> Account:
    entry = accounts.join(path.rsplit("/", 1)[1], "Dana Desk", "", PASSWORD)
    actor = accounts.actor_for_token(entry.token)
    assert actor is not None
    return db.session.get_one(Account, actor.account_id)


def test_a_mailbox_at_the_listing_s_own_domain_keeps_its_words_and_sees_nobody(site: Cast) -> None:
    path, doubt = confirmed(site.detox, OWN)
    assert doubt == ""
    account = joined(path)
    actor = actor_of(account)
    home = site.detox.service.organization_id
    assert actor.memberships == {("editor", home)}
    assert accounts.may(actor, "listing.edit")
    for gate in ("inbox.read", "offer.read", "offer.answer", "rights.take", "listing.approve"):
        assert not accounts.may(actor, gate), gate
    # Nobody there answers requests, so nobody is sent there.
    assert db.session.get_one(d.Organization, home).joined_at is None
    actions = set(db.session.scalars(select(audit.AuditEntry.action)))
    assert {"claim_listing", "confirm_claim", "join"} <= actions


def test_opening_the_link_uses_nothing_up_and_pressing_works_once(site: Cast) -> None:
    token = ask(site.detox)
    for _scanner in range(3):
        seen = accounts.claim_by_link(token)
        assert seen is not None
        assert (seen.email, seen.service) == (OWN, "Withdrawal Unit")
    assert claim_of().state == "mailed"
    assert accounts.confirm_claim(token)
    assert accounts.claim_by_link(token) is None
    with pytest.raises(Conflict):
        accounts.confirm_claim(token)


@pytest.mark.sqlite_only
def test_the_link_lives_a_week_and_a_newer_one_overtakes_it(site: Cast) -> None:
    older = ask(site.detox)
    newer = ask(site.detox)
    assert accounts.claim_by_link(older) is None
    with time_machine.travel(clock.now() + timedelta(days=7, seconds=2), tick=False):
        assert accounts.claim_by_link(newer) is None
        with pytest.raises(Conflict):
            accounts.confirm_claim(newer)
    with pytest.raises(Conflict):
        accounts.confirm_claim(newer[:-2] + "xx")


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("email", "doubt"),
    [
        ("dana@gmail.com", "free_mail"),
        ("dana@mail.comcast.net", "free_mail"),
        ("dana@elsewhere.example", "other_domain"),
        ("dana@detox.example.evil.example", "other_domain"),
        ("dana@mydetox.example", "other_domain"),
        ("dana@students.detox.example", "other_domain"),
    ],
)
def test_any_other_mailbox_waits_for_a_steward(site: Cast, email: str, doubt: str) -> None:
    assert confirmed(site.detox, email) == ("", doubt)
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 0
    assert letters("claims_wait") == [site.steward.email]
    assert claim_of(email).state == "waiting"


@pytest.mark.sqlite_only
def test_free_mail_is_never_enough_even_where_the_listing_names_it(site: Cast) -> None:
    with write() as session:
        session.get_one(d.Organization, site.detox.service.organization_id).email = "detox.unit@gmail.com"
    assert confirmed(site.detox, "detox.unit@gmail.com") == ("", "free_mail")


@pytest.mark.sqlite_only
def test_a_domain_that_two_organizations_name_belongs_to_neither(site: Cast) -> None:
    with write() as session:
        session.get_one(d.Service, site.hotline.service.number).url = "http://detox.example:8080/line"
    assert confirmed(site.detox, OWN) == ("", "shared_domain")


def test_a_victim_service_always_takes_a_steward_s_word(site: Cast) -> None:
    with write() as session:
        haven = session.get_one(d.Organization, site.victim_service.service.organization_id)
        haven.website = "https://haven.example"
    assert confirmed(site.victim_service, "ann@haven.example") == ("", "victim_service")
    about = " ".join(
        db.session.scalars(select(Message.text).where(Message.letter.like("accounts/claim%")))
    ).lower()
    assert "haven" not in about.replace("ann@haven.example", "")
    with write() as session:  # the same for whatever stands at a secret place, however it calls itself
        session.get_one(d.Organization, haven.id).kind = "social_service"
    assert confirmed(site.victim_service, "bea@haven.example")[1] == "victim_service"


@pytest.mark.sqlite_only
def test_what_somebody_keeps_already_is_not_given_to_a_second(site: Cast) -> None:
    with write() as session:
        session.get_one(d.Organization, site.crisis_center.service.organization_id).website = "center.example"
    assert confirmed(site.crisis_center, "new@center.example") == ("", "kept")
    first, _none = confirmed(site.detox, OWN)
    assert first  # granted, and about to join
    assert confirmed(site.detox, "second@detox.example") == ("", "kept")


@pytest.mark.sqlite_only
def test_the_organization_s_own_mailbox_is_told(site: Cast) -> None:
    with write() as session:
        session.get_one(d.Organization, site.detox.service.organization_id).email = "info@detox.example"
    confirmed(site.detox, OWN)
    assert letters("listing_kept") == ["info@detox.example"]


@pytest.mark.sqlite_only
def test_who_asks_learns_nothing_of_the_address(site: Cast) -> None:
    """The same for an account that is there, one that is not, an address that fits and one that does not."""
    for email in (site.provider.email, "nobody@gmail.com", OWN, "x@elsewhere.example"):
        assert ask(site.detox, email)
    texts = db.session.scalars(select(Message.text).where(Message.letter == "accounts/claim")).all()
    assert len({re.sub(r"/claim/\S+", "", text) for text in texts}) == 1
    assert {"Withdrawal", "Detox", "Dana"}.isdisjoint(re.findall(r"\w+", texts[0].split("http")[0]))


@pytest.mark.sqlite_only
def test_nobody_s_mail_is_flooded_and_nobody_is_told_that_it_was_tried(site: Cast) -> None:
    for _time in range(rules.CLAIMS_PER_PERSON + 2):
        assert accounts.claim_listing(site.detox.id, OWN, "Dana", "", HERE)
    assert len(letters("claim")) == rules.CLAIMS_PER_PERSON
    for number in range(rules.CLAIMS_PER_ADDRESS - rules.CLAIMS_PER_PERSON - 2):
        accounts.claim_listing(site.shelter.id, f"a{number}@elsewhere.example", "Dana", "", HERE)
    with pytest.raises(TooMany):
        accounts.claim_listing(site.shelter.id, "last@elsewhere.example", "Dana", "", HERE)
    before = len(letters("claim"))
    for number in range(rules.CLAIMS_PER_LISTING + 2):
        accounts.claim_listing(
            site.hotline.id, f"b{number}@elsewhere.example", "Dana", "", f"203.0.113.{number}"
        )
    assert len(letters("claim")) == before + rules.CLAIMS_PER_LISTING


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("email", "name", "words", "field"),
    [
        ("no address", "Dana", "", "email"),
        ("a@b.example\nBcc: x@y.example", "Dana", "", "email"),
        (OWN, " ", "", "name"),
        (OWN, "x" * 81, "", "name"),
        (OWN, "\u202eanaD", "", "name"),
        (OWN, "Dana", "y" * 301, "words"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(
    site: Cast, email: str, name: str, words: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        accounts.claim_listing(site.detox.id, email, name, words, HERE)
    assert refused.value.field == field
    assert db.session.scalar(select(func.count()).select_from(Claim)) == 0


def waiting(cast: Cast) -> accounts.WaitingClaim:
    return accounts.claims_for(actor_of(cast.steward)).waiting[0]


def test_a_steward_agrees_and_they_join_with_that_role(site: Cast) -> None:
    confirmed(site.detox, "dana@gmail.com")
    found = waiting(site)
    assert (found.name, found.doubt, found.words) == ("Dana Desk", "free_mail", "Intake lead")
    assert accounts.decide_claim(actor_of(site.steward), found.id, "provider") == "granted"
    text = db.session.scalars(
        select(Message.text).where(
            Message.to_address == "dana@gmail.com", Message.letter == "accounts/invitation"
        )
    ).one()
    account = joined(text.split("/invitation/")[1].split()[0].join(("/invitation/", "")))
    assert actor_of(account).organizations("provider") == {site.detox.service.organization_id}
    assert db.session.get_one(d.Organization, site.detox.service.organization_id).joined_at is not None
    with pytest.raises(Conflict):
        accounts.decide_claim(actor_of(site.steward), found.id, "")


@pytest.mark.sqlite_only
def test_a_refused_claim_opens_nothing_and_they_are_told(site: Cast) -> None:
    confirmed(site.detox, "dana@gmail.com")
    assert accounts.decide_claim(actor_of(site.steward), waiting(site).id, "") == "refused"
    assert letters("claim_refused") == ["dana@gmail.com"]
    assert letters("invitation") == []
    assert accounts.claims_for(actor_of(site.steward)).waiting == ()


def test_a_steward_takes_back_what_a_mailbox_was_given(site: Cast) -> None:
    path, _none = confirmed(site.detox, OWN)
    account = joined(path)
    session_token = accounts.start_session(account.id)
    granted = accounts.claims_for(actor_of(site.steward)).granted[0]
    assert accounts.decide_claim(actor_of(site.steward), granted.id, "") == "refused"
    assert accounts.actor_for_token(session_token) is None
    db.session.expire_all()
    assert actor_of(db.session.get_one(Account, account.id)).memberships == frozenset()
    assert letters("account_changed") == [OWN]


@pytest.mark.sqlite_only
def test_only_a_steward_decides(site: Cast) -> None:
    confirmed(site.detox, "dana@gmail.com")
    found = waiting(site)
    for account in site.everybody.values():
        if account is not site.steward:
            assert accounts.claims_for(actor_of(account)) == accounts.Claims((), ())
            assert accounts.decide_claim(actor_of(account), found.id, "provider") is None
    with pytest.raises(Refused):
        accounts.decide_claim(actor_of(site.steward), found.id, "admin")


@pytest.mark.sqlite_only
def test_addresses_that_nobody_proved_are_forgotten(site: Cast) -> None:
    ask(site.detox)
    confirmed(site.shelter, "s@elsewhere.example")
    accounts.purge(clock.now() + timedelta(days=8))
    db.session.expire_all()
    assert db.session.scalars(select(Claim.state)).all() == ["waiting"]
    accounts.decide_claim(actor_of(site.steward), waiting(site).id, "")
    accounts.purge(clock.now() + timedelta(days=91))
    db.session.expire_all()
    assert db.session.scalars(select(Claim.state)).all() == []


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.example.org:8443/help", "example.org"),
        ("example.org", "example.org"),
        ("http://user@example.org/", "example.org"),
        ("http://[bad", ""),
        ("", ""),
        ("mailto:a@b.example", ""),
        ("https://EXAMPLE.org.", "example.org"),
    ],
)
def test_the_domain_of_a_web_address(url: str, domain: str) -> None:
    assert claim_proof.web_domain(url) == domain


def test_every_doubt_has_its_words() -> None:
    assert all(str(words) for words in claim_proof.DOUBTS.values())
