"""One card from many sources: what the merged listings know, added to the one that stands for them.

Nothing is copied in the tables: a source's rows stay as it wrote them, and the card is put together when it is made.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, or_, select, type_coerce

from portal.directory import models as d
from portal.directory.card import Card
from portal.directory.merging.words import phone_of
from portal.store import db

ASKED_FIRST = (
    "crisis",
    "hotline",
)  # phones that are never taken over from another source without a person's word
WIDE_AREAS = ("county", "state", "nation")  # as in cards.py
BLANKS = (
    "description",
    "more",
    "eligibility",
    "fees",
    "application_process",
    "interpretation",
    "url",
    "hours",
)
_TEXT = Uuid(as_uuid=False)

Make = Callable[[list[int]], dict[int, Card]]


# Made once: a page asks them for twenty listings, and putting them together takes longer than answering them.
_AT, _STANDS = d.ServiceAtLocation.__table__, d.ServiceAtLocation.__table__.alias("stands")
_OWN, _OTHER = d.Organization.__table__, d.Organization.__table__.alias("other")
_PLACE, _OFFER, _PAIR = d.Location.__table__, d.Service.__table__, d.DuplicatePair.__table__
_ASKED: Any = bindparam("numbers", expanding=True)
_ANY = select(_PAIR.c.id).where(_PAIR.c.state == "merged").limit(1)
_GONE = select(_AT.c.number).where(_AT.c.number.in_(_ASKED), _AT.c.merged_into_id.is_not(None))
_PARTS = (
    select(_STANDS.c.number, _AT.c.number)
    .join(_STANDS, _STANDS.c.id == _AT.c.merged_into_id)
    .where(_STANDS.c.number.in_(_ASKED))
    .order_by(_AT.c.number)
)
_OWNERS = (
    select(_AT.c.number, type_coerce(_OTHER.c.id, _TEXT), _OTHER.c.name)
    .join(_OFFER, _OFFER.c.id == _AT.c.service_id)
    .join(_OWN, _OWN.c.id == _OFFER.c.organization_id)
    .join(_OTHER, _OTHER.c.id == _OWN.c.merged_into_id)
    .where(_AT.c.number.in_(_ASKED))
)
_ROOT = func.coalesce(_PLACE.c.merged_into_id, _PLACE.c.id, type_=Uuid())
_ROOTS = (
    select(_AT.c.number, _ROOT).join(_PLACE, _PLACE.c.id == _AT.c.location_id).where(_AT.c.number.in_(_ASKED))
)
_GROUP = or_(
    *(column.in_(bindparam("roots", expanding=True)) for column in (_PLACE.c.id, _PLACE.c.merged_into_id))
)
_SECRET = select(_ROOT).where(_GROUP, _PLACE.c.address_confidential)
_EXACT = (
    select(_ROOT, _PLACE.c.latitude, _PLACE.c.longitude)
    .where(_GROUP, _PLACE.c.point_kind == "exact", ~_PLACE.c.address_confidential)
    .order_by(_PLACE.c.id.desc())
)


def compose(made: dict[int, Card], make: Make) -> dict[int, Card]:
    """The cards as anybody sees them, in place. A merged listing's own card says `defunct`: searches and pages leave it out.

    One cheap SELECT where nothing is merged, six more where something is.
    """
    session = db.session()
    if not made or session.scalar(_ANY) is None:
        return made
    asked = {"numbers": list(made)}
    for number in session.scalars(_GONE, asked):
        made[number]["status"] = "defunct"
    parts: defaultdict[int, list[int]] = defaultdict(list)
    for kept, part in session.execute(_PARTS, asked):
        parts[kept].append(part)
    others = make([part for found in parts.values() for part in found]) if parts else {}
    for kept, found in parts.items():
        for part in found:
            _add(made[kept], others[part])
    for number, organization_id, name in session.execute(_OWNERS, asked):
        # Who is asked, and how, stays the listing's own organization's affair.
        made[number]["organization_id"], made[number]["organization"] = organization_id, name
    _points(made)
    return made


def stands_for(listing_id: UUID) -> UUID | None:
    """The listing that stands for this one; None when it stands for itself, or is not there. Old links lead on to it."""
    at = d.ServiceAtLocation
    return db.session.scalar(select(at.merged_into_id).where(at.id == listing_id))


def _add(card: Card, other: Card) -> None:
    """What the other knows and the card does not. Where both say something, the card's own stays."""
    into: dict[str, Any] = card  # type: ignore[assignment]
    more: dict[str, Any] = other  # type: ignore[assignment]
    if not into["hours"]:
        into["hours_said"] = more["hours_said"]
    for name in BLANKS:
        into[name] = into[name] or more[name]
    if into["ages"] == [None, None]:
        into["ages"] = more["ages"]
    if not into["alternate_name"] and more["place"] and not card["confidential"]:
        names = {into[name].casefold() for name in ("name", "organization", "organization_too", "place")}
        into["alternate_name"] = more["place"] if more["place"].casefold() not in names else ""
    known = {phone_of(phone[0]) or phone[0] for phone in into["phones"]}
    fresh = [
        phone
        for phone in more["phones"]
        if (phone_of(phone[0]) or phone[0]) not in known and phone[2] not in ASKED_FIRST
    ]
    into["phones"] = [*into["phones"], *fresh]
    for name in ("languages", "documents", "terms"):
        into[name] = sorted(_together(into[name], more[name]))


def _together(first: Sequence[Any], second: Iterable[Any]) -> list[Any]:
    return [*first, *(one for one in second if one not in first)]


def _points(made: dict[int, Card]) -> None:
    """An exact point, where one source of the place has it and the listing's own has the middle of a ZIP. Where one of them keeps
    the place confidential, it is so for all: another's open row would tell where it is."""
    places = [number for number, card in made.items() if not (card["confidential"] or card["virtual"])]
    session = db.session()
    roots: dict[int, UUID] = {row[0]: row[1] for row in session.execute(_ROOTS, {"numbers": places})}
    asked = {"roots": list(set(roots.values()))}
    hidden = set(session.scalars(_SECRET, asked))
    points = {root: (lat, lon) for root, lat, lon in session.execute(_EXACT, asked)}
    for number, root in roots.items():
        card = made[number]
        if root in hidden:
            _hide(card)
        elif root in points and card["point_kind"] != "exact":
            (card["lat"], card["lon"]), card["point_kind"] = points[root], "exact"


def _hide(card: Card) -> None:
    card["confidential"], card["place"], card["address"], card["transportation"] = True, "", [], ""
    card["lat"] = card["lon"] = card["point_kind"] = None
    card["areas"] = [area for area in card["areas"] if area[0] in WIDE_AREAS]
