"""The index is derived: it follows the change feed, and whatever befalls it, search answers and the worker builds it anew."""

from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine

from portal.directory import models as d
from portal.directory.feed import record_change
from portal.search import (
    Answer,
    catch_up,
    generation,
    holder,
    index_state,
    pack_index,
    rebuild,
    tally,
    write_tallies,
)
from portal.search.models import SearchTally
from portal.store import clock, db, write
from tests.people import Cast
from tests.search.conftest import names

Ask = Callable[..., Answer]


def rename(listing: d.ServiceAtLocation, name: str) -> None:
    with write() as session:
        session.query(d.Service).filter_by(id=listing.service_id).one().name = name
        record_change(session, listing.number)


def test_a_change_is_found_after_catching_up(indexed: Cast, ask: Ask) -> None:
    assert index_state() == {"state": "ready", "listings": 5, "behind": 0}
    rename(indexed.shelter, "Zephyr Harbor")
    assert index_state()["behind"] == 1
    assert catch_up() == 1
    assert catch_up() == 0
    assert names(ask(q="zephyr")) == ["Zephyr Harbor"]
    assert index_state()["behind"] == 0


@pytest.mark.sqlite_only
def test_facts_follow_without_touching_the_words(indexed: Cast, ask: Ask) -> None:
    before = holder.current()
    assert before
    with write() as session:
        row = session.query(d.ServiceAtLocation).filter_by(number=indexed.detox.number).one()
        session.query(d.Location).filter_by(id=row.location_id).one().latitude = 35.0
        record_change(session, row.number)
    catch_up()
    after = holder.current()
    assert after
    assert after.packs == before.packs
    assert all(after.packs[name] is before.packs[name] for name in before.packs)
    assert after.facts is not before.facts
    assert after.facts.shared is before.facts.shared  # no new week or area: what is kept by them stays
    assert "Withdrawal Unit" not in names(ask(near="37203"))


def test_a_listing_that_is_gone_leaves_and_may_come_back(indexed: Cast, ask: Ask) -> None:
    for status, total in (("inactive", 0), ("active", 1), ("defunct", 0)):
        with write() as session:
            session.query(d.Service).filter_by(id=indexed.detox.service_id).one().status = status
            record_change(session, indexed.detox.number)
        catch_up()
        assert ask(q="withdrawal").total == total
        assert ask(care="detox").total == total


def test_a_new_listing_is_found_with_its_hours_and_area(indexed: Cast, ask: Ask) -> None:
    with write() as session:
        made = d.Service(
            organization_id=indexed.team.id,
            name="Quixote Line",
            last_modified=indexed.detox.service.last_modified,
        )
        session.add(made)
        session.flush()
        session.add(d.ServiceArea(service_id=made.id, extent="Shelby, TN", extent_type="county"))
        place = d.Location(organization_id=indexed.team.id, location_type="virtual")
        session.add(place)
        session.flush()
        sal = d.ServiceAtLocation(service_id=made.id, location_id=place.id)
        session.add(sal)
        session.flush()
        record_change(session, sal.number)
    catch_up()
    assert names(ask(q="quixote", near="38103")) == ["Quixote Line"]
    assert ask(q="quixote", near="37203").total == 0


def _folder() -> Path:
    found = holder.current()
    assert found
    return generation.index_dir() / found.about["folder"]


def remove_everything() -> None:
    pack_index.shutil.rmtree(generation.index_dir())


def remove_the_words() -> None:
    pack_index.shutil.rmtree(_folder())


def truncate_the_facts() -> None:
    path = generation.index_dir() / generation.FACTS_FILE
    path.write_bytes(path.read_bytes()[:-7])


def scribble_on_the_facts() -> None:
    path = generation.index_dir() / generation.FACTS_FILE
    path.write_bytes(b"\x80\x04" + path.read_bytes())


def truncate_the_words() -> None:
    for path in _folder().glob("*.pack"):
        path.write_bytes(path.read_bytes()[:60])
    again()


def flip_a_bit_of_the_words() -> None:
    flip(next(iter(_folder().glob("*.pack"))))
    again()


def flip_a_bit_of_the_facts() -> None:
    flip(generation.index_dir() / generation.FACTS_FILE)


def flip_bits_of_the_cards() -> None:
    path = _folder() / "cards"
    path.write_bytes(path.read_bytes().translate(bytes(n ^ 1 if 48 <= n < 58 else n for n in range(256))))


def truncate_the_cards() -> None:
    (_folder() / "cards").write_bytes(b"{}")


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-len(data) // 3] ^= 4
    path.write_bytes(data)


