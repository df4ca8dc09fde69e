"""How soon the public finds what was changed, with a real server and its own worker: an edit written by a verb, and a waiting
one that a steward approves on the page."""

import json
import random
import time
from collections.abc import Callable
from uuid import UUID, uuid4

from sqlalchemy import select

from bench.goals import Row, at_most, percentile
from portal import directory
from portal.accounts.models import Account, Membership
from portal.directory import models as d
from portal.store import Actor, clock, db, write
from tests.prove.server import Browser, Install
from tests.search.edits import new_word, rename

EDITS = 50
PATIENCE = 30  # seconds


def edits(install: Install, limit: float, unit: str = "s", where: str = "") -> list[Row]:
    """Two rows, each with the goal for the edits: from the commit of a name until it is found, and from the press of the
    button that approves one."""
    times = 1000 if unit == "ms" else 1
    rows = []
    for what, measured in (
        ("edit saved to visible", edits_until_visible),
        ("approval pressed to visible", approvals_until_visible),
    ):
        waits = [times * wait for wait in measured(install, EDITS)]
        told = f"{percentile(waits, 95):.3g} {unit} (p50 {percentile(waits, 50):.3g}, longest {max(waits):.3g}, {EDITS} of them)"
        rows.append(at_most(f"{what}{where}, p95", percentile(waits, 95), limit, unit, told))
    return rows


def edits_until_visible(install: Install, count: int, seed: int = 5) -> list[float]:
    """Seconds from the commit of a new name until a search finds it."""
    with install.app.app_context():
        numbers = list(db.session.scalars(select(d.ServiceAtLocation.number).limit(2000)))
        return _waits(install, count, seed, lambda chance, word: rename(chance.choice(numbers), word))


def approvals_until_visible(install: Install, count: int, seed: int = 6) -> list[float]:
    """Seconds from a steward's press on Approve, beside a provider's new name for a listing, until a search finds it."""
    with install.app.app_context():
        steward = install.signed_in(_steward())
        steward.get("/steward")
        listings = list(db.session.scalars(select(d.ServiceAtLocation.id).limit(2000)))
        wanted = iter(random.Random(seed).sample(listings, count))

        def approve(_chance: random.Random, word: str) -> Callable[[], None]:
            proposal, old = _proposed(next(wanted), f"{word.title()} House")

            def press() -> None:
                form = {"decision": "approve", "stands": old}
                answer = steward.post(f"/steward/proposals/{proposal}", form)
                assert answer.status == 303, f"not approved: {answer.status}"

            return press

        return _waits(install, count, seed, approve)


def _waits(
    install: Install, count: int, seed: int, begin: Callable[[random.Random, str], Callable[[], None] | None]
) -> list[float]:
    """Of so many changes. `begin` makes one; what it returns, if anything, is the change's last step, and timed with it."""
    chance, browser, waits = random.Random(seed), Browser(install.port), []
    for _change in range(count):
        word = new_word()
        last_step = begin(chance, word)
        began = time.perf_counter()
        if last_step:
            last_step()
        while not _is_found(browser, word):
            if time.perf_counter() - began > PATIENCE:
                raise TimeoutError(f"a change was not found within {PATIENCE} s")
            time.sleep(0.002)
        waits.append(time.perf_counter() - began)
        time.sleep(chance.uniform(0, 0.5))  # so that changes meet the worker at any moment of its turn
    return waits


def _is_found(browser: Browser, word: str) -> bool:
    answer = json.loads(browser.request("GET", f"/search.json?q={word}&exact=1").text)
    return any(word in hit["name"].lower() for hit in answer["hits"])


def _steward() -> UUID:
    """Somebody new who looks after the community of this install."""
    with write() as session:
        made = Account(
            id=uuid4(),
            community_id=session.scalars(select(d.Community.id)).first(),
            email=f"{new_word()}@bench.invalid",
            name="Stew Ard",
            created_at=clock.now(),
        )
        made.memberships.append(Membership(role="steward"))
        session.add(made)
        return made.id


def _proposed(listing_id: UUID, name: str) -> tuple[UUID, str]:
    """The edit of a listing's name by its own people, which waits; and the name that stands."""
    row = db.session.scalars(select(d.ServiceAtLocation).filter_by(id=listing_id)).one()
    owner, version, old = row.service.organization, row.version, row.service.name
    provider = Actor(
        kind="account",
        community_id=owner.community_id,
        name="Pat Provider",
        memberships=frozenset([("provider", owner.id)]),
    )
    result = directory.propose_edit(provider, listing_id, version, {"name": name})
    assert result == directory.EditResult([], ["name"]), "a new name waits for a steward"
    waiting = select(d.Proposal.id).filter_by(service_at_location_id=listing_id, state="waiting")
    proposal = db.session.scalars(waiting).one()
    db.session.remove()
    return proposal, old
