"""Lists of coded terms that a source brings: one that is here already is used, not copied; our own words are never changed."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.directory import models as d
from portal.directory.terms import TAXONOMY
from portal.exchange.intake.spool import Row, Spool
from portal.exchange.intake.wanting import Wanting
from portal.store import db

PART = 1_000
NO_WORD = "the portal's own list has no such word"


def match_lists(spool: Spool, wanting: Wanting, source: str) -> None:
    """Finds for each list and term of the source the one that stands for it here. A list that another source calls the same is
    another list and gets the source's name behind its own."""
    session = db.session()
    named = {row.name: row for row in session.execute(select(d.Taxonomy.__table__))}
    for part in spool.roots("taxonomy", PART):
        for row in part:
            name, found = row.values["name"], wanting.id_of(row.ref)
            same = named.get(name)
            if same is None or same.id == found:
                continue
            if name == TAXONOMY or same.source == source:
                wanting.aliases[row.ref] = same.id
            else:
                spool.change(row, {"name": f"{name} ({source})"})
    lists = {row.id: row for row in named.values()}
    for part in spool.roots("taxonomy_term", PART):
        _match_terms(spool, wanting, part, lists)
    session.rollback()


def _match_terms(spool: Spool, wanting: Wanting, part: list[Row], lists: dict[UUID, Any]) -> None:
    """By category and code within a list that is here."""
    coded = {}
    for row in part:
        ref = row.names.get("taxonomy_id")
        listed = wanting.id_of(ref) if ref else None
        if listed in lists and row.values.get("code"):
            coded[row.ref] = (listed, row.values.get("category", ""), row.values["code"])
    if not coded:
        return
    term = d.TaxonomyTerm
    codes = {code for _, _, code in coded.values()}
    query = select(term.id, term.taxonomy_id, term.category, term.code).where(
        term.code.in_(codes), term.taxonomy_id.in_({listed for listed, _, _ in coded.values()})
    )
    standing = {(row.taxonomy_id, row.category, row.code): row.id for row in db.session.execute(query)}
    own = {listed for listed, row in lists.items() if row.name == TAXONOMY}
    for row in part:
        key = coded.get(row.ref)
        found = standing.get(key) if key else None
        if found is not None and found != wanting.id_of(row.ref):
            wanting.aliases[row.ref] = found
        elif found is None and key and key[0] in own:
            spool.drop(row, NO_WORD)


def source_terms(spool: Spool, wanting: Wanting) -> set[int]:
    """Numbers of the terms that the source names: what it no longer says of a service is taken from the service."""
    found: set[int] = set()
    for part in spool.roots("taxonomy_term", PART):
        ids = [wanting.id_of(row.ref) for row in part]
        found |= set(db.session.scalars(select(d.TaxonomyTerm.number).where(d.TaxonomyTerm.id.in_(ids))))
    db.session.rollback()
    return found
