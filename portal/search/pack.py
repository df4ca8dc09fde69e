"""The words of one Whoosh segment in flat arrays: unpacked once by the worker, read by every web process.

A segment never changes, so neither does its pack. Postings of term t are `docs[starts[t]:starts[t + 1]]` (int32, ascending)
with `weights` beside them (uint8: how often the word counts); `numbers` (int64) is the listing of each document.
Design after https://nlp.stanford.edu/IR-book/ chapters 4 and 5: sorted dictionary, contiguous postings.
"""

from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3LeafMatcher

from portal.search.arrays import Damaged, Rows, load, save

FIELD = "words"
HEAVIEST = 255


@dataclass(frozen=True)
class Pack:
    """`terms` sorted; len(starts) = len(terms) + 1; len(docs) = len(weights) = starts[-1]."""

    name: str
    terms: list[str]
    starts: Rows
    docs: Rows
    weights: Rows
    numbers: Rows

    def find(self, term: str) -> slice | None:
        """Where the postings of this very term stand, None when it has none."""
        at = bisect_left(self.terms, term)
        if at == len(self.terms) or self.terms[at] != term:
            return None
        return slice(int(self.starts[at]), int(self.starts[at + 1]))


def unpack(reader: Any) -> Pack:
    """All postings of a Whoosh SegmentReader. Any error of Whoosh comes out as it is."""
    terms, starts, docs, weights = [], [0], [], []
    for term in reader.lexicon(FIELD):
        ids, counts = _postings(reader.postings(FIELD, term))
        terms.append(term.decode())
        starts.append(starts[-1] + len(ids))
        docs.append(ids)
        weights.append(counts)
    column = reader.column_reader("number")
    numbers = np.fromiter((column[doc] for doc in range(reader.doc_count_all())), np.int64)
    return Pack(
        name=reader.segment().segment_id(),
        terms=terms,
        starts=np.array(starts, np.int64),
        docs=np.concatenate(docs) if docs else np.zeros(0, np.int32),
        weights=np.concatenate(weights) if weights else np.zeros(0, np.uint8),
        numbers=numbers,
    )


def save_pack(folder: Path, pack: Pack) -> None:
    letters = np.frombuffer("\n".join(pack.terms).encode(), np.uint8)
    arrays = {"starts": pack.starts, "docs": pack.docs, "weights": pack.weights, "numbers": pack.numbers}
    save(path_of(folder, pack.name), {}, {"terms": len(pack.terms)}, arrays | {"letters": letters})


def load_pack(folder: Path, name: str) -> Pack:
    """Raises Damaged or FileNotFoundError."""
    _about, head, arrays = load(path_of(folder, name))
    text = arrays.pop("letters").tobytes().decode()
    terms = text.split("\n") if head["terms"] else []
    if len(terms) != head["terms"]:
        raise Damaged("the pack has other terms than it says")
    return Pack(name=name, terms=terms, **arrays)


def path_of(folder: Path, name: str) -> Path:
    return folder / f"{name}.pack"


def _postings(matcher: Any) -> tuple[Any, Any]:
    """Documents and weights of one term. Whoosh 2.7.4 hands out postings one by one; read a block at a time it is ten times
    as fast, for which there is no public name: these four are looked at in tests/search/test_pack.py."""
    ids: list[int] = []
    counts: list[float] = []
    if isinstance(matcher, W3LeafMatcher):
        while not matcher._atend:
            matcher._read_ids()
            matcher._read_weights()
            ids.extend(matcher._ids)
            counts.extend(matcher._weights)
            matcher._next_block()
    else:
        while matcher.is_active():
            ids.append(matcher.id())
            counts.append(matcher.weight())
            matcher.next()
    return np.array(ids, np.int32), np.minimum(counts, HEAVIEST).astype(np.uint8)
