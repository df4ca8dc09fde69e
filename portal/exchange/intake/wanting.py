"""What a source wants: its checked records as rows of the directory's tables, ids and all. Nothing is written here."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from portal import geo
from portal.exchange.intake.spool import Row, Spool, split_ref
from portal.exchange.intake.tables import KEPT, SAID_OF, TABLES
from portal.exchange.intake.values import split_extension

NAMESPACE = uuid5(NAMESPACE_URL, "urn:handrail:intake")
TO_COME = "a time that is still to come was left out"
NOT_THERE = "a row that is named but not in the package was left out"
SELF = {"organization": "parent_organization_id", "taxonomy_term": "parent_id"}
LATER = (
    "service",
    "service_at_location",
    "contact",
    "phone",
)  # may be in a family that is written after this one
_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)


@dataclass(slots=True)
class Wanted:
    """A row as the source wants it. `values` are columns that the source owns, `new` what a new row has beside them."""

    row: Row
    id: UUID
    values: dict[str, Any]
    new: dict[str, Any]
    home: str  # ref


@dataclass
class Family:
    """Rows of one portion by table, parents first; `pairs`: service -> ids of its coded terms."""

    rows: dict[str, dict[UUID, Wanted]] = field(default_factory=dict)
    pairs: dict[UUID, set[UUID]] = field(default_factory=dict)
    late: list[tuple[str, UUID, str, str]] = field(default_factory=list)  # table, id, column, ref

    def of(self, table: str) -> dict[UUID, Wanted]:
        return self.rows.get(table, {})


class Wanting:
    """Makes families of one run. Ids are the source's own uuids, else made of source, table and key, so that they are the
    same in every run; `aliases` are rows of ours that the source's stand for (terms that are here already)."""

    def __init__(self, spool: Spool, source: str, community_id: UUID, time_zone: str, now: datetime) -> None:
        self.spool, self.source, self.now = spool, source, now
        self.aliases: dict[str, UUID] = {}
        self._community_id, self._time_zone = community_id, time_zone
        self._space = uuid5(NAMESPACE, source)
        self._zips: dict[str, geo.Located | None] = {}

    def id_of(self, ref: str) -> UUID:
        found = self.aliases.get(ref)
        if found is not None:
            return found
        table, key = split_ref(ref)
        return UUID(key) if _UUID.fullmatch(key) else uuid5(self._space, f"{table}:{key}")

    def family(self, roots: list[Row]) -> Family:
        """These rows and all that hangs on them. What cannot be taken is rejected on the way, with what hangs on it."""
        rows = roots + self.spool.hanging_on(row.ref for row in roots)
        inside = {row.ref for row in rows}
        there = inside | self.spool.there({ref for row in rows for ref in row.names.values()} - inside)
        family, gone = Family(), set[str]()
        ordinals: Counter[str] = Counter()
        for row in rows:
            owner = TABLES[row.table].owner
            if row.home in gone or (owner and row.names.get(owner) not in there):
                gone.add(row.ref)
                reason = (
                    "its parent was rejected"
                    if row.home in gone
                    else f"its {owner.removesuffix('_id')} was rejected"
                )
                self.spool.drop(row, reason)
                continue
            self._take(family, row, inside, there, ordinals)
        self._place(family)
        return family

    def _take(
        self, family: Family, row: Row, inside: set[str], there: set[str], ordinals: Counter[str]
    ) -> None:
        table = TABLES[row.table]
        found = self.id_of(row.ref)
        values = {
            name: table.loads[name](value) if value is not None and name in table.loads else value
            for name, value in row.values.items()
        }
        for name, named in table.references.items():
            ref = row.names.get(name)
            if ref is None:
                continue
            if ref not in there:
                self.spool.say(row.file, row.row, NOT_THERE, name)
            elif SELF.get(row.table) == name or (named in LATER and ref not in inside):
                family.late.append((row.table, found, name, ref))
            else:
                values[name] = self.id_of(ref)
        wanted = Wanted(row, found, values, {}, row.home)
        own = _OWN.get(row.table)
        if row.table in SAID_OF:
            self._said(family, wanted)
            return
        if row.table == "phone":
            wanted.values["ordinal"] = ordinals[row.home]
            ordinals[row.home] += 1
        if own is not None:
            own(self, wanted)
        if row.table in KEPT:
            wanted.new |= {"source": self.source, "source_key": row.key}
        elif row.table in ("taxonomy", "unit", "meta_table_description", "contact"):
            wanted.new["source"] = self.source
        family.rows.setdefault(row.table, {})[found] = wanted

    def _said(self, family: Family, wanted: Wanted) -> None:
        """Attributes and changes. A plain term of a service is a pair of numbers; what says more is kept as it came."""
        row, values = wanted.row, wanted.values
        entity, key = SAID_OF[row.table]
        about = self.id_of(row.names["*"])
        values |= {entity: split_ref(row.names["*"])[0], key: about}
        if row.table == "metadata":
            if values["last_action_date"] > self.now:
                values["last_action_date"] = self.now
            wanted.new["source"] = self.source
        else:
            term = values.get("taxonomy_term_id")
            told = values.get("value") or values.get("label") or values.get("link_type")
            if values[entity] == "service" and term is not None:
                family.pairs.setdefault(about, set()).add(term)
                if not told and wanted.id.version == 8:  # as we give pairs out ourselves
                    return
            if term is None and not told:
                self.spool.drop(row, "says neither a term nor a value")
                return
        family.rows.setdefault(row.table, {})[wanted.id] = wanted

    # What one table has of its own

    def _organization(self, wanted: Wanted) -> None:
        wanted.new["community_id"] = self._community_id
        if not wanted.values.get("kind"):
            wanted.values.pop("kind", None)
            wanted.new["kind"] = (
                "victim_service" if VICTIMS.search(wanted.values["name"]) else "social_service"
            )

    def _service(self, wanted: Wanted) -> None:
        values = wanted.values
        for name, limit in (("last_modified", self.now), ("assured_date", self.now.date())):
            value = values.get(name)
            if value is not None and value > limit:
                self.spool.say(wanted.row.file, wanted.row.row, TO_COME, name)
                values.pop(name)
        if values.get("last_modified") is None:
            values.pop("last_modified", None)
            wanted.new["last_modified"] = self.now

    def _phone(self, wanted: Wanted) -> None:
        values = wanted.values
        if not values.get("extension"):
            values["number"], values["extension"] = split_extension(values["number"])

    def _closure(self, wanted: Wanted) -> None:
        """Of one listing or of a whole organization: where both are named, the listing is meant."""
        if "service_at_location_id" in wanted.row.names:
            wanted.values.pop("organization_id", None)
        wanted.new |= {"made_by": self.source, "made_at": self.now}

    def _place(self, family: Family) -> None:
        """Where places are: the source's point, else the middle of the ZIP, else no point; a confidential one has none, and no
        address either."""
        places = family.of("location")
        zips: dict[UUID, str] = {}
        for each in list(family.of("address").values()):
            place = each.values["location_id"]
            if place in places and places[place].values.get("address_confidential"):
                del family.rows["address"][each.id]
                continue
            code = (each.values.get("postal_code") or "")[:5]
            if (
                code.isdigit()
                and len(code) == 5
                and (place not in zips or each.values.get("address_type") == "physical")
            ):
                zips.setdefault(place, code)
        self._learn(zips.values())
        for found, wanted in places.items():
            self._point(wanted, self._zips.get(zips.get(found, "")))

    def _learn(self, codes: Iterable[str]) -> None:
        missing = {code for code in codes if code not in self._zips}
        if missing:
            found = geo.zip_centres(missing)
            self._zips |= {code: found.get(code) for code in missing}

    def _point(self, wanted: Wanted, middle: geo.Located | None) -> None:
        values = wanted.values
        zone = values.pop("time_zone", None)
        lat, lon = values.pop("latitude", None), values.pop("longitude", None)
        if values.get("address_confidential"):
            lat = lon = middle = None
            zone = zone or self._time_zone
        if lat is None and middle is not None and middle.lat is not None:
            point = middle.lat, middle.lon, "zip"
        else:
            point = lat, lon, "none" if lat is None else "exact"
        if not zone and middle is None and lat is not None and lon is not None:
            middle = geo.nearest_zip(lat, lon)
        zone = zone or (middle.time_zone if middle else "") or self._time_zone
        values |= dict(zip(("latitude", "longitude", "point_kind"), point, strict=True)) | {"time_zone": zone}


# Where somebody is helped who was abused, the law asks for more care; a name that says so is enough to begin with it.
VICTIMS = re.compile(
    r"domestic (?:violence|abuse)|batter(?:ed|ing)|rape crisis|sexual assault|safe ?house|safe haven shelter|women'?s shelter|"
    r"human trafficking|violencia dom[eé]stica|casa segura|victims? (?:services|assistance|advoca)",
    re.IGNORECASE,
)
_OWN = {
    "organization": Wanting._organization,
    "service": Wanting._service,
    "phone": Wanting._phone,
    "closure": Wanting._closure,
}


@cache
def blank(table: str) -> Mapping[str, Any]:
    """What a new row has where its source says nothing."""
    made = {}
    model = TABLES[table].model.__table__
    for column in model.c:
        if column.name in ("id", "number"):
            continue
        if column.default is not None and column.default.is_scalar:
            made[column.name] = column.default.arg
        elif column.nullable:
            made[column.name] = None
        else:
            made[column.name] = ""
    return made
