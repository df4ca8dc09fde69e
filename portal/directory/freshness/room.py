"""A desk says by text message whether it has room: ROOM, FEW or FULL, in English or Spanish, from its confirmed phone."""

import re
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.directory.actions import set_availability
from portal.messages.rules import is_one_text, text_length
from portal.store import Actor
from portal.store.language import gettext as _

WORDS = {
    "room": "yes", "lugar": "yes", "few": "limited", "poco": "limited", "full": "no", "lleno": "no",
}  # fmt: skip
_SAID = re.compile(r"^\W*([a-z]+)(?:\W+(\d{1,2}|all|todo))?\W*$", re.IGNORECASE)
LONGEST_NAME = 24  # characters of a service's name in a list of several


def room_by_text(session: Session, number_id: UUID, words: str) -> str:
    """Do what the phone says about the listings whose desk it is, in the open transaction; the line that goes back, or nothing
    where these are no such words or no such desk. A desk of several listings names one by its place in the list, or ALL."""
    found = _SAID.match(words[:200])
    value = WORDS.get(found[1].lower()) if found else None
    if found is None or value is None:
        return ""
    mine = _listings_of(session, number_id)
    if not mine:
        return ""
    which = (found[2] or "").lower()
    if not which and len(mine) > 1:
        return _which(found[1].upper(), [name for _id, name in mine])
    chosen = mine if which in ("", "all", "todo") else mine[int(which) - 1 : int(which)] if int(which) else []
    if not chosen:
        return _which(found[1].upper(), [name for _id, name in mine])
    actor = Actor(kind="link", name=_("the desk, by text message"), channel="sms")
    for sal_id, _name in chosen:
        set_availability(actor, sal_id, value)
    return {
        "yes": _("Handrail: noted, you have room. Text FEW or FULL when that changes. Thank you."),
        "limited": _("Handrail: noted, little room. Text ROOM or FULL when that changes. Thank you."),
        "no": _("Handrail: noted, you are full. Text ROOM or FEW when that changes. Thank you."),
    }[value]


def _listings_of(session: Session, number_id: UUID) -> list[tuple[UUID, str]]:
    """(id, name) of the active listings whose desk this is, in an order that stays. A victim service is only called."""
    rows = session.execute(
        select(d.ServiceAtLocation.id, d.Service.name)
        .join(d.Service, d.Service.id == d.ServiceAtLocation.service_id)
        .join(d.Organization, d.Organization.id == d.Service.organization_id)
        .join(d.Contact, d.Contact.id == d.ServiceAtLocation.desk_id)
        .where(
            d.Contact.text_number_id == number_id,
            d.Service.status == "active",
            d.Organization.kind != "victim_service",
        )
        .order_by(d.ServiceAtLocation.number)
    )
    return [(row.id, row.name) for row in rows]


def _which(word: str, names: list[str]) -> str:
    """As many names as fit into one text, then what to type."""
    shown = [f"{place} {_plain(name)}" for place, name in enumerate(names, 1)]
    while True:
        line = _(
            "Handrail: which? %(list)s. Text like %(word)s 1, or %(word)s ALL",
            list=", ".join(shown),
            word=word,
        )
        if is_one_text(line) or len(shown) == 1:
            return line
        shown.pop()


def _plain(name: str) -> str:
    """In the letters that one text can hold."""
    return "".join(letter for letter in name if text_length(letter) == 1)[:LONGEST_NAME].strip()
