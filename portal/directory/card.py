"""The card of a listing: all that the public may see of it, without time and language, as one dict that is JSON.

Pages, hits and the search index are made from cards and from nothing else; cards.py makes them.
"""

from typing import Any, TypedDict

from portal.directory.rules import How


class About(TypedDict):
    """What does not depend on where it is."""

    number: int
    id: str  # of the service at the location; UUIDs as text
    version: int
    service_id: str
    organization_id: str
    organization: str
    organization_too: str
    organization_kind: str
    joined: bool
    how: How
    name: str
    alternate_name: str
    description: str
    more: str  # what is special at this location
    eligibility: str
    fees: str
    application_process: str
    interpretation: str
    alert: str
    status: str
    url: str  # http or https, else empty
    ages: list[int | None]  # [youngest, oldest], years
    confidential: bool
    virtual: bool
    area_text: str
    time_zone: str
    availability: str
    availability_at: float  # seconds since 1970, 0: never told
    availability_source: str
    assured: str  # ISO date, or empty
    used: str  # the same: until when use has shown that it is right
    doubted: bool
    pace: list[float]  # [days that a word on it holds, hours after which its word on room is worth half]


class Whereabouts(TypedDict):
    """Where it is; of a confidential place the wider areas alone."""

    place: str
    address: list[str]  # [line 1, line 2, city, state, ZIP], or empty
    transportation: str
    lat: float | None
    lon: float | None
    point_kind: str | None
    areas: list[list[str]]  # [extent type, extent, name]


class Card(About, Whereabouts):
    """One listing. Lists inside are never changed by those who read them; times are of the listing's own zone."""

    phones: list[list[str]]  # [number, extension, type, description]
    # [days, opens, closes, valid from, valid to]: "MO,TU", "09:00", ISO dates or None. More follows where it is more than a
    # plain week, see hours.Line; opens and closes are None of words and of visits by appointment.
    hours: list[list[Any]]
    hours_said: str  # in the words of who typed them
    # [begins, ends, words, words in Spanish]: ISO times by its own clock; those that are not over.
    closures: list[list[str]]
    languages: list[list[str]]  # [code, name]
    terms: list[list[str]]  # [group, code] of directory.terms
    documents: list[str]
    rooms: list[
        tuple[str, float, float | None, float]
    ]  # [unit, free, of how many, counted at: seconds since 1970]
    language: str  # in which all of this is written
    said: dict[str, dict[str, list[str]]]  # language -> field -> [text, ISO date, the original that it says]
