"""Made-up listings by the thousand, written as an import writes them: ordinary rows of every table, and the change feed.

    PORTAL_HOME=/tmp/somewhere .venv/bin/python -m bench.generator 200k

40-120-word descriptions, points clustered in 300 cities of the gazetteer, coded terms, weekly schedules (a few hundred
different ones), languages, service areas for some, availability, confirmed dates, some confidential, some by phone
alone. The same seed gives the same listings. 200,000 take about a minute on SQLite; memory stays at one batch.
"""

import random
import sys
import time as clock_time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import event, func, insert, select, text
from sqlalchemy.orm import Session

from bench.vocabulary import Draws, vocabulary
from portal import geo
from portal.directory import models as d
from portal.directory import record_change, write_terms
from portal.directory.terms import GROUPS
from portal.geo.models import Place
from portal.store import clock, db, write

BATCH = 2000  # listings a transaction
CITIES = 300
TABLES = (
    d.Organization, d.Location, d.Address, d.Service, d.ServiceAtLocation, d.Phone, d.Schedule, d.ServiceArea,
    d.Language, d.ServiceTerm, d.Metadata,
)  # fmt: skip
LANGUAGES = [
    ("es", "Spanish"),
    ("ase", "American Sign Language"),
    ("ar", "Arabic"),
    ("so", "Somali"),
    ("vi", "Vietnamese"),
]
KINDS = ("Center", "Clinic", "House", "Services", "Program", "Recovery", "Counseling", "Network")
DAYS = ("MO,TU,WE,TH,FR", "MO,TU,WE,TH", "MO,TU,WE,TH,FR,SA", "MO,WE,FR", "TU,TH", "SA,SU")
WHOLE_WEEK = "MO,TU,WE,TH,FR,SA,SU"

Rows = dict[str, list[dict[str, Any]]]
Week = tuple[tuple[str, time, time], ...]


@dataclass(frozen=True)
class Spot:
    """A ZIP of one of the cities."""

    code: str
    city: str
    state: str
    county: str
    lat: float
    lon: float
    time_zone: str


