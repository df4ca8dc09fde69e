"""What stands in the directory for some families: rows by id, what hangs on those that were here before, what a person
changed, and whose a row is."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.exchange.intake.tables import KEPT, TABLES
from portal.exchange.intake.wanting import Family
from portal.store import Base

FEEDS_BEFORE = ("SAMHSA directory",)  # feeds whose history rows name no source
PART = 5_000  # ids in one SELECT
# Words in the history's field names that say which rows of a listing a person saw to.
SEEN_TO = {
    "phone": ("phone",), "schedule": ("hours", "schedule"), "language": ("language",), "contact": ("contact",),
    "required_document": ("document",), "service_area": ("area",), "address": ("address",), "url": ("url", "website"),
    "cost_option": ("cost", "fees"), "service_capacity": ("capacit",), "accessibility": ("accessib",),
    "funding": ("funding",), "organization_identifier": ("identifier",), "attribute": ("terms", "codes", "attribute"),
}  # fmt: skip
# What a person says of one kind of phone says nothing of the others.
PHONES_SEEN_TO = {"phone": ("voice",), "intake_phone": ("intake",), "crisis_phone": ("crisis", "hotline")}


@dataclass
class Standing:
    rows: defaultdict[str, dict[UUID, Any]] = field(default_factory=lambda: defaultdict(dict))
    hanging: defaultdict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    edited: defaultdict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    pairs: defaultdict[UUID, set[int]] = field(
        default_factory=lambda: defaultdict(set)
    )  # service -> term numbers
    terms: dict[UUID, int] = field(default_factory=dict)
    listings: defaultdict[UUID, list[Any]] = field(default_factory=lambda: defaultdict(list))  # of a service
    told: set[UUID] = field(default_factory=set)  # listings that have a history

    def seen_to(self, table: str, ids: Iterable[UUID | None]) -> bool:
        """Whether a person changed rows of this table that hang on one of these."""
        words = SEEN_TO.get(table, ())
        return any(
            word in name for found in ids if found for name in self.edited.get(found, ()) for word in words
        )

    def phones_seen_to(self, ids: Iterable[UUID | None]) -> set[str]:
        """Kinds of phones that a person changed there; `*` where the history does not say which."""
        names = {name for found in ids if found for name in self.edited.get(found, ()) if "phone" in name}
        return {kind for name in names for kind in PHONES_SEEN_TO.get(name, ("*",))}


def read_standing(session: Session, family: Family) -> Standing:
    standing = Standing()
    for table, wanted in family.rows.items():
        for row in _named(session, table, "id", wanted):
            standing.rows[table][row.id] = row
    roots = {
        table: list(standing.rows[table]) for table in (*KEPT, "service_at_location", "contact", "phone")
    }
    services = roots["service"]
    if services:
        for row in _named(session, "service_at_location", "service_id", services):
            standing.listings[row.service_id].append(row)
            standing.rows["service_at_location"][row.id] = row
        roots["service_at_location"] = list(standing.rows["service_at_location"])
        _read_pairs(session, standing, services)
    if any(roots.values()):
        _read_hanging(session, standing, roots)
        _read_edits(
            session, standing, [each for name in (*KEPT, "service_at_location") for each in roots[name]]
        )
    _read_terms(session, standing, family)
    return standing


def any_stands(session: Session, table: str, family: Family) -> bool:
    """Whether any row of this table was here before."""
    found = next(iter(_named(session, table, "id", family.of(table))), None) is not None
    session.rollback()
    return found


@cache
def _asked(table: str, name: str) -> Any:
    model: Any = TABLES[table].model.__table__
    return select(model).where(model.c[name].in_(bindparam("ids", expanding=True)))


def _named(session: Session, table: str, name: str, ids: Collection[UUID]) -> Iterable[Any]:
    """Rows of a table of which a column names one of these."""
    listed, connection = list(ids), session.connection()
    for start in range(0, len(listed), PART):
        yield from connection.execute(_asked(table, name), {"ids": listed[start : start + PART]})


def _where(session: Session, query: Any, column: Any, ids: Collection[Any]) -> Iterable[Any]:
    listed = list(ids)
    for start in range(0, len(listed), PART):
        yield from session.execute(query.where(column.in_(listed[start : start + PART])))


def _read_hanging(session: Session, standing: Standing, roots: dict[str, list[UUID]]) -> None:
    """Rows whose nearest parent is one of these, as a row is written with its nearest parent."""
    known = {name: set(ids) for name, ids in roots.items()}
    for table, about in TABLES.items():
        if not about.parents or table in ("program", "service_at_location"):
            continue
        found: dict[UUID, Any] = {}
        for name, parent in about.parents.items():
            if roots.get(parent):
                found |= {row.id: row for row in _named(session, table, name, roots[parent])}
        for row in found.values():
            nearest = next((name for name in about.parents if getattr(row, name) is not None), None)
            if nearest and getattr(row, nearest) in known.get(about.parents[nearest], ()):
                standing.hanging[table].append(row)
        if table in roots:  # what hangs on these contacts and phones hangs on the family too
            roots[table] = list({*roots[table], *(row.id for row in standing.hanging[table])})
            known[table] = set(roots[table])


def _read_pairs(session: Session, standing: Standing, services: list[UUID]) -> None:
    numbers = {standing.rows["service"][found].number: found for found in services}
    pair = d.ServiceTerm
    for number, term in _where(
        session, select(pair.service_number, pair.term_number), pair.service_number, numbers
    ):
        standing.pairs[numbers[number]].add(term)


def _read_terms(session: Session, standing: Standing, family: Family) -> None:
    wanted = {term for terms in family.pairs.values() for term in terms}
    if wanted:
        term = d.TaxonomyTerm
        standing.terms = dict(_where(session, select(term.id, term.number), term.id, wanted))


def _read_edits(session: Session, standing: Standing, ids: list[UUID]) -> None:
    """What a person changed here; a listing's history names fields of its service and its place, too."""
    history = d.Metadata
    query = select(history.resource_id, history.field_name).where(
        history.source.is_(None), history.updated_by.not_in(FEEDS_BEFORE), history.field_name != "*"
    )
    for found, name in _where(session, query, history.resource_id, ids):
        standing.edited[found].add(name.rsplit(".", 1)[-1])
    for listings in standing.listings.values():
        for row in listings:
            if row.id in standing.edited:
                standing.edited[row.service_id] |= standing.edited[row.id]
    places = list(standing.rows["location"])
    if places:
        listing = d.ServiceAtLocation
        pairs = dict(_where(session, select(listing.id, listing.location_id), listing.location_id, places))
        for found, name in _where(session, query, history.resource_id, pairs):
            standing.edited[pairs[found]].add(name.rsplit(".", 1)[-1])


