"""The baseline: the same listings and questions in plain SQLite, FTS5 for words and R*Tree for places.

It is given every advantage that costs no index of its own: stemmed once when written, one text with the names repeated,
prefix indexes, filters as bit masks in a narrow table, weeks that are open now found once a minute, the place found
beforehand, and for each question the quickest of its plans, tried out beforehand. It leaves out what SQL makes dear: words
that mean a code are looked for as codes alone, mistyped words find nothing, nothing serves from afar.
"""

import json
import math
import threading
import time as clock_time
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from portal.directory import Card, Listing, cards, listing_of, open_state
from portal.directory.freshness.kinds import OTHER
from portal.directory.hours import line_in
from portal.directory.models import ServiceAtLocation
from portal.directory.rules import TOLD
from portal.directory.terms import GROUPS, TOPICS
from portal.geo import miles
from portal.search.understand import Meaning
from portal.search.words import stems
from portal.store import clock, db
from portal.store.database import sqlite_module

PAGE = 20
COLUMNS = ("care", "for_", "pay", "access", "language")
AVAILABILITIES = ("unknown", "yes", "limited", "no")
SCHEMA = """
CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize="unicode61", prefix='3 4');
CREATE VIRTUAL TABLE known USING fts5vocab(words, 'row');
CREATE VIRTUAL TABLE spots USING rtree(number, south, north, west, east);
CREATE TABLE listing (number INTEGER PRIMARY KEY, lat REAL, lon REAL, care INT, for_ INT, pay INT, access INT,
                      language INT, week INT, availability INT, availability_at REAL);
CREATE TABLE carries (number INT, code INT, PRIMARY KEY (number, code)) WITHOUT ROWID;
CREATE TABLE card (number INTEGER PRIMARY KEY, card TEXT);
CREATE TABLE week (number INTEGER PRIMARY KEY, time_zone TEXT, lines TEXT);
CREATE TABLE meant (number INTEGER PRIMARY KEY, grp TEXT, code TEXT);
"""
NEAR_ENOUGH = 0.006  # share of a radius by which the flat distance may be wrong


class Found(NamedTuple):
    """`rows` are (number, card as JSON) of the page; `numbers` all that answer, where the plan had to look at all."""

    total: int
    rows: list[Any]


def fill(path: Path) -> int:
    """Write the database from the app's; returns how many listings. Needs an app context."""
    base = sqlite_module().connect(str(path))
    base.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; {SCHEMA}")
    codes = _codes(base)
    weeks: dict[Any, int] = {}
    numbers = list(db.session.scalars(select(ServiceAtLocation.number).order_by(ServiceAtLocation.number)))
    count = 0
    for start in range(0, len(numbers), 1000):
        for number, card in cards(numbers[start : start + 1000]).items():
            if card["status"] == "active":
                _put(base, number, card, codes, weeks)
                count += 1
    base.executemany(
        "INSERT INTO week VALUES (?, ?, ?)",
        [(number, zone, json.dumps(lines)) for (zone, lines), number in weeks.items()],
    )
    base.execute("INSERT INTO words(words) VALUES ('optimize')")
    base.commit()
    base.execute("ANALYZE")
    base.close()
    return count


def _codes(base: Any) -> dict[tuple[str, str], int]:
    """(group, code) -> its number; the bit in its group's mask is the place among the group's own."""
    pairs = [(group, code) for group, held in GROUPS.items() for code in held]
    base.executemany("INSERT INTO meant VALUES (?, ?, ?)", [(at, *pair) for at, pair in enumerate(pairs, 1)])
    return {pair: at for at, pair in enumerate(pairs, 1)}


