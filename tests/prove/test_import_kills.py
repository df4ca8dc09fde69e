"""An import is killed (SIGKILL) in the middle again and again, then run to its end: the rows are those of an undisturbed one."""

import multiprocessing
import os
import random
import signal
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event, select, text

from portal import create_app, exchange, geo
from portal.directory import models as d
from portal.geo.models import Place
from portal.store import db, write
from portal.store.actor import TERMINAL
from tests.conftest import settings_for
from tests.exchange.books import make_book, many

TABLES = (d.Organization, d.Location, d.Address, d.Service, d.ServiceAtLocation, d.Phone, d.Language)
COMMUNITY = UUID(int=1)
OF_THE_RUN = {"number", "last_modified"}


def install(home: Path, whole_gazetteer: bool) -> Flask:
    app = create_app(settings_for(home))
    with app.app_context():
        upgrade()
        with write() as session:
            session.add(d.Community(id=COMMUNITY, name="Test County"))
            if not whole_gazetteer:
                session.add(
                    Place(
                        number=1,  # the gazetteer counts as loaded
                        kind="zip",
                        code="37203",
                        folded="nashville",
                        state="TN",
                        county="Davidson",
                        latitude=36.15,
                        longitude=-86.79,
                        time_zone="America/Chicago",
                    )
                )
        geo.load_gazetteer()
    return app


def run(home: Path, books: list[Path], die_at: int | None) -> None:
    """In a process of its own: import, and at the `die_at`-th statement fall down dead."""
    app = create_app(settings_for(home))
    with app.app_context():
        seen = 0

        def count(*_: object) -> None:
            nonlocal seen
            seen += 1
            if seen == die_at:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(db.engine, "after_cursor_execute", count)
        exchange.import_samhsa(TERMINAL, books)


def in_a_process(home: Path, books: list[Path], die_at: int | None = None) -> int:
    process = multiprocessing.get_context("fork").Process(target=run, args=(home, books, die_at))
    process.start()
    process.join()
    return process.exitcode or 0


def rows_of(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Everything the import wrote but numbers and moments."""
    with app.app_context():
        found: dict[str, list[tuple[Any, ...]]] = {}
        for model in TABLES:
            columns = [column for column in model.__table__.columns if column.name not in OF_THE_RUN]
            found[model.__tablename__] = sorted(
                tuple(map(str, one)) for one in db.session.execute(select(*columns))
            )
        pairs = select(d.Service.id, d.TaxonomyTerm.category, d.TaxonomyTerm.code).join(
            d.ServiceTerm, d.ServiceTerm.service_number == d.Service.number
        )
        pairs = pairs.join(d.TaxonomyTerm, d.TaxonomyTerm.number == d.ServiceTerm.term_number)
        found["terms"] = sorted(tuple(map(str, one)) for one in db.session.execute(pairs))
        found["history"] = sorted(
            tuple(map(str, one))
            for one in db.session.execute(select(d.Metadata.resource_id, d.Metadata.field_name))
        )
        found["fed"] = sorted(
            tuple(map(str, one))
            for one in db.session.execute(
                select(d.ServiceAtLocation.id).join(
                    d.Change, d.Change.service_at_location_number == d.ServiceAtLocation.number
                )
            )
        )
        found["whole"] = [tuple(db.session.execute(text("PRAGMA integrity_check")).one())]
        assert db.session.scalars(select(d.ImportRun.state)).all() == ["done"], (
            "the last run finished the killed one"
        )
        db.session.remove()
        db.engine.dispose()
        return found


def killed_and_undisturbed(
    folder: Path, books: list[Path], kills: int, reach: tuple[int, int], whole_gazetteer: bool
) -> None:
    calm, killed = (install(folder / name, whole_gazetteer) for name in ("calm", "killed"))
    for app in (calm, killed):
        with app.app_context():
            db.engine.dispose()
    began = time.perf_counter()
    assert in_a_process(folder / "calm", books) == 0
    undisturbed = time.perf_counter() - began
    chance = random.Random(11)
    died = sum(
        in_a_process(folder / "killed", books, chance.randint(*reach)) == -signal.SIGKILL
        for _ in range(kills)
    )
    assert died == kills, "each kill met a running import"
    began = time.perf_counter()
    assert in_a_process(folder / "killed", books) == 0
    last = time.perf_counter() - began
    expected, found = rows_of(calm), rows_of(killed)
    same = {name: found[name] == rows for name, rows in expected.items()}
    total = sum(map(len, expected.values()))
    print(
        f"\nkills {died}; rows {total:,}, same {all(same.values())}; undisturbed {undisturbed:.1f} s, the finishing run {last:.1f} s"
    )
    assert all(same.values()), same
    assert expected["service"]


def test_an_import_killed_10_times_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    books = [make_book(tmp_path / f"{kind}.xlsx", kind, many(kind, 250)) for kind in ("mh", "sa")]
    killed_and_undisturbed(tmp_path, books, kills=10, reach=(12, 45), whole_gazetteer=False)


@pytest.mark.prove
def test_the_real_books_killed_10_times(tmp_path: Path, samhsa_books: list[Path]) -> None:
    killed_and_undisturbed(tmp_path, samhsa_books, kills=10, reach=(100, 900), whole_gazetteer=True)
