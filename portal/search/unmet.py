"""What people looked for and did not find: the counted searches by kind of help and coarse area."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from portal.search.models import SearchTally
from portal.store import db


@dataclass(frozen=True)
class Unmet:
    """Searches for one kind of help from one coarse area. `care` "": no kind was understood. `area`: the first three digits
    of a ZIP, a state where the ZIP is not known, "" where no place was said. `nothing` of `searches` found no service."""

    care: str
    area: str
    nothing: int
    searches: int


def unmet_needs(first: date, last: date) -> list[Unmet]:
    """Of the days first to last (UTC, both counted in), what found nothing at least once, most first.

    A search that asks for two kinds of help stands under both, so the lines do not add up to the number of searches.
    Exact numbers: whoever shows them hides the small ones.
    """
    rows = db.session.execute(
        select(SearchTally.care, SearchTally.area, SearchTally.found, func.sum(SearchTally.count))
        .where(SearchTally.day.between(first, last))
        .group_by(SearchTally.care, SearchTally.area, SearchTally.found)
    )
    nothing: dict[tuple[str, str], int] = {}
    searches: dict[tuple[str, str], int] = {}
    for cares, area, found, count in rows:
        for care in cares.split(","):
            key = (care, area)
            searches[key] = searches.get(key, 0) + count
            if not found:
                nothing[key] = nothing.get(key, 0) + count
    lines = [Unmet(care, area, count, searches[care, area]) for (care, area), count in nothing.items()]
    return sorted(lines, key=lambda line: (-line.nothing, line.care, line.area))
