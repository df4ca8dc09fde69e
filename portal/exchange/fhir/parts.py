"""The small parts that several resources share: ways to reach somebody, addresses, coded terms."""

from collections.abc import Iterable, Mapping
from typing import Any

from portal.exchange.fhir.naming import Resource, full, portal
from portal.exchange.hsds.values import NOT_TOLD

SYSTEMS = {
    "fax": "fax",
    "text": "sms",
    "textphone": "sms",
    "tty": "other",
    "video": "other",
    "pager": "pager",
}


def phone(number: str, extension: str | int, kind: str) -> Resource:
    said = f"{number} x{extension}" if extension not in ("", None) else number
    return {"system": SYSTEMS.get(kind, "phone"), "value": said, "use": "work"}


def phones(rows: Iterable[Mapping[str, Any]]) -> list[Resource]:
    """Of HSDS rows."""
    return [phone(row["number"], row.get("extension", ""), row.get("type", "")) for row in rows]


def told(system: str, value: str) -> list[Resource]:
    """An e-mail or a web address, if there is one."""
    return [{"system": system, "value": value, "use": "work"}] if value else []


def address(row: Mapping[str, Any]) -> Resource:
    """Of an HSDS row. What a source left out is not told."""
    found = {key: "" if value == NOT_TOLD else value for key, value in row.items()}
    lines = [found[name] for name in ("attention", "address_1", "address_2") if found.get(name)]
    return full(
        {
            "use": "work",
            "type": "postal" if found.get("address_type") == "postal" else "physical",
            "line": lines,
            "city": found.get("city"),
            "district": found.get("region"),
            "state": found.get("state_province"),
            "postalCode": found.get("postal_code"),
            "country": found.get("country"),
        }
    )


def coding(term: Mapping[str, Any], lists: Mapping[str, str]) -> Resource:
    """A CodeableConcept of a term's HSDS row; `lists` are the addresses that taxonomies gave themselves, by id."""
    code = term.get("code", "")
    made = {
        "system": term_list(term["taxonomy_id"], lists),
        "code": "" if code == NOT_TOLD else code,
        "display": term["name"],
    }
    return {"coding": [full(made)], "text": term["name"]}


def term_list(taxonomy_id: str, lists: Mapping[str, str]) -> str:
    return lists.get(taxonomy_id) or f"{portal()}/api/v3/taxonomies/{taxonomy_id}"
