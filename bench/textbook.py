"""Two searches as a good tutorial writes them, over the same listings: what the portal's relevance is compared with.

Both get what the portal gets: the words as typed, the place that the argument `near` names, the filters. Both index the
names, the descriptions, the place, and the name of every taxonomy term of a listing, the books' own terms too, which the
portal's index leaves out. Neither is given the portal's words: no synonyms, no place read out of the words.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import text
from whoosh import fields, index, query
from whoosh.analysis import StemmingAnalyzer
from whoosh.qparser import AndGroup, MultifieldParser, OrGroup

from portal.geo import PlaceAmbiguous, PlaceUnknown, locate
from portal.search import Question
from portal.store import db
from portal.store.database import sqlite_module
from tests.relevance.judge import miles
from tests.relevance.questions import Judged

PAGE = 20
FIELDS = ("name", "organization", "description", "taxonomy", "place")
WEIGHTS = (3.0, 2.0, 1.0, 1.0, 1.0)  # of FTS5's columns, in the same order

LISTINGS = """
SELECT l.number, s.number AS service_number, s.name, s.alternate_name, o.name AS organization, s.description,
       s.eligibility_description, p.name AS site, p.area_text, p.latitude, p.longitude,
       a.address_1, a.city, a.state_province, a.postal_code
  FROM service_at_location l
  JOIN service s ON s.id = l.service_id
  JOIN organization o ON o.id = s.organization_id
  JOIN location p ON p.id = l.location_id
  LEFT JOIN address a ON a.location_id = p.id
 WHERE s.status = 'active'
