"""Merging by rule and by a steward, and taking apart: one pair, one transaction."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.directory.feed import record_change
from portal.directory.merging.finding import Decided, Found, Key, find_pairs
from portal.directory.merging.pointers import TABLES, settle_pointers
from portal.directory.merging.standing import read_compared
from portal.store import Actor, Conflict, audit, clock, db, write
from portal.store.language import gettext as _

BATCH = 200  # waiting pairs that are noted in one transaction

Progress = Callable[[int, int], None]


@dataclass
class Outcome:
    """What a search for duplicates did. Pairs by level (organization, place, listing); `listings` of the whole directory:
    `merged` into another one, `beside` others of the same place, and `separate`."""

    merged: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    parted: Counter[str] = field(default_factory=Counter)  # merged by rule once, and no longer alike
    standing: Counter[str] = field(default_factory=Counter)  # merged before
    listings: dict[str, int] = field(default_factory=dict)


def find_duplicates(actor: Actor, *, dry_run: bool = False, progress: Progress | None = None) -> Outcome:
    """Look through the whole directory: merge what is sure, note what is doubtful for the stewards, take apart what the rule
    merged and is no longer alike. What a person decided stays.

    Each pair is a transaction of its own: pointers, history, change feed, audit. Killed, it is finished by the next; a second
    run changes nothing. For a terminal, the clock or a steward; others do nothing. Tells nobody.
    """
    outcome = Outcome()
    if not _may(actor):
        return outcome
    session = db.session()
    known = {
        Key(row.level, row.first_id, row.second_id): row for row in session.scalars(select(d.DuplicatePair))
    }
    people = {key: row.state for key, row in known.items() if row.decided_by}
    decided = Decided(
        frozenset(key for key, state in people.items() if state == "merged"),
        frozenset(key for key, state in people.items() if state == "apart"),
    )
    before = {key: row.state for key, row in known.items()}
    found = {pair.key: pair for pair in find_pairs(read_compared(session), decided)}
    session.rollback()
    sure = [pair for pair in found.values() if pair.likeness.verdict == "sure"]
    fresh = [pair for pair in sure if before.get(pair.key) in (None, "waiting")]
    doubtful = [pair for pair in found.values() if pair.likeness.verdict == "doubtful"]
    unlike = [
        key
        for key, state in before.items()
        if state == "merged" and key not in people and not _is_sure(found, key)
    ]
    outcome.merged.update(pair.key.level for pair in fresh)
    outcome.waiting.update(
        pair.key.level for pair in doubtful if before.get(pair.key) != "merged" or pair.key in unlike
    )
    outcome.parted.update(key.level for key in unlike)
    outcome.standing.update(
        key.level for key, state in before.items() if state == "merged" and key not in unlike
    )
    if not dry_run:
        for done, pair in enumerate(fresh, 1):
            _merge_by_rule(actor, pair)
            if progress:
                progress(done, len(fresh))
        for key in unlike:
            _part_by_rule(actor, key, key in found)
        _note(doubtful, before)
        _forget([key for key, state in before.items() if state == "waiting" and key not in found])
    outcome.listings = count_listings()
    return outcome


def decide_pair(actor: Actor, pair_id: UUID, merge: bool, seen: str | None = None) -> str | None:
    """A steward's word on a pair: one (`merged`), or not (`apart`), which also takes a merged pair apart. Returns the state;
    None: not theirs, or gone. Conflict where the state is no longer the one that was `seen`.

    Writes the pair, the pointers of its group, history, the change feed and the audit trail. Referrals stay with the listing
    they were sent to. Taking apart leaves the directory's rows byte for byte as if the two had never been one.
    """
    with write() as session:
        record_change(session)  # PostgreSQL: the feed's lock comes first, so that two merges queue
        pair = session.get(d.DuplicatePair, pair_id, with_for_update=True)
        if pair is None or not _own(session, actor, pair):
            return None
        wanted = "merged" if merge else "apart"
        if seen is not None and pair.state != seen:
            raise Conflict(_("Somebody else has decided this meanwhile. Look again."), pair.state)
        if pair.state != wanted or not pair.decided_by:
            touched = "merged" in (pair.state, wanted)
            pair.state, pair.decided_by, pair.decided_at = wanted, actor.name or actor.kind, clock.now()
            session.flush()
            if touched:
                settle_pointers(session, actor, pair.level, (pair.first_id, pair.second_id))
            audit.append(actor, "merge_pair" if merge else "part_pair", "duplicate_pair", pair_id, pair.level)
    return wanted


def count_listings() -> dict[str, int]:
    """Listings of the directory: `all`, `merged` into another, `beside` others of one place, `separate`."""
    at, place = d.ServiceAtLocation, d.Location
    session = db.session()
    every = int(session.scalar(select(func.count()).select_from(at)) or 0)
    merged = int(
        session.scalar(select(func.count()).select_from(at).where(at.merged_into_id.is_not(None))) or 0
    )
    where = func.coalesce(place.merged_into_id, place.id)
    sizes = (
        select(func.count().label("size"))
        .select_from(at)
        .join(place, place.id == at.location_id)
        .where(at.merged_into_id.is_(None))
        .group_by(where)
        .subquery()
    )
    beside = int(session.scalar(select(func.sum(sizes.c.size)).where(sizes.c.size > 1)) or 0)
    session.rollback()
    return {"all": every, "merged": merged, "beside": beside, "separate": every - merged - beside}


def _may(actor: Actor) -> bool:
    return actor.kind in ("terminal", "clock") or actor.has("steward")


def _own(session: Session, actor: Actor, pair: d.DuplicatePair) -> bool:
    """A steward's own community; both ends are of one."""
    if actor.kind == "terminal":
        return True
    if not actor.has("steward"):
        return False
    query = select(d.Organization.community_id)
    if pair.level == "organization":
        query = query.where(d.Organization.id == pair.first_id)
    elif pair.level == "place":
        query = query.join(d.Location, d.Location.organization_id == d.Organization.id).where(
            d.Location.id == pair.first_id
        )
    else:
        query = query.join(d.Service, d.Service.organization_id == d.Organization.id)
        query = query.join(d.ServiceAtLocation, d.ServiceAtLocation.service_id == d.Service.id)
        query = query.where(d.ServiceAtLocation.id == pair.first_id)
    return session.scalar(query) == actor.community_id


