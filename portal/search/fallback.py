"""The engine for while there is no index: plain SQL draws a limited lot of listings, the rest is the same code."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import and_, exists, or_, select

from portal.directory import Listing, listing_of
from portal.directory import models as d
from portal.directory.terms import TAXONOMY
from portal.search.engine import Engine, Found
from portal.search.facts import Facts
from portal.search.harvest import harvest
from portal.search.parts import Part
from portal.search.spelling import Lexicon
from portal.search.understand import Meaning
from portal.store import db

MOST = 400  # listings looked at
MILES_A_DEGREE = 60.0  # generous, so that the box holds the circle


class SqlEngine(Engine):
    """Words are looked for in names, organizations and cities only."""

    @property
    def change(self) -> None:
        return None  # it was read this moment

    def __init__(self, meaning: Meaning) -> None:
        rows = list(harvest(_numbers(meaning)))
        self.facts = Facts.of(rows)
        self._texts = [set(row.text) for row in rows]
        self._cards = [row.card for row in rows]

    def matches(self, part: Part) -> Found:
        wanted = set(part.stems)
        rows = [row for row, stems in enumerate(self._texts) if wanted and wanted <= stems]
        if part.unfinished:
            begun = [any(stem.startswith(part.words) for stem in stems) for stems in self._texts]
            rows = sorted({*rows, *(row for row, fits in enumerate(begun) if fits)})
        return Found(np.array(rows, np.int64), np.full(len(rows), 2.0))

    def knows(self, stem: str) -> bool:
        return True  # of listings that were not drawn nothing is known: nothing is corrected

    def lexicon(self) -> Lexicon:
        return Lexicon([], [])

    def may_be_called(self, words: Sequence[str]) -> Sequence[int]:
        return ()  # the tables are asked, see called.py

    def listings(self, rows: Sequence[int], now: datetime) -> Mapping[int, Listing]:
        return {row: listing_of(self._cards[row], now) for row in rows}


def _numbers(meaning: Meaning) -> list[int]:
    sal, service, place = d.ServiceAtLocation, d.Service, d.Location
    query = (
        select(sal.number)
        .join(service, service.id == sal.service_id)
        .join(d.Organization, d.Organization.id == service.organization_id)
        .join(place, place.id == sal.location_id)
        .where(service.status == "active", sal.merged_into_id.is_(None))
    )
    if meaning.parts:
        query = query.where(or_(*(_says(part) for part in meaning.needed)))
    question = meaning.question
    for group, codes in (
        ("care", question.care),
        ("for", question.for_),
        ("pay", question.pay),
        ("access", question.access),
    ):
        if codes:
            query = query.where(_carries([(group, code) for code in codes]))
    if meaning.place and meaning.place.lat is not None and meaning.place.lon is not None:
        lat, lon, reach = meaning.place.lat, meaning.place.lon, question.within / MILES_A_DEGREE
        box = and_(
            place.latitude.between(lat - reach, lat + reach),
            place.longitude.between(lon - 3 * reach, lon + 3 * reach),
        )
        area = exists().where(d.ServiceArea.service_id == service.id)
        query = query.where(or_(box, place.latitude.is_(None), area))
    return list(db.session.scalars(query.order_by(sal.number).limit(MOST)))


def _says(part: Part) -> Any:
    """Every word begins somewhere in a name, an organization or a city; or the listing carries what the part means."""
    address = select(d.Address.city).where(d.Address.location_id == d.Location.id).limit(1).scalar_subquery()
    columns = (d.Service.name, d.Organization.name, address)
    words = [or_(*(column.icontains(stem, autoescape=True) for column in columns)) for stem in part.stems]
    codes = [pair for pair in part.codes if pair[0] != "field"]
    if not words:
        return _carries(codes)
    by_text = and_(*words)
    return or_(by_text, _carries(codes)) if codes else by_text


def _carries(codes: list[tuple[str, str]]) -> Any:
    return exists(
        select(d.ServiceTerm.service_number)
        .join(d.TaxonomyTerm, d.TaxonomyTerm.number == d.ServiceTerm.term_number)
        .join(d.Taxonomy, d.Taxonomy.id == d.TaxonomyTerm.taxonomy_id)
        .where(
            d.ServiceTerm.service_number == d.Service.number,
            d.Taxonomy.name == TAXONOMY,
            or_(
                *(
                    and_(d.TaxonomyTerm.category == group, d.TaxonomyTerm.code == code)
                    for group, code in codes
                )
            ),
        )
    )
