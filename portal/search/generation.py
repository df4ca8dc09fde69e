"""What stands in PORTAL_HOME/index: a file of facts that names its folder of words and cards, and a mark when it is damaged."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict

from flask import current_app

from portal.search.arrays import Damaged

log = logging.getLogger(__name__)

FACTS_FILE = "facts.bin"
DAMAGED_FILE = "damaged"


class About(TypedDict):
    """What a file of facts belongs to: folder, segments of the Whoosh index in it with the documents that no longer count, the
    last change of the feed that was seen, and whose listings they are."""

    folder: str
    segments: list[str]
    deleted: dict[str, list[int]]
    change: int
    community: str


def about_of(found: Mapping[str, Any]) -> About:
    """Raises Damaged when the file is of another version."""
    try:
        return About(
            folder=found["folder"],
            segments=found["segments"],
            deleted=found["deleted"],
            change=found["change"],
            community=found["community"],
        )
    except KeyError as error:
        raise Damaged("the facts were made by another version") from error


def index_dir() -> Path:
    folder: Path = current_app.extensions["settings"].index_dir
    return folder


def distrust(error: BaseException) -> None:
    """The index could not be read: leave a mark for the worker, which builds a new one, and use the database until then."""
    log.error("the search index cannot be read and will be rebuilt: %s", type(error).__name__)
    try:
        index_dir().mkdir(parents=True, exist_ok=True)
        (index_dir() / DAMAGED_FILE).touch()
    except OSError:
        log.warning("the index folder cannot be written from here")
