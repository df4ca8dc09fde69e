"""The words of listings in a Whoosh index: written by the worker alone, then unpacked. See pack.py for what is read.

No query language: nothing that a stranger types is ever parsed. The files are pickles that only this install writes; they
are never taken from elsewhere, and no web process opens them.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from whoosh import fields, index

from portal.search.pack import FIELD, path_of, save_pack, unpack

MOST_SEGMENTS = 16  # then small ones are merged


def create(folder: Path) -> None:
    """A new empty index in a folder that exists."""
    schema = fields.Schema(
        number=fields.NUMERIC(int, bits=64, shift_step=0, unique=True, stored=False, sortable=True),
        # scorable: without a column of lengths Whoosh looks for its file at every posting, which is half of its time
        **{FIELD: fields.KEYWORD(scorable=True)},
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
        writer = ix.writer(limitmb=128, compound=False)
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