@dataclass
class Maker:
    """What a batch is made of; `numbers` are the next ones of services and listings."""

    seed: int
    community: UUID
    cities: list[list[Spot]]
    terms: dict[str, int]
    first_number: int
    now: datetime
    weeks: list[Week] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.words = vocabulary(self.seed)
        self.draws = Draws(self.words, np.random.default_rng(self.seed))
        self.weeks = _weeks(self.chance)
        self.organization: UUID | None = None
        self.organization_left = 0
        self.place: tuple[UUID, Spot, bool] | None = None
        self.city_weights = [1 / (rank + 4) ** 0.8 for rank in range(len(self.cities))]
        self.week_weights = [1 / (rank + 3) for rank in range(len(self.weeks))]
        self.term_weights = {
            group: [1 / (rank + 2) for rank in range(len(codes))] for group, codes in GROUPS.items()
        }

    def batch(self, count: int) -> Rows:
        """Rows by table name for so many listings, in an order that foreign keys allow."""
        rows: Rows = {model.__tablename__: [] for model in TABLES}
        lengths = [self.chance.randint(40, 120) for _ in range(count)]
        for description in self.draws.texts(lengths):
            self._listing(rows, description)
        return rows

    def new_id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    def _organization(self, rows: Rows) -> UUID:
        """One organization gives one to eight services."""
        if self.organization is None or not self.organization_left:
            self.organization = self.new_id()
            self.organization_left = self.chance.choice((1, 2, 2, 3, 4, 8))
            name = " ".join(self.words[self._rank()].title() for _ in range(2))
            rows["organization"].append(
                {"id": self.organization, "community_id": self.community,
                 "name": f"{name} {self.chance.choice(KINDS)}", "website": "https://example.org"}
            )  # fmt: skip
            rows["phone"].append(self._phone(organization_id=self.organization))
            self.place = None
        self.organization_left -= 1
        return self.organization

    def _rank(self) -> int:
        """A word for a name: flatter than in a text, so that rare names exist."""
        return int(len(self.words) ** self.chance.random()) - 1

    def _listing(self, rows: Rows, description: str) -> None:
        number, chance = self.first_number, self.chance
        self.first_number += 1
        owner = self._organization(rows)
        place, spot, secret = self._place(rows, owner)
        service, listing = self.new_id(), self.new_id()
        care = self._codes("care", 3)
        name = f"{self.words[self._rank()].title()} {care[0].replace('_', ' ').title()}"
        assured = self.now.date() - timedelta(days=chance.randint(0, 500)) if chance.random() < 0.6 else None
        rows["service"].append(
            {"number": number, "id": service, "organization_id": owner, "name": name, "description": description,
             "last_modified": self.now, "assured_date": assured,
             "eligibility_description": self.words[self._rank()], "source": "bench", "source_key": str(number)}
        )  # fmt: skip
        told = chance.random() < 0.2
        rows["service_at_location"].append(
            {"number": number, "id": listing, "service_id": service, "location_id": place,
             "availability": chance.choice(("yes", "limited", "no")) if told else "unknown",
             "availability_at": self.now - timedelta(hours=chance.uniform(0, 60)) if told else None,
             "availability_source": "desk" if told else ""}
        )  # fmt: skip
        rows["phone"].append(self._phone(service_at_location_id=listing))
        self._hours(rows, listing)
        self._reach(rows, service, spot)
        held = {*care, *self._codes("for", 3), *self._codes("pay", 3), *self._codes("access", 2)}
        rows["service_term"] += [
            {"service_number": number, "term_number": term}
            for term in sorted(self.terms[code] for code in held)
        ]
        rows["metadata"].append(
            {"resource_type": "service", "resource_id": service, "last_action_date": self.now,
             "last_action_type": "create", "field_name": "*", "updated_by": "bench"}
        )  # fmt: skip

    def _codes(self, group: str, most: int) -> list[str]:
        count = self.chance.randint(1, most)
        return self.chance.choices(list(GROUPS[group]), self.term_weights[group], k=count)

    def _place(self, rows: Rows, owner: UUID) -> tuple[UUID, Spot, bool]:
        """A place of its own, or (one in five) the one that the organization's last service has."""
        chance = self.chance
        if self.place is not None and chance.random() < 0.2:
            return self.place
        spot = chance.choice(chance.choices(self.cities, self.city_weights)[0])
        kind = chance.random()
        secret, virtual = kind < 0.02, 0.02 <= kind < 0.05
        made, placed = self.new_id(), not secret and not virtual
        rows["location"].append(
            {"id": made, "organization_id": owner, "location_type": "virtual" if virtual else "physical",
             "latitude": round(spot.lat + chance.gauss(0, 0.04), 6) if placed else None,
             "longitude": round(spot.lon + chance.gauss(0, 0.05), 6) if placed else None,
             "point_kind": "exact" if placed else "none", "address_confidential": secret,
             "area_text": f"{spot.county} County" if secret else "", "time_zone": spot.time_zone}
        )  # fmt: skip
        if placed:
            rows["address"].append(
                {"id": self.new_id(), "location_id": made, "confidential": False,
                 "address_1": f"{chance.randint(1, 9999)} {self.words[self._rank()].title()} St", "city": spot.city,
                 "state_province": spot.state, "postal_code": spot.code}
            )  # fmt: skip
        self.place = (made, spot, secret)
        return self.place

    def _phone(self, **owner: UUID) -> dict[str, Any]:
        number = f"{self.chance.randint(201, 989)}-555-{self.chance.randint(100, 199):04}"
        parents = dict.fromkeys(("organization_id", "service_at_location_id"))
        return {"id": self.new_id(), "number": number, "type": "voice", "ordinal": 0, **parents, **owner}

    def _hours(self, rows: Rows, listing: UUID) -> None:
        if self.chance.random() < 0.25:
            return  # unknown
        for byday, opens, closes in self.chance.choices(self.weeks, self.week_weights)[0]:
            rows["schedule"].append(
                {"id": self.new_id(), "service_at_location_id": listing, "byday": byday, "opens_at": opens,
                 "closes_at": closes}
            )  # fmt: skip

    def _reach(self, rows: Rows, service: UUID, spot: Spot) -> None:
        """Areas that one in six serves; languages beside English, for one in four."""
        chance = self.chance
        if chance.random() < 0.16:
            kind = chance.choices(("county", "state", "zip", "nation"), (8, 3, 3, 0.1))[0]
            extents = {
                "county": f"{spot.county}, {spot.state}",
                "state": spot.state,
                "zip": spot.code,
                "nation": "US",
            }
            rows["service_area"].append(
                {"id": self.new_id(), "service_id": service, "extent": extents[kind], "extent_type": kind}
            )
        if chance.random() < 0.25:
            for code, name in sorted(set(chance.choices(LANGUAGES, (9, 3, 2, 1, 1), k=2))):
                rows["language"].append(
                    {"id": self.new_id(), "service_id": service, "code": code, "name": name}
                )


