"""A list of terms is taken whole or not at all: whoever looks after it mends the file, with the lines that are named."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from portal.directory.taxonomies import List, Term, in_order

LONGEST = {
    "name": 300,
    "code": 100,
    "description": 10_000,
    "uri": 500,
    "language": 20,
    "category": 100,
    "key": 200,
    "parent": 200,
}
MOST_TERMS = 100_000
SHOWN = 20  # faults that one sentence names


class BadTaxonomy(Exception):  # noqa: N818 - it is said aloud
    """A file that cannot be taken, in one sentence. `faults` are (row, why), all of them. Nothing was written."""

    def __init__(self, reason: str, faults: Sequence[tuple[int, str]] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.faults = tuple(faults)


def checked(found: List) -> tuple[List, list[str]]:
    """The list, a parent before its children, and what was put right on the way. Raises BadTaxonomy with every bad row."""
    if not found.terms:
        raise BadTaxonomy(f"There is no term in “{found.name}”.")
    if len(found.terms) > MOST_TERMS:
        raise BadTaxonomy(f"More than {MOST_TERMS:,} terms are too many for one list.")
    keys = {term.key: term for term in reversed(found.terms)}
    faults = [(term.row, why) for term in found.terms for why in _faults(term, keys)]
    if faults:
        raise BadTaxonomy(_sentence(faults), sorted(faults))
    ordered = list(in_order(list(found.terms)))
    reached = {id(term) for term in ordered}
    circle = "the terms above it go round in a circle"
    faults = [(term.row, circle) for term in found.terms if id(term) not in reached]
    if faults:
        raise BadTaxonomy(_sentence(faults), faults)
    terms, mended = _once(ordered)
    return replace(found, terms=tuple(terms)), mended


def tidy(text: object) -> str:
    """One line without control characters; empty for what is not there."""
    if text is None:
        return ""
    plain = unicodedata.normalize("NFC", str(text))
    return " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in plain).split())


def code_of(values: Mapping[str, str], key: str) -> str:
    """The code; where the file has no column for it, the id, unless that is a UUID."""
    if "code" in values:
        return values["code"]
    try:
        UUID(key)
    except ValueError:
        return key
    return ""


def _faults(term: Term, keys: Mapping[str, Term]) -> Iterable[str]:
    if not term.name:
        yield "the term has no name"
    if not term.key:
        yield "the term has no id"
    elif keys[term.key] is not term:
        yield f"the id “{term.key[:60]}” stands in row {keys[term.key].row} already"
    if term.parent and term.parent not in keys:
        yield f"the term above it, “{term.parent[:60]}”, is not in the file"
    for name, most in LONGEST.items():
        if len(getattr(term, name)) > most:
            yield f"its {name} is longer than {most} characters"


def _once(terms: list[Term]) -> tuple[list[Term], list[str]]:
    """A code that two terms have stays with the first: the second is known by its name."""
    seen: dict[tuple[str, str], Term] = {}
    kept, mended = [], []
    for term in terms:
        first = seen.setdefault((term.category, term.code), term) if term.code else term
        if first is not term:
            mended.append(
                f"row {term.row}: the code {term.code} is that of “{first.name}”; “{term.name}” is kept without it"
            )
            term = replace(term, code="")  # noqa: PLW2901
        kept.append(term)
    return kept, mended


def _sentence(faults: Sequence[tuple[int, str]]) -> str:
    said = "; ".join(f"row {row}: {why}" for row, why in sorted(faults)[:SHOWN])
    more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
    return f"{said}{more}."
