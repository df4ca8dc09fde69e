"""Taking in a list of terms that others own: the holder's file, read by exchange, written here."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.directory.models import Taxonomy, TaxonomyTerm
from portal.directory.taxonomies.meanings import look_afresh
from portal.directory.terms import TAXONOMY
from portal.directory.vocabulary import OURS
from portal.store import Actor, Refused, audit, write
from portal.store.language import gettext as _

OF_SAMHSA = "samhsa"  # lists that come with the SAMHSA books and are theirs to say


@dataclass(frozen=True, slots=True)
class Term:
    """A term as its file has it. key, parent: what the file calls it and the term above it by, "" for none. row: where it
    stands. A term without a code is known again by its name and its parent."""

    key: str
    name: str
    code: str = ""
    description: str = ""
    parent: str = ""
    category: str = ""
    language: str = ""
    uri: str = ""
    row: int = 0


@dataclass(frozen=True)
class List:
    """A taxonomy and its terms, a parent before its children. `notice`: the owner's words that must stand beside the terms."""

    name: str
    description: str = ""
    version: str = ""
    uri: str = ""
    notice: str = ""
    terms: tuple[Term, ...] = ()


@dataclass
class Taken:
    """What came of one list. `gone` terms stand here and no longer in the file: they stay, services may carry them."""

    name: str
    taxonomy_id: UUID
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    gone: int = 0
    _seen: set[int] = field(default_factory=set)

    @property
    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("created", "updated", "unchanged", "gone")}


def take_taxonomy(actor: Actor, found: List, *, dry_run: bool = False) -> Taken:
    """Write the list, new or as it is now; what is the same writes nothing. All of it or none. Audited. Raises Refused for the
    portal's own words and for the lists that come with SAMHSA's books. A dry run counts and takes everything back."""
    if found.name.strip().casefold() == TAXONOMY or found.name.casefold().startswith(OF_SAMHSA):
        raise Refused(
            _("“%(name)s” is a list that the portal keeps itself. Choose another name.", name=found.name),
            "name",
        )
    with write() as session:
        before = session.begin_nested() if dry_run else None
        row = session.scalar(select(Taxonomy).where(Taxonomy.name == found.name))
        if row is None:
            row = Taxonomy(id=uuid5(OURS, f"taxonomy:{found.name}"), name=found.name)
            session.add(row)
        _put(row, description=found.description, version=found.version, uri=found.uri, notice=found.notice)
        session.flush()
        taken = _take_terms(session, row.id, found)
        if before is not None:
            before.rollback()
        elif taken.created or taken.updated:
            audit.append(actor, "take_taxonomy", "taxonomy", row.id)
            look_afresh(session)
        return taken


def _take_terms(session: Session, taxonomy_id: UUID, found: List) -> Taken:
    taken = Taken(found.name, taxonomy_id)
    standing = session.scalars(select(TaxonomyTerm).where(TaxonomyTerm.taxonomy_id == taxonomy_id)).all()
    ids = {each.id: each for each in standing}
    coded = {(each.category, each.code): each for each in standing if each.code}
    named = {(each.parent_id, each.name): each for each in standing if not each.code}
    made: dict[str, UUID] = {}
    for term in found.terms:
        parent = made.get(term.parent)
        row = coded.get((term.category, term.code)) if term.code else named.get((parent, term.name))
        values = {
            "parent_id": parent, "category": term.category, "code": term.code, "name": term.name,
            "description": term.description, "language": term.language, "term_uri": term.uri,
        }  # fmt: skip
        if row is None:
            row = TaxonomyTerm(
                id=_new_id(session, taxonomy_id, term, parent, ids), taxonomy_id=taxonomy_id, **values
            )
            session.add(row)
            ids[row.id] = row
            taken.created += 1
        elif _put(row, **values):
            taken.updated += 1
        else:
            taken.unchanged += 1
        taken._seen.add(id(row))
        made[term.key] = row.id
    session.flush()
    taken.gone = sum(id(each) not in taken._seen for each in standing)
    return taken


def _new_id(
    session: Session, taxonomy_id: UUID, term: Term, parent: UUID | None, taken: dict[UUID, Any]
) -> UUID:
    """The file's own id where it is a UUID that nobody has; else one made of the list and the code, the same everywhere."""
    try:
        own = UUID(term.key)
    except ValueError:
        own = None
    if (
        own
        and own not in taken
        and session.scalar(select(TaxonomyTerm.id).where(TaxonomyTerm.id == own)) is None
    ):
        return own
    said = f"{term.category}:{term.code}" if term.code else f"{parent}:{term.category}:{term.name}"
    return uuid5(taxonomy_id, said)


def _put(row: Any, **values: Any) -> bool:
    """Set what differs; whether anything did. Of a taxonomy an empty word is not said, and leaves what stands."""
    keeps = isinstance(row, Taxonomy)
    changed = False
    for name, value in values.items():
        if (getattr(row, name) or None) != (value or None) and (value or not keeps):
            setattr(row, name, value)
            changed = True
    return changed


def in_order(terms: list[Term]) -> Iterator[Term]:
    """A parent before its children; what goes round in a circle or names no term of the list is left out. Keys are not empty."""
    below: dict[str, list[Term]] = {}
    for term in terms:
        below.setdefault(term.parent, []).append(term)
    waiting = list(reversed(below.get("", [])))
    while waiting:
        term = waiting.pop()
        yield term
        waiting.extend(reversed(below.get(term.key, [])))
