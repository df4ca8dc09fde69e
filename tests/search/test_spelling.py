"""A mistyped word is taken for the nearest word that is used; what is known is never changed."""

import random
import string

import numpy as np
import pytest

from portal.search.spelling import Lexicon, Slips, correct, one_slip
from portal.search.words import stem

COUNTS = {
    "detoxification": 40, "detox": 300, "shelter": 120, "shelters": 0, "withdrawal": 25, "unit": 60, "emergency": 80,
    "housing": 90, "counseling": 70, "walker": 2, "nashville": 50, "37203": 9, "community": 200, "center": 400,
    "centre": 3, "meals": 30, "bread": 2, "broad": 5, "beds": 12,
}  # fmt: skip


def neighbors(word: str) -> set[str]:
    """Everything one typing slip away: a letter dropped, doubled, swapped or mistaken (about 55 times its length)."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    found = {left + right[1:] for left, right in cuts if right}
    found.update(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1)
    found.update(left + letter + right[1:] for left, right in cuts if right for letter in letters)
    found.update(left + letter + right for left, right in cuts for letter in letters)
    found.discard(word)
    return found


def lexicon_of(counts: dict[str, int]) -> Lexicon:
    stems: dict[str, int] = {}
    forms: dict[str, str] = {}
    for word, count in counts.items():
        stems[stem(word)] = stems.get(stem(word), 0) + count
        forms.setdefault(stem(word), word)
    names = sorted(stems)
    return Lexicon(names, [stems[name] for name in names], forms)


LEXICON = lexicon_of(COUNTS)


def test_stems_and_their_counts_are_looked_up() -> None:
    assert LEXICON.has("shelter")
    assert not LEXICON.has("shelte")
    assert not LEXICON.has("zzz")
    assert LEXICON.count("shelter") == 120
    assert LEXICON.count("nothing") == 0
    assert len(Lexicon([], [])) == 0
    assert Lexicon([], []).near("shelter") == Lexicon([], []).begins("s", 5) == []
    with pytest.raises(ValueError):
        Lexicon(["a"], np.zeros(2, np.int32))


def test_what_a_word_begins_comes_commonest_first() -> None:
    assert LEXICON.begins("ce", 5) == ["center", "centr"]
    assert LEXICON.begins("c", 2) == ["center", "commun"]
    assert LEXICON.begins("shelt", 5) == ["shelter"]
    assert LEXICON.begins("detoxific", 0) == []
    assert LEXICON.begins("q", 5) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("detoz", "detox"),
        ("detxo", "detox"),
        ("sheltr", "shelter"),
        ("shelterr", "shelter"),
        ("witdrawal", "withdrawal"),
        ("withdrawl", "withdrawal"),
        ("withdrwaal", "withdrawal"),
        ("emergancy", "emergency"),
        ("emergnecy", "emergency"),
        ("emergncy", "emergency"),
        ("housng", "housing"),
        ("conseling", "counseling"),
        ("ommunity", "community"),
        ("nahsville", "nashville"),
    ],
)  # fmt: skip
def test_one_slip_finds_the_word(typed: str, meant: str) -> None:
    if LEXICON.has(stem(typed)):
        assert stem(typed) == stem(meant)  # the ending that the slip is in comes off anyway
    else:
        assert LEXICON.near(typed)[0] == stem(meant)
        assert correct([typed], LEXICON) == [(typed, meant)]


def test_the_commonest_is_taken_and_another_first_letter_only_in_long_words() -> None:
    assert LEXICON.near("brxad") == ["broad", "bread"]
    assert LEXICON.near("bread") == ["broad"]
    assert LEXICON.near("brad") == []  # four letters have too many neighbors
    assert LEXICON.near("mousing") == ["hous"]
    assert LEXICON.near("talker") == []
    assert LEXICON.near("awlker") == ["walker"]


def test_a_known_word_a_beginning_a_number_and_a_short_word_stay() -> None:
    for typed in (
        "detox",
        "shelters",
        "shel",
        "37204",
        "37203",
        "unix",
        "an",
        "the",
        "x" * 60,
        "détox",
        "schizophrenia",
        "",
        "٣٧٢٠٣",
    ):
        assert correct([typed], LEXICON) == []
    assert correct(["shelter", "fro", "wmoen", "sheltre"], LEXICON) == [
        ("wmoen", "women"),
        ("sheltre", "shelter"),
    ]
    assert correct(["Domestc", "violence"], LEXICON) == [("domestc", "domestic")]


def test_the_beginning_of_a_need_that_no_listing_names_is_finished() -> None:
    assert correct(["desintoxi", "methad"], LEXICON) == [
        ("desintoxi", "desintoxicacion"),
        ("methad", "methadone"),
    ]
    assert correct(["detoxi"], LEXICON) == []  # a listing has such a word


def test_every_form_of_a_needs_word_is_looked_at() -> None:
    nothing = Lexicon([], [])
    assert correct(["addicton", "residental"], nothing) == [
        ("addicton", "addiction"),
        ("residental", "residential"),
    ]


def test_without_forms_the_ending_is_what_was_typed() -> None:
    bare = Lexicon(["hous", "withdraw"], [4, 3])
    assert bare.written("withdraw", "witdrawal") == "withdrawal"
    assert bare.written("hous") == "hous"


def test_the_deletion_dictionary_finds_exactly_the_neighbors() -> None:
    """Against the plain way: make every neighbor of a word and look whether it is there."""
    chance = random.Random(3)
    words = sorted({"".join(chance.choices("abcde", k=chance.randint(4, 9))) for _ in range(4000)})
    slips = Slips(words, {})
    for word in chance.sample(words, 60) + ["".join(chance.choices("abcdef", k=7)) for _ in range(60)]:
        close = neighbors(word)
        assert {words[row] for row in slips.of(word)} == {other for other in words if other in close}


def test_one_slip_is_what_neighbors_are() -> None:
    chance = random.Random(5)
    for _ in range(300):
        word = "".join(chance.choices(string.ascii_lowercase[:4], k=chance.randint(2, 6)))
        other = "".join(chance.choices(string.ascii_lowercase[:4], k=chance.randint(2, 6)))
        assert one_slip(word, other) == (other in neighbors(word))


def test_a_slip_from_a_need_is_put_right_even_where_a_listing_has_its_stem() -> None:
    assert correct(["withdrawel"], LEXICON) == [("withdrawel", "withdrawal")]
    assert correct(["withdrawa"], LEXICON) == []
