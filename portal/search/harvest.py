"""From the directory's cards to rows of facts and the words of the index."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from portal.directory import Card, cards
from portal.directory import models as d
from portal.directory.hours import Shut, Timetable
from portal.directory.opening import timetable_of
from portal.search.facts import CONFIDENTIAL, VIRTUAL, Row
from portal.search.words import stems
from portal.store import db, glance

BATCH = 500
NAME, ORGANIZATION, REST = 3, 2, 1  # how often a word counts, by where it stands
LONGEST_TEXT = 4000  # characters of a description that are indexed


def harvest(numbers: Sequence[int] | None = None) -> Iterator[Row]:
    """Rows of active listings, all of them or those numbered; what is absent or not active is left out.

    Made of cards alone, and a card holds what anybody may see: of a confidential listing words and an area, never a point,
    an address or a ZIP.
    """
    state = own_state()
    if numbers is None:
        numbers = list(
            db.session.scalars(select(d.ServiceAtLocation.number).order_by(d.ServiceAtLocation.number))
        )
    for start in range(0, len(numbers), BATCH):
        for card in cards(numbers[start : start + BATCH]).values():
            if card["status"] == "active":
                yield _row(card, state)


class Stands(NamedTuple):
    """How the database stands: the newest change of the feed, and whose listings they are."""

    change: int
    community: str
    state: str  # the community's, empty when none is set
    time_zone: str


_STANDS = """
    SELECT (SELECT max(number) FROM change), CAST(id AS TEXT), CAST(area AS TEXT), time_zone FROM community LIMIT 1
"""


def stands() -> Stands:
    """One SELECT. Without a community nothing stands."""
    row = glance(_STANDS)
    if row is None:
        return Stands(newest_change(), "", "", "UTC")
    return Stands(row[0] or 0, *_community(row[1], row[2], row[3]))


@lru_cache(16)
def _community(key: str, area: str | None, time_zone: str) -> tuple[str, str, str]:
    return str(UUID(key)), str((json.loads(area or "null") or {}).get("state") or ""), time_zone


def own_state() -> str:
    """The community's state, empty when none is set."""
    return stands().state


def community_key() -> str:
    """Whose listings these are: an index made for another database is not used."""
    return stands().community


def newest_change() -> int:
    return db.session.scalar(select(func.max(d.Change.number))) or 0


def changed_since(number: int, most: int) -> list[tuple[int, int]]:
    """(change, listing) of the feed after `number`, in order."""
    query = select(d.Change.number, d.Change.service_at_location_number).where(d.Change.number > number)
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(d.Change.number).limit(most))]


def _row(card: Card, community_state: str) -> Row:
    areas = tuple(sorted((kind, extent) for kind, extent, _name in card["areas"]))
    state = card["address"][3] if card["address"] else next((e for kind, e in areas if kind == "state"), "")
    flags = (CONFIDENTIAL if card["confidential"] else 0) | (VIRTUAL if card["virtual"] else 0)
    return Row(
        number=card["number"],
        lat=card["lat"],
        lon=card["lon"],
        codes=[(group, code) for group, code in card["terms"]],
        languages=[code for code, _name in card["languages"]],
        state=state or community_state,
        area=areas,
        hours=_timetable(card),
        availability=card["availability"],
        availability_at=card["availability_at"],
        assured=_confirmed(card),
        days=int(card["pace"][0]),
        half_life=round(card["pace"][1] * 3600),
        flags=flags,
        text=_text(card),
        card=card,
    )


def _confirmed(card: Card) -> int:
    """The day of the newest word that it is right, or of the use that showed it; 0 where that is in doubt."""
    newest = max(card["assured"], card["used"])
    return date.fromisoformat(newest).toordinal() if newest and not card["doubted"] else 0


def _timetable(card: Card) -> Timetable:
    """Without the words of its closures: listings that are closed at the same time share it."""
    table = timetable_of(card)
    return table._replace(closures=tuple(Shut(each.begins, each.ends) for each in table.closures))


def _text(card: Card) -> list[str]:
    """Every word as often as it counts."""
    rest = [card[name][:LONGEST_TEXT] for name in ("description", "more", "eligibility")]
    rest += [card["area_text"], card["place"], *(name for _kind, _extent, name in card["areas"])]
    if card["address"]:
        line, _line, city, state, code = card["address"]
        rest += [line, city, state, code[:5]]
    names = [card["name"], card["alternate_name"]]
    for words in card["said"].values():
        names.append(words["name"][0] if "name" in words else "")
        rest += [
            words[field][0][:LONGEST_TEXT]
            for field in ("description", "more", "eligibility")
            if field in words
        ]
    return (
        stems(" ".join(names)) * NAME
        + stems(f"{card['organization']} {card['organization_too']}") * ORGANIZATION
        + stems(" ".join(rest)) * REST
    )
