"""Services get the words that their terms stand for, as pairs of service_term like all others, so that search, referrals and
pages read one thing. Which pairs stand for that reason alone is kept beside, so that they can go again.

The worker does it, from the change feed: whichever way a term came to a service, its words follow within seconds.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, tuple_
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.directory.feed import record_change
from portal.directory.taxonomies.meanings import meant
from portal.directory.terms import EVERY
from portal.directory.typed import TICKED
from portal.directory.vocabulary import write_terms
from portal.store import db, write

BATCH = 1000  # services in one transaction
AT_ONCE = 400  # values in one IN
MOST_CHANGES = 20_000  # of the feed that one turn looks at
MOST_TOLD = 1000  # terms in one IN beside them
UNDER_WAY = -1  # in place of a change: everything is being gone through, or was when somebody was killed

Pairs = set[tuple[int, int]]


def derive_words() -> int:
    """Catch up with the feed, or go through everything after meanings have changed. Returns how many pairs came or went. One
    transaction for each BATCH of services; who is killed begins again where it was."""
    watch = db.session.get(d.TermWatch, 1)
    newest = db.session.scalar(select(func.max(d.Change.number))) or 0
    seen = watch.change if watch else 0
    if watch is not None and (watch.afresh or seen == UNDER_WAY):
        return _all(newest)
    if newest <= seen or not db.session.scalar(select(d.TermMeaning.id).limit(1)):
        return 0
    upto = min(newest, seen + MOST_CHANGES)
    services = db.session.scalars(
        select(d.Service.number)
        .join(d.ServiceAtLocation, d.ServiceAtLocation.service_id == d.Service.id)
        .join(d.Change, d.Change.service_at_location_number == d.ServiceAtLocation.number)
        .where(d.Change.number > seen, d.Change.number <= upto)
        .distinct()
    ).all()
    done = _derive(services)
    _stand(upto)
    return done


def _all(newest: int) -> int:
    """Every service that carries a term with a meaning, or a word for no reason but one that there was."""
    _stand(UNDER_WAY)
    terms = list(meant(db.session()))
    services = set(db.session.scalars(select(d.DerivedTerm.service_number).distinct()))
    for some in _parts(terms):
        services.update(
            db.session.scalars(
                select(d.ServiceTerm.service_number).where(d.ServiceTerm.term_number.in_(some))
            )
        )
    done = _derive(sorted(services))
    _stand(newest)
    return done


def _stand(change: int) -> None:
    """`afresh` goes before the work begins, so that a meaning decided meanwhile is seen in the next turn."""
    with write() as session:
        watch = session.get(d.TermWatch, 1) or d.TermWatch(number=1, afresh=False)
        watch.change = change
        if change == UNDER_WAY:
            watch.afresh = False
        session.add(watch)


def _derive(services: Sequence[int]) -> int:
    done = 0
    for some in _parts(services, BATCH):
        with write() as session:
            done += _derive_some(session, list(some))
    return done


def _derive_some(session: Session, services: list[int]) -> int:
    """One transaction: pairs that are new, pairs that have lost their reason, and the feed for both."""
    words = meant(session)
    told = set(words) | set(write_terms().values())  # the rest of a book's sixty terms is not read
    pair, derived_pair = d.ServiceTerm, d.DerivedTerm
    wanted: Pairs = set()
    held: Pairs = set()
    derived: Pairs = set()
    for some in _parts(services):
        rows = select(pair.service_number, pair.term_number).where(pair.service_number.in_(some))
        if len(told) <= MOST_TOLD:
            rows = rows.where(pair.term_number.in_(told))
        for service, term in session.execute(rows):
            held.add((service, term))
            wanted.update((service, word) for word in words.get(term, ()))
        stand = select(derived_pair.service_number, derived_pair.term_number)
        for service, term in session.execute(stand.where(derived_pair.service_number.in_(some))):
            derived.add((service, term))
    said = _said_by_people(session, services)
    new, gone = wanted - held - said, derived - wanted - said
    _write(session, new, gone, owned=derived & said, known=derived - gone)
    touched = sorted({service for service, _word in new | (gone & held)})
    for some in _parts(touched):
        record_change(session, *_listings(session, some))
    return len(new) + len(gone & held)


def _write(session: Session, new: Pairs, gone: Pairs, owned: Pairs, known: Pairs) -> None:
    """`owned`: a person has the say of these by now; the pair is left as they left it."""
    for table, pairs in ((d.ServiceTerm, gone), (d.DerivedTerm, gone | owned)):
        columns = table.__table__.c
        for some in _parts(sorted(pairs)):
            session.execute(
                delete(table).where(tuple_(columns.service_number, columns.term_number).in_(list(some)))
            )
    rows = [{"service_number": service, "term_number": word} for service, word in sorted(new)]
    if rows:
        session.execute(insert(d.ServiceTerm), rows)
    fresh = [row for row in rows if (row["service_number"], row["term_number"]) not in known]
    if fresh:
        session.execute(insert(d.DerivedTerm), fresh)


def _said_by_people(session: Session, services: list[int]) -> Pairs:
    """Every pair of a group that a person has ticked for a service: what somebody said there stands."""
    edits = select(d.Metadata.resource_id, d.Metadata.field_name).where(
        d.Metadata.field_name.in_(list(TICKED))
    )
    said: dict[UUID, set[str]] = {}
    for resource, name in session.execute(edits.distinct()):
        said.setdefault(resource, set()).add(name)
    if not said:
        return set()
    numbers = write_terms()
    found: Pairs = set()
    for some in _parts(services):
        rows = session.execute(
            select(d.Service.number, d.Service.id, d.ServiceAtLocation.id)
            .join(d.ServiceAtLocation, d.ServiceAtLocation.service_id == d.Service.id)
            .where(d.Service.number.in_(some))
        )
        for service, *ids in rows:
            names = said.get(ids[0], set()) | said.get(ids[1], set())
            found.update((service, numbers[code]) for name in names for code in EVERY[TICKED[name]])
    return found


def _listings(session: Session, services: Iterable[int]) -> list[int]:
    query = select(d.ServiceAtLocation.number).join(d.Service, d.Service.id == d.ServiceAtLocation.service_id)
    return list(
        session.scalars(
            query.where(d.Service.number.in_(list(services))).order_by(d.ServiceAtLocation.number)
        )
    )


def _parts(items: Sequence[Any], size: int = AT_ONCE) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
