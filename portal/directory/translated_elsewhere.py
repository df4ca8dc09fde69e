"""Translations that come in with a package: the attributes as which we give them out become words on pages again."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.directory.feed import record_change
from portal.directory.said import FIELD_AT
from portal.store import clock

LINK_TYPE = "translation"  # of an attribute whose term is called `description@es`
PART = 5_000
_MODELS: dict[str, Any] = {
    "service": d.Service,
    "service_at_location": d.ServiceAtLocation,
    "location": d.Location,
}


def take_translations(session: Session, attribute_ids: Sequence[UUID], source: str) -> int:
    """Show what these attributes say as translations, right as of today, in the open transaction. Returns how many were written.

    What a person wrote here stays as it is. Writes the translations and the change feed of the listings that show them.
    """
    taken: defaultdict[str, set[UUID]] = defaultdict(set)
    written = 0
    for start in range(0, len(attribute_ids), PART):
        for told in _told(session, attribute_ids[start : start + PART]):
            if _put(session, told, source):
                taken[told.link_entity].add(told.link_id)
                written += 1
    if taken:
        record_change(session, *_shown_by(session, taken))
    return written


class _Told(NamedTuple):
    """An attribute that says a field of a row in a language."""

    link_entity: str
    link_id: UUID
    field: str
    language: str
    text: str


def _told(session: Session, ids: Sequence[UUID]) -> Iterator[_Told]:
    said = d.Attribute
    rows = session.execute(
        select(said.link_entity, said.link_id, d.TaxonomyTerm.code, said.value)
        .join(d.TaxonomyTerm, d.TaxonomyTerm.id == said.taxonomy_term_id)
        .where(said.id.in_(ids), said.link_type == LINK_TYPE)
        .order_by(said.id)
    )
    for entity, link_id, code, text in rows.all():
        field, _at, language = code.partition("@")
        if language and text and (entity, field) in FIELD_AT:
            yield _Told(entity, link_id, field, language, text)


def _put(session: Session, told: _Told, source: str) -> bool:
    """Whether it was news."""
    original = _original(session, told)
    line = session.scalar(
        select(d.Translation).filter_by(link_id=told.link_id, field=told.field, language=told.language)
    )
    if line is None:
        line = d.Translation(
            link_entity=told.link_entity, link_id=told.link_id, field=told.field, language=told.language
        )
        session.add(line)
    elif line.translated_by != source or line.text == told.text:
        return False
    line.text, line.original = told.text, original
    line.translated_on, line.translated_by = clock.now().date(), source
    session.flush()
    return True


def _original(session: Session, told: _Told) -> str:
    """The words that stand now: they came together."""
    if told.field == "required_documents":
        papers = select(d.RequiredDocument.document).filter_by(service_id=told.link_id)
        return "\n".join(sorted(session.scalars(papers)))
    model = _MODELS[told.link_entity]
    return session.scalar(select(getattr(model, told.field)).where(model.id == told.link_id)) or ""


def _shown_by(session: Session, taken: defaultdict[str, set[UUID]]) -> list[int]:
    at = d.ServiceAtLocation
    columns = {"service": at.service_id, "location": at.location_id, "service_at_location": at.id}
    shown = or_(*(columns[entity].in_(ids) for entity, ids in taken.items()))
    return list(session.scalars(select(at.number).where(shown).order_by(at.number)))
