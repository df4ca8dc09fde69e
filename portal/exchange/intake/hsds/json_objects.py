"""Objects of a JSON file from a stranger, one at a time: a list, a page of the API (`contents`), tables by name, one object, or
one a line. No object is larger or deeper than a person could have meant."""

import re
from collections.abc import Iterator
from typing import IO, Any

import ijson

from portal.exchange.intake.records import BadPackage

MOST_EVENTS = 500_000  # of one object
MOST_MEMBERS = 500
MOST_DEPTH = 40
MOST_STRING = 1_000_000  # bytes
BLOCK = 65_536
_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_ENDS = {"start_map": 1, "start_array": 1, "end_map": -1, "end_array": -1}


class _Stream:
    """The bytes of a file, as long as no text in it is endless."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream, self._name, self._run = stream, name, 0
        self._first = True

    def read(self, size: int = BLOCK) -> bytes:
        if size == 0:  # the parser asks whether it is bytes that it gets
            return b""
        block = self._stream.read(BLOCK if size < 0 else size)
        if self._first:
            self._first = False
            if block.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise BadPackage(f"{self._name} is not UTF-8. Save it as UTF-8.")
            block = block.removeprefix(b"\xef\xbb\xbf") or (b" " if block else b"")
        plain = _ESCAPED.sub(b"..", block)
        pieces = plain.split(b'"')
        if len(pieces) == 1:
            self._run += len(block)
        else:
            longest = max(self._run + len(pieces[0]), *(len(piece) for piece in pieces[1:]))
            self._run = len(pieces[-1])
            if longest > MOST_STRING:
                self._run = longest
        if self._run > MOST_STRING:
            raise BadPackage(f"{self._name} holds a text of more than {MOST_STRING:,} characters.")
        return block


def objects(stream: IO[bytes], name: str) -> Iterator[tuple[str, int, Any]]:
    """(key of the list that it stands in, or nothing; its number, from 1; the object)."""
    events = ijson.basic_parse(_Stream(stream, name), multiple_values=True, use_float=True)
    number = 0
    try:
        for event, value in events:
            if event == "start_array":
                for at, found in _items(events, name, number):
                    number = at
                    yield "", at, found
            elif event == "start_map":
                single: dict[str, Any] = {}
                for key, at, found in _members(events, name, number, single):
                    number = max(number, at)
                    yield key, at, found
                if single:
                    number += 1
                    yield "", number, single
            else:
                raise BadPackage(f"{name}, object {number + 1}: {value!r:.40} is no object.")
    except ijson.JSONError as error:
        raise BadPackage(f"{name} is not sound JSON after object {number}: {_plain(error)}.") from error
    except (UnicodeError, OverflowError) as error:
        raise BadPackage(f"{name} cannot be read after object {number}: {type(error).__name__}.") from error


def _plain(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split("\n")[0].split())[:120]


def _items(events: Iterator[tuple[str, Any]], name: str, before: int) -> Iterator[tuple[int, Any]]:
    number = before
    for event, value in events:
        if event == "end_array":
            return
        number += 1
        yield number, _built(event, value, events, name, number)


def _members(
    events: Iterator[tuple[str, Any]], name: str, before: int, single: dict[str, Any]
) -> Iterator[tuple[str, int, Any]]:
    """Members of an object that are lists of objects at its top are given out one by one where they are tables or a page;
    everything else stays in `single`."""
    key, number = "", before
    for event, value in events:
        if event == "end_map":
            return
        if event == "map_key":
            key = value
        elif event == "start_array" and is_list(key):
            for at, found in _items(events, name, number):
                number = at
                yield key, at, found
        else:
            single[key] = _built(event, value, events, name, number + 1)
            if len(single) > MOST_MEMBERS:
                raise BadPackage(f"{name}, object {number + 1}: it is far too large.")


def is_list(key: str) -> bool:
    """`contents` of a page, or `organizations.csv` as one file for all tables has them."""
    return key == "contents" or key.endswith(".csv")


def _built(event: str, value: Any, events: Iterator[tuple[str, Any]], name: str, number: int) -> Any:
    builder = ijson.ObjectBuilder()
    builder.event(event, value)
    depth, seen = _ENDS.get(event, 0), 1
    while depth > 0:
        event, value = next(events)
        builder.event(event, value)
        depth += _ENDS.get(event, 0)
        seen += 1
        if depth > MOST_DEPTH or seen > MOST_EVENTS:
            what = "nested too deep" if depth > MOST_DEPTH else "far too large"
            raise BadPackage(f"{name}, object {number}: it is {what}.")
    return builder.value