def an_older_version() -> None:
    path = generation.index_dir() / generation.FACTS_FILE
    path.write_bytes(path.read_bytes().replace(b'"crisis_line"', b'"crisis_lime"'))


def again() -> None:
    """As a process that starts now would see it."""
    path = generation.index_dir() / generation.FACTS_FILE
    path.write_bytes(path.read_bytes())
    holder = db.session and generation.current_app.extensions["search_holder"]
    holder.engine, holder.stamp = None, None


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "harm",
    [remove_everything, remove_the_words, truncate_the_facts, scribble_on_the_facts, flip_a_bit_of_the_facts,
     truncate_the_words, flip_a_bit_of_the_words, flip_bits_of_the_cards, truncate_the_cards, an_older_version],
)  # fmt: skip
def test_a_harmed_index_is_replaced_and_search_answers_meanwhile(
    indexed: Cast, ask: Ask, harm: Callable[[], None]
) -> None:
    harm()
    if harm is remove_the_words:
        again()
    answer = ask(q="detox")
    assert names(answer) == ["Withdrawal Unit"]
    assert answer.index_state == "rebuilding"
    assert any("being rebuilt" in sentence for sentence in answer.notice)
    assert index_state()["state"] == "rebuilding"
    assert catch_up() == 5
    assert ask(q="detox").index_state == "ready"
    assert names(ask(q="detox")) == ["Withdrawal Unit"]


@pytest.mark.sqlite_only
def test_a_damaged_folder_of_whoosh_is_noticed_by_the_worker_alone(indexed: Cast, ask: Ask) -> None:
    for path in _folder().glob("_*.toc"):
        path.write_bytes(b"\x80\x04nonsense")
    rename(indexed.shelter, "Zephyr Harbor")
    assert ask(q="detox").index_state == "ready"
    assert catch_up() == 5  # built anew
    assert names(ask(q="zephyr")) == ["Zephyr Harbor"]


@pytest.mark.sqlite_only
def test_what_a_listing_took_back_is_not_shown_although_the_index_lags(indexed: Cast, ask: Ask) -> None:
    with write() as session:
        row = session.query(d.ServiceAtLocation).filter_by(number=indexed.detox.number).one()
        place = session.query(d.Location).filter_by(id=row.location_id).one()
        session.query(d.Address).filter_by(location_id=place.id).delete()
        place.point_kind, place.latitude, place.longitude = "none", None, None
        place.address_confidential = True
        record_change(session, row.number)
    hit = next(hit for hit in ask(near="37203").hits if hit.listing.name == "Withdrawal Unit")
    assert index_state()["behind"] == 1
    assert (hit.listing.address, hit.listing.latitude, hit.distance_miles) == ((), None, None)
    assert not any(" mi " in why for why in hit.why)


@pytest.mark.sqlite_only
def test_an_index_of_another_database_is_not_used(indexed: Cast, ask: Ask) -> None:
    with write() as session:
        session.query(d.Community).one().name = "Elsewhere"
    assert ask(q="detox").index_state == "ready"
    path = generation.index_dir() / generation.FACTS_FILE
    path.write_bytes(path.read_bytes().replace(str(indexed.community.id).encode(), b"0" * 36))
    assert ask(q="detox").index_state == "rebuilding"
    assert catch_up() == 5


@pytest.mark.sqlite_only
def test_one_writer_at_a_time(indexed: Cast) -> None:
    rename(indexed.shelter, "Zephyr Harbor")
    with pack_index.only_writer() as mine:
        assert mine
        assert catch_up() == 0
        assert rebuild() == 0
    assert catch_up() == 1


@pytest.mark.sqlite_only
def test_many_small_changes_do_not_pile_up_segments(indexed: Cast, ask: Ask) -> None:
    for number in range(20):
        rename(indexed.shelter, f"Harbor {number}")
        catch_up()
    found = holder.current()
    assert found
    assert len(found.facts) == 5
    assert names(ask(q="harbor")) == ["Harbor 19"]
    assert len(found.packs) < 20
    assert len(list(_folder().glob("*.pack"))) < 40


def test_a_search_is_counted_coarsely(indexed: Cast, ask: Ask) -> None:
    with time_machine.travel(clock.now(), tick=False):  # all on one day
        for _ in range(3):
            answer = ask(q="detox Smith", near="37203")
            tally(answer.question, answer)
        nothing = ask(q="zebra")
        tally(nothing.question, nothing)
    assert write_tallies() == 4
    rows = db.session.query(SearchTally).order_by(SearchTally.number).all()
    assert [(row.care, row.area, row.found, row.count) for row in rows] == [
        ("detox", "372", True, 3),
        ("", "", False, 1),
    ]
