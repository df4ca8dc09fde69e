"""This process's view of the index on disk, renewed when the worker has written new facts."""

import os
import threading
from pathlib import Path

from flask import current_app

from portal.search.generation import DAMAGED_FILE, FACTS_FILE, distrust, index_dir
from portal.search.pack_engine import PackEngine, open_engine

TRIES = 3


class Holder:
    """The engine of this process and which file it came from."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.stamp: tuple[int, int] | None = None
        self.engine: PackEngine | None = None


def current() -> PackEngine | None:
    """The newest engine that can be trusted; None while there is no index to trust. Two stats when nothing changed."""
    holder: Holder = current_app.extensions.setdefault("search_holder", Holder())
    base = index_dir()
    stamp = _stamp(base)
    if stamp is None or os.path.exists(base / DAMAGED_FILE):
        return None
    if holder.stamp == stamp:
        return holder.engine
    with holder.lock:
        if holder.stamp != stamp:
            holder.engine, holder.stamp = _opened(holder.engine), stamp
        return holder.engine


def _opened(old: PackEngine | None) -> PackEngine | None:
    base = index_dir()
    for _try in range(TRIES):
        before = _stamp(base)
        try:
            return open_engine(base, old)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, people still need an answer
            if _stamp(base) == before:
                distrust(error)
                return None  # else it was replaced while it was read: read the new one
    return None


def _stamp(base: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(base / FACTS_FILE)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino
