"""A listing in the words of schema.org (JSON-LD), so that a search engine can tell a phone from an opening time.

It is made from the public view alone: what is confidential is not in there.
"""

from typing import Any

from flask import current_app

from portal.directory import Listing

Thing = dict[str, Any]
DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
LAST_MINUTE = "23:59"  # schema.org's way of saying that a place does not close


def schema_org(listing: Listing) -> Thing:
    """The `Service` of schema.org that this listing is. Nothing in it is empty."""
    base = current_app.extensions["settings"].base_url
    page = f"{base}/services/{listing.id}"
    return _full(
        {
            "@context": "https://schema.org",
            "@type": "Service",
            "@id": f"{page}#service",
            "url": page,
            "identifier": str(listing.id),
            "name": listing.name,
            "alternateName": listing.card["alternate_name"],
            "description": listing.description,
            "serviceType": [each.label for each in listing.care],
            "provider": {
                "@type": "Organization",
                "@id": f"{base}/organizations/{listing.organization_id}#organization",
                "name": listing.organization,
            },
            "areaServed": [{"@type": "Place", "name": name} for name in _areas(listing)],
            "audience": _audience(listing),
            "hoursAvailable": _hours(listing),
            "availableChannel": _channels(listing),
            "offers": _full({"@type": "Offer", "description": listing.fees}, least=2),
        }
    )


def _areas(listing: Listing) -> list[str]:
    own = [listing.area_text] if listing.area_text else []
    return list(dict.fromkeys([*own, *listing.service_areas]))


def _audience(listing: Listing) -> Thing:
    return _full(
        {
            "@type": "PeopleAudience",
            "audienceType": listing.for_words or listing.eligibility,
            "suggestedMinAge": listing.minimum_age,
            "suggestedMaxAge": listing.maximum_age,
        },
        least=2,
    )


def _hours(listing: Listing) -> list[Thing]:
    """Plain weeks in which one may walk in. The second Tuesday of a month, and hours in words, have no form in schema.org."""
    return [
        _full(
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": [f"https://schema.org/{DAYS[day]}" for day in line.byday.split(",")],
                "opens": line.opens_at.isoformat("minutes"),
                "closes": LAST_MINUTE
                if line.closes_at == line.opens_at
                else line.closes_at.isoformat("minutes"),
                "validFrom": line.first_day.isoformat() if line.first_day else "",
                "validThrough": line.last_day.isoformat() if line.last_day else "",
            }
        )
        for line in listing.timetable.lines
        if line.weekly and line.walk_in and not line.season and line.opens_at and line.closes_at
    ]


def _channels(listing: Listing) -> list[Thing]:
    """One for each phone that a person may call, with the place and the languages; the place alone where there is none."""
    shared = {
        "serviceUrl": listing.url,
        "availableLanguage": [
            {"@type": "Language", "name": each.label, "alternateName": each.code}
            for each in listing.languages
        ],
        "serviceLocation": _place(listing),
    }
    phones = [
        {"@type": "ContactPoint", "telephone": " x".join(filter(None, (phone.number, phone.extension)))}
        for phone in listing.phones
        if phone.type not in ("fax", "pager")
    ]
    channels = [{"@type": "ServiceChannel", "servicePhone": phone, **shared} for phone in phones]
    return [
        made for one in channels or [{"@type": "ServiceChannel", **shared}] if (made := _full(one, least=2))
    ]


def _place(listing: Listing) -> Thing:
    """Empty where nobody may know it, and where there is none."""
    if listing.confidential or not listing.card["address"]:
        return {}
    line_1, line_2, city, state, code = listing.card["address"]
    point = (
        {"@type": "GeoCoordinates", "latitude": listing.latitude, "longitude": listing.longitude}
        if listing.point_kind == "exact"
        else {}
    )
    return _full(
        {
            "@type": "Place",
            "address": _full(
                {
                    "@type": "PostalAddress",
                    "streetAddress": ", ".join(filter(None, (line_1, line_2))),
                    "addressLocality": city,
                    "addressRegion": state,
                    "postalCode": code,
                    "addressCountry": "US",
                }
            ),
            "geo": point,
        }
    )


def _full(thing: Thing, least: int = 0) -> Thing:
    """Without what is empty; nothing at all when fewer than `least` things are left."""
    kept = {key: value for key, value in thing.items() if value not in (None, "", [], {})}
    return kept if len(kept) >= least else {}
