"""The cards of the listings, one after another in a file that only grows; where each stands, facts say.

A result page reads those of its twenty that are not kept with a `pread` each: no mapping, so a file cut short is a Damaged,
not the end of the process, and a flipped digit of a telephone number is noticed by the checksum. Old cards stay as waste until the next rebuild.
"""

import json
import os
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, cast

from portal.directory import Card
from portal.search.arrays import Damaged

CARDS_FILE = "cards"
MOST_KEPT = 4000  # cards that a process keeps, some 5 KB each; forgotten together when there are more


class Spot(NamedTuple):
    """Where a card stands: byte offset, length in bytes, CRC-32."""

    offset: int
    length: int
    checksum: int


class CardWriter:
    """Appends cards; `close` makes them last before anything points at them."""

    def __init__(self, folder: Path) -> None:
        self._file = (folder / CARDS_FILE).open("ab")
        self._at = self._file.seek(0, os.SEEK_END)

    def put(self, card: Card) -> Spot:
        data = json.dumps(card, separators=(",", ":"), ensure_ascii=False).encode()
        spot = Spot(self._at, len(data), zlib.crc32(data))
        self._file.write(data)
        self._at += len(data)
        return spot

    def close(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


class CardFile:
    """Reads cards. Kept open: the folder may be replaced meanwhile, what it held stays readable."""

    def __init__(self, folder: Path) -> None:
        self._fd = os.open(folder / CARDS_FILE, os.O_RDONLY)
        self._kept: dict[Spot, Card] = {}

    def __del__(self) -> None:
        os.close(self._fd)

    def read(self, spots: Iterable[Spot]) -> list[Card]:
        """Raises Damaged when a card is not what was written. Cards are not to be changed: others are given the same."""
        return [self._kept.get(spot) or self._one(spot) for spot in spots]

    def _one(self, spot: Spot) -> Card:
        data = os.pread(self._fd, spot.length, spot.offset)
        if len(data) != spot.length or zlib.crc32(data) != spot.checksum:
            raise Damaged("a card of the index was damaged")
        found = cast(Card, json.loads(data))
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[spot] = found
        return found
