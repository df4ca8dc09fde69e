"""What codes are worth: kinds of care in their order, topics beside them, fields that only lower."""

from typing import Any

import numpy as np

from portal.search.arrays import Scores
from portal.search.coded import BY_CODE, beside_codes, by_codes
from portal.search.facts import COLUMNS, Facts, Shared, group_mask
from portal.search.parts import Part
from portal.search.synonyms import match


def facts(*rows: str) -> Facts:
    """Each row is codes like `care:moud topic:methadone`."""
    columns: dict[str, Any] = {name: np.zeros(len(rows), np.dtype(code)) for name, code in COLUMNS.items()}
    columns["number"][:] = np.arange(1, len(rows) + 1)
    for row, text in enumerate(rows):
        for pair in text.split():
            group, code = pair.split(":")
            columns[group][row] |= np.uint64(group_mask(group, [code]))
    return Facts(columns, Shared())


def worth(words: str, *rows: str) -> Scores:
    found = match(words.split())
    assert found, words
    return by_codes(facts(*rows), Part((), (), found.codes, words, found.loosely))


def test_a_topic_is_an_answer_and_care_alone_is_only_near_where_the_table_says_so() -> None:
    both, topic, care, other = worth(
        "methadone", "care:moud topic:methadone", "topic:methadone", "care:moud", "care:food"
    )
    assert both > topic > 2 * care > 0 == other
    named, unnamed = worth("crisis", "topic:psychiatric_emergency", "care:crisis_center")
    assert unnamed == BY_CODE > named > 0


def test_a_topic_without_a_kind_of_care_leaves_nobody_out() -> None:
    va, veterans, silent, topic = worth(
        "va clinic", "for:veterans topic:va", "for:veterans", "", "for:women topic:va"
    )
    assert va > veterans > silent > 0 == topic


def test_who_treats_something_else_comes_last_and_who_does_not_say_does_not() -> None:
    mind, silent, drugs = worth(
        "therapist",
        "care:outpatient field:mental_health",
        "care:outpatient",
        "care:outpatient field:substance_use",
    )
    assert mind == silent > drugs > 0
    assert worth("therapist", "field:mental_health").tolist() == [0]


def test_words_beside_a_code_never_count_for_more_than_the_code() -> None:
    added = beside_codes(np.array([0.0, 1.0, 5.0, 1000.0]))
    assert added.tolist() == sorted(added.tolist())
    assert added[0] == 0
    assert added[-1] < BY_CODE
