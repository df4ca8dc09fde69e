"""The engine of the default install: the worker's arrays, read whole into this process and scored with numpy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from portal.directory import Listing, listing_of
from portal.search.arrays import Damaged, Rows, load
from portal.search.cardfile import CardFile
from portal.search.facts import Facts, shared_in
from portal.search.generation import FACTS_FILE, About, about_of
from portal.search.pack import Pack, load_pack
from portal.search.spelling import Lexicon
from portal.search.words_engine import Postings, WordsEngine

LARGE = 0.05  # share of all documents


@dataclass(frozen=True)
class Seated:
    """A pack, and the row of each of its documents: -1 where a later segment holds the listing, or it is gone."""

    pack: Pack
    rows: Rows
    whole: bool  # no document is -1


class PackEngine(WordsEngine):
    """One generation of the index. Never changed; safe to ask from several threads."""

    def __init__(
        self, about: About, facts: Facts, packs: Sequence[Pack], cards: CardFile, head: Mapping[str, Any]
    ) -> None:
        """`head`: the shared facts as they stand in the file, to see whether the next file has the same."""
        self.head = head
        self.about = about
        self.facts = facts
        self.packs = {pack.name: pack for pack in packs}
        self.cards = cards
        self._kept: Lexicon | None = None
        self._seated = [self._seat(pack) for pack in packs]

    @property
    def change(self) -> int:
        return self.about["change"]

    def knows(self, stem: str) -> bool:
        return any(seated.pack.find(stem) for seated in self._seated)

    def lexicon(self) -> Lexicon:
        return self._lexicon

    def listings(self, rows: Sequence[int], now: datetime) -> Mapping[int, Listing]:
        """Raises Damaged when a card is not what was written."""
        cards = self.cards.read([self.facts.spot(row) for row in rows])
        return {row: listing_of(card, now) for row, card in zip(rows, cards, strict=True)}

    @cached_property
    def _lexicon(self) -> Lexicon:
        """Of the large segments: what a few edits add is looked up word by word (`knows`), so it outlives them."""
        if self._kept:
            return self._kept
        counts: dict[str, int] = {}
        for pack in self.large:
            for term, count in zip(pack.terms, np.diff(pack.starts).tolist(), strict=True):
                counts[term] = counts.get(term, 0) + count
        stems = sorted(counts)
        return Lexicon(stems, [counts[stem] for stem in stems])

    def keep_lexicon(self, old: "PackEngine") -> None:
        """Use the lexicon of an engine with the same large segments, if it has made one."""
        self._kept = old.__dict__.get("_lexicon")

    @cached_property
    def large(self) -> list[Pack]:
        """Segments that hold a good part of the listings."""
        least = LARGE * sum(len(pack.numbers) for pack in self.packs.values())
        return [pack for pack in self.packs.values() if len(pack.numbers) >= least]

    def _seat(self, pack: Pack) -> Seated:
        rows = self.facts.rows_of(pack.numbers)
        gone = self.about["deleted"].get(pack.name, ())
        rows[list(gone)] = -1
        return Seated(pack, rows, bool((rows >= 0).all()))

    def postings(self, stem: str) -> Postings:
        rows, weights = [], []
        for seated in self._seated:
            at = seated.pack.find(stem)
            if at is None:
                continue
            held, weight = seated.rows[seated.pack.docs[at]], seated.pack.weights[at]
            if not seated.whole:
                held, weight = held[held >= 0], weight[held >= 0]
            rows.append(held)
            weights.append(weight)
        if not rows:
            return np.zeros(0, np.int64), np.zeros(0, np.uint8)
        return np.concatenate(rows), np.concatenate(weights)


def open_engine(base: Path, old: PackEngine | None) -> PackEngine:
    """The engine on disk; what has not changed since `old` is taken from it. Raises Damaged or an OSError."""
    about, head, arrays = load(base / FACTS_FILE)
    told = about_of(about)
    folder = base / told["folder"]
    same = old if old and old.about["folder"] == told["folder"] else None
    # What is kept by shared facts (which weeks are open, which areas hold a place) outlives an edit that adds none.
    shared = same.facts.shared if same and same.head == head else shared_in(head)
    facts = Facts(arrays, shared)
    kept = same.packs if same else {}
    packs = [kept.get(name) or load_pack(folder, name) for name in told["segments"]]
    if sum(len(pack.numbers) for pack in packs) < len(facts):
        raise Damaged("the packs hold fewer listings than the facts")
    engine = PackEngine(told, facts, packs, same.cards if same else CardFile(folder), head)
    if same and [pack.name for pack in same.large] == [pack.name for pack in engine.large]:
        engine.keep_lexicon(same)
    return engine