def _put(
    base: Any, number: int, card: Card, codes: dict[tuple[str, str], int], weeks: dict[Any, int]
) -> None:
    rest = [
        card["description"],
        card["more"],
        card["eligibility"],
        card["area_text"],
        card["place"],
        *card["address"],
    ]
    rest += [name for _kind, _extent, name in card["areas"]]
    text = (
        stems(f"{card['name']} {card['alternate_name']}") * 3
        + stems(f"{card['organization']} {card['organization_too']}") * 2
        + stems(" ".join(rest))
    )
    held = [(group, code) for group, code in card["terms"]] + [
        ("language", code) for code, _n in card["languages"]
    ]
    for pair in held:
        if pair not in codes:
            codes[pair] = len(codes) + 1
            base.execute("INSERT INTO meant VALUES (?, ?, ?)", (codes[pair], *pair))
    key = (card["time_zone"], tuple(tuple(line) for line in card["hours"]))
    week = weeks.setdefault(key, len(weeks) + 1) if card["hours"] else 0
    masks = [
        _mask(codes, group.rstrip("_"), [c for g, c in held if g == group.rstrip("_")]) for group in COLUMNS
    ]
    told = (AVAILABILITIES.index(card["availability"]), card["availability_at"])
    base.execute("INSERT INTO words(rowid, text) VALUES (?, ?)", (number, " ".join(text)))
    base.execute(
        "INSERT INTO listing VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (number, card["lat"], card["lon"], *masks, week, *told),
    )
    base.executemany("INSERT OR IGNORE INTO carries VALUES (?, ?)", [(number, codes[pair]) for pair in held])
    base.execute("INSERT INTO card VALUES (?, ?)", (number, json.dumps(card)))
    if card["lat"] is not None:
        box = (number, card["lat"], card["lat"], card["lon"], card["lon"])
        base.execute("INSERT INTO spots VALUES (?,?,?,?,?)", box)


def _mask(codes: dict[tuple[str, str], int], group: str, wanted: Iterable[str]) -> int:
    """Bits by the order in which the group's codes were numbered."""
    known = [pair for pair in codes if pair[0] == group]
    return sum(1 << known.index((group, code)) for code in set(wanted) if (group, code) in codes)


