"""Strings made to hurt: each is answered, none is a query language, none is an error."""

from collections.abc import Callable

import pytest

from portal.geo import PlaceAmbiguous, PlaceUnknown
from portal.search import Answer
from tests.people import Cast

HOSTILE = [
    "[a TO z]",
    " ".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz"),
    "a" * 60_000,
    "(" * 1000 + "detox" + ")" * 1000,
    "words:*",
    "number:1",
    "owner:",
    "email:@",
    "address_confidential:true",
    '"' * 10_000,
    '"unbalanced',
    "AND OR NOT",
    "NOT detox",
    "^^^",
    "~~",
    "\\\\\\",
    'NEAR("a b", 99999999)',
    "!!!&",
    "detox:* & !shelter | <->",
    "%_%",
    "' OR 1=1--",
    ";DROP TABLE service",
    "(a+)+$",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "@" * 50_000,
    " " * 50_000,
    "\x00\x01\x02",
    "\ud800 detox",
    "\u202edetox\u200b",
    "é" * 300,
    "e" + "\u0301" * 5000,
    "🏠" * 100,
    "{{7*7}} ${7*7} %(x)s %s",
    "<script>alert(1)</script>",
    "\ufffe",
    "٣٧٢٠٣",
    "in " * 100,
    "near near near 99999",
]


def test_hostile_words_are_only_words(either_engine: Cast, ask: Callable[..., Answer]) -> None:
    state = ask(q="detox").index_state
    for text in HOSTILE:
        answer = ask(q=text)
        assert answer.as_json()["total"] == answer.total
        assert answer.index_state == state  # nothing made the reader fail


@pytest.mark.sqlite_only
def test_hostile_places_are_unknown(indexed: Cast, ask: Callable[..., Answer]) -> None:
    for text in filter(str.strip, HOSTILE):
        with pytest.raises((PlaceUnknown, PlaceAmbiguous)):
            ask(near=text[:200].strip())
