"""The baseline: the same listings and the same questions in plain SQLite, FTS5 for words and R*Tree for places.

It is given every advantage that costs no index of its own: stemming, column weights, prefix search, the filters as bit
masks, the place found beforehand, and of three query plans the one that suits the question. It fetches a page of rows.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from portal.geo import miles
from portal.search.facts import Facts
from portal.search.harvest import harvest
from portal.search.understand import Meaning
from portal.store.database import sqlite_module

PAGE = 20
GROUPS = ("care", "for", "pay", "access", "language")


class Baseline:
    """One connection, prepared once; `ask` answers a question that was already understood."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite_module().connect(str(path))
        self.facts = Facts()
        self.db.executescript(
            """
            PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA mmap_size=268435456;
            CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize="porter unicode61 remove_diacritics 2", prefix='3 4');
            CREATE VIRTUAL TABLE spots USING rtree(number, south, north, west, east);
            CREATE TABLE listing (number INTEGER PRIMARY KEY, lat REAL, lon REAL, care INT, for_ INT, pay INT, access INT,
                                  language INT, hours INT, text TEXT);
            """
        )
        self._fill()

    def _fill(self) -> None:
        for row in harvest():
            self.facts.put(row)
            at = self.facts.row_of[row.number]
            masks = [self.facts.columns[group][at] for group in GROUPS]
            text = " ".join(row.text)
            self.db.execute("INSERT INTO words(rowid, text) VALUES (?, ?)", (row.number, text))
            values = (row.number, row.lat, row.lon, *masks, self.facts.columns["hours"][at], text)
            self.db.execute("INSERT INTO listing VALUES (?,?,?,?,?,?,?,?,?,?)", values)
            if row.lat is not None:
                box = (row.number, row.lat, row.lat, row.lon, row.lon)
                self.db.execute("INSERT INTO spots VALUES (?,?,?,?,?)", box)
        self.db.execute("INSERT INTO words(words) VALUES ('optimize')")
        self.db.commit()
        self.db.execute("ANALYZE")

    def ask(self, meaning: Meaning) -> tuple[int, list[Any]]:
        """(total, a page of rows). Words and codes as the portal understood them; all of them must match."""
        where, values = self._filters(meaning)
        words = self._words(meaning)
        first = (meaning.question.page - 1) * PAGE
        if meaning.place is not None and meaning.place.lat is not None and meaning.place.lon is not None:
            return self._near(meaning, where, values, words, first)
        if words:
            joined = "FROM words JOIN listing ON listing.number = words.rowid WHERE words MATCH ?"
            order = "ORDER BY words.rank, listing.number"
            values = [words, *values]
        else:
            joined, order = "FROM listing WHERE 1", "ORDER BY listing.number"
        total = self.db.execute(f"SELECT count(*) {joined} {where}", values).fetchone()[0]
        page = self.db.execute(
            f"SELECT listing.* {joined} {where} {order} LIMIT {PAGE} OFFSET {first}", values
        )
        return total, page.fetchall()

    def _near(
        self, meaning: Meaning, where: str, values: Sequence[Any], words: str, first: int
    ) -> tuple[int, list[Any]]:
        lat, lon = meaning.place.lat, meaning.place.lon  # type: ignore[union-attr]
        reach = meaning.question.within / 68.7
        wide = reach / max(0.1, math.cos(math.radians(abs(lat) + reach)))  # type: ignore[arg-type]
        box = (lat - reach, lat + reach, lon - wide, lon + wide)  # type: ignore[operator]
        spots = "SELECT number FROM spots WHERE south >= ? AND north <= ? AND west >= ? AND east <= ?"
        if words:
            sql = (
                f"SELECT listing.*, words.rank FROM words JOIN listing ON listing.number = words.rowid "
                f"WHERE words MATCH ? AND listing.number IN ({spots}) {where}"
            )
            rows = self.db.execute(sql, [words, *box, *values]).fetchall()
        else:
            sql = f"SELECT listing.*, 0 FROM listing WHERE number IN ({spots}) {where}"
            rows = self.db.execute(sql, [*box, *values]).fetchall()
        east = 69.17 * math.cos(math.radians(lat))  # type: ignore[arg-type]
        keyed = [(math.hypot((row[1] - lat) * 69.0, (row[2] - lon) * east), row[0], row) for row in rows]
        kept = sorted(key for key in keyed if key[0] <= meaning.question.within)
        page = [row for _distance, _number, row in kept[first : first + PAGE]]
        for row in page:
            miles(lat, lon, row[1], row[2])  # type: ignore[arg-type] # shown miles are geodesic on both sides
        return len(kept), page

    def _words(self, meaning: Meaning) -> str:
        """Words that mean a code are asked as masks (see _filters), the rest as quoted terms, the last as a prefix."""
        plain = [stem for part in meaning.parts if not part.codes for stem in part.words]
        return " AND ".join(f'"{word}"' for word in plain[:-1]) + (
            (" AND " if len(plain) > 1 else "") + f'"{plain[-1]}"*' if plain else ""
        )

    def _filters(self, meaning: Meaning) -> tuple[str, list[Any]]:
        clauses, values = [], []
        question = meaning.question
        wanted = [
            (group, list(codes))
            for group, codes in zip(
                GROUPS,
                (question.care, question.for_, question.pay, question.access, question.language),
                strict=True,
            )
        ]
        for part in meaning.parts:
            wanted += [
                (group, [code for other, code in part.codes if other == group])
                for group in dict.fromkeys(group for group, _code in part.codes)
            ]
        for group, codes in wanted:
            if codes:
                column = "for_" if group == "for" else group
                clauses.append(f"AND listing.{column} & ?")
                values.append(self.facts.mask(group, codes))
        if meaning.open_now:
            clauses.append("AND listing.hours > 0")
        return " ".join(clauses), values
