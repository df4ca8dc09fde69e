"""Whole objects: rows with all that hangs on them, in a fixed number of SELECTs for a batch of any size.

Lists stand in the order of their ids (phones as they are listed), so that two directories that say the same give out the same.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select, type_coerce

from portal.directory import models as d
from portal.exchange.hsds.public import MERGED, TEXT_ID, public
from portal.exchange.hsds.tables import OBJECTS, Held
from portal.exchange.hsds.values import Row, reader
from portal.store import db

MOST_IDS = 2_000  # in one SELECT
# What is left out of an object where it stands inside another: it has an answer of its own.
LEFT_OUT = {"organization": ("locations", "programs"), "service": ("service_at_locations", "organization")}

_PAIR, _TERM, _SERVICE = (model.__table__.c for model in (d.ServiceTerm, d.TaxonomyTerm, d.Service))


class Reading:
    """One export or one answer. What many objects share (terms, whether anything was said at all) is read once."""

    def __init__(self) -> None:
        self._terms: dict[int, tuple[int, Row]] = {}
        self._seen: dict[str, list[tuple[str, Row]]] = {}
        self._merged: dict[str, bool] = {}
        self._spoken = {
            name: bool(db.session.scalar(select(OBJECTS[name].model.__table__.c.number if name == "metadata"
                                                else OBJECTS[name].model.__table__.c.id).limit(1)))
            for name in ("attribute", "metadata")
        }  # fmt: skip

    def whole(self, name: str, rows: list[Row], leave_out: Sequence[str] = ()) -> list[Row]:
        """The same rows, with all that each holds inside it."""
        self._seen = {}
        self._dress(name, rows, leave_out)
        self._say()
        return rows

    def shallow(self, name: str, rows: list[Row], keys: Sequence[str]) -> list[Row]:
        """The same rows, each with what it belongs to (`keys`), plainly."""
        for held in OBJECTS[name].held:
            if held.key in keys:
                self._put_one(rows, held, others=rows_by_id(held.object, _named(rows, held.by)))
        return rows

    def _dress(self, name: str, rows: list[Row], leave_out: Sequence[str]) -> None:
        if not rows:
            return
        for row in rows:
            self._seen.setdefault(row["id"], []).append((name, row))
        for held in OBJECTS[name].held:
            if held.key in leave_out or held.object == "taxonomy_term":
                continue
            if held.one:
                others = rows_by_id(held.object, _named(rows, held.by))
                self._dress(held.object, list(others.values()), LEFT_OUT.get(held.object, ()))
                self._put_one(rows, held, others)
            else:
                self._put_many(rows, held)

    def _put_one(self, rows: list[Row], held: Held, others: dict[str, Row]) -> None:
        for row in rows:
            other = others.get(row.get(held.by, ""))
            if other is not None:
                row[held.key] = other

    def _put_many(self, rows: list[Row], held: Held) -> None:
        inside = self.rows_where(held.object, held.by, [row["id"] for row in rows])
        parents = {row["id"]: row for row in rows}
        for child in inside:
            parents[child.pop(held.by)].setdefault(held.key, []).append(child)
        self._dress(held.object, inside, ())

    def _say(self) -> None:
        """What is said of every row that was seen: attributes, and what changed."""
        seen = list(self._seen)
        if self._spoken["attribute"]:
            said = self.rows_where("attribute", "link_id", seen)
            terms = rows_by_id("taxonomy_term", _named(said, "taxonomy_term_id"))
            for attribute in said:
                attribute["taxonomy_term"] = terms[attribute.pop("taxonomy_term_id")]
                self._tell(attribute.pop("link_id"), attribute["link_entity"], "attributes", attribute)
        self._pairs(
            [row_id for row_id, held in self._seen.items() if any(name == "service" for name, _row in held)]
        )
        if self._spoken["metadata"]:
            for change in self.rows_where("metadata", "resource_id", seen):
                self._tell(change.pop("resource_id"), change["resource_type"], "metadata", change)

    def _tell(self, row_id: str, entity: str, key: str, told: Row) -> None:
        for name, row in self._seen[row_id]:
            if name == entity:
                row.setdefault(key, []).append(told)

    def _pairs(self, service_ids: Sequence[str]) -> None:
        """Coded terms of services as attributes, but those of which more is told than the term."""
        for service_id, terms in self.terms_of(service_ids).items():
            held = [row for name, row in self._seen[service_id] if name == "service"]
            told = held[0].get("attributes", [])
            more = {said["taxonomy_term"]["id"] for said in told}
            made = [
                {"id": link, "link_entity": "service", "taxonomy_term": term}
                for link, term in terms
                if not more or term["id"] not in more
            ]
            for row in held:
                row["attributes"] = told + made

    def terms_of(self, service_ids: Sequence[str]) -> dict[str, list[tuple[str, Row]]]:
        """Of each service that has any: its terms in the order of their ids, each with the id of the attribute that says so."""
        asked = _NUMBERS_OF_ALL if self._some_merged("service") else _NUMBERS
        numbers: dict[int, str] = {}
        for some in _portions(service_ids):
            numbers.update((number, row_id) for number, row_id in db.session.execute(asked, {"ids": some}))
        pairs: defaultdict[str, set[int]] = defaultdict(set)
        for some in _portions(list(numbers)):
            for number, term in db.session.execute(_PAIRS, {"numbers": some}):
                pairs[numbers[number]].add(term)
        self._learn(set().union(*pairs.values()))
        known, found = self._terms, {}
        for service_id, terms in pairs.items():
            start = _start(service_id)
            inside = sorted(map(known.__getitem__, terms), key=_FIRST)
            found[service_id] = [(_link(start ^ value), row) for value, row in inside]
        return found

    def told_in_full(self, service_ids: Sequence[str]) -> set[tuple[str, str]]:
        """(service, term) of which a row of attributes tells more than that the service has it."""
        if not self._spoken["attribute"]:
            return set()
        said = self.rows_where("attribute", "link_id", service_ids)
        return {(row["link_id"], row["taxonomy_term_id"]) for row in said if row["link_entity"] == "service"}

    def rows_where(self, name: str, column: str, ids: Sequence[str]) -> list[Row]:
        """Public rows of an object whose column names one of these ids, or a row that one of them stands for."""
        parent = column.removesuffix("_id")
        if parent in MERGED and self._some_merged(parent):
            ids = [
                *ids,
                *(
                    old
                    for some in _portions(ids)
                    for old in db.session.scalars(_old_ids(parent), {"ids": some})
                ),
            ]
        return _rows(name, column, ids)

    def _some_merged(self, name: str) -> bool:
        if name not in self._merged:
            merged = OBJECTS[name].model.__table__.c.merged_into_id
            self._merged[name] = db.session.scalar(select(1).where(merged.is_not(None)).limit(1)) is not None
        return self._merged[name]

    def _learn(self, numbers: set[int]) -> None:
        for some in _portions(list(numbers - self._terms.keys())):
            ids = {row_id: number for number, row_id in db.session.execute(_TERM_IDS, {"numbers": some})}
            for row_id, row in rows_by_id("taxonomy_term", ids).items():
                self._terms[ids[row_id]] = (int(row_id.replace("-", ""), 16), row)


def rows_by_id(name: str, ids: Iterable[str]) -> dict[str, Row]:
    """Public rows of an object by id; those that are not there, or not public, are left out."""
    return {row["id"]: row for row in _rows(name, "id", list(dict.fromkeys(ids)))}


def _rows(name: str, column: str, ids: Sequence[str]) -> list[Row]:
    if not ids:
        return []
    read, asked = reader(name), _asked(name, column)
    found = (read(row) for some in _portions(ids) for row in db.session.execute(asked, {"ids": some}))
    return [row for row in found if row]


def in_order(name: str) -> list[Any]:
    """What the rows of an object stand by."""
    c = OBJECTS[name].model.__table__.c
    return [c.ordinal, c.id] if name == "phone" else [c.number] if name == "metadata" else [c.id]


def _start(service_id: str) -> int:
    """What the ids of a service's attributes are made from: 128 bits that no other service has."""
    return int.from_bytes(hashlib.sha1(service_id.encode(), usedforsecurity=False).digest()[:16], "big")


