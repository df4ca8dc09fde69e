"""What a term of somebody's list stands for in the portal's own words. A steward decides; deriving.py does what follows."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.directory.models import Taxonomy, TaxonomyTerm, TermMeaning, TermWatch
from portal.directory.terms import EVERY, TAXONOMY
from portal.directory.vocabulary import write_terms
from portal.store import Actor, Refused, audit, clock, write
from portal.store.language import gettext as _

NOTHING = "nothing"  # said in place of words: it stands for none of them, whatever the terms above it do
KNOWN = frozenset(code for codes in EVERY.values() for code in codes)  # unique across the groups


def decide_meanings(actor: Actor, wanted: Mapping[UUID, Sequence[str]]) -> int:
    """Term -> the codes of directory.terms that it stands for from now on: none takes its own meaning away (the nearest term
    above it speaks again), NOTHING alone says that it has none. Returns how many terms changed. All or none; audited; the
    worker gives services their words within seconds. Raises Refused for a word or a term that is not known."""
    for codes in wanted.values():
        if not set(codes) <= KNOWN and list(codes) != [NOTHING]:
            raise Refused(_("One of the words is not known here. Please choose from the list."), "words")
    with write() as session:
        words = write_terms()
        numbers = _others(session, wanted)
        standing = _decided(session, numbers.values())
        changed = 0
        for key, codes in wanted.items():
            number = numbers[key]
            meant = {None} if list(codes) == [NOTHING] else {words[code] for code in codes}
            if meant == standing.get(number, set()):
                continue
            session.execute(delete(TermMeaning).where(TermMeaning.term_number == number))
            session.add_all(
                TermMeaning(
                    term_number=number,
                    word_number=word,
                    decided_by=actor.name or actor.kind,
                    decided_at=clock.now(),
                )
                for word in meant
            )
            audit.append(actor, "decide_meanings", "taxonomy_term", key, reason=",".join(codes))
            changed += 1
        if changed:
            look_afresh(session)
        return changed


def look_afresh(session: Session) -> None:
    """Every service is looked at again by the worker, in the open transaction."""
    watch = session.get(TermWatch, 1) or TermWatch(number=1, change=0)
    watch.afresh = True
    session.add(watch)
    session.flush()


def meant(session: Session) -> dict[int, frozenset[int]]:
    """Term -> the words that it stands for, by itself or by the nearest term above it that has a meaning; by numbers. Terms that
    stand for nothing are left out."""
    own = _decided(session)
    if not own:
        return {}
    lists = select(TaxonomyTerm.taxonomy_id).where(TaxonomyTerm.number.in_(own))
    rows = session.execute(
        select(TaxonomyTerm.number, TaxonomyTerm.id, TaxonomyTerm.parent_id).where(
            TaxonomyTerm.taxonomy_id.in_(lists)
        )
    ).all()
    number_of = {row.id: row.number for row in rows}
    above = {row.number: number_of.get(row.parent_id) for row in rows}
    found: dict[int, frozenset[int]] = {}
    for row in rows:
        at: int | None = row.number
        seen: set[int] = set()
        while at is not None and at not in own and at not in seen:
            seen.add(at)
            at = above.get(at)
        words = (
            frozenset(word for word in own.get(at, ()) if word is not None) if at is not None else frozenset()
        )
        if words:
            found[row.number] = words
    return found


def _decided(session: Session, terms: Iterable[int] | None = None) -> dict[int, set[int | None]]:
    """Term -> its own words, None among them where it stands for nothing."""
    query = select(TermMeaning.term_number, TermMeaning.word_number)
    if terms is not None:
        query = query.where(TermMeaning.term_number.in_(list(terms)))
    found: dict[int, set[int | None]] = {}
    for term, word in session.execute(query):
        found.setdefault(term, set()).add(word)
    return found


def _others(session: Session, keys: Iterable[UUID]) -> dict[UUID, int]:
    """Numbers of terms that are not the portal's own. Raises Refused where one is not there."""
    wanted = list(keys)
    rows = session.execute(
        select(TaxonomyTerm.id, TaxonomyTerm.number)
        .join(Taxonomy, Taxonomy.id == TaxonomyTerm.taxonomy_id)
        .where(TaxonomyTerm.id.in_(wanted), Taxonomy.name != TAXONOMY)
    )
    found = {row.id: row.number for row in rows}
    if len(found) < len(set(wanted)):
        raise Refused(_("This term is no longer here."), "words")
    return found