def _is_sure(found: dict[Key, Found], key: Key) -> bool:
    return key in found and found[key].likeness.verdict == "sure"


def _values(pair: Found, state: str) -> dict[str, Any]:
    return {
        "level": pair.key.level,
        "first_id": pair.key.first,
        "second_id": pair.key.second,
        "state": state,
        "score": pair.likeness.score,
        "reasons": [reason._asdict() for reason in pair.likeness.reasons],
        "found_at": clock.now(),
    }


def _standing(session: Session, key: Key) -> d.DuplicatePair | None:
    pair = d.DuplicatePair
    return session.scalar(
        select(pair).where(pair.level == key.level, pair.first_id == key.first, pair.second_id == key.second)
    )


def _merge_by_rule(actor: Actor, found: Found) -> None:
    with write() as session:
        record_change(session)
        pair = _standing(session, found.key)
        if pair is not None and pair.state != "waiting":
            return  # a steward was faster
        if pair is None:
            pair = d.DuplicatePair(**_values(found, "merged"))
            session.add(pair)
        pair.state, pair.decided_at = "merged", clock.now()
        session.flush()
        settle_pointers(session, actor, found.key.level, found.key[1:])
        audit.append(actor, "merge_pair", "duplicate_pair", pair.id, found.key.level)


def _part_by_rule(actor: Actor, key: Key, doubtful: bool) -> None:
    """Two again: what is still doubtful waits for a person, what is not alike any more is no pair."""
    with write() as session:
        record_change(session)
        pair = _standing(session, key)
        if pair is None or pair.state != "merged" or pair.decided_by:
            return
        pair.state, pair.decided_at = "waiting", None
        session.flush()
        settle_pointers(session, actor, key.level, key[1:])
        audit.append(actor, "part_pair", "duplicate_pair", pair.id, key.level)
        if not doubtful:
            session.delete(pair)


def _note(doubtful: list[Found], before: dict[Key, str]) -> None:
    new = [pair for pair in doubtful if pair.key not in before]
    for start in range(0, len(new), BATCH):
        part = new[start : start + BATCH]
        with write() as session:
            record_change(session)  # one search at a time, on PostgreSQL too
            there = {key for key in (pair.key for pair in part) if _standing(session, key)}
            rows = [_values(pair, "waiting") for pair in part if pair.key not in there]
            if rows:
                session.execute(insert(d.DuplicatePair), rows)


def _forget(keys: list[Key]) -> None:
    """Waiting pairs that are no longer alike."""
    if not keys:
        return
    pair = d.DuplicatePair
    with write() as session:
        for key in keys:
            session.execute(
                delete(pair).where(
                    pair.level == key.level,
                    pair.first_id == key.first,
                    pair.second_id == key.second,
                    pair.state == "waiting",
                )
            )


__all__ = ["TABLES", "Outcome", "count_listings", "decide_pair", "find_duplicates"]
