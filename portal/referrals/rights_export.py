"""The person's own copy: every row under their key, and nothing else.

The tables are found, not listed: whatever points to the person's needs, offers, follow-ups, consents or requests is theirs,
so a new table is in the copy the day it is made. Ids become names where they stand for a service or an organization; staff,
codes that open something, and the blind index are left out.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import Column, Table

from portal.directory.models import Organization, Service, ServiceAtLocation
from portal.referrals.ledger import disclosures_of
from portal.referrals.models import Need
from portal.referrals.rights import needs_under, standing
from portal.referrals.words import need_words, reference
from portal.store import Actor, Base, audit, clock, write
from portal.store.audit import AuditEntry

# The index is never exported, a card's hashes say nothing to anybody, what a family told in confidence is the family's, and how a
# worker who went alone was watched over is the worker's.
NEVER = frozenset(("blind_index", "receipt", "family_note", "lone_visit"))
OWN = frozenset(("need", "person", "client"))  # by their own key alone
# What opens or repeats something, or belongs to the machine.
LEFT_OUT = frozenset(
    ("idempotency_key", "request_digest", "plan", "version", "mac", "pepper_id", "offer.code")
)
STAFF = frozenset(("account",))

Row = dict[str, Any]


def export_person(actor: Actor, request_id: UUID) -> dict[str, Any]:
    """The copy as plain values, ready for JSON; for a privacy officer. Audited, and noted on the request.

    NotHere for anybody else, Conflict when the request has ended.
    """
    with write() as session:
        row = standing(session, actor, request_id)
        needs = needs_under(session, row)
        rows = rows_under(session, needs)
        row.exported_at = clock.now()
        audit.append(actor, "export_person", "rights_request", row.id)
        return {
            "made_at": _plain(row.exported_at),
            "requests": [f"{reference(need)}: {need_words(need.code)}" for need in needs],
            "told_to": [
                {
                    "at": _plain(line.at),
                    "request": line.reference,
                    "what": line.words,
                    "from": line.discloser,
                    "to": line.recipient,
                    "consent_of": line.consent,
                }
                for need in needs
                for line in disclosures_of(need.id)
            ],
            "looked_at": _looks(session, rows),
            "tables": {
                name: [_readable(session, name, each) for each in found] for name, found in rows.items()
            },
        }


def rows_under(session: Session, needs: list[Need]) -> dict[str, list[Row]]:
    """table -> its rows that hang on these needs, as stored, opened where they are sealed."""
    ids: dict[str, set[Any]] = {"need": {need.id for need in needs}}
    ids["person"] = {need.person_id for need in needs if need.person_id is not None}
    ids["client"] = {need.client_id for need in needs if need.client_id is not None}
    ids |= _tied(session, ids["need"])
    found: dict[str, list[Row]] = {}
    for table in Base.metadata.sorted_tables:
        if table.name in NEVER:
            continue
        own = _theirs(session, table, ids)
        if own:
            found[table.name] = own
            ids[table.name] = {each[_key(table).name] for each in own}
    return found


def _tied(session: Session, needs: set[Any]) -> dict[str, set[Any]]:
    """What a table of nothing but ties lays beside these needs, such as the call that a referral came of: it is the person's, and
    so is what hangs on it."""
    found: dict[str, set[Any]] = {}
    for table in Base.metadata.sorted_tables:
        ends = {
            column: {key.column.table.name for key in column.foreign_keys} for column in table.primary_key
        }
        to_need = [column for column, targets in ends.items() if targets == {"need"}]
        if not to_need or not all(ends.values()):
            continue
        for column, targets in ends.items():
            if targets != {"need"}:
                tied = session.scalars(select(column).where(to_need[0].in_(needs)))
                found.setdefault(targets.pop(), set()).update(tied)
    return found


def _theirs(session: Session, table: Table, ids: dict[str, set[Any]]) -> list[Row]:
    """Rows of a table that are the person's, or point to one that is. What only stands beside a need (its services, its sender)
    points nowhere of theirs."""
    known = [_key(table).in_(ids[table.name])] if ids.get(table.name) else []
    if table.name in OWN:
        return _rows(session, table, known[0]) if known else []
    links = known + [
        column.in_(ids[target])
        for column in table.columns
        for target in (key.column.table.name for key in column.foreign_keys)
        if ids.get(target)
    ]
    return _rows(session, table, or_(*links)) if links else []


def _rows(session: Session, table: Table, which: Any) -> list[Row]:
    rows = session.execute(select(table).where(which).order_by(*table.primary_key))
    return [dict(row._mapping) for row in rows]


def _key(table: Table) -> Column[Any]:
    return next(iter(table.primary_key))


def _readable(session: Session, name: str, row: Row) -> Row:
    """The row without what is not the person's to have, and with names in the place of ids."""
    table, shown = Base.metadata.tables[name], {}
    for column in table.columns:
        value = row[column.name]
        targets = {key.column.table.name for key in column.foreign_keys}
        hidden = column.name in LEFT_OUT or f"{name}.{column.name}" in LEFT_OUT or targets & STAFF
        if hidden or column.name.endswith("account_id") or value in (None, ""):
            continue
        shown[column.name] = _named(session, targets, value)
    return shown


def _named(session: Session, targets: set[str], value: Any) -> Any:
    if "organization" in targets:
        return session.get_one(Organization, value).name
    if "service_at_location" in targets:
        return session.scalars(
            select(Service.name)
            .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
            .where(ServiceAtLocation.id == value)
        ).one()
    return _plain(value)


def _looks(session: Session, rows: dict[str, list[Row]]) -> list[dict[str, str]]:
    """Who did or read what of it: by kind of reader, never by name."""
    subjects = {
        str(each[_key(Base.metadata.tables[name]).name]): name
        for name, found in rows.items()
        for each in found
    }
    found = session.scalars(
        select(AuditEntry).where(AuditEntry.subject_id.in_(subjects)).order_by(AuditEntry.number)
    )
    return [
        {"at": str(_plain(entry.at)), "what": entry.action, "of": entry.subject, "by": entry.actor_kind}
        for entry in found
        if subjects[entry.subject_id] == entry.subject
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M UTC")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
