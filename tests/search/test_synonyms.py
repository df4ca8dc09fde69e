"""The table of needs: every line can be read, means something that exists, says why it is here, and contradicts no other."""

import re
from collections import defaultdict

import pytest

from portal.directory.terms import EVERY, GROUPS
from portal.search.synonyms import (
    KINDS,
    SPANISH,
    Codes,
    filled,
    key,
    match,
    phrases,
    read,
    sayings,
    spanish_phrases,
    spanish_stem,
    written,
)
from portal.search.words import STOP, fold, stem

LANGUAGE = re.compile(r"[a-z]{2,3}")


def exists(group: str, code: str) -> bool:
    if group == "language":
        return bool(LANGUAGE.fullmatch(code))
    return code in EVERY.get(group, ()) or (group, code) == ("open", "now")


def test_every_code_exists_and_every_line_has_its_reason() -> None:
    unknown = {(saying.line, pair) for saying in sayings() for pair in saying.codes if not exists(*pair)}
    assert unknown == set()
    assert all(saying.kind in KINDS and len(saying.reason) >= 3 for saying in sayings())
    assert len(sayings()) > 1500


SAME_STEM = {("medic",)}  # medication and medical: told apart as they are written


def test_no_phrase_means_two_things() -> None:
    written_as: defaultdict[tuple[str, ...], set[Codes]] = defaultdict(set)
    for saying in sayings():
        written_as[tuple(fold(saying.text))].add(saying.codes)
    assert [text for text, codes in written_as.items() if len(codes) > 1] == []
    meant: defaultdict[tuple[str, ...], set[Codes]] = defaultdict(set)
    lines: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for saying in sayings():
        for compared in {key(fold(saying.text), stem)} | (
            {("es", *key(fold(saying.text), spanish_stem))} if saying.kind in SPANISH else set()
        ):
            meant[compared].add(saying.codes)
            lines[compared].append(saying.line)
    assert {
        same: lines[same] for same, codes in meant.items() if len(codes) > 1 and same not in SAME_STEM
    } == {}


def test_every_kind_of_care_but_no_empty_word_has_a_phrase() -> None:
    named = {pair for saying in sayings() for pair in saying.codes}
    missing = {
        code for group in ("care", "pay", "access") for code in GROUPS[group] if (group, code) not in named
    }
    assert missing == set()
    lonely = [saying.text for saying in sayings() if all(word in STOP for word in fold(saying.text))]
    assert lonely == []
    spanish = {saying.codes for saying in spanish_phrases().values()}
    assert spanish <= {saying.codes for saying in phrases().values()}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("detox\n", "a heading"),
        ("care:detox\n  en | detox\n", "kind | phrase"),
        ("care:detox\n  en | detox | \n", "kind | phrase"),
        ("care:detox\n  fr | cure | French\n", "kind | phrase"),
        ("  en | detox | plain\n", "kind | phrase"),
        ("care:detox\n  en | detox,, rehab | plain\n", "empty phrase"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused_with_its_number(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=rf"line [12]: .*{re.escape(sentence)}"):
        list(read(text))


SAME = [
    ("dope sick", "DOPESICK"),
    ("women's shelter", "womens shelters"),
    ("women with children", "women and their children"),
    ("desintoxicación", "desintoxicacion"),
    ("clínica", "clínicas"),
    ("médico", "medicas"),
    ("adicción", "adicciones"),
    ("embarazada", "embarazadas"),
    ("pase de autobús", "pases de autobús"),
    ("A&D", "a and d"),
    ("co-occurring", "co occurring"),
    ("violencia doméstica", "Violencia Domestica"),
    ("LGBTQ+", "lgbtq"),
]


def test_accents_plurals_genders_and_little_words_make_no_difference() -> None:
    def codes(text: str) -> Codes:
        found = match(fold(text))
        assert found, text
        return found.codes

    assert [pair for pair in SAME if codes(pair[0]) != codes(pair[1])] == []
    assert match(fold("seguro médico")) != match(fold("sin seguro médico"))
    assert match(fold("zebra")) is None
    assert match([]) is None


def test_a_heading_may_say_that_its_codes_are_only_near() -> None:
    grief, counseling = match(["grief"]), match(["counseling"])
    assert grief
    assert counseling
    assert grief.codes == counseling.codes
    assert grief.loosely
    assert not counseling.loosely


def test_spanish_is_told_from_english() -> None:
    spanish = {text: bool((found := match(fold(text))) and found.spanish) for text in
               ("albergue", "bipolar", "detox", "comida", "crisis", "aborto", "medicaid", "abuso", "suicidios")}  # fmt: skip
    assert [text for text, yes in spanish.items() if yes] == ["albergue", "comida", "abuso", "suicidios"]


def test_a_stem_is_written_as_the_table_writes_it() -> None:
    assert written()["women"][0] == "women"
    assert written()["desintoxicacion"] == ["desintoxicacion"]
    assert "addiction" in written()["addict"]
    assert spanish_stem("casas") == "casa"
    assert spanish_stem("m30") == "m30"
    assert filled(["help", "with", "rent"]) == ()
