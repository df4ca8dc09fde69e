"""A file of named flat arrays, written in one step and checked whole when read: what the worker tells the web processes.

Three lines of text (magic, `about`, `head`), then the arrays one after another, each begun at a multiple of 8 bytes. It is
read into memory and never mapped: a file that is cut short under a reader must not end the reader. No pickles.
"""

import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

MAGIC = b"handrail arrays 2\n"
EDGE = 8

# What an array holds is said by its name; shapes stand in docstrings.
Rows = np.ndarray[Any, np.dtype[Any]]  # int64: places of listings in the columns
Scores = np.ndarray[Any, np.dtype[Any]]  # float64
Flags = np.ndarray[Any, np.dtype[Any]]  # bool
Arrays = dict[str, np.ndarray[Any, np.dtype[Any]]]


class Damaged(Exception):  # noqa: N818
    """The file is not what was written, or is of another version: build it again."""


def save(path: Path, about: Mapping[str, Any], head: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Write all of it under `path` at once: a reader sees the old file or the new one, whole."""
    body = b"".join(_padded(np.ascontiguousarray(array).tobytes()) for array in arrays.values())
    layout = [[name, array.dtype.str, len(array)] for name, array in arrays.items()]
    line = json.dumps({"arrays": layout, "head": head}, separators=(",", ":")).encode()
    first = dict(about) | {"checksum": zlib.crc32(body, zlib.crc32(line))}
    temporary = path.with_suffix(f".{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(MAGIC + json.dumps(first).encode() + b"\n" + line + b"\n" + body)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def peek(path: Path) -> dict[str, Any]:
    """Only `about`, unchecked: cheap enough for every second. Raises as `load` does."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise Damaged("not a file of arrays")
        return _json(file.readline())


def load(path: Path) -> tuple[dict[str, Any], dict[str, Any], Arrays]:
    """(about, head, arrays). Raises Damaged when torn, foreign or of another version; FileNotFoundError when there is none."""
    data = path.read_bytes()
    if not data.startswith(MAGIC):
        raise Damaged("not a file of arrays")
    first = data.find(b"\n", len(MAGIC))
    second = data.find(b"\n", first + 1)
    if first < 0 or second < 0:
        raise Damaged("the file ends early")
    about, line = _json(data[len(MAGIC) : first]), data[first + 1 : second]
    body = memoryview(data)[second + 1 :]
    if about.pop("checksum", None) != zlib.crc32(body, zlib.crc32(line)):
        raise Damaged("the file was damaged")
    found = _json(line)
    arrays, at = {}, 0
    for name, kind, length in found["arrays"]:
        dtype = np.dtype(kind)
        arrays[name] = np.frombuffer(body, dtype, length, at)
        at += -(-length * dtype.itemsize // EDGE) * EDGE
    return about, found["head"], arrays


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % EDGE)


def _json(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise Damaged("the file cannot be read") from error
    if not isinstance(found, dict):
        raise Damaged("the file cannot be read")
    return found
