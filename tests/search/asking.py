"""Random questions for the referee, and one question asked of both: of the search through its door, page by page, and of him."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from portal.directory.terms import GROUPS
from portal.search import PAGE_SIZE, Answer, Question, find_services
from portal.search.called import names_of
from portal.search.harvest import stands
from portal.search.queries import trusted
from portal.search.understand import understand
from portal.store import clock
from tests.search.referee import Referee

JUNK = ("qzxvkjh", "xxqqzzw", "wwvvkkq")  # nobody's word, no beginning of one, a slip away from none
NEEDS = (
    "detox", "shelter", "women's shelter", "food pantry", "suicidal", "open now", "veterans", "methadone clinic",
    "mental health", "crisis", "walk-in", "desintoxicacion", "ayuda legal", "en espanol", "pets", "medicaid", "rehab & detox",
)  # fmt: skip
WITHIN = (1, 5, 10, 25, 60, 150, 500)
ROOM = ("yes", "limited", "unknown", "no")


def questions(
    words: list[str], places: list[str], times: list[str]
) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Forms as pairs: up to three words or needs, a place or none, a few filters. Words are meant as typed."""
    word = st.one_of(st.sampled_from(words), st.sampled_from(NEEDS), st.sampled_from(JUNK))
    near = st.one_of(st.just([]), st.tuples(st.sampled_from(places), st.sampled_from(WITHIN)).map(_around))
    ticks = [st.sampled_from([(group, code) for code in codes]) for group, codes in GROUPS.items()]
    ticks += [
        st.sampled_from([("language", code) for code in ("es", "ase", "ar")]),
        st.sampled_from([("room", code) for code in ROOM]),
    ]
    return st.builds(
        lambda text, where, filters, when, sort: [
            ("q", " ".join(text)), ("exact", "1"), *where, *dict.fromkeys(filters), *when, *(sort if where else []),
        ],
        st.lists(word, max_size=3),
        near,
        st.lists(st.one_of(ticks), max_size=3),
        st.sampled_from([[], [], [], [("open", "now")], *([("open", time)] for time in times)]),
        st.sampled_from([[], [("sort", "near")]]),
    )  # fmt: skip


def _around(chosen: tuple[str, int]) -> list[tuple[str, str]]:
    return [("near", chosen[0]), ("within", str(chosen[1]))]


def differences(pairs: list[tuple[str, str]], referee: Referee) -> list[str]:
    """What the search says of this question that the referee does not; empty when they agree on the set, the nearest 20 and
    every count."""
    question, now = Question.from_args(MultiDict(pairs)), clock.now()
    here = stands()
    meaning = understand(question, here.state or None, names_of(trusted(here)))
    ruling = referee.rule(meaning, now, count=True)
    if (
        not ruling.numbers and "place" in meaning.guessed
    ):  # it may have been a name: the page does not stay empty for it
        meaning = understand(question, here.state or None, places=False)
        wider = referee.rule(meaning, now, count=True)
        ruling = wider if wider.numbers else ruling
    first = find_services(question, counts=True)
    hits = [*first.hits, *_more(question, first)]
    found = {hit.listing.number for hit in hits}
    wrong = []
    if first.index_state != "ready":
        wrong.append("the index did not answer")
    if found != ruling.numbers or first.total != len(ruling.numbers):
        wrong.append(
            f"total {first.total}, too many {found - ruling.numbers}, missing {ruling.numbers - found}"
        )
    if question.sort == "near":
        ours = [
            miles for hit in hits if (miles := hit.distance_miles) is not None and miles <= question.within
        ]
        shown = [round(miles, 2) for miles, _number in ruling.nearest(len(hits))]
        theirs = [miles for miles in shown if miles <= question.within]
        if ours[:20] != theirs[:20]:
            wrong.append(f"nearest {ours[:20]}, not {theirs[:20]}")
    wrong += _miscounted(first, ruling.counts)
    return wrong


def _more(question: Question, first: Answer) -> list[Any]:
    pages = range(2, -(-first.total // PAGE_SIZE) + 1)
    return [hit for page in pages for hit in find_services(replace(question, page=page)).hits]


def _miscounted(answer: Answer, counts: Any) -> list[str]:
    """Zeroes may be told or left out."""
    ours, theirs = (
        {(group, code): n for group, held in told.items() for code, n in held.items() if n}
        for told in (answer.counts, counts)
    )
    return [
        f"{key}: {ours.get(key, 0)}, not {theirs.get(key, 0)}"
        for key in sorted({key for key, _n in ours.items() ^ theirs.items()})
    ]
