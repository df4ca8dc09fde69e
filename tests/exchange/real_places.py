"""The places of the two official books and of California's licenses, as the directory would hold them, without a database.

A row is called by its source and its number there: `mh:120`, `sa:4711`, `ca:010001AN` (the number of the license).
"""

import csv
from collections import defaultdict
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from portal.directory.merging.likeness import Offering, Place, place_names
from portal.directory.merging.standing import Compared
from portal.directory.merging.words import fold, phone_of, street_of
from portal.exchange.samhsa_book import read_books
from portal.exchange.samhsa_terms import SERVICE_NAMES

HERE = UUID(int=1)
FIELDS = {"mh": "mental_health", "sa": "substance_use", "ca": "substance_use"}


def key(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, name)


class RealPlaces:
    """`compared` for find_pairs; `place_of`, `listing_of`: the row's name -> id; `names`: id -> names of its rows."""

    def __init__(self, books: list[Path], licenses: Path) -> None:
        self.compared = Compared({}, {}, {}, {}, frozenset())
        self.place_of: dict[str, UUID] = {}
        self.listing_of: dict[str, UUID] = {}
        self.names: defaultdict[UUID, list[str]] = defaultdict(list)
        for book in read_books(books):
            for row in book.facilities:
                label = SERVICE_NAMES[book.kind]
                service = f"{row.name2}: {label.lower()}" if row.name2 else label
                lines = (row.street1, row.street2, row.city, row.state, row.zip)
                numbers = [phone.number for phone in row.phones]
                self._add(
                    f"{book.kind}:{row.row}", row.site, row.name1, row.name2, lines, numbers, service, None
                )
        with licenses.open(encoding="utf-8-sig", newline="") as file:
            for each in csv.DictReader(file):
                place = (float(each["latitude"]), float(each["longitude"])) if each["latitude"] else None
                lines = tuple(
                    each[name] for name in ("address_line1", "address_line2", "city", "state", "zip")
                )
                owner = each["legal_entity"] or each["facility_name"]
                name, number = f"ca:{each['license_number']}", each["license_number"]
                if lines[0]:
                    self._add(
                        name,
                        number,
                        owner,
                        each["facility_name"],
                        lines,
                        [each["phone"]],
                        "Substance use treatment",
                        place,
                    )

    def _add(
        self,
        name: str,
        site: str,
        owner: str,
        program: str,
        lines: tuple[str, ...],
        numbers: list[str],
        service: str,
        point: tuple[float, float] | None,
    ) -> None:
        kind = name.split(":")[0]
        at, of = key(f"{kind == 'ca'} {site}"), key(f"{kind == 'ca'} {' '.join(fold(owner))} {lines[3]}")
        phones = frozenset(filter(None, map(phone_of, numbers)))
        here = self.compared
        self.place_of[name], self.listing_of[name] = at, key(name)
        for found in (at, of, key(name)):
            self.names[found].append(name)
        here.organizations.setdefault(of, owner)
        here.communities[at] = HERE
        source = "csv ca-dhcs" if kind == "ca" else f"samhsa_{kind}"
        made = Offering(key(name), len(self.listing_of), source, service, frozenset((FIELDS[kind],)), phones)
        here.offerings.setdefault(at, []).append(made)
        if at in here.places:
            here.places[at] = here.places[at].__class__(
                **{slot: getattr(here.places[at], slot) for slot in Place.__slots__}
                | {"phones": here.places[at].phones | phones}
            )
            return
        here.places[at] = Place(
            id=at, organization_id=of, organization=owner, program=program or owner,
            names=place_names(owner, program), street=street_of(lines[0], lines[1]), city=" ".join(fold(lines[2])),
            state=lines[3].upper(), zip=lines[4][:5], phones=phones, point=point,
        )  # fmt: skip