def _link(value: int) -> str:
    """The id of the attribute that says a term of a service, the same in every install: a UUID of version 8 (RFC 9562)."""
    made = f"{value:032x}"
    return f"{made[:8]}-{made[8:12]}-8{made[13:16]}-{_VARIANT[made[16]]}{made[17:20]}-{made[20:]}"


_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
_FIRST = itemgetter(0)


@cache
def _asked(name: str, column: str) -> Select[Any]:
    key = type_coerce(OBJECTS[name].model.__table__.c[column], TEXT_ID)
    return public(name).where(key.in_(bindparam("ids", expanding=True))).order_by(*in_order(name))


@cache
def _old_ids(name: str) -> Select[Any]:
    """Ids of the rows that these rows stand for."""
    c = OBJECTS[name].model.__table__.c
    return select(type_coerce(c.id, TEXT_ID)).where(type_coerce(c.merged_into_id, TEXT_ID).in_(_THESE))


def _named(rows: Iterable[Row], column: str) -> list[str]:
    return list(dict.fromkeys(row[column] for row in rows if column in row))


def _portions(every: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(every), MOST_IDS):
        yield every[start : start + MOST_IDS]


_SERVICE_ID, _STANDS_FOR = (type_coerce(each, TEXT_ID) for each in (_SERVICE.id, _SERVICE.merged_into_id))
_THESE: Any = bindparam("ids", expanding=True)
_NUMBERS = select(_SERVICE.number, _SERVICE_ID).where(_SERVICE_ID.in_(_THESE))
_NUMBERS_OF_ALL = select(_SERVICE.number, func.coalesce(_STANDS_FOR, _SERVICE_ID)).where(
    or_(_SERVICE_ID.in_(_THESE), _STANDS_FOR.in_(_THESE))
)
_PAIRS = select(_PAIR.service_number, _PAIR.term_number).where(
    _PAIR.service_number.in_(bindparam("numbers", expanding=True))
)
_TERM_IDS = select(_TERM.number, type_coerce(_TERM.id, TEXT_ID)).where(
    _TERM.number.in_(bindparam("numbers", expanding=True))
)
