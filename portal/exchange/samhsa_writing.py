"""Reading what stands for some sites, and writing what a plan says, in bulk: Core statements, one round trip a table."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import String, Table, bindparam, cast, delete, exists, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.directory import record_change, write_terms
from portal.exchange.samhsa_book import TITLES, Book
from portal.exchange.samhsa_plan import WRITER, Changes, Standing
from portal.exchange.samhsa_wanted import SOURCE, WantedSite
from portal.store import clock
from portal.store.database import checkpoint, sqlite_checkpoints_safe

TABLES: dict[str, Any] = {
    model.__tablename__: model.__table__
    for model in (d.Location, d.Address, d.Service, d.ServiceAtLocation, d.Phone, d.Language)
}
TABLES["organization"] = d.Organization.__table__
VERSIONED = ("organization", "location", "service", "service_at_location")


def ensure_terms(session: Session, books: Iterable[Book]) -> tuple[dict[str, list[int]], dict[str, int]]:
    """Each book's list as a taxonomy and the portal's own, made where missing; names follow the newest book.

    Returns (book -> term number by place in its list, own code -> number).
    """
    numbers = {}
    for book in books:
        wanted = {(term.category, term.code): (term.name, term.description) for term in book.terms}
        title = f"SAMHSA National Directory, {TITLES[book.kind]}"
        found = _ensure_taxonomy(session, f"samhsa-{book.kind}", title, wanted)
        numbers[book.kind] = [found[term.category, term.code] for term in book.terms]
    return numbers, write_terms()


def _ensure_taxonomy(
    session: Session,
    name: str,
    description: str,
    wanted: dict[tuple[str, str], tuple[str, str]],
) -> dict[tuple[str, str], int]:
    taxonomy = session.scalar(select(d.Taxonomy).where(d.Taxonomy.name == name))
    if taxonomy is None:
        taxonomy = d.Taxonomy(name=name, description=description)
        session.add(taxonomy)
        session.flush()
    standing = {
        (term.category, term.code): term
        for term in session.scalars(select(d.TaxonomyTerm).where(d.TaxonomyTerm.taxonomy_id == taxonomy.id))
    }
    for key, (label, words) in wanted.items():
        if key not in standing:
            term = d.TaxonomyTerm(
                taxonomy_id=taxonomy.id, category=key[0], code=key[1], name=label, description=words
            )
            session.add(term)
            standing[key] = term
        elif (standing[key].name, standing[key].description) != (label, words):
            standing[key].name, standing[key].description = label, words
    session.flush()
    return {key: term.number for key, term in standing.items()}


def read_standing(session: Session, sites: list[WantedSite]) -> Standing:
    """What stands for these sites, in ten SELECTs however many they are."""
    found = Standing()
    found.organizations = _by_id(
        session, d.Organization, {site.organization_id for site in sites}, "kind", "not_in_source_since"
    )
    found.locations = _by_id(
        session, d.Location, [site.location_id for site in sites],
        "address_confidential", "latitude", "longitude", "point_kind", "time_zone", "not_in_source_since",
    )  # fmt: skip
    found.services = _by_id(
        session, d.Service, [wanted.service_id for site in sites for wanted in site.services],
        "number", "name", "description", "eligibility_description", "minimum_age", "maximum_age", "not_in_source_since",
    )  # fmt: skip
    if found.locations:
        _read_places(session, found)
    if found.services:
        _read_services(session, found)
    if found.locations or found.services or found.organizations:
        _read_human_edits(session, found)
    return found


def _by_id(session: Session, model: Any, ids: Iterable[UUID], *columns: str) -> dict[UUID, Any]:
    query = select(model.id, *(getattr(model, column) for column in columns)).where(model.id.in_(list(ids)))
    return {row.id: row for row in session.execute(query)}


def _read_places(session: Session, found: Standing) -> None:
    places = list(found.locations)
    address = d.Address.__table__
    for row in session.execute(select(address).where(address.c.location_id.in_(places))):
        found.addresses[row.location_id] = row
    sources = (
        select(d.ServiceAtLocation.location_id, d.Service.source)
        .join(d.Service, d.Service.id == d.ServiceAtLocation.service_id)
        .where(d.ServiceAtLocation.location_id.in_(places), d.Service.not_in_source_since.is_(None))
    )
    for place, source in session.execute(sources):
        if source and source.startswith(f"{SOURCE}_"):
            found.live_kinds[place].add(source.removeprefix(f"{SOURCE}_"))


def _read_services(session: Session, found: Standing) -> None:
    services = list(found.services)
    listing = d.ServiceAtLocation
    for row in session.execute(
        select(listing.id, listing.service_id, listing.location_id, listing.description).where(
            listing.service_id.in_(services)
        )
    ):
        found.listings[row.service_id] = row
    phone = d.Phone
    listings = [row.id for row in found.listings.values()]
    for owner, number, extension, kind in session.execute(
        select(phone.service_at_location_id, phone.number, phone.extension, phone.type)
        .where(phone.service_at_location_id.in_(listings))
        .order_by(phone.ordinal)
    ):
        if owner is not None:
            found.phones[owner].append((number, extension, kind))
    language = d.Language
    for owner, name, code in session.execute(
        select(language.service_id, language.name, language.code).where(language.service_id.in_(services))
    ):
        if owner is not None:
            found.languages[owner].add((name, code))
    numbers = [row.number for row in found.services.values()]
    pair = d.ServiceTerm  # one string a service: 1.7 million rows would take seconds to fetch
    listed = func.aggregate_strings(cast(pair.term_number, String), ",")
    for service, terms in session.execute(
        select(pair.service_number, listed)
        .where(pair.service_number.in_(numbers))
        .group_by(pair.service_number)
    ):
        found.terms[service] = set(map(int, terms.split(",")))
    meant = d.DerivedTerm
    for service, word in session.execute(
        select(meant.service_number, meant.term_number).where(meant.service_number.in_(numbers))
    ):
        found.derived[service].add(word)


def _read_human_edits(session: Session, found: Standing) -> None:
    ids = [
        *found.organizations,
        *found.locations,
        *found.services,
        *(row.id for row in found.listings.values()),
    ]
    history = d.Metadata
    for resource, name in session.execute(
        select(history.resource_id, history.field_name).where(
            history.resource_id.in_(ids),
            history.updated_by != WRITER,
            history.source.is_(None),
            history.field_name != "*",
        )
    ):
        found.edited[resource].add(name.rsplit(".", 1)[-1])
    # An editor's page is a listing's: its history names languages and the address, which are the service's and the place's.
    for service, row in found.listings.items():
        found.edited[service] |= found.edited[row.id]
        found.edited[row.location_id] |= found.edited[row.id]


def apply(session: Session, changes: Changes) -> None:
    """Write it all in the open transaction, then the change feed (whose lock was taken before the first read)."""
    _delete_old(session, changes)
    inserts = {"organization": list(changes.organizations.values()), **changes.inserts}
    for table in (
        "organization",
        "location",
        "address",
        "service",
        "service_at_location",
        "phone",
        "language",
    ):
        if inserts.get(table):
            session.execute(insert(TABLES[table]), inserts[table])
    for table, found, values in changes.updates:
        _update(session, TABLES[table], found, values, versioned=table in VERSIONED)
    _write_terms(session, changes)
    if changes.history:
        session.execute(insert(d.Metadata.__table__), changes.history)  # type: ignore[arg-type]
    listing = d.ServiceAtLocation
    touched = or_(listing.service_id.in_(list(changes.touched)), listing.location_id.in_(list(changes.moved)))
    record_change(session, *session.scalars(select(listing.number).where(touched).order_by(listing.number)))


def _delete_old(session: Session, changes: Changes) -> None:
    if changes.new_phones_of:
        session.execute(delete(d.Phone).where(d.Phone.service_at_location_id.in_(changes.new_phones_of)))
    if changes.new_languages_of:
        session.execute(delete(d.Language).where(d.Language.service_id.in_(changes.new_languages_of)))


def _update(session: Session, table: Table, found: UUID, values: dict[str, Any], versioned: bool) -> None:
    if versioned:  # so that an edit opened before meets a conflict
        values = values | {"version": table.c.version + 1}
    session.execute(update(table).where(table.c.id == found).values(values))


def _write_terms(session: Session, changes: Changes) -> None:
    if not changes.terms:
        return
    services = [service for service, _, _ in changes.terms]
    found = session.execute(select(d.Service.id, d.Service.number).where(d.Service.id.in_(services)))
    numbers = {row.id: row.number for row in found}
    gone = [{"s": numbers[service], "t": term} for service, _, removed in changes.terms for term in removed]
    if gone:
        pair = d.ServiceTerm.__table__.c
        session.connection().execute(
            delete(d.ServiceTerm.__table__).where(  # type: ignore[arg-type]
                pair.service_number == bindparam("s"), pair.term_number == bindparam("t")
            ),
            gone,
        )
    _insert_pairs(
        session, sorted((numbers[service], term) for service, added, _ in changes.terms for term in added)
    )


def _insert_pairs(session: Session, pairs: list[tuple[int, int]]) -> None:
    """1.5 million of these in a whole import: straight to the driver, or as two arrays."""
    if not pairs:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(
                "INSERT INTO service_term (service_number, term_number)"
                " SELECT * FROM unnest(CAST(:services AS integer[]), CAST(:terms AS integer[]))"
            ),
            {"services": [service for service, _ in pairs], "terms": [term for _, term in pairs]},
        )
    else:
        connection.exec_driver_sql(
            "INSERT INTO service_term (service_number, term_number) VALUES (?, ?)", pairs
        )


def live_services(session: Session, kind: str) -> dict[UUID, str]:
    """Services of a book that its source still lists, as far as we know: id -> source key."""
    query = select(d.Service.id, d.Service.source_key).where(
        d.Service.source == f"{SOURCE}_{kind}", d.Service.not_in_source_since.is_(None)
    )
    return {row.id: row.source_key or "" for row in session.execute(query)}


def mark_vanished(session: Session, services: list[UUID], now: datetime) -> None:
    """These services are no longer in their book. Nothing is deleted; places and organizations follow when all of theirs are gone."""
    record_change(session)
    service = d.Service.__table__
    session.execute(
        update(service)  # type: ignore[arg-type]
        .where(service.c.id.in_(services), service.c.not_in_source_since.is_(None))
        .values(not_in_source_since=now, last_modified=now, version=service.c.version + 1)
    )
    listing, live = d.ServiceAtLocation, d.Service.not_in_source_since.is_(None)
    places = select(listing.location_id).where(listing.service_id.in_(services))
    still = exists().where(listing.location_id == d.Location.id, listing.service_id == d.Service.id, live)
    session.execute(
        update(d.Location)
        .where(d.Location.id.in_(places), d.Location.source == SOURCE, ~still)
        .values(not_in_source_since=now, version=d.Location.version + 1)
        .execution_options(synchronize_session=False)
    )
    owners = select(d.Service.organization_id).where(d.Service.id.in_(services))
    still = exists().where(d.Service.organization_id == d.Organization.id, live)
    session.execute(
        update(d.Organization)
        .where(d.Organization.id.in_(owners), d.Organization.source == SOURCE, ~still)
        .values(not_in_source_since=now, version=d.Organization.version + 1)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        insert(d.Metadata),
        [
            {
                "resource_type": "service",
                "resource_id": found,
                "last_action_date": now,
                "last_action_type": "update",
                "field_name": "not_in_source_since",
                "replacement_value": now.isoformat(),
                "updated_by": WRITER,
            }
            for found in services
        ],
    )
    record_change(
        session,
        *session.scalars(
            select(listing.number).where(listing.service_id.in_(services)).order_by(listing.number)
        ),
    )


def begin_run(session: Session, files: list[str]) -> UUID:
    """The run's row; a killed run of the same source is taken over, its list of rejected rows made anew."""
    run = session.scalar(
        select(d.ImportRun).where(d.ImportRun.source == SOURCE, d.ImportRun.state == "running").limit(1)
    )
    if run is None:
        run = d.ImportRun(id=uuid4(), source=SOURCE, started_at=clock.now())
        session.add(run)
    run.files = files
    session.flush()
    session.execute(delete(d.RejectedRow).where(d.RejectedRow.import_run_id == run.id))
    return run.id


def checkpoint_later(session: Session) -> None:
    """SQLite: no checkpoint at this connection's commits, where it would make everybody wait; see `checkpoint_between`."""
    if session.connection().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA wal_autocheckpoint=0")


def checkpoint_between() -> None:
    """SQLite: move what is committed into the database file, between two transactions."""
    if sqlite_checkpoints_safe():
        checkpoint()