class Baseline:
    """One filled database. `answer` is asked from any thread; `plans` remembers the quickest plan of each question."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.mine = threading.local()
        self.plans: dict[str, int] = {}
        self.open: tuple[int, str] = (0, "")
        base = self._base()
        self.codes = {
            (group, code): at for at, group, code in base.execute("SELECT * FROM meant ORDER BY number")
        }
        self.weeks = [
            (number, zone, [line_in(tuple(line)) for line in json.loads(lines)])
            for number, zone, lines in base.execute("SELECT * FROM week")
        ]

    def page(self, meaning: Meaning, plan: int | None = None) -> Found:
        """Total and a page; all words and filters must match, or any word where nothing has all."""
        if plan is None:
            plan = self.plans.get(key_of(meaning), 0)
        found = self._asked(meaning, self._match(meaning, " AND "), plan)
        if not found.total and len(self._plain_words(meaning)) > 1:
            found = self._asked(meaning, self._match(meaning, " OR "), plan)
        return found

    def views(self, meaning: Meaning) -> tuple[int, list[Listing]]:
        """The same with all that a hit shows."""
        found, now = self.page(meaning), clock.now()
        return found.total, [listing_of(json.loads(card), now) for _number, card in found.rows]

    def counts(self, meaning: Meaning) -> dict[str, dict[str, int]]:
        """Group -> code -> listings that would be left, a group's own ticks aside: a SELECT for each group with ticks, one
        for all the others."""
        words = self._match(meaning, " AND ")
        ticked = [group for group, codes in _asked_codes(meaning.question) if codes]
        counted: dict[str, dict[str, int]] = {}
        for but in ["", *ticked]:
            where, values = self._filters(meaning, but)
            inside, more = self._candidates(meaning, words)
            rows = self._base().execute(
                f"SELECT grp, meant.code, count(*) FROM carries JOIN meant ON meant.number = carries.code WHERE"
                f" carries.number IN (SELECT number FROM listing WHERE 1 {where} {inside}) GROUP BY carries.code",
                [*values, *more],
            )
            for group, code, count in rows:
                if group == but or (not but and group not in ticked):
                    counted.setdefault(group, {})[code] = count
        return counted

    def learn(self, meanings: Sequence[Meaning], tries: int = 3) -> None:
        """Find the quickest plan of each question."""
        for meaning in meanings:
            took = []
            for plan in range(3):
                for turn in range(tries):
                    began = clock_time.perf_counter()
                    self.page(meaning, plan)
                    spent = clock_time.perf_counter() - began
                    if turn:
                        took.append((spent, plan))
                    if spent > 1:
                        took.append((spent, plan))
                        break
            self.plans[key_of(meaning)] = min(took)[1]

    def _base(self) -> Any:
        if not hasattr(self.mine, "base"):
            self.mine.base = sqlite_module().connect(str(self.path))
            self.mine.base.execute("PRAGMA mmap_size=1073741824")
        return self.mine.base

    def _asked(self, meaning: Meaning, words: str, plan: int) -> Found:
        where, values = self._filters(meaning, "")
        place = meaning.place
        if place is not None and place.lat is not None and place.lon is not None:
            return self._near(meaning, where, values, words, plan)
        return self._anywhere(meaning, where, values, words, plan)

    def _anywhere(self, meaning: Meaning, where: str, values: list[Any], words: str, plan: int) -> Found:
        """Plans: count, then rank; both in one; rank all and count the rows here."""
        first = (meaning.question.page - 1) * PAGE
        order = "words.rank, listing.number" if words else "listing.number"
        source = (
            "words CROSS JOIN listing ON listing.number = words.rowid WHERE words MATCH ?"
            if words
            else "listing WHERE 1"
        )
        if words and not where:
            source, order = "words WHERE words MATCH ?", "words.rank, words.rowid"
        number = "words.rowid" if words else "listing.number"
        values = [words, *values] if words else values
        base = self._base()
        if plan == 0:
            total = base.execute(f"SELECT count(*) FROM {source} {where}", values).fetchone()[0]
            page = base.execute(
                f"SELECT {number} FROM {source} {where} ORDER BY {order} LIMIT {PAGE} OFFSET {first}", values
            ).fetchall()
        elif plan == 1:
            page = base.execute(
                f"SELECT {number}, count(*) OVER () FROM {source} {where} ORDER BY {order} LIMIT {PAGE} OFFSET {first}",
                values,
            ).fetchall()
            total = page[0][1] if page else 0
        else:
            every = base.execute(f"SELECT {number} FROM {source} {where} ORDER BY {order}", values).fetchall()
            total, page = len(every), every[first : first + PAGE]
        return Found(total, self._cards([row[0] for row in page]))

    def _near(self, meaning: Meaning, where: str, values: list[Any], words: str, plan: int) -> Found:
        """Plans: words first; place first; both apart."""
        box = _box(meaning)
        spots = "SELECT number FROM spots WHERE south >= ? AND north <= ? AND west >= ? AND east <= ?"
        what = "SELECT listing.number, listing.lat, listing.lon FROM"
        if not words:
            sql, given = f"{what} listing WHERE number IN ({spots}) {where}", [*box, *values]
        elif plan == 0:
            inside = "listing.lat BETWEEN ? AND ? AND listing.lon BETWEEN ? AND ?"
            sql = f"{what} words CROSS JOIN listing ON listing.number = words.rowid WHERE words MATCH ? AND {inside} {where}"
            given = [words, *box, *values]
        elif plan == 1:
            sql = f"{what} ({spots}) AS near CROSS JOIN listing ON listing.number = near.number CROSS JOIN words"
            sql += f" ON words.rowid = near.number WHERE words MATCH ? {where}"
            given = [*box, words, *values]
        else:
            matching = "SELECT rowid FROM words WHERE words MATCH ?"
            sql = f"{what} listing WHERE number IN ({spots}) AND number IN ({matching}) {where}"
            given = [*box, words, *values]
        kept = sorted(_within(meaning, self._base().execute(sql, given)))
        first = (meaning.question.page - 1) * PAGE
        return Found(len(kept), self._cards([number for _away, number in kept[first : first + PAGE]]))

    def _cards(self, numbers: list[int]) -> list[Any]:
        marks = ",".join("?" * len(numbers))
        held = dict(self._base().execute(f"SELECT number, card FROM card WHERE number IN ({marks})", numbers))
        return [(number, held[number]) for number in numbers]

    def _candidates(self, meaning: Meaning, words: str) -> tuple[str, list[Any]]:
        clauses, values = "", []
        if words:
            clauses += " AND listing.number IN (SELECT rowid FROM words WHERE words MATCH ?)"
            values.append(words)
        if meaning.place is not None and meaning.place.lat is not None:
            clauses += " AND listing.number IN (SELECT number FROM spots WHERE south >= ? AND north <= ? AND west >= ?"
            clauses += " AND east <= ?)"
            values += _box(meaning)
        return clauses, values

    def _plain_words(self, meaning: Meaning) -> list[str]:
        return [stem for part in meaning.parts if not part.codes for stem in part.stems]

    def _match(self, meaning: Meaning, joint: str) -> str:
        """Stems as quoted terms; one that no listing has, as the beginning of a word."""
        typed = dict(zip(self._plain_words(meaning), _typed_words(meaning), strict=False))
        known = "SELECT 1 FROM known WHERE term = ?"
        return joint.join(
            f'"{stem}"' if self._base().execute(known, (stem,)).fetchone() else f'"{typed.get(stem, stem)}"*'
            for stem in self._plain_words(meaning)
        )

    def _filters(self, meaning: Meaning, but: str) -> tuple[str, list[Any]]:
        clauses, values = [], []
        wanted = [(group, codes) for group, codes in _asked_codes(meaning.question) if group != but]
        for part in meaning.parts:
            for group in dict.fromkeys(group for group, _code in part.codes if group not in TOPICS):
                wanted.append((group, tuple(code for other, code in part.codes if other == group)))
        for group, codes in wanted:
            if codes:
                clauses.append(f"AND listing.{'for_' if group == 'for' else group} & ?")
                values.append(_mask(self.codes, group, codes))
        if meaning.open_now:
            clauses.append(f"AND listing.week IN ({self._open_weeks(clock.now())})")
        return " ".join(clauses), values

    def _open_weeks(self, now: datetime) -> str:
        """Numbers of the weeks that are open, found once a minute."""
        minute = int(now.timestamp() // 60)
        if self.open[0] != minute:
            numbers = [str(number) for number, zone, lines in self.weeks if open_state(lines, zone, now).open]
            self.open = (minute, ",".join(numbers))
        return self.open[1]


def key_of(meaning: Meaning) -> str:
    return repr(meaning.question)


def shown_since(now: datetime) -> dict[str, float]:
    """Availability -> the moment since which an answer of that kind still holds, of a service of no special kind."""
    return {value: (now - OTHER.holds).timestamp() for value in TOLD}


def _asked_codes(question: Any) -> list[tuple[str, tuple[str, ...]]]:
    return [
        ("care", question.care), ("for", question.for_), ("pay", question.pay), ("access", question.access),
        ("language", question.language),
    ]  # fmt: skip


def _typed_words(meaning: Meaning) -> list[str]:
    return [word for part in meaning.parts if not part.codes for word in part.words]


def _box(meaning: Meaning) -> tuple[float, float, float, float]:
    """South, north, west, east of the circle."""
    lat, lon = _point(meaning)
    reach = meaning.question.within / 68.5
    wide = reach / max(0.1, math.cos(math.radians(abs(lat) + reach)))
    return lat - reach, lat + reach, lon - wide, lon + wide


def _point(meaning: Meaning) -> tuple[float, float]:
    place = meaning.place
    if place is None or place.lat is None or place.lon is None:
        raise ValueError("this question has no point")
    return place.lat, place.lon


def _within(meaning: Meaning, rows: Iterable[tuple[int, float, float]]) -> Iterable[tuple[float, int]]:
    """(miles, number) of rows in the circle: flat, geodesic where the radius cuts."""
    lat, lon = _point(meaning)
    within = meaning.question.within
    for number, other_lat, other_lon in rows:
        middle = math.cos(math.radians((lat + other_lat) / 2))
        away = math.hypot((other_lat - lat) * 69.05, (other_lon - lon) * 69.17 * middle)
        if abs(away - within) < NEAR_ENOUGH * within:
            away = miles(lat, lon, other_lat, other_lon)
        if away <= within:
            yield away, number
