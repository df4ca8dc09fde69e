"""When a word on a listing no longer holds, as SQL: the same decision as freshness.kinds makes for a card."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, Float, case, cast, func, literal, or_, select
from sqlalchemy.orm import QueryableAttribute
from sqlalchemy.sql.elements import ColumnElement

from portal.directory import models as d
from portal.directory.freshness.kinds import Pace, paces_of
from portal.directory.terms import TAXONOMY
from portal.store import db, engine_name


def due_before(here: d.Community, moment: datetime) -> ColumnElement[bool]:
    """Of a row of service: by this moment nobody's word on it holds any more. A service that nobody ever confirmed is due."""
    paces = paces_of(here.settings)
    today = moment.date()
    days = days_of_service(paces)
    lasts = {each: today - timedelta(days=each) for each in {pace.days for pace in paces.values()}}
    oldest = case(
        {each: literal(day, Date) for each, day in lasts.items()}, value=days, else_=literal(today, Date)
    )
    return or_(d.Service.assured_date.is_(None), d.Service.assured_date <= oldest)


def days_of_service(paces: Mapping[str, Pace]) -> ColumnElement[int]:
    """Of a row of service: for how many days a word on it holds, the shortest of its kinds."""
    terms = _care_terms()
    by_term = {number: paces[code].days for number, code in terms.items() if code in paces}
    if not by_term:
        return literal(paces[""].days)
    shortest = (
        select(func.min(case(by_term, value=d.ServiceTerm.term_number)))
        .where(d.ServiceTerm.service_number == d.Service.number, d.ServiceTerm.term_number.in_(by_term))
        .correlate(d.Service)
        .scalar_subquery()
    )
    return func.coalesce(shortest, paces[""].days)


def days_since(column: QueryableAttribute[Any], today: date) -> ColumnElement[float]:
    """Days from a date column to today; NULL where there is none."""
    if engine_name() == "sqlite":
        return func.julianday(today.isoformat()) - func.julianday(column)
    return cast(literal(today, Date) - column, Float)


def _care_terms() -> dict[int, str]:
    rows = db.session.execute(
        select(d.TaxonomyTerm.number, d.TaxonomyTerm.code)
        .join(d.Taxonomy, d.Taxonomy.id == d.TaxonomyTerm.taxonomy_id)
        .where(d.Taxonomy.name == TAXONOMY, d.TaxonomyTerm.category == "care")
    )
    return {row.number: row.code for row in rows}
