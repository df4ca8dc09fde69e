"""The whole directory in two files: a zip of CSV with its datapackage.json, and a zip of JSON with every object whole.

Two directories that say the same make files that are the same, byte by byte: rows stand by id, and no day is told.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import orjson
from sqlalchemy import select, type_coerce

from portal.exchange.hsds.descriptor import descriptor
from portal.exchange.hsds.nesting import Reading, in_order, rows_by_id
from portal.exchange.hsds.public import TEXT_ID, own_rows, public
from portal.exchange.hsds.tables import OBJECTS, VERSION
from portal.exchange.hsds.values import Row, reader
from portal.store import db

CSV_FILE, JSON_FILE = f"hsds-{VERSION}-csv.zip", f"hsds-{VERSION}-json.zip"
BATCH = 500
DAY_ONE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
# What a spreadsheet might run. A phone number or a plain number is none, whatever it begins with.
_FORMULA = re.compile(r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_PLAIN = re.compile(r"[+-]?[0-9][0-9 ().,/+-]*")
# The objects that stand for themselves in JSON; all others are inside these.
JSON_OBJECTS = ("organization", "service", "taxonomy", "taxonomy_term", "unit", "meta_table_description")

Progress = Callable[[str, int], None]  # object, how many so far


def export_package(folder: Path, progress: Progress | None = None) -> dict[str, int]:
    """Write both files into `folder` (made where it is not there); object -> how many rows. Old files are replaced at the end.

    Reads one moment of the directory, a batch at a time. Raises OSError where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told = progress or (lambda _name, _count: None)
    _one_moment()
    with _finished(folder / CSV_FILE) as packed:
        counts = _write_tables(packed, told)
    with _finished(folder / JSON_FILE) as packed:
        _write_objects(packed, told)
    db.session.rollback()
    return counts


def _one_moment() -> None:
    """All that is read from here on is as it stood now. SQLite's transactions are so anyway."""
    db.session.rollback()
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


@contextmanager
def _finished(path: Path) -> Iterator[zipfile.ZipFile]:
    """A zip that takes its name only when it is whole."""
    unfinished = path.with_suffix(".part")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as packed:
            yield packed
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _entry(packed: zipfile.ZipFile, name: str) -> IO[bytes]:
    info = zipfile.ZipInfo(name, DAY_ONE)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return packed.open(info, "w", force_zip64=True)


def _write_tables(packed: zipfile.ZipFile, told: Progress) -> dict[str, int]:
    counts = {}
    for name, object_ in OBJECTS.items():
        with _entry(packed, object_.file) as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
            writer = csv.writer(text, lineterminator="\r\n")
            columns = [field.name for field in object_.fields]
            times = [at for at, field in enumerate(object_.fields) if field.kind == "time"]
            writer.writerow(columns)
            counts[name] = 0
            for rows in every_row(name):
                writer.writerows(_line(row, columns, times) for row in rows)
                counts[name] += len(rows)
                told(name, counts[name])
    with _entry(packed, "datapackage.json") as raw:
        raw.write(json.dumps(descriptor(), indent=1).encode())
    return counts


def every_row(name: str) -> Iterator[list[Row]]:
    """All public rows of an object, flat, in their order, so many at a time."""
    read = reader(name)
    asked = public(name).order_by(*in_order(name)).execution_options(yield_per=BATCH)
    for some in db.session.execute(asked).partitions():
        yield [made for row in some if (made := read(row))]
    if name == "attribute":
        yield from _terms_of_services()


def _terms_of_services() -> Iterator[list[Row]]:
    """Coded terms of services as rows of attributes, but those that a row tells already."""
    reading = Reading()
    for ids in _batches("service"):
        told = reading.told_in_full(ids)
        yield [
            {"id": link, "link_id": service_id, "taxonomy_term_id": term["id"], "link_entity": "service"}
            for service_id, terms in sorted(reading.terms_of(ids).items())
            for link, term in terms
            if (service_id, term["id"]) not in told
        ]


def _write_objects(packed: zipfile.ZipFile, told: Progress) -> None:
    for name in JSON_OBJECTS:
        with _entry(packed, OBJECTS[name].file.replace(".csv", ".json")) as out:
            reading, count = Reading(), 0
            out.write(b"[")
            for ids in _batches(name):
                rows = reading.whole(name, list(rows_by_id(name, ids).values()))
                for row in rows:
                    out.write((b",\n" if count else b"\n") + orjson.dumps(row))
                    count += 1
                told(f"{name} (JSON)", count)
            out.write(b"\n]\n")


def _batches(name: str) -> Iterator[Sequence[str]]:
    """Ids in their order."""
    c = OBJECTS[name].model.__table__.c
    ids: list[Any] = list(
        db.session.scalars(select(type_coerce(c.id, TEXT_ID)).where(*own_rows(name)).order_by(c.id))
    )
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _line(row: Row, columns: Sequence[str], times: Sequence[int]) -> list[Any]:
    cells = [_cell(row.get(column, "")) for column in columns]
    for at in times:
        if len(cells[at]) == len("09:00"):
            cells[at] += ":00"  # as a Table Schema writes a time
    return cells


def _cell(value: Any) -> Any:
    """Words that a spreadsheet would take for a formula get an apostrophe before them, which an import takes away again."""
    if isinstance(value, str):
        if _FORMULA.match(value.removeprefix("'")) and not _PLAIN.fullmatch(value):
            return f"'{value}"
        return value
    return "true" if value is True else value
