"""Whether words are what a listing or an agency is called: "Phoenix House" is no house in Phoenix.

An index knows no order of words. It draws the few listings that have all of them where names count, and their cards decide.
"""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from portal.directory import Card
from portal.directory import models as d
from portal.search.arrays import Damaged
from portal.search.engine import Engine
from portal.search.understand import IsName
from portal.search.words import STOP, fold, stem
from portal.store import clock, db


def names_of(engine: Engine | None) -> IsName:
    """`is_name(words, whole)`: whether folded words are a name, or (not `whole`) two words or more that begin one, the last of
    them perhaps typed half. Without an engine the directory's tables are asked."""

    def is_name(words: Sequence[str], whole: bool) -> bool:
        if not whole and len(words) < 2:
            return False
        if engine is None:
            return _in_tables(words, whole)
        try:
            rows = engine.may_be_called(words)
            cards = [listing.card for listing in engine.listings(rows, clock.now()).values()]
        except (Damaged, OSError):
            return False  # whoever reads the index next says so
        return any(_calls(name, words, whole) for card in cards for name in _names(card))

    return is_name


def _names(card: Card) -> tuple[str, ...]:
    return card["name"], card["alternate_name"], card["organization"], card["organization_too"]


def _calls(name: str, words: Sequence[str], whole: bool) -> bool:
    """Plurals make no difference: people write "Mercys Door" for "Mercy's Door"."""
    said = fold(name)[: len(words) + (1 if whole else 0)]
    if len(said) != len(words):
        return False
    *before, last = zip(said, words, strict=True)
    begun = not whole and last[1] not in STOP and last[0].startswith(last[1])
    return all(stem(one) == stem(other) for one, other in before) and (
        begun or stem(last[0]) == stem(last[1])
    )


def _in_tables(words: Sequence[str], whole: bool) -> bool:
    """The same of names as they are written, without accents and endings being made equal."""
    text = " ".join(words)
    columns = (d.Service.name, d.Organization.name)
    fits = [
        func.lower(column) == text if whole else column.istartswith(text, autoescape=True)
        for column in columns
    ]
    query = select(d.Service.number).join(d.Organization, d.Organization.id == d.Service.organization_id)
    return db.session.scalar(query.where(d.Service.status == "active", or_(*fits)).limit(1)) is not None
