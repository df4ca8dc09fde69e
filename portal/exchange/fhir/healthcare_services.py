"""FHIR HealthcareService: a listing, which is a service at one place: hours, phones and room differ from place to place.

It is made from the listing's public view, so it says what the page says, and from its coded terms.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.directory import Listing, listings
from portal.directory.hours import zone
from portal.directory.models import ServiceAtLocation
from portal.directory.terms import TAXONOMY
from portal.exchange.fhir import parts
from portal.exchange.fhir.hours import times, walk_in
from portal.exchange.fhir.naming import (
    LANGUAGES,
    PROVISION,
    REFERRAL_METHOD,
    URI,
    Resource,
    coded,
    full,
    reference,
)
from portal.exchange.hsds.nesting import Reading, rows_by_id
from portal.exchange.hsds.public import stands_for
from portal.store import db

KIND_OF_HELP = "care"  # the group of our own words that says what a service does
UNSORTED = "Human services"


def healthcare_services(ids: Sequence[str]) -> dict[str, Resource]:
    """By id, without `meta`; those that are not there are left out."""
    found = listings([UUID(key) for key in ids])
    terms = _terms(list({str(each.service_id) for each in found.values()}))
    lists = _lists(terms)
    place = stands_for("location", ServiceAtLocation.location_id)
    asked = select(ServiceAtLocation.id, place.label("place")).where(ServiceAtLocation.id.in_(found))
    places = {row.id: row.place for row in db.session.execute(asked)}
    return {
        str(key): _resource(each, str(places[key]), terms.get(str(each.service_id), []), lists)
        for key, each in found.items()
    }


def _resource(
    listing: Listing, place: str, terms: list[Mapping[str, Any]], lists: Mapping[str, str]
) -> Resource:
    ours = [term for term in terms if term["taxonomy"] == TAXONOMY]
    kinds = [parts.coding(term, lists) for term in ours if term["category"] == KIND_OF_HELP]
    here = zone(listing.time_zone) or UTC
    lines, more = walk_in(listing.timetable.lines, listing.now.astimezone(here).date())
    return full(
        {
            "resourceType": "HealthcareService",
            "id": str(listing.id),
            "identifier": [{"use": "official", "system": URI, "value": f"urn:uuid:{listing.service_id}"}],
            "active": listing.status == "active",
            "providedBy": reference("Organization", str(listing.organization_id), listing.organization),
            "category": kinds[:1] or [{"text": UNSORTED}],
            "type": kinds,
            "location": [reference("Location", place)],
            "name": listing.name,
            "comment": listing.description,
            "extraDetails": "\n\n".join(
                filter(
                    None, (listing.alert, listing.application_process, listing.fees, listing.interpretation)
                )
            ),
            "telecom": [
                *(parts.phone(each.number, each.extension, each.type) for each in listing.phones),
                *parts.told("url", listing.url),
            ],
            "coverageArea": [{"display": words} for words in _areas(listing)],
            "serviceProvisionCode": (
                [coded(PROVISION, "free", "Free")] if "free" in listing.codes("pay") else []
            ),
            "eligibility": [{"comment": listing.eligibility}] if listing.eligibility else [],
            "characteristic": [
                parts.coding(term, lists)
                for term in terms
                if term["taxonomy"] != TAXONOMY or term["category"] != KIND_OF_HELP
            ],
            "communication": [
                coded(LANGUAGES, each.code, each.label) for each in listing.languages if each.code
            ],
            "referralMethod": [coded(REFERRAL_METHOD, "phone", "Phone")] if listing.phones else [],
            "availableTime": times(lines, "availableStartTime", "availableEndTime"),
            "notAvailable": [_closed(closure, here) for closure in listing.card["closures"]],
            "availabilityExceptions": listing.hours_words if more else "",
        }
    )


def _closed(closure: Sequence[str], here: tzinfo) -> Resource:
    """One closure: from, until, and why in English."""
    begins, ends, why, *_more = closure
    start, end = (datetime.fromisoformat(at).replace(tzinfo=here).isoformat() for at in (begins, ends))
    return {"description": why or "Closed", "during": {"start": start, "end": end}}


def _areas(listing: Listing) -> list[str]:
    own = [listing.area_text] if listing.area_text else []
    return list(dict.fromkeys([*own, *listing.service_areas]))


def _terms(service_ids: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
    found = Reading().terms_of(service_ids)
    return {service_id: [term for _link, term in terms] for service_id, terms in found.items()}


def _lists(terms: Mapping[str, list[Mapping[str, Any]]]) -> dict[str, str]:
    """What taxonomies say that their own address is, by id."""
    ids = {term["taxonomy_id"] for each in terms.values() for term in each}
    return {key: row.get("uri", "") for key, row in rows_by_id("taxonomy", ids).items()}
