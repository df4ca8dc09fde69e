"""By what an open call finds a profile: the phone or the address, as HMACs under the pepper. No name is ever a mark: whoever may
look has a call in hand, and a call has a phone and a place.
"""

import re
from collections.abc import Iterable
from uuid import UUID

from portal.directory.merging.words import fold, street_of
from portal.programs.models import ProfileMark
from portal.referrals.names import dialled
from portal.store.peppers import peppers

_ZIP = re.compile(r"\b(\d{5})(?:-\d{4})?\s*$")
_STATE = re.compile(r"\b[A-Za-z]{2}\.?\s*$")
WHOLE = 10  # digits: with the area code


def phone_text(phone: str) -> str:
    """The ten digits; empty for less."""
    digits = dialled(phone)
    return digits if len(digits) == WHOLE else ""


def address_texts(address: str) -> list[str]:
    """How this address is looked for: its house and street with the ZIP, and with the town. Empty where one of house, street
    and town is missing. Flats are left out: who calls for a neighbor does not know them."""
    street, _comma, rest = address.partition(",")
    found = street_of(street)
    if not (found.number and found.name and rest.strip()):
        return []
    house = "|".join((found.number, found.name, " ".join(sorted(found.kind)), " ".join(sorted(found.way))))
    zip_code = _ZIP.search(rest)
    town = _ZIP.sub("", rest).replace(",", " ").strip()
    if len(town.split()) > 1:
        town = _STATE.sub("", town)
    places = [zip_code[1] if zip_code else "", " ".join(fold(town))]
    return [f"{house}|{place}" for place in places if place]


def marks_for(
    profile_id: UUID, community_id: UUID, phones: Iterable[str], addresses: Iterable[str]
) -> list[ProfileMark]:
    """The rows to store for these."""
    texts = {("phone", phone_text(phone)) for phone in phones}
    texts |= {("address", text) for address in addresses for text in address_texts(address)}
    secret = peppers()
    return [
        ProfileMark(
            profile_id=profile_id, kind=kind, mac=_macs(community_id, kind, text)[0], pepper_id=secret.newest
        )
        for kind, text in sorted(texts)
        if text
    ]


def macs_of(community_id: UUID, phone: str, address: str) -> dict[str, list[bytes]]:
    """What the marks of this phone and this address may stand as, by kind; a kind is missing where there is too little."""
    texts = {"phone": [phone_text(phone)] if phone_text(phone) else [], "address": address_texts(address)}
    return {
        kind: [mac for text in found for mac in _macs(community_id, kind, text)]
        for kind, found in texts.items()
        if found
    }


def _macs(community_id: UUID, kind: str, text: str) -> tuple[bytes, ...]:
    return peppers().macs("\x1f".join(("profile", kind, community_id.hex, text)))
