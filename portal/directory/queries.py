"""Reads of the directory. What the public sees is `Listing`; what an editor sees is asked through the actor."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from portal.directory import models as d
from portal.directory.areas import holds
from portal.directory.cards import cards, numbers_of
from portal.directory.hours import Timetable
from portal.directory.opening import timetable_of
from portal.directory.view import Listing, listing_of
from portal.geo import Located
from portal.store import Actor, clock, db

Key = TypeVar("Key", int, UUID)


class NoCommunity(Exception):  # noqa: N818 - it is said aloud: "there is no community"
    """Nothing was set up yet: `portal seed --demo` or `portal community set` makes one."""


def community() -> d.Community:
    """The one community of this install. Raises NoCommunity before there is one."""
    found = db.session.scalar(select(d.Community).limit(1))
    if found is None:
        raise NoCommunity
    return found


def community_for(place: Located) -> d.Community | None:
    """The community whose area holds the place: by ZIP before county, by county before state; of equals the first by name.

    None where no community's does, and where the place is not known well enough. The default install has one community
    and needs no such question.
    """
    rows = db.session.scalars(select(d.Community).order_by(d.Community.name, d.Community.id)).all()
    held = [(nearness, row) for row in rows if (nearness := holds(row.area, place))]
    return max(held, key=lambda each: each[0])[1] if held else None


def joined_organizations(actor: Actor, most: int = 500) -> tuple[str, ...]:
    """Names of the actor's community's organizations that work with the portal, for a form to suggest."""
    found = select(d.Organization.name).where(
        d.Organization.community_id == actor.community_id, d.Organization.joined_at.is_not(None)
    )
    return tuple(db.session.scalars(found.order_by(d.Organization.name).limit(most)))


def timetable(number: int) -> Timetable | None:
    """When a listing is open, of its number; None when there is none."""
    card = cards([number]).get(number)
    return timetable_of(card) if card is not None else None


def listing(key: UUID | int) -> Listing | None:
    """What anybody may see of this service at a location; None when there is none."""
    return listings([key]).get(key) if isinstance(key, int) else listings([key]).get(key)


def listings(keys: Sequence[Key], now: datetime | None = None) -> dict[Key, Listing]:
    """Public views by id or by number, whichever was asked, in the order asked. Unknown keys are left out.

    The same few SELECTs however many are asked; `now` is the moment for "open" and ages (the clock's by default).
    """
    if not keys:
        return {}
    moment = now or clock.now()
    asked: Any = keys
    by_number = isinstance(keys[0], int)
    numbers: dict[Any, int] = {key: key for key in asked} if by_number else dict(numbers_of(asked))
    found = cards(list(numbers.values()))
    wanted = ((key, found.get(numbers.get(key, 0))) for key in keys)
    return {key: listing_of(card, moment) for key, card in wanted if card is not None}
