"""What is suggested while somebody types: found by any word of a name, needs first, and never a word about abuse."""

import random
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from portal.directory import models as d
from portal.directory.feed import record_change
from portal.search import naming
from portal.search.suggest import (
    KINDS,
    LETTERS,
    QUIET,
    Name,
    Names,
    is_quiet,
    need_names,
    says_abuse,
    suggestions,
)
from portal.search.words import fold
from portal.store import write
from tests.people import Cast

STATIC = Path(__file__).parents[2] / "portal" / "static"

NAMES = Names(
    [
        Name("Cumberland Crisis Center", "agency", 3),
        Name("Crisis Receiving", "service", 2),
        Name("Clínica de la Niñez", "agency", 5),
        Name("O'Brien House", "agency"),
        Name("Harbor & Haven", "agency", 9),
        Name("Harbor Family Shelter", "service", 1),
        Name("Haven House", "agency", 2),
        Name("HAVEN HOUSE", "agency", 2),
        Name("Домашний очаг", "agency"),
        Name("  ", "agency"),
        Name("Franklin Recovery Center", "agency"),
    ]
)


def texts(found: list[Name]) -> list[str]:
    return [name.text for name in found]


def test_any_word_of_a_name_is_found_by_its_beginning() -> None:
    assert texts(NAMES.begins("cumb")) == ["Cumberland Crisis Center"]
    assert texts(NAMES.begins("crisis cen")) == ["Cumberland Crisis Center"]
    assert texts(NAMES.begins("CLINICA")) == ["Clínica de la Niñez"]
    assert texts(NAMES.begins("ninez")) == ["Clínica de la Niñez"]
    assert texts(NAMES.begins("obri")) == ["O'Brien House"]
    assert texts(NAMES.begins("harbor and")) == ["Harbor & Haven"]
    assert texts(NAMES.begins("дом")) == ["Домашний очаг"]
    assert texts(NAMES.begins("risis")) == []
    assert texts(NAMES.begins("c")) == texts(NAMES.begins("")) == texts(NAMES.begins("zzz")) == []
    assert Names([]).begins("haven") == []


def test_names_that_begin_with_it_come_first_then_the_weightier() -> None:
    assert texts(NAMES.begins("cris")) == ["Crisis Receiving", "Cumberland Crisis Center"]
    assert texts(NAMES.begins("ha")) == ["Harbor & Haven", "Haven House", "Harbor Family Shelter"]
    assert texts(NAMES.begins("ha", 2)) == ["Harbor & Haven", "Haven House"]
    assert NAMES.begins("haven house") == [Name("Haven House", "agency", 4)]  # written in two ways, and one


def test_words_in_another_order_are_found_too() -> None:
    assert texts(NAMES.begins("center cumb")) == ["Cumberland Crisis Center"]
    assert texts(NAMES.begins("cumberland center")) == ["Cumberland Crisis Center"]
    assert texts(NAMES.begins("cumberland zebra")) == []


def test_the_plain_way_finds_the_same() -> None:
    chance = random.Random(11)
    words = ["".join(chance.choices("abc", k=chance.randint(1, 4))) for _ in range(60)] + ["a" * 40, "a" * 41]
    names = Names(
        Name(" ".join(chance.choices(words, k=chance.randint(1, 5))), chance.choice(KINDS))
        for _ in range(500)
    )
    every = [names.name(number) for number in range(len(names))]
    for typed in ["ab", "aa", "a b", "abc a", "a" * 39, "a" * 41, "b" * 3] + chance.sample(words, 20):
        if len(typed) < 2:
            continue
        key = " ".join(fold(typed))
        truth = {name for name in every if f" {key}" in f" {' '.join(fold(name.text))}"}
        assert truth <= set(names.begins(typed, 1000))
        first = [name.text.startswith(key) for name in names.begins(typed, len(truth) or 1)]
        assert first == sorted(first, reverse=True)


def test_needs_stand_first_in_the_language_of_the_page_and_leave_room_for_names() -> None:
    found = suggestions("ha", "en", NAMES)
    assert [name.kind for name in found] == sorted(
        (name.kind for name in found), key=lambda kind: kind != "need"
    )
    assert "Harbor & Haven" in texts(found)
    assert "detox" in texts(suggestions("det", "en", NAMES))
    assert "desintoxicación" in texts(suggestions("desin", "es", NAMES))
    assert texts(suggestions("desin", "en", NAMES)) == []
    assert "food" in texts(suggestions("foo", "fr", NAMES))
    assert len(suggestions("co", "en", Names(Name(f"Co {n}", "agency") for n in range(50)))) == 8


def test_nothing_about_abuse_is_suggested_or_answered() -> None:
    names = Names(
        [Name("Domestic Violence Hotline", "service"), Name("National Domestic Violence Hotline", "service")]
    )
    for typed in (
        "hotline",
        "national",
        "violence",
        "domestic",
        "dom",
        "vio",
        "abu",
        "hits m",
        "me peg",
        "shelter ab",
    ):
        assert not any(says_abuse(name.text) for name in suggestions(typed, "en", names))
    for language in LETTERS:
        needs = need_names(language)
        every = [needs.name(number).text for number in range(len(needs))]
        assert len(every) > 200
        assert [text for text in every if says_abuse(text)] == []
    assert is_quiet("a")
    assert not is_quiet("shelter")
    assert not is_quiet("detox")


def test_the_pages_script_keeps_still_about_the_same_words() -> None:
    script = (STATIC / "suggest.js").read_text()
    listed = re.search(r"const QUIET = \[(.*?)\]", script)
    assert listed
    assert tuple(re.findall(r'"([^"]+)"', listed[1])) == QUIET
    for typed in ("abused", "domestic", "violence", "dv shelter", "ipv", "rape", "raped", "rapist", "assault", "stalker",
                  "trafficking", "beats me", "hit me", "maltrato", "violacion", "golpea", "acoso", "me pega", "molested"):  # fmt: skip
        assert is_quiet(typed)
        assert all(is_quiet(typed[:length]) for length in range(1, len(typed)))


def test_the_directory_gives_names_and_a_new_one_is_known_soon(cast: Cast) -> None:
    assert "Haven House" in texts(naming.names().begins("haven"))
    assert texts(naming.read_names().begins("withdrawal")) == ["Withdrawal Unit"]
    with write() as session:
        session.query(d.Service).filter_by(id=cast.detox.service_id).one().status = "inactive"
        record_change(session, cast.detox.number)
    assert texts(naming.read_names().begins("withdrawal")) == []


@pytest.mark.sqlite_only
def test_the_door_answers_in_json_and_never_fails(cast: Cast, client: FlaskClient) -> None:
    answer = client.get("/search/suggest?q=with")
    assert answer.status_code == 200
    assert {"text": "Withdrawal Unit", "kind": "service"} in answer.json["suggestions"]
    assert answer.headers["Cache-Control"] == "private, max-age=60"
    assert "Set-Cookie" not in answer.headers
    hostile = [
        "",
        "a",
        "%00",
        "%ed%a0%80x",
        "x" * 5000,
        "[a TO z]",
        "(" * 1000,
        "%F0%9F%8F%A0",
        "a b " * 500,
        "'--",
        "%ff%fe",
    ]
    for text in hostile:
        assert client.get("/search/suggest?q=" + text).status_code == 200
    assert client.get("/search/suggest").json == {"suggestions": []}
    assert client.get("/search/suggest?q=abused").json == {"suggestions": []}