def _weeks(chance: random.Random) -> list[Week]:
    """Some three hundred different weeks; the first is round the clock, and the commonest."""
    weeks: dict[Week, None] = {((WHOLE_WEEK, time(0, 0), time(0, 0)),): None}
    while len(weeks) < 300:
        opens, length = chance.choice((7, 8, 8, 9, 9, 10, 17)), chance.randint(4, 11)
        half = chance.choice((0, 0, 30))
        week: Week = ((chance.choice(DAYS[:4]), time(opens, half), time((opens + length) % 24, half)),)
        if chance.random() < 0.3:
            week += (("SA", time(9, 0), time(chance.choice((12, 13, 15)), 0)),)
        weeks[week] = None
    return list(weeks)


def fill(listings: int, seed: int = 1) -> float:
    """Write so many listings into the app's database, the gazetteer too where it is empty; returns seconds taken.

    Makes a community where there is none. Call it in an app context whose database stands at the newest revision.
    """
    began = clock_time.perf_counter()
    geo.load_gazetteer()
    maker = _maker(seed)
    for start in range(0, listings, BATCH):
        rows = maker.batch(min(BATCH, listings - start))
        with write() as session:
            _store(session, rows)
        db.session.remove()
    with write() as session:
        _move_sequences(session)
    return clock_time.perf_counter() - began


def _maker(seed: int) -> Maker:
    terms = write_terms()
    with write() as session:
        community = session.scalar(select(d.Community.id).limit(1))
        if community is None:
            community = UUID(int=seed, version=4)
            session.add(d.Community(id=community, name="Bench County", area={"state": "TN"}))
        last = max(
            session.scalar(select(func.max(model.number))) or 0 for model in (d.Service, d.ServiceAtLocation)
        )
    return Maker(seed, community, cities(), terms, last + 1, clock.now())


def cities() -> list[list[Spot]]:
    """The 300 cities with the most ZIPs, the largest first, each as its ZIPs."""
    found: dict[tuple[str, str], list[Spot]] = {}
    query = (
        select(Place)
        .where(Place.kind == "zip", Place.latitude.is_not(None), Place.county != "")
        .order_by(Place.code)
    )
    for row in db.session.scalars(query):
        if row.latitude is not None and row.longitude is not None and row.time_zone:
            spot = Spot(
                row.code,
                row.folded.title(),
                row.state,
                row.county,
                row.latitude,
                row.longitude,
                row.time_zone,
            )
            found.setdefault((row.folded, row.state), []).append(spot)
    db.session.rollback()
    db.session.expunge_all()
    return sorted(found.values(), key=lambda spots: (-len(spots), spots[0].code))[:CITIES]


def _store(session: Session, rows: Rows) -> None:
    for model in TABLES:
        some = rows[model.__tablename__]
        if some:
            session.execute(insert(model.__table__), some)  # type: ignore[arg-type]
    record_change(session, *(row["number"] for row in rows["service_at_location"]))


def _move_sequences(session: Session) -> None:
    """PostgreSQL: numbers given by hand leave the sequences behind."""
    if session.get_bind().dialect.name == "postgresql":
        for table in ("service", "service_at_location"):
            session.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'number'), (SELECT max(number) FROM {table}))"
                )
            )


def careless() -> None:
    """SQLite without waiting for the disk and with a large cache: for filling a database that is thrown away."""
    if db.engine.dialect.name == "sqlite":
        event.listen(db.engine, "connect", _careless)
        db.engine.dispose()


def _careless(raw: Any, _record: Any) -> None:
    raw.execute("PRAGMA synchronous=OFF")
    raw.execute("PRAGMA cache_size=-262144")


def count_of(size: str) -> int:
    """`20k` as 20000."""
    return int(size.lower().removesuffix("k")) * (1000 if size.lower().endswith("k") else 1)


def main(sizes: Sequence[str]) -> None:
    from flask_migrate import upgrade

    from portal import create_app

    app = create_app()
    with app.app_context():
        upgrade()
        careless()
        for size in sizes:
            print(f"{count_of(size):,} listings in {fill(count_of(size)):.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:] or ["20k"])
