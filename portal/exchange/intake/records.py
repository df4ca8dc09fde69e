"""What every format becomes on its way in: a stream of records in the words of HSDS 3.1, and what came of them.

A record names its parents by their keys in the same source (`organization_id`, `service_id` ...), whatever the order in
which they come. Values are as the source has them: texts, numbers or None; take_in tidies, mends and refuses.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

Progress = Callable[[int, int], None]  # done, total; in records


@dataclass(frozen=True, slots=True)
class Record:
    """One object of a source.

    table: the HSDS object's name (`organization`, `service`, `location`, `service_at_location`, `address`, `phone` ...: the
    keys of tables.TABLES). key: what the source calls it by; the same thing has the same key in every run. A uuid is kept
    as the row's id when nobody else has it, anything else makes a uuid5 of source and key. values: HSDS field -> value. A
    field that is not among them is not the source's to say and is left alone; one that is None or empty is emptied.
    file, row: where it stands, for the list of what was rejected; row 0 where there are no rows. again: it may repeat another
    record of its key (the organization of each row of a table, what is nested in JSON): what it adds is taken, where it
    differs the first is kept and that is said. Without it a second record that differs is rejected.
    """

    table: str
    key: str
    values: Mapping[str, Any]
    file: str
    row: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be taken: its file, its row there and why, in words. A mapping or a reader may yield one in
    the stream as well, for a row that it can make no record of."""

    file: str
    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Mended:
    """A record that was taken, and what was put right or left out on the way. `what` is the kind, the same for many rows."""

    file: str
    row: int
    what: str
    detail: str = ""


Stream = Iterable[Record | Rejected | Mended]


class BadPackage(Exception):  # noqa: N818
    """A file or folder that cannot be taken, in one sentence for a person. Nothing was written."""


@dataclass
class ImportResult:
    """counts: read = created + updated + unchanged + rejected, in the source's services (`services` says of which table).

    tables: the same for every table. rejected: the first thousand, all of them are in the run and the report. mended: kind ->
    how many. samples: a few changes in words, for the dry run. `vanished` rows were marked as no longer in their source;
    `held` were not, because they are too many at once; `waiting` crisis numbers wait for a steward's word.
    """

    counts: dict[str, int]
    rejected: list[Rejected]
    run_id: UUID | None
    vanished: int = 0
    held: int = 0
    longest_transaction: float = 0.0  # seconds
    tables: dict[str, dict[str, int]] = field(default_factory=dict)
    mended: Counter[str] = field(default_factory=Counter)
    samples: list[str] = field(default_factory=list)
    waiting: int = 0
