"""Lists of terms as a steward works through them: what each is called, how many services carry it, what it stands for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from portal.directory.models import ServiceTerm, Taxonomy, TaxonomyTerm, TermMeaning
from portal.directory.taxonomies.meanings import NOTHING, meant
from portal.directory.terms import TAXONOMY
from portal.directory.translating import LIST as TRANSLATIONS
from portal.store import db

PAGE = 50
Show = Literal["all", "used", "open"]


class TaxonomyView(NamedTuple):
    """One list. `used`: terms that services carry; `decided`: terms with a meaning of their own."""

    id: UUID
    name: str
    description: str
    version: str
    uri: str
    notice: str
    terms: int
    used: int
    decided: int


class TermView(NamedTuple):
    """A term; `depth` 0 is on top. `own`: codes that it was given, NOTHING among them alone; `inherited`: those of the nearest
    term above it with a meaning, where it has none."""

    id: UUID
    code: str
    name: str
    category: str
    description: str
    depth: int
    above: str
    services: int
    own: tuple[str, ...]
    inherited: tuple[str, ...]


@dataclass(frozen=True)
class TermPage:
    taxonomy: TaxonomyView
    terms: list[TermView]
    total: int
    page: int
    pages: int


def taxonomies() -> list[TaxonomyView]:
    """Every list but the portal's own words, by name. Public: these are others' published terms, with their notices."""
    rows = db.session.scalars(
        select(Taxonomy).where(Taxonomy.name.not_in((TAXONOMY, TRANSLATIONS))).order_by(Taxonomy.name)
    ).all()
    held, decided = Counter[UUID](), Counter[UUID]()
    term_of = select(TaxonomyTerm.taxonomy_id, func.count()).group_by(TaxonomyTerm.taxonomy_id)
    held.update(dict(db.session.execute(term_of).tuples().all()))
    with_meaning = term_of.where(TaxonomyTerm.number.in_(select(TermMeaning.term_number)))
    decided.update(dict(db.session.execute(with_meaning).tuples().all()))
    carried = select(ServiceTerm.term_number).where(ServiceTerm.term_number == TaxonomyTerm.number).exists()
    used = dict(db.session.execute(term_of.where(carried)).tuples().all())
    return [_view(row, held[row.id], used.get(row.id, 0), decided[row.id]) for row in rows]


class Notice(NamedTuple):
    """A list whose owner wants these words to stand beside it."""

    name: str
    notice: str


def notices() -> tuple[Notice, ...]:
    """The lists with a notice, by name; one SELECT, as it is asked for a public page."""
    query = select(Taxonomy.name, Taxonomy.notice).where(Taxonomy.notice != "").order_by(Taxonomy.name)
    return tuple(Notice(*row) for row in db.session.execute(query))


def taxonomy_terms(key: UUID, *, words: str = "", show: Show = "all", page: int = 1) -> TermPage | None:
    """One page of a list in its own order, each term under the one above it; `words` must all stand in the name or the code.
    `used` leaves out what no service carries, `open` also what has a meaning. None for a list that is not there."""
    found = next((each for each in taxonomies() if each.id == key), None)
    if found is None:
        return None
    rows = db.session.execute(
        select(
            TaxonomyTerm.number, TaxonomyTerm.id, TaxonomyTerm.parent_id, TaxonomyTerm.code, TaxonomyTerm.name,
            TaxonomyTerm.category, TaxonomyTerm.description,
        ).where(TaxonomyTerm.taxonomy_id == key).order_by(TaxonomyTerm.category, TaxonomyTerm.number)
    ).all()  # fmt: skip
    services = _services([row.number for row in rows])
    own, effective = _meanings([row.number for row in rows])
    asked = words.casefold().split()
    placed = [
        (row, depth, above)
        for row, depth, above in _tree(rows)
        if all(word in f"{row.name} {row.code}".casefold() for word in asked)
        and (show == "all" or services.get(row.number))
        and (show != "open" or not (own.get(row.number) or effective.get(row.number)))
    ]
    pages = max(1, -(-len(placed) // PAGE))
    at = min(max(page, 1), pages)
    shown = [
        TermView(
            row.id, row.code, row.name, row.category, row.description, depth, above, services.get(row.number, 0),
            own.get(row.number, ()), () if own.get(row.number) else effective.get(row.number, ()),
        )
        for row, depth, above in placed[(at - 1) * PAGE : at * PAGE]
    ]  # fmt: skip
    return TermPage(found, shown, len(placed), at, pages)


def taxonomy_term(key: UUID) -> tuple[TaxonomyView, TermView] | None:
    """One term and its list."""
    listed = db.session.scalar(select(TaxonomyTerm.taxonomy_id).where(TaxonomyTerm.id == key))
    found = next((each for each in taxonomies() if each.id == listed), None)
    row = db.session.scalar(select(TaxonomyTerm).where(TaxonomyTerm.id == key))
    if found is None or row is None:
        return None
    own, effective = _meanings([row.number])
    name = db.session.scalar(select(TaxonomyTerm.name).where(TaxonomyTerm.id == row.parent_id)) or ""
    return found, TermView(
        row.id, row.code, row.name, row.category, row.description, 0, name, _services([row.number]).get(row.number, 0),
        own.get(row.number, ()), () if own.get(row.number) else effective.get(row.number, ()),
    )  # fmt: skip


def _view(row: Taxonomy, terms: int, used: int, decided: int) -> TaxonomyView:
    return TaxonomyView(
        row.id, row.name, row.description, row.version, row.uri, row.notice, terms, used, decided
    )


def _tree(rows: Sequence[Any]) -> Iterable[tuple[Any, int, str]]:
    """(row, depth, name of the one above), each under its parent, in the order of the rows."""
    ids = {row.id for row in rows}
    below: dict[UUID | None, list[Any]] = {}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in ids else None, []).append(row)
    waiting = [(row, 0, "") for row in reversed(below.get(None, []))]
    while waiting:
        row, depth, above = waiting.pop()
        yield row, depth, above
        waiting.extend((child, depth + 1, row.name) for child in reversed(below.get(row.id, [])))


def _services(numbers: list[int]) -> dict[int, int]:
    """How many services carry each."""
    if not numbers:
        return {}
    query = select(ServiceTerm.term_number, func.count()).group_by(ServiceTerm.term_number)
    return dict(
        db.session.execute(query.where(ServiceTerm.term_number.between(min(numbers), max(numbers))))
        .tuples()
        .all()
    )


def _meanings(numbers: list[int]) -> tuple[dict[int, tuple[str, ...]], dict[int, tuple[str, ...]]]:
    """Codes of each term: its own, and those that count for it."""
    word_of = select(TaxonomyTerm.number, TaxonomyTerm.code).join(
        Taxonomy, Taxonomy.id == TaxonomyTerm.taxonomy_id
    )
    codes = dict(db.session.execute(word_of.where(Taxonomy.name == TAXONOMY)).tuples().all())
    wanted = set(numbers)
    own: dict[int, list[str]] = {}
    for term, word in db.session.execute(select(TermMeaning.term_number, TermMeaning.word_number)):
        if term in wanted:
            own.setdefault(term, []).append(NOTHING if word is None else codes[word])
    effective = {
        term: tuple(sorted(codes[word] for word in words))
        for term, words in meant(db.session()).items()
        if term in wanted
    }
    return {term: tuple(sorted(held)) for term, held in own.items()}, effective