"""
TERMS = "SELECT number, category, code, name FROM taxonomy_term"
LANGUAGES = "SELECT s.number, g.code FROM language g JOIN service s ON s.id = g.service_id"


@dataclass(frozen=True)
class Page:
    """A listing as text, its point, and what can be filtered by (`care:detox`, `language:es`)."""

    number: int
    texts: tuple[str, ...]  # in the order of FIELDS
    point: tuple[float, float] | None
    codes: frozenset[str]


def pages() -> list[Page]:
    """Every active listing, by plain SQL."""
    terms = {row.number: row for row in db.session.execute(text(TERMS))}
    names: defaultdict[int, list[str]] = defaultdict(list)
    codes: defaultdict[int, set[str]] = defaultdict(set)
    for service, number in db.session.execute(text("SELECT service_number, term_number FROM service_term")):
        term = terms[number]
        names[service].append(term.name)
        if term.category.islower():  # the portal's own groups; the books write theirs in capitals
            codes[service].add(f"{term.category}:{term.code}")
    for service, code in db.session.execute(text(LANGUAGES)):
        codes[service].add(f"language:{code}")
    return [
        _page(row, names[row.service_number], codes[row.service_number])
        for row in db.session.execute(text(LISTINGS))
    ]


def _page(row: Any, names: list[str], codes: set[str]) -> Page:
    def joined(*parts: str | None) -> str:
        return " ".join(part for part in parts if part)

    return Page(
        row.number,
        (
            joined(row.name, row.alternate_name),
            row.organization,
            joined(row.description, row.eligibility_description),
            ". ".join(names),
            joined(row.site, row.address_1, row.city, row.state_province, row.postal_code, row.area_text),
        ),
        None if row.latitude is None else (row.latitude, row.longitude),
        frozenset(codes),
    )


@dataclass(frozen=True)
class Wanted:
    """A question as a form hands it over."""

    words: str
    spot: tuple[float, float] | None
    box: tuple[float, float, float, float]  # south, north, west, east
    filters: tuple[tuple[str, ...], ...]  # one of each

    @classmethod
    def of(cls, judged: Judged) -> "Wanted":
        question = Question.from_args(judged.args())
        spot = None
        try:
            place = locate(question.near, "TN") if question.near else None
            spot = (
                (place.lat, place.lon) if place and place.lat is not None and place.lon is not None else None
            )
        except (PlaceUnknown, PlaceAmbiguous):
            spot = None
        high = question.within / 69.0
        wide = high / math.cos(math.radians(spot[0])) if spot else 0.0
        box = (spot[0] - high, spot[0] + high, spot[1] - wide, spot[1] + wide) if spot else (0, 0, 0, 0)
        return cls(question.words, spot, box, tuple(_filters(question)))


def _filters(question: Question) -> Iterator[tuple[str, ...]]:
    groups = {"care": question.care, "for": question.for_, "pay": question.pay, "access": question.access,
              "language": question.language}  # fmt: skip
    for group, codes in groups.items():
        if codes:
            yield tuple(f"{group}:{code}" for code in codes)


class Whoosh:
    """Whoosh as its own documentation shows it: a field for each thing, stemmed; MultifieldParser; BM25F; a NumericRange
    each for latitude and longitude; stored fields. Words join by "and" (its default) or by `OrGroup.factory(0.9)`."""

    def __init__(self, folder: Path, listings: list[Page]) -> None:
        stemmed = StemmingAnalyzer()
        stems = cache(
            lambda part: [token.text for token in stemmed(part)]
        )  # the same few names stand 80 times a listing
        self.schema = fields.Schema(
            number=fields.STORED,
            **{
                name: fields.TEXT(analyzer=stemmed, stored=name != "taxonomy", phrase=False)
                for name in FIELDS
            },
            lat=fields.NUMERIC(float),
            lon=fields.NUMERIC(float),
            codes=fields.KEYWORD,
        )
        folder.mkdir()
        writer = index.create_in(str(folder), self.schema).writer(limitmb=256)
        for page in listings:
            point = {"lat": page.point[0], "lon": page.point[1]} if page.point else {}
            texts: dict[str, Any] = dict(zip(FIELDS, page.texts, strict=True))
            texts["taxonomy"] = [stem for name in texts["taxonomy"].split(". ") for stem in stems(name)]
            writer.add_document(number=page.number, codes=" ".join(sorted(page.codes)), **texts, **point)
        writer.commit()
        self.points = {page.number: page.point for page in listings}
        self.searcher = index.open_dir(str(folder)).searcher()

    def answer(self, judged: Judged, any_word: bool = False) -> list[int]:
        wanted = Wanted.of(judged)
        group = OrGroup.factory(0.9) if any_word else AndGroup
        parsed = MultifieldParser(list(FIELDS), self.schema, group=group).parse(wanted.words)
        narrow = [query.Or([query.Term("codes", code) for code in codes]) for codes in wanted.filters]
        if wanted.spot:
            south, north, west, east = wanted.box
            narrow += [query.NumericRange("lat", south, north), query.NumericRange("lon", west, east)]
        everything = not wanted.words
        found = self.searcher.search(
            query.Every() if everything else parsed,
            filter=query.And(narrow) if narrow else None,
            limit=None if everything and wanted.spot else PAGE,
        )
        numbers = [hit["number"] for hit in found]
        return _nearest(numbers, self.points, wanted.spot) if everything and wanted.spot else numbers


class Fts5:
    """SQLite FTS5 and R*Tree: Porter stems, bm25 with weights for the columns, the box from the tree. Words join by "and"
    or by "or"."""

    def __init__(self, path: Path, listings: list[Page]) -> None:
        self.db = sqlite_module().connect(str(path))
        self.db.executescript(
            f"""
            CREATE VIRTUAL TABLE words USING fts5({", ".join(FIELDS)}, tokenize="porter unicode61 remove_diacritics 2");
            CREATE VIRTUAL TABLE spots USING rtree(number, south, north, west, east);
            CREATE TABLE code (code TEXT, number INTEGER, PRIMARY KEY (code, number)) WITHOUT ROWID;
            """
        )
        for page in listings:
            self.db.execute("INSERT INTO words(rowid, " + ", ".join(FIELDS) + ") VALUES (?,?,?,?,?,?)",
                            (page.number, *page.texts))  # fmt: skip
            if page.point:
                lat, lon = page.point
                self.db.execute("INSERT INTO spots VALUES (?,?,?,?,?)", (page.number, lat, lat, lon, lon))
            self.db.executemany("INSERT INTO code VALUES (?,?)", [(code, page.number) for code in page.codes])
        self.db.commit()
        self.points = {page.number: page.point for page in listings}

    def answer(self, judged: Judged, any_word: bool = False) -> list[int]:
        wanted = Wanted.of(judged)
        where, values = [], []
        for codes in wanted.filters:
            marks = ", ".join("?" * len(codes))
            where.append(f"AND number IN (SELECT number FROM code WHERE code IN ({marks}))")
            values += codes
        if wanted.spot:
            where.append(
                "AND number IN (SELECT number FROM spots WHERE south >= ? AND north <= ? AND west >= ? AND east <= ?)"
            )
            values += wanted.box
        typed = "".join(c if c.isalnum() else " " for c in wanted.words).split()
        if not typed:
            rows = self.db.execute(
                f"SELECT number FROM (SELECT rowid AS number FROM words) WHERE 1 {' '.join(where)} ORDER BY number", values
            )  # fmt: skip
            numbers = [row[0] for row in rows]
            return _nearest(numbers, self.points, wanted.spot) if wanted.spot else numbers[:PAGE]
        match = (" OR " if any_word else " ").join(f'"{word}"' for word in typed)
        weights = ", ".join(map(str, WEIGHTS))
        rows = self.db.execute(
            f"SELECT rowid AS number FROM words WHERE words MATCH ? {' '.join(where).replace('number IN', 'rowid IN')} "
            f"ORDER BY bm25(words, {weights}) LIMIT {PAGE}",
            [match, *values],
        )
        return [row[0] for row in rows]


def _nearest(
    numbers: list[int], points: dict[int, tuple[float, float] | None], spot: tuple[float, float]
) -> list[int]:
    placed = [(miles(spot, point), number) for number in numbers if (point := points[number])]
    return [number for _distance, number in sorted(placed)[:PAGE]]
