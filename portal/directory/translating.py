"""Saying a listing's words in another language: the page of it, one field put into its row, and "still right"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.directory.feed import write_history
from portal.directory.hours import zone
from portal.directory.said import FIELD_AT, SAID, Spot, split_name
from portal.directory.translated_elsewhere import LINK_TYPE
from portal.store import Actor, clock

LIST = "Translations"  # the taxonomy whose terms name a field and a language


@dataclass(frozen=True)
class SaidField:
    """One field beside its translation: `on` the day it was last right, `fresh` whether it says what the original says now."""

    original: str
    text: str
    on: date | None
    fresh: bool


def own_languages(session: Session, row: d.ServiceAtLocation) -> tuple[str, tuple[str, ...]]:
    """The language in which this listing is written, and those in which it can be said too."""
    here = session.get_one(d.Community, row.service.organization.community_id)
    first, *others = here.languages or ["en"]
    return first, tuple(others)


def said_texts(session: Session, row: d.ServiceAtLocation, texts: Mapping[str, str]) -> dict[str, str]:
    """Every field that can be said, in every other language of the community, as `description@es` -> text. What is not in `texts`
    (the way to a confidential place) is not there either."""
    told = {(name, line.language): line.text for name, line in _lines(session, row)}
    languages = own_languages(session, row)[1]
    return {
        f"{name}@{language}": told.get((name, language), "")
        for name in SAID
        if name in texts
        for language in languages
    }


def said_fields(
    session: Session, row: d.ServiceAtLocation, texts: Mapping[str, str], language: str
) -> dict[str, SaidField]:
    """The fields that there is something to say of, beside what is said of them."""
    told = {name: line for name, line in _lines(session, row) if line.language == language}
    found = {}
    for name in SAID:
        line, original = told.get(name), texts.get(name, "")
        if name in texts and (original or line):
            found[name] = SaidField(
                original,
                line.text if line else "",
                line.translated_on if line else None,
                line is not None and line.original == original,
            )
    return found


def put_said(session: Session, actor: Actor, row: d.ServiceAtLocation, name: str, old: str, new: str) -> None:
    """Write one field in one language, as of today, with one history row; no words: it is no longer said."""
    field, language = split_name(name)
    spot, line = SAID[field], _line(session, row, field, language)
    if not new:
        if line is not None:
            session.delete(line)
    else:
        if line is None:
            line = d.Translation(
                link_entity=spot.entity, link_id=_link(row, field), field=spot.column, language=language
            )
            session.add(line)
        line.text, line.original = new, _original(session, row, field)
        line.translated_on, line.translated_by = _today(row), actor.name or actor.kind
    _give_out(session, spot, _link(row, field), language, new)
    session.flush()
    write_history(session, actor, spot.entity, _link(row, field), f"{spot.column}@{language}", old, new)


def _give_out(session: Session, spot: Spot, link_id: UUID, language: str, text: str) -> None:
    """The same as an HSDS attribute, which is how other systems are given it: HSDS itself has no place for a second language."""
    term = _term(session, spot.column, language)
    held = session.scalar(
        select(d.Attribute).where(d.Attribute.link_id == link_id, d.Attribute.taxonomy_term_id == term)
    )
    if not text:
        if held is not None:
            session.delete(held)
    elif held is not None:
        held.value = text
    else:
        session.add(
            d.Attribute(
                link_entity=spot.entity,
                link_id=link_id,
                link_type=LINK_TYPE,
                taxonomy_term_id=term,
                value=text,
                label=spot.column,
            )
        )


def _term(session: Session, column: str, language: str) -> UUID:
    """The term `description@es` of the list of translations; made when it is first needed."""
    lists = session.scalar(select(d.Taxonomy).where(d.Taxonomy.name == LIST))
    if lists is None:
        lists = d.Taxonomy(name=LIST, description="Fields of a listing in another language, said by a human")
        session.add(lists)
        session.flush()
    code = f"{column}@{language}"
    found = session.scalar(
        select(d.TaxonomyTerm.id).where(d.TaxonomyTerm.taxonomy_id == lists.id, d.TaxonomyTerm.code == code)
    )
    if found is None:
        made = d.TaxonomyTerm(
            taxonomy_id=lists.id,
            category="",
            code=code,
            name=f"{column} in {language}",
            description=f"The field {column} in the language {language}",
            language=language,
        )
        session.add(made)
        session.flush()
        found = made.id
    return found


def assure_said(
    session: Session, actor: Actor, row: d.ServiceAtLocation, language: str, fields: Iterable[str]
) -> list[str]:
    """A human says that these translations still say what the original says now. Returns which were written, each with a
    history row; the caller records the change."""
    written = []
    for field in fields:
        line = _line(session, row, field, language) if field in SAID else None
        if line is None:
            continue
        line.original, line.translated_on = _original(session, row, field), _today(row)
        line.translated_by = actor.name or actor.kind
        write_history(
            session, actor, line.link_entity, line.link_id, f"{line.field}@{language}", line.text, line.text
        )
        written.append(field)
    session.flush()
    return written


def _lines(session: Session, row: d.ServiceAtLocation) -> list[tuple[str, d.Translation]]:
    ids = (row.id, row.service_id, row.location_id)
    found = session.scalars(select(d.Translation).where(d.Translation.link_id.in_(ids)))
    return [
        (FIELD_AT[line.link_entity, line.field], line)
        for line in found
        if (line.link_entity, line.field) in FIELD_AT
    ]


def _line(session: Session, row: d.ServiceAtLocation, field: str, language: str) -> d.Translation | None:
    lines = _lines(session, row)
    return next((line for name, line in lines if (name, line.language) == (field, language)), None)


def _link(row: d.ServiceAtLocation, field: str) -> UUID:
    ids = {"service": row.service_id, "service_at_location": row.id, "location": row.location_id}
    return ids[SAID[field].entity]


def _original(session: Session, row: d.ServiceAtLocation, field: str) -> str:
    """The words as a card holds them, by which a reader learns whether a translation is old."""
    if field == "documents":
        return "\n".join(sorted(paper.document for paper in row.service.required_documents))
    spot = SAID[field]
    held = {"service": row.service, "service_at_location": row, "location": row.location}[spot.entity]
    return str(getattr(held, spot.column))


def _today(row: d.ServiceAtLocation) -> date:
    return clock.now().astimezone(zone(row.location.time_zone) or UTC).date()
