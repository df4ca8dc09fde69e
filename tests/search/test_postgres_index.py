"""The second engine's tables follow the change feed in short turns, one writer at a time, and can be made anew."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from flask import Flask, current_app
from sqlalchemy import func, select, text, update

from portal.directory import models as d
from portal.directory.feed import record_change
from portal.search import Answer, catch_up, generation, index_state, postgres_engine, postgres_index, rebuild
from portal.search.harvest import community_key
from portal.search.postgres_engine import PostgresEngine
from portal.search.postgres_models import (
    SearchCard,
    SearchMark,
    SearchRow,
    SearchShared,
    SearchText,
    SearchWord,
)
from portal.search.postgres_records import FORMAT, HEAVIEST, counted, outranks, quoted, tsvector
from portal.store import clock, db, write
from tests.people import Cast
from tests.search.conftest import names

pytestmark = pytest.mark.postgres_only

Ask = Callable[..., Answer]


def engine_now() -> PostgresEngine:
    found = postgres_engine.current(community_key())
    assert found
    return found


def rename(listing: d.ServiceAtLocation, name: str) -> None:
    with write() as session:
        session.query(d.Service).filter_by(id=listing.service_id).one().name = name
        record_change(session, listing.number)


def set_status(listing: d.ServiceAtLocation, status: str) -> None:
    with write() as session:
        session.query(d.Service).filter_by(id=listing.service_id).one().status = status
        record_change(session, listing.number)


def more_listings(cast: Cast, count: int) -> None:
    with write() as session:
        for number in range(count):
            made = d.Service(
                organization_id=cast.team.id, name=f"Same {number:02d}", last_modified=clock.now()
            )
            place = d.Location(
                organization_id=cast.team.id, latitude=36.2, longitude=-86.7, point_kind="exact"
            )
            session.add_all([made, place])
            session.flush()
            session.add(d.ServiceAtLocation(service_id=made.id, location_id=place.id))


def word_counts() -> dict[str, int]:
    query = select(SearchWord.stem, SearchWord.listings).where(SearchWord.listings != 0)
    return {row[0]: row[1] for row in db.session.execute(query)}


def counted_anew() -> dict[str, int]:
    query = text("SELECT word, ndoc FROM ts_stat('SELECT words FROM search_text')")
    return {row[0]: row[1] for row in db.session.execute(query)}


def test_nothing_is_kept_outside_the_database(indexed: Cast, ask: Ask) -> None:
    folder: Path = generation.index_dir()
    assert not (folder / generation.FACTS_FILE).exists()
    assert ask(q="detox").index_state == "ready"


def test_every_change_is_fetched_and_nothing_else(indexed: Cast, ask: Ask) -> None:
    before = engine_now()
    assert engine_now() is before
    assert names(ask(q="harbor")) == []
    rename(indexed.shelter, "Zephyr Harbor")
    assert catch_up() == 1
    after = engine_now()
    assert after is not before
    assert after.facts.size == before.facts.size  # in its place
    assert names(ask(q="zephyr harbor")) == ["Zephyr Harbor"]
    assert names(ask(q="family shelter", exact="1")) != ["Zephyr Harbor"]


def test_words_stay_looked_up_while_only_facts_change(indexed: Cast, ask: Ask) -> None:
    ask(q="withdrawal")
    before = engine_now()
    lexicon = before.lexicon()
    with write() as session:
        session.query(d.ServiceAtLocation).filter_by(number=indexed.detox.number).one().availability = "yes"
        record_change(session, indexed.detox.number)
    catch_up()
    assert engine_now()._words is before._words
    assert engine_now().lexicon() is lexicon


def test_words_once_looked_up_are_mended(indexed: Cast) -> None:
    def found(stem: str) -> set[int]:
        engine = engine_now()
        rows, counts = engine.postings(stem)
        assert len(rows) == len(counts) == engine.vocabulary.get(stem, 0)
        return {int(engine.facts.columns["number"][row]) for row in rows}

    for stem in ("harbor", "withdraw", "test"):
        found(stem)
    rename(indexed.shelter, "Harbor of Harbors")
    rename(indexed.detox, "The Harbor Unit")
    set_status(indexed.crisis_center, "inactive")
    catch_up()
    assert found("harbor") == {indexed.shelter.number, indexed.detox.number}
    assert found("withdraw") == set()
    assert indexed.crisis_center.number not in found("test")
    kept = engine_now()._words.of("harbor", engine_now().facts)
    fresh = postgres_engine.Words().of("harbor", engine_now().facts)
    assert sorted(zip(*map(list, kept), strict=True)) == sorted(zip(*map(list, fresh), strict=True))


def test_how_many_listings_use_a_word_stays_exact(indexed: Cast) -> None:
    assert word_counts() == counted_anew()
    rename(indexed.shelter, "Zephyr Zephyr")
    set_status(indexed.detox, "inactive")
    catch_up()
    assert word_counts() == counted_anew()
    assert word_counts()["zephyr"] == 1
    set_status(indexed.detox, "active")
    rename(indexed.shelter, "Family Shelter")
    catch_up()
    assert word_counts() == counted_anew()
    assert not engine_now().knows("zephyr")
    assert engine_now().knows("withdraw")


def test_a_listing_that_is_gone_leaves_nothing_but_its_number(indexed: Cast) -> None:
    set_status(indexed.detox, "defunct")
    catch_up()
    number = indexed.detox.number
    for table in (SearchText, SearchCard):
        assert db.session.get(table, number) is None
    assert db.session.get_one(SearchRow, number).facts is None
    assert index_state() == {"state": "ready", "listings": 4, "behind": 0}


def test_a_confidential_place_leaves_neither_point_nor_address(indexed: Cast) -> None:
    with write() as session:
        place = session.query(d.Location).filter_by(id=indexed.shelter.location_id).one()
        session.query(d.Address).filter_by(location_id=place.id).delete()
        place.latitude = place.longitude = None
        place.point_kind = "none"
        place.address_confidential = True
        record_change(session, indexed.shelter.number)
    catch_up()
    engine = engine_now()
    row = engine.facts.row_of(indexed.shelter.number)
    assert engine.facts.columns["lat"][row] != engine.facts.columns["lat"][row]
    words = str(db.session.get_one(SearchText, indexed.shelter.number).words)
    assert "37203" not in words
    assert "'st'" not in words


def test_only_one_worker_writes(migrated: Flask) -> None:
    """Two real connections: the second finds the mark locked and leaves without waiting."""
    with migrated.app_context(), db.engine.connect() as other:
        other.execute(text("INSERT INTO search_mark VALUES (1, '', '', '', 0, 0, NULL, false, 0, 0)"))
        other.commit()
        try:
            other.execute(text("SELECT * FROM search_mark FOR UPDATE"))
            assert catch_up() == 0
            assert rebuild() == 0
        finally:
            other.rollback()
            other.execute(text("DELETE FROM search_mark"))
            other.commit()
            db.session.remove()


def test_a_long_build_goes_on_where_it_was_left(
    community: Cast, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    more_listings(community, 25)
    monkeypatch.setattr(postgres_index, "BATCH", 10)
    monkeypatch.setattr(postgres_index, "LONGEST_TURN", -1.0)
    assert postgres_index._turn() == 10
    assert index_state()["state"] == "rebuilding"
    assert ask(q="detox").index_state == "rebuilding"
    current_app.extensions.pop(postgres_index._SHARED)  # as another process would
    rename(community.shelter, "Zephyr Harbor")  # meanwhile
    while not postgres_index.up_to_date():
        postgres_index._turn()
    assert index_state() == {"state": "ready", "listings": 30, "behind": 0}
    assert names(ask(q="zephyr")) == ["Zephyr Harbor"]
    assert word_counts() == counted_anew()


def test_search_goes_on_while_everything_is_looked_at_again(
    indexed: Cast, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(q="detox").index_state == "ready"
    more_listings(indexed, 12)  # without a word in the feed
    with write() as session:
        session.execute(update(SearchText).values(words="'nonsens':1"))
        session.execute(text("INSERT INTO search_row SELECT 900000000, 1, facts FROM search_row LIMIT 1"))
    monkeypatch.setattr(postgres_index, "BATCH", 4)
    assert postgres_index._turn(sweep=True) == 4
    assert ask(q="detox").index_state == "ready"
    while not postgres_index.up_to_date():
        postgres_index._turn()
        assert index_state()["state"] == "ready"
    assert index_state()["listings"] == 17
    assert names(ask(q="same 07", exact="1"))[0] == "Same 07"
    assert db.session.get_one(SearchRow, 900_000_000).facts is None


def another_format() -> None:
    db.session.execute(update(SearchMark).values(format="0-older"))


def another_community() -> None:
    db.session.execute(update(SearchMark).values(community=str(uuid4())))


def an_older_feed() -> None:
    db.session.execute(update(SearchMark).values(change=1_000_000))


def no_mark() -> None:
    db.session.execute(text("DELETE FROM search_mark"))


@pytest.mark.parametrize("befalls", [another_format, another_community, an_older_feed, no_mark])
def test_what_does_not_fit_is_thrown_away_and_built_anew(
    befalls: Callable[[], None], indexed: Cast, ask: Ask
) -> None:
    with write():
        befalls()
        db.session.execute(update(SearchText).values(words="'nonsens':1"))
    assert catch_up() == 5
    answer = ask(q="detox")
    assert answer.index_state == "ready"
    assert "Withdrawal Unit" in names(answer)
    assert word_counts() == counted_anew()
    assert db.session.scalar(select(func.count()).select_from(SearchShared)) == db.session.scalar(
        select(SearchMark.shared)
    )


@pytest.fixture
def newer(indexed: Cast) -> Iterator[str]:
    """The tables as a worker of a later release has left them."""
    with write():
        db.session.execute(update(SearchMark).values(format="999-newer", epoch="theirs"))
    yield "999-newer"
    for name in (postgres_index._NEWER, postgres_index._TAKEN_OVER):
        current_app.extensions.pop(name, None)


def format_now() -> str | None:
    return db.session.scalar(select(SearchMark.format))


def test_of_two_releases_the_older_stands_back(newer: str, indexed: Cast, ask: Ask) -> None:
    rename(indexed.shelter, "Zephyr Harbor")
    before = db.session.scalar(select(SearchMark.stamp))
    current_app.extensions.pop(postgres_index._CHECKED, None)
    with write():
        rows_lost()  # how it counts rows may be another thing too
    for _second in range(3):
        assert catch_up() == 0
    assert postgres_index._turn() is None
    assert (format_now(), db.session.scalar(select(SearchMark.stamp))) == (newer, before)
    assert ask(q="zephyr").index_state == "rebuilding"
    assert names(ask(q="zephyr")) == ["Zephyr Harbor"]


def test_the_older_takes_over_once_the_newer_is_gone(
    newer: str, indexed: Cast, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_index, "ABANDONED", 0.0)
    assert catch_up() == 0  # nothing to do: nobody knows whether it is gone
    assert format_now() == newer
    rename(indexed.shelter, "Zephyr Harbor")
    assert catch_up() > 0
    assert format_now() == FORMAT
    assert ask(q="zephyr").index_state == "ready"


def test_a_newer_one_that_works_is_not_gone(
    newer: str, indexed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename(indexed.shelter, "Zephyr Harbor")
    assert catch_up() == 0
    stamp, since = current_app.extensions[postgres_index._NEWER]
    current_app.extensions[postgres_index._NEWER] = (stamp - 1, since - 10 * postgres_index.ABANDONED)
    assert catch_up() == 0
    assert format_now() == newer


def test_built_by_hand_the_tables_are_taken_over(newer: str, indexed: Cast, ask: Ask) -> None:
    assert rebuild() == 5
    assert format_now() == FORMAT
    assert ask(q="detox").index_state == "ready"


def test_of_two_formats_one_outranks() -> None:
    assert outranks("999-x")
    assert not any(outranks(other) for other in ("", "0-older", "zebra", FORMAT))


def test_records_that_mean_something_else_have_another_version() -> None:
    """Whoever changes COLUMNS or a list of codes raises VERSION in postgres_records.py by one, and writes the new format here."""
    assert FORMAT == "3-593d4f6d"


def rows_lost() -> None:
    db.session.execute(text("TRUNCATE search_row"))


def cards_lost() -> None:
    db.session.execute(text("DELETE FROM search_card"))


def texts_lost() -> None:
    db.session.execute(text("DELETE FROM search_text WHERE number = (SELECT max(number) FROM search_text)"))


@pytest.mark.parametrize("lost", [rows_lost, cards_lost, texts_lost])
def test_lost_rows_are_noticed_and_written_again(lost: Callable[[], None], indexed: Cast, ask: Ask) -> None:
    with write():
        lost()
    current_app.extensions.pop("search_postgres", None)  # a process that begins now
    assert ask(q="detox").index_state in ("ready", "rebuilding")
    current_app.extensions.pop(postgres_index._CHECKED, None)
    assert catch_up() == 5
    answer = ask(q="detox")
    assert answer.index_state == "ready"
    assert "Withdrawal Unit" in names(answer)
    assert catch_up() == 0


def test_the_rank_of_a_word_tells_how_often_it_counts(app: Flask) -> None:
    query = text(
        "SELECT ts_rank(ARRAY[1, 1, 1, 1]::real[], CAST(words AS tsvector), 'harbor'::tsquery) "
        "FROM unnest(CAST(:words AS text[])) WITH ORDINALITY AS w (words, at) ORDER BY at"
    )
    often = range(1, HEAVIEST + 1)
    for beside in ([], ["other", "words"]):
        words = [tsvector(["harbor"] * count + beside) for count in often]
        ranks = np.array(db.session.scalars(query, {"words": words}).all())
        assert counted(ranks).tolist() == list(often)
    assert tsvector(["harbor"] * 1000) == tsvector(["harbor"] * HEAVIEST)


@pytest.mark.parametrize(
    "word", ["a' | b", "a\\' & !b", "a:*", "'", "\\", "(", "detox'); --", "naïve", "日本"]
)
def test_a_word_is_one_word_to_the_server_whatever_is_in_it(word: str, app: Flask) -> None:
    query = text(
        "SELECT numnode(q), tsvector_to_array(v), v @@ q FROM (SELECT CAST(:q AS tsquery), CAST(:v AS tsvector)) AS x (q, v)"
    )
    row = db.session.execute(query, {"q": quoted(word), "v": tsvector([word, "beside"])}).one()
    assert row[0] == 1
    assert sorted(row[1]) == sorted([word, "beside"])
    assert row[2]


def test_a_record_that_is_cut_short_is_not_believed(indexed: Cast, ask: Ask) -> None:
    with write() as session:
        session.execute(text("UPDATE search_row SET facts = '\\x00', stamp = stamp + 1"))
        session.execute(update(SearchMark).values(stamp=SearchMark.stamp + 1))
    answer = ask(q="detox")
    assert answer.index_state == "rebuilding"
    assert "Withdrawal Unit" in names(answer)
    assert index_state()["state"] == "rebuilding"
    assert rebuild() == 5
    assert ask(q="detox").index_state == "ready"


def test_a_stranger_in_an_older_stamp_is_read_anew(indexed: Cast, ask: Ask) -> None:
    """A backup was put back under running web processes."""
    rename(indexed.shelter, "Zephyr Harbor")
    catch_up()
    assert ask(q="zephyr").total == 1
    with write() as session:
        session.execute(update(SearchMark).values(stamp=1))
        session.execute(update(SearchRow).values(stamp=1))
    before = engine_now()
    assert before.mark.stamp == 1
    assert names(ask(q="zephyr")) == ["Zephyr Harbor"]


def test_the_pack_may_be_chosen_on_postgres(
    community: Cast, ask: Ask, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    settings: Any = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", replace(settings, search_engine="pack"))
    assert rebuild() == 5
    assert (generation.index_dir() / generation.FACTS_FILE).exists()
    assert ask(q="detox").index_state == "ready"
    assert db.session.scalar(select(func.count()).select_from(SearchRow)) == 0
    (generation.index_dir() / generation.FACTS_FILE).unlink()
