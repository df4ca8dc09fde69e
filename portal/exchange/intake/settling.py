"""Families made whole before anything is written: whose a service and a place are, rows whose parent is not there, and
services that no place was named for."""

from portal.exchange.intake.spool import Row, Spool, ref_of
from portal.exchange.intake.tables import CODES, SAID_OF, TABLES

ADOPTED = "its organization is not in the package; the one of its service or place was taken"
NO_PLACE = "no place is named for a service; it is listed without one"
PLACELESS = "~no place"  # ends the key of the place that an organization's services without one are listed at

_SERVICE, _PLACE, _LISTING = (CODES[name] for name in ("service", "location", "service_at_location"))
_UNOWNED = (
    "SELECT n FROM record AS r WHERE code = ? AND NOT lost AND (other IS NULL OR NOT EXISTS"
    " (SELECT 1 FROM record AS o WHERE o.ref = r.other AND NOT o.lost))"
)
# The organization of a place of the service; of a service of the place.
_OF_PLACE = (
    "SELECT p.other FROM record AS l JOIN record AS p ON p.ref = l.other"
    " JOIN record AS o ON o.ref = p.other WHERE l.home = ? AND l.code = ? AND NOT l.lost AND NOT o.lost ORDER BY l.n LIMIT 1"
)
_OF_SERVICE = (
    "SELECT s.other FROM record AS l JOIN record AS s ON s.ref = l.home"
    " JOIN record AS o ON o.ref = s.other WHERE l.other = ? AND l.code = ? AND NOT l.lost AND NOT o.lost ORDER BY l.n LIMIT 1"
)
_ORPHANS = (
    "SELECT ref FROM record AS r WHERE NOT lost AND home IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM record AS o WHERE o.ref = r.home AND NOT o.lost)"
)
_HOMELESS = "SELECT ref FROM record WHERE code = ? AND NOT lost AND home IS NULL"
_UNPLACED = (
    "SELECT ref FROM record AS s WHERE code = ? AND NOT lost AND NOT EXISTS"
    " (SELECT 1 FROM record AS l WHERE l.home = s.ref AND l.code = ? AND NOT l.lost)"
)
_NAMES = {"service_at_location": "listing (service_at_location)"}


def settle(spool: Spool, source: str) -> None:
    """Rejects what belongs to nothing; gives services and places the organization that can be told from the others, and terms
    a list."""
    spool.finish_reading()
    _list_terms(spool, source)
    for table, query in (("location", _OF_SERVICE), ("service", _OF_PLACE), ("location", _OF_SERVICE)):
        _adopt(spool, table, query)
    for table in ("location", "service"):
        _drop_unowned(spool, table)
    for name, about in TABLES.items():
        if about.parents or name in SAID_OF:
            for (ref,) in spool.db.execute(_HOMELESS, (CODES[name],)).fetchall():
                _drop(spool, ref, "belongs to nothing: it names no row that it is of")
    while _drop_orphans(spool) + sum(
        _drop_unowned(spool, name) for name in ("service_at_location", "service_capacity")
    ):
        pass
    _list_unplaced(spool)


def _list_terms(spool: Spool, source: str) -> None:
    """A term that names no list, or one that is not there, is of the list that it calls by name, else of the source's own."""
    for part in spool.roots("taxonomy_term", 1_000):
        there = spool.there(row.names["taxonomy_id"] for row in part if "taxonomy_id" in row.names)
        for row in part:
            if row.names.get("taxonomy_id") in there:
                continue
            name = row.values.get("taxonomy") or source
            listed = ref_of("taxonomy", f"~{name}")
            if not spool.there([listed]):
                spool.put(Row("taxonomy", f"~{name}", listed, {"name": name}, {}, row.file, 0))
            row.names["taxonomy_id"] = listed
            spool.change(row, {})


def _adopt(spool: Spool, table: str, query: str) -> None:
    for (n,) in spool.db.execute(_UNOWNED, (CODES[table],)).fetchall():
        ref, other, file, row = spool.db.execute(
            "SELECT ref, other, file, row FROM record WHERE n = ?", (n,)
        ).fetchone()
        found = spool.db.execute(query, (ref, _LISTING)).fetchone()
        if found and found[0]:
            spool.db.execute("UPDATE record SET other = ? WHERE n = ?", (found[0], n))
            if other:
                spool.say(spool.file(file), row, ADOPTED)


def _drop_unowned(spool: Spool, table: str) -> int:
    rows = spool.db.execute(_UNOWNED, (CODES[table],)).fetchall()
    what = TABLES[table].owner.removesuffix("_id")
    for (n,) in rows:
        ref, other = spool.db.execute("SELECT ref, other FROM record WHERE n = ?", (n,)).fetchone()
        _drop(spool, ref, f"its {what} is not in the package" if other else f"names no {what}")
    return len(rows)


def _drop_orphans(spool: Spool) -> int:
    """A row that names several parents goes to the next one that is there."""
    dropped = 0
    for (ref,) in spool.db.execute(_ORPHANS).fetchall():
        row = spool.row(ref)
        if row is None:
            continue
        there = spool.there(row.names.values())
        home = next(
            (row.names[name] for name in TABLES[row.table].parents if row.names.get(name) in there), None
        )
        if home:
            spool.db.execute("UPDATE record SET home = ? WHERE n = ?", (home, row.n))
            spool.homes.add(int(home.partition(":")[0]))
        else:
            kind = TABLES[row.table].parents or {"*": "row that it is said of"}
            named = next((kind[name] for name in kind if name in row.names), "parent")
            spool.drop(row, f"its {_NAMES.get(named, named)} is not in the package, or was rejected")
            dropped += 1
    return dropped


def _drop(spool: Spool, ref: str, reason: str) -> None:
    row = spool.row(ref)
    if row is not None:
        spool.drop(row, reason)


def _list_unplaced(spool: Spool) -> None:
    """People look for listings, and a listing is a service at a place: one place of each organization stands for "not told"."""
    for (ref,) in spool.db.execute(_UNPLACED, (_SERVICE, _LISTING)).fetchall():
        service = spool.row(ref)
        if service is None:
            continue
        owner = service.names["organization_id"]
        key = f"{owner.partition(':')[2]}{PLACELESS}"
        place = ref_of("location", key)
        if not spool.there([place]):
            spool.put(
                Row(
                    "location",
                    key,
                    place,
                    {"location_type": "virtual"},
                    {"organization_id": owner},
                    service.file,
                    0,
                )
            )
        key = f"{service.key}{PLACELESS}"
        names = {"service_id": ref, "location_id": place}
        spool.put(
            Row("service_at_location", key, ref_of("service_at_location", key), {}, names, service.file, 0)
        )
        spool.say(service.file, service.row, NO_PLACE)
