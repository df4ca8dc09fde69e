"""What of the directory anybody may have: one SELECT an object, which every export and every answer of the API is made of.

Nothing is taken out later: a row or a column that is not public is never read. Of a confidential place its id, its kind, whose
it is and its area in words are all there is. Desks that answer referrals are no contacts, who assured a listing is told
nowhere, and an agency that only sends is not part of the directory.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Uuid,
    and_,
    case,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    type_coerce,
)

from portal.directory import models as d
from portal.exchange.hsds.tables import OBJECTS, Field

TEXT_ID = Uuid(as_uuid=False)
DESK = "intake"  # the department of a desk that answers referrals
WIDE_AREAS = ("county", "state", "nation")  # what may be said of where a confidential place serves
SAID_OF_HIDDEN = ("id", "organization_id", "location_type", "time_zone", "address_confidential", "area_text")
# Fields of our own history that may be told. Of availability nobody may read when it was a referral that changed it.
TOLD_CHANGES = (
    "name", "alternate_name", "description", "alert", "hours", "phone", "intake_phone", "crisis_phone", "address",
    "service_areas", "eligibility_description", "minimum_age", "maximum_age", "fees_description", "application_process",
    "languages", "interpretation_services", "documents", "url", "status", "assured_date",
)  # fmt: skip
OURS = "the directory"
WITHHELD = {("service", "assurer_email")}
MERGED = (
    "organization",
    "location",
    "service",
    "service_at_location",
)  # what may be merged with another of its kind

Columns = Any  # of a table or of an alias of it
Which = ColumnElement[bool]


@cache
def public(name: str) -> Select[Any]:
    """Rows of an object with the fields of HSDS and of our profile as columns, in the table's order; ids as text.

    A row that another one stands for (a duplicate that was merged) is left out, and what refers to it refers to that one.
    """
    object_ = OBJECTS[name]
    table = object_.model.__table__
    asked = select(*(_column(name, table.c, field) for field in object_.fields)).select_from(table)
    if name == "metadata":
        asked = asked.add_columns(table.c.number)
    if name == "taxonomy_term":
        asked = asked.join(d.Taxonomy.__table__, d.Taxonomy.__table__.c.id == table.c.taxonomy_id)
    return asked.where(*_conditions(name, table.c), *own_rows(name))


def own_rows(name: str) -> list[Which]:
    """Only rows that stand for themselves. Nearly all do: written so that no index is chosen for it."""
    c = OBJECTS[name].model.__table__.c
    return [func.coalesce(c.merged_into_id, c.id) == c.id] if name in MERGED else []


def stands_for(name: str, column: Any) -> ColumnElement[Any]:
    """The id of the row that stands for the one that the column names: mostly itself."""
    row = OBJECTS[name].model.__table__.alias()
    return func.coalesce(select(row.c.merged_into_id).where(row.c.id == column).scalar_subquery(), column)


def is_public(name: str, column: Any) -> Which:
    """Whether the row of this object that the column names is public; no when it names none."""
    row = OBJECTS[name].model.__table__.alias()
    return exists(select(1).select_from(row).where(row.c.id == column, *_conditions(name, row.c)))


def _column(name: str, c: Columns, field: Field) -> ColumnElement[Any]:
    if (name, field.name) in WITHHELD:
        return literal(None, String).label(field.name)
    own = _OWN_WAY.get((name, field.name))
    column: ColumnElement[Any] = own(c) if own else c[field.name]
    if own is None and field.refers in MERGED:
        column = stands_for(field.refers, column)
    if name == "location" and field.name not in SAID_OF_HIDDEN:
        column = case((c.address_confidential, null()), else_=column)
    if field.kind == "uuid":
        return type_coerce(column, TEXT_ID).label(field.name)
    return column.label(field.name)


def _exact(column: str) -> Callable[[Columns], ColumnElement[Any]]:
    """A point that is the middle of a ZIP is not where the place is, and HSDS has no way to say so."""
    return lambda c: case((c.point_kind == "exact", c[column]), else_=null())


def _if_public(name: str, column: str) -> Callable[[Columns], ColumnElement[Any]]:
    return lambda c: case((is_public(name, c[column]), stands_for(name, c[column])), else_=null())


def _unless_hidden(column: str) -> Callable[[Columns], ColumnElement[Any]]:
    """What is typed of a listing at a confidential place is not given out."""
    return lambda c: case((_hidden_listing(c.service_at_location_id), null()), else_=c[column])


_OWN_WAY: dict[tuple[str, str], Callable[[Columns], ColumnElement[Any]]] = {
    ("location", "latitude"): _exact("latitude"),
    ("location", "longitude"): _exact("longitude"),
    ("organization", "parent_organization_id"): _if_public("organization", "parent_organization_id"),
    # who among us changed something is nobody's business; what came with a package says what it said
    ("metadata", "updated_by"): lambda c: case((c.id.is_(None), literal(OURS)), else_=c.updated_by),
    ("taxonomy_term", "taxonomy"): lambda _c: d.Taxonomy.__table__.c.name,
    ("closure", "words"): _unless_hidden("words"),
    ("closure", "words_es"): _unless_hidden("words_es"),
}


def _conditions(name: str, c: Columns) -> list[Which]:
    """What makes a row public; the rows that it hangs on are so by their own conditions."""
    found = _WHICH[name](c) if name in _WHICH else []
    if name in _EVERY_ROW:
        return found
    if "location_id" in c:
        found.append(not_(_hidden_place(c.location_id)))
    if "organization_id" in c:
        found.append(_none_or("organization", c.organization_id))
    return found


def _none_or(name: str, column: Any) -> Which:
    return or_(column.is_(None), is_public(name, column))


def _hidden_place(column: Any) -> Which:
    """Whether the place is confidential, or the one that stands for it."""
    place, other = d.Location.__table__.alias(), d.Location.__table__.alias()
    merged = exists(
        select(1).select_from(other).where(other.c.id == place.c.merged_into_id, other.c.address_confidential)
    )
    return exists(
        select(1).select_from(place).where(place.c.id == column, or_(place.c.address_confidential, merged))
    )


def _hidden_listing(column: Any) -> Which:
    at = d.ServiceAtLocation.__table__.alias()
    return exists(select(1).select_from(at).where(at.c.id == column, _hidden_place(at.c.location_id)))


def _hidden_somewhere(column: Any) -> Which:
    """Whether the service is given at a confidential place, among others."""
    at = d.ServiceAtLocation.__table__.alias()
    return exists(select(1).select_from(at).where(at.c.service_id == column, _hidden_place(at.c.location_id)))


def _listed(c: Columns) -> list[Which]:
    """An organization that has something in the directory, or came with one."""
    service, place = d.Service.__table__.alias(), d.Location.__table__.alias()
    return [
        or_(
            c.source.is_not(None),
            exists(select(1).select_from(service).where(service.c.organization_id == c.id)),
            exists(select(1).select_from(place).where(place.c.organization_id == c.id)),
        )
    ]


def _contacts(c: Columns) -> list[Which]:
    at = d.ServiceAtLocation.__table__.alias()
    return [
        c.department != DESK,
        c.text_number_id.is_(None),
        not_(exists(select(1).select_from(at).where(at.c.desk_id == c.id))),
        not_(_hidden_listing(c.service_at_location_id)),
    ]


def _areas(c: Columns) -> list[Which]:
    hidden = or_(_hidden_somewhere(c.service_id), _hidden_listing(c.service_at_location_id))
    return [or_(c.extent_type.in_(WIDE_AREAS), not_(hidden))]


def _said(c: Columns) -> list[Which]:
    """Attributes of rows that are public themselves; of a confidential place none."""
    known = [
        and_(c.link_entity == name, is_public(name, c.link_id))
        for name, object_ in OBJECTS.items()
        if object_.can_be_described
    ]
    hidden = and_(c.link_entity == "location", _hidden_place(c.link_id))
    return [c.taxonomy_term_id.is_not(None), or_(*known), not_(hidden)]


def _changes(c: Columns) -> list[Which]:
    """What changed, of rows that are public: what came with a package as it came; of our own history the fields that are
    shown on the listing's page anyway. Of a confidential place and its listings nothing."""
    known = [
        and_(c.resource_type == name, is_public(name, c.resource_id))
        for name, object_ in OBJECTS.items()
        if object_.has_history
    ]
    hidden = or_(
        and_(c.resource_type == "location", _hidden_place(c.resource_id)),
        and_(c.resource_type == "service_at_location", _hidden_listing(c.resource_id)),
        and_(c.resource_type == "service", _hidden_somewhere(c.resource_id)),
    )
    return [or_(c.id.is_not(None), c.field_name.in_(TOLD_CHANGES)), or_(*known), not_(hidden)]


_EVERY_ROW = ("organization", "service", "service_at_location", "location")
_WHICH: dict[str, Callable[[Columns], list[Which]]] = {
    "organization": _listed,
    "contact": _contacts,
    "phone": lambda c: [_none_or("contact", c.contact_id)],
    "language": lambda c: [_none_or("phone", c.phone_id)],
    "service_area": _areas,
    "closure": lambda c: [c.lifted_at.is_(None)],
    "attribute": _said,
    "metadata": _changes,
}
