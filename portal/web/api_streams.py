"""Answers that are too long to be held: objects a line each, sent as they are read, compressed on the way."""

import zlib
from collections.abc import Iterator

import orjson

from portal.exchange import hsds

FAST = 1  # zlib's level: ten times smaller already, and the reader waits for the rows, not for this
GZIP = 31  # zlib's word for the gzip format


def lines(batches: Iterator[list[hsds.Row]], gzip: bool) -> tuple[Iterator[bytes], str]:
    """The body, and the name of its encoding, if any. The first batch is read now, so that what fails at once fails as an error."""
    first = next(batches, [])
    body = _lines(first, batches)
    return (_packed(body), "gzip") if gzip else (body, "")


def _lines(first: list[hsds.Row], batches: Iterator[list[hsds.Row]]) -> Iterator[bytes]:
    yield _batch(first)
    for rows in batches:
        yield _batch(rows)


def _batch(rows: list[hsds.Row]) -> bytes:
    return b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def _packed(body: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(FAST, zlib.DEFLATED, GZIP)
    for piece in body:
        yield packer.compress(piece)
    yield packer.flush()
