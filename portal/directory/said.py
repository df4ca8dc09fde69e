"""What humans wrote of listings in other languages: which fields can be said, and what is said of many listings at once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from babel import Locale, UnknownLocaleError
from sqlalchemy import Uuid, bindparam, select, type_coerce, union_all

from portal.directory import models as d
from portal.store import db
from portal.store.language import locale


class Spot(NamedTuple):
    """Where a field of the edit page stands: the HSDS object and column, and its name on a card."""

    entity: str
    column: str
    card: str


# Field -> its spot. An edit calls a field in another language `description@es`, and so does the history.
SAID = {
    "name": Spot("service", "name", "name"),
    "alert": Spot("service", "alert", "alert"),
    "description": Spot("service", "description", "description"),
    "eligibility_description": Spot("service", "eligibility_description", "eligibility"),
    "fees_description": Spot("service", "fees_description", "fees"),
    "application_process": Spot("service", "application_process", "application_process"),
    "interpretation_services": Spot("service", "interpretation_services", "interpretation"),
    "documents": Spot("service", "required_documents", "documents"),
    "more": Spot("service_at_location", "description", "more"),
    "transportation": Spot("location", "transportation", "transportation"),
}
FIELD_AT = {(spot.entity, spot.column): name for name, spot in SAID.items()}

# Language -> field of the card -> [text, the day it was last right, the original that it says].
Said = dict[str, dict[str, list[str]]]


class TranslationLine(NamedTuple):
    """One field in one language, for those who give the directory out."""

    entity: str  # service, service_at_location, location
    field: str  # HSDS column
    language: str
    text: str
    translated_on: str  # ISO date


_TOLD = d.Translation.__table__.c
_AT = d.ServiceAtLocation.__table__.c
_COLUMNS = (_TOLD.link_entity, _TOLD.field, _TOLD.language, _TOLD.text, _TOLD.translated_on, _TOLD.original)
_ASKED = _AT.number.in_(bindparam("numbers", expanding=True))
_SAID = union_all(
    *(
        select(_AT.number, *_COLUMNS).join(d.Translation.__table__, _TOLD.link_id == key).where(_ASKED)
        for key in (_AT.id, _AT.service_id, _AT.location_id)
    )
)


def said_of(numbers: Sequence[int], hidden: frozenset[int]) -> defaultdict[int, Said]:
    """What is said of listings by number, in one SELECT. Of those at a `hidden` place never the way there."""
    found: defaultdict[int, Said] = defaultdict(dict)
    for number, entity, column, language, text, day, original in db.session.execute(
        _SAID, {"numbers": list(numbers)}
    ):
        if (entity, column) not in FIELD_AT or (entity == "location" and number in hidden):
            continue
        field = SAID[FIELD_AT[entity, column]].card
        found[number].setdefault(language, {})[field] = [text, day.isoformat(), original]
    return found


def original_languages() -> dict[str, str]:
    """Community id (as text) -> the language in which its listings are written: the first of its languages."""
    key = type_coerce(d.Community.id, Uuid(as_uuid=False))
    return {
        row[0]: (row[1] or ["en"])[0] for row in db.session.execute(select(key, d.Community.languages)).all()
    }


def translations_of(ids: Sequence[UUID]) -> dict[UUID, list[TranslationLine]]:
    """What is said of services, listings and places by id, in the order of field and language. The way to a confidential place is
    never kept in any language, so none of it is here."""
    rows = db.session.execute(
        select(_TOLD.link_id, *_COLUMNS)
        .where(_TOLD.link_id.in_(ids))
        .order_by(_TOLD.link_id, _TOLD.field, _TOLD.language)
    )
    found: dict[UUID, list[TranslationLine]] = {}
    for link_id, entity, column, language, text, day, _original in rows:
        found.setdefault(link_id, []).append(TranslationLine(entity, column, language, text, day.isoformat()))
    return found


def split_name(name: str) -> tuple[str, str]:
    """`description@es` -> the field and the language; the language is empty for the original.

    >>> split_name("description@es"), split_name("description")
    (('description', 'es'), ('description', ''))
    """
    field, _at, language = name.partition("@")
    return field, language


def language_name(code: str, own: bool = False) -> str:
    """`Spanish`, or in its own words `español`; the code itself where nobody knows it."""
    try:
        spoken = Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return code
    return str(spoken.get_display_name(None if own else locale()) or code)
