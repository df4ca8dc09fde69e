"""The words of listings in a Whoosh index: written by the worker alone, then unpacked. See pack.py for what is read.

No query language: nothing that a stranger types is ever parsed. The files are pickles that only this install writes; they
are never taken from elsewhere, and no web process opens them.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from whoosh import fields, formats, index

from portal.search.pack import FIELD, path_of, save_pack, unpack

MOST_SEGMENTS = 16  # then small ones are merged


class CountedWords(fields.FieldType):  # type: ignore[misc]
    """A field whose value is words already cut and stemmed: each is one posting that weighs as often as it stands there.

    Of a posting nothing is kept but its document and its weight.
    """

    def __init__(self) -> None:
        self.analyzer = None
        self.format = formats.Existence()
        # Without a column of lengths Whoosh looks for its file at every posting, which is half of its time.
        self.scorable = True
        self.stored = self.unique = self.vector = self.column_type = None

    def index(self, value: list[str], **_kwargs: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        for word, count in Counter(value).items():
            yield word.encode(), count, float(count), b""


class Postings:
    """Where Whoosh's writer collects postings until it writes a segment: 8 bytes each, by term, in the order of documents.

    Its own pool keeps a tuple of five for each, sorts them, and spills to disk: three times the time, ten times the memory.
    """

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        self.fieldnames: set[str] = set()
        self._held: dict[tuple[str, bytes], tuple[array[int], array[float]]] = {}

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        field, term, document, weight, _value = item
        held = self._held.get((field, term))
        if held is None:
            self.fieldnames.add(field)
            held = self._held[field, term] = (array("I"), array("f"))
        held[0].append(document)
        held[1].append(weight)

    def iter_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        for field, term in sorted(self._held):
            for document, weight in zip(*self._held[field, term], strict=True):
                yield field, term, document, weight, b""

    def cleanup(self) -> None:
        self._held = {}


def create(folder: Path) -> None:
    """A new empty index in a folder that exists."""
    schema = fields.Schema(
        number=fields.NUMERIC(int, bits=64, shift_step=0, unique=True, stored=False, sortable=True),
        **{FIELD: CountedWords()},
    )
    index.create_in(str(folder), schema).close()


def apply(
    folder: Path, texts: Iterable[tuple[int, list[str]]], gone: Iterable[int], fresh: bool = False
) -> tuple[list[str], dict[str, list[int]]]:
    """Write texts and remove listings in one commit, and unpack the new segments.

    Returns the names of the segments that count now, oldest first, and of each the documents that no longer do. Raises
    LockError with a second writer.
    """
    ix = index.open_dir(str(folder))
    try:
        writer = ix.writer(compound=False)
        writer.pool = Postings()
        try:
            for number in gone:
                writer.delete_by_term("number", number)
            for number, words in texts:
                put = writer.add_document if fresh else writer.update_document
                put(**{"number": number, FIELD: words})
        except BaseException:
            writer.cancel()
            raise
        writer.commit(merge=len(writer.segments) > MOST_SEGMENTS)
        return _unpack_new(folder, ix)
    finally:
        ix.close()


def _unpack_new(folder: Path, ix: Any) -> tuple[list[str], dict[str, list[int]]]:
    reader = ix.reader()
    try:
        names, deleted = [], {}
        for leaf, _base in reader.leaf_readers():
            if not leaf.doc_count_all():
                continue  # an index without listings reads as one empty leaf
            name = str(leaf.segment().segment_id())
            names.append(name)
            if leaf.has_deletions():
                deleted[name] = sorted(leaf.segment().deleted_docs())
            if not path_of(folder, name).exists():
                save_pack(folder, unpack(leaf))
    finally:
        reader.close()
    return names, deleted


def tidy(folder: Path, names: Iterable[str]) -> None:
    """Remove packs that no facts point at any more. Only after new facts were written."""
    for path in folder.glob("*.pack"):
        if path.stem not in names:
            path.unlink(missing_ok=True)
