"""What belongs to a service and is more than a text: languages, papers, ages, what is ticked, free places.

Each is read as plain text and put back from it, on the open session, knowing nothing of who asks.
"""

from collections.abc import Callable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.directory.terms import GROUPS, TAXONOMY
from portal.directory.typed import (
    TICKED,
    join_ages,
    join_capacity,
    join_codes,
    split_ages,
    split_capacity,
    split_codes,
    split_languages,
)
from portal.directory.vocabulary import write_terms
from portal.store import clock

Put = Callable[[Session, d.ServiceAtLocation, str], None]


def parts_of(session: Session, row: d.ServiceAtLocation) -> dict[str, str]:
    """All of them as they stand."""
    service = row.service
    free = ((room.available, room.maximum, room.unit.name) for room in _rooms(session, row))
    return {
        "languages": ", ".join(sorted(language.name for language in service.languages)),
        "documents": "\n".join(sorted(paper.document for paper in service.required_documents)),
        "ages": join_ages(service.minimum_age, service.maximum_age),
        "capacity": join_capacity(free),
        **_ticked(session, row),
    }


def _put_languages(_session: Session, row: d.ServiceAtLocation, text: str) -> None:
    """A language that stays keeps its row, with what a source noted beside it."""
    held = {language.code: language for language in row.service.languages}
    row.service.languages = [
        held.get(code) or d.Language(name=name, code=code) for name, code in split_languages(text)
    ]


def _put_documents(_session: Session, row: d.ServiceAtLocation, text: str) -> None:
    """A paper that stays keeps its row, and the address of its form."""
    held = {paper.document: paper for paper in row.service.required_documents}
    lines = dict.fromkeys(filter(None, text.split("\n")))
    row.service.required_documents = [held.get(line) or d.RequiredDocument(document=line) for line in lines]


def _put_ages(_session: Session, row: d.ServiceAtLocation, text: str) -> None:
    row.service.minimum_age, row.service.maximum_age = split_ages(text)


def _rooms(session: Session, row: d.ServiceAtLocation) -> list[d.ServiceCapacity]:
    query = select(d.ServiceCapacity).where(d.ServiceCapacity.service_id == row.service_id)
    return sorted(session.scalars(query), key=lambda room: (room.unit.name.casefold(), str(room.id)))


def _put_capacity(session: Session, row: d.ServiceAtLocation, text: str) -> None:
    """Each kind of place keeps its row; every number typed or confirmed is as of now."""
    wanted = {unit.casefold(): (free, most, unit) for free, most, unit in split_capacity(text)}
    for room in _rooms(session, row):
        found = wanted.pop(room.unit.name.casefold(), None)
        if found is None:
            session.delete(room)
        else:
            room.available, room.maximum, room.updated = found[0], found[1], clock.now()
    for free, most, name in wanted.values():
        unit = session.scalar(
            select(d.Unit).where(d.Unit.source.is_(None), d.Unit.name == name).limit(1)
        ) or d.Unit(name=name)
        room = d.ServiceCapacity(
            service_id=row.service_id, available=free, maximum=most, updated=clock.now(), unit=unit
        )
        session.add(room)
    session.flush()


def _ticked(session: Session, row: d.ServiceAtLocation) -> dict[str, str]:
    """What is _ticked, by field."""
    query = (
        select(d.TaxonomyTerm.category, d.TaxonomyTerm.code)
        .join(d.ServiceTerm, d.ServiceTerm.term_number == d.TaxonomyTerm.number)
        .join(d.Taxonomy, d.Taxonomy.id == d.TaxonomyTerm.taxonomy_id)
        .where(d.ServiceTerm.service_number == row.service.number, d.Taxonomy.name == TAXONOMY)
    )
    held = {(group, code) for group, code in session.execute(query)}
    return {
        name: join_codes(code for code in GROUPS[group] if (group, code) in held)
        for name, group in TICKED.items()
    }


def _put_ticks(session: Session, row: d.ServiceAtLocation, name: str, text: str) -> None:
    numbers, wanted = write_terms(), set(split_codes(name, text))
    held = set(split_codes(name, _ticked(session, row)[name]))
    gone = [numbers[code] for code in held - wanted]
    service = row.service.number
    session.execute(
        delete(d.ServiceTerm).where(
            d.ServiceTerm.service_number == service, d.ServiceTerm.term_number.in_(gone)
        )
    )
    session.add_all(
        d.ServiceTerm(service_number=service, term_number=numbers[code]) for code in sorted(wanted - held)
    )
    session.flush()


def _ticks(name: str) -> Put:
    return lambda session, row, text: _put_ticks(session, row, name, text)


# Field -> how its text is put into rows.
PARTS: dict[str, Put] = {
    "languages": _put_languages,
    "documents": _put_documents,
    "ages": _put_ages,
    "capacity": _put_capacity,
    **{name: _ticks(name) for name in TICKED},
}