def is_of(source: str, standing: Standing, table: str, row: Any) -> bool:
    """Whether a hanging row is surely of this source: a row that it hangs on is, and was read with it."""
    for name, parent in TABLES[table].parents.items():
        above = standing.rows[parent].get(getattr(row, name))
        if above is not None and parent == "service_at_location":
            above = standing.rows["service"].get(above.service_id)
        if above is not None and getattr(above, "source", None) == source:
            return True
    return False


def source_of(session: Session, table: str, row: Any) -> str | None:
    """The source of the row that this one hangs on, at whatever depth. None: it is ours."""
    while table not in KEPT and table not in ("taxonomy", "unit", "meta_table_description"):
        parents = TABLES[table].parents or {"taxonomy_id": "taxonomy"}
        name = next((name for name in parents if getattr(row, name, None) is not None), None)
        if name is None:
            return None
        table = parents[name]
        model = TABLES[table].model.__table__
        row = session.execute(select(model).where(model.c.id == getattr(row, name))).one()
    found: str | None = row.source
    return found


def used_contacts(session: Session, ids: list[UUID]) -> set[UUID]:
    """Those that anything else than a phone refers to: desks, whoever is told when a clock runs out."""
    contact = d.Contact.__table__.c.id
    uses = [
        exists().where(column == contact)
        for table in Base.metadata.tables.values() if table.name != "phone"
        for column in table.c if any(key.column is contact for key in column.foreign_keys)
    ]  # fmt: skip
    return set(session.scalars(select(contact).where(contact.in_(ids), or_(*uses))))
