"""A listing in another language, for its editors: what is said of it beside what it says, and "still right"."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update

from portal.directory import models as d
from portal.directory.actions import own_listing
from portal.directory.editors import EditView, listing_for, own
from portal.directory.feed import record_change
from portal.directory.texts import touched
from portal.directory.translating import SaidField, assure_said, own_languages, said_fields
from portal.store import Actor, audit, clock, db, write


@dataclass(frozen=True)
class TranslationView:
    """Fields that there is something to say of, in the order of the page; `written`: the language of the originals."""

    view: EditView
    written: str
    language: str
    fields: dict[str, SaidField]


def languages_for(actor: Actor, sal_id: UUID) -> tuple[str, ...]:
    """The languages of the community in which this actor may say the listing, beside that in which it is written."""
    row = _row(actor, sal_id)
    return own_languages(db.session(), row)[1] if row is not None else ()


def translation_for(actor: Actor, sal_id: UUID, language: str) -> TranslationView | None:
    """None: not this actor's listing, not there, or no language of the community's."""
    view, row = listing_for(actor, sal_id), _row(actor, sal_id)
    if view is None or row is None:
        return None
    session = db.session()
    written, others = own_languages(session, row)
    if language not in others:
        return None
    return TranslationView(view, written, language, said_fields(session, row, view.texts, language))


def assure_translations(actor: Actor, sal_id: UUID, language: str, fields: Iterable[str]) -> int | None:
    """ "Still right": a human says that these translations say what the originals say today. Returns how many were written.

    Writes their date, a history row each, the version of every listing that shows them, the change feed, the audit trail. None:
    not theirs, or not there.
    """
    with write() as session:
        row = own_listing(session, actor, sal_id)
        if row is None:
            return None
        written = assure_said(session, actor, row, language, fields)
        if written:
            row.service.last_modified = clock.now()
            session.flush()
            shown_by = touched(session, row, {f"{name}@{language}" for name in written})
            numbers = session.scalars(
                update(d.ServiceAtLocation)
                .where(d.ServiceAtLocation.id.in_(shown_by))
                .values(version=d.ServiceAtLocation.version + 1)
                .returning(d.ServiceAtLocation.number)
                .execution_options(synchronize_session=False)
            ).all()
            session.expire_all()
            record_change(session, *sorted(numbers))
            audit.append(
                actor, "assure_translations", "service_at_location", sal_id, reason=", ".join(written)
            )
    return len(written)


def _row(actor: Actor, sal_id: UUID) -> d.ServiceAtLocation | None:
    """The row of a listing that this actor may edit."""
    return db.session.scalar(own(actor).where(d.ServiceAtLocation.id == sal_id))
