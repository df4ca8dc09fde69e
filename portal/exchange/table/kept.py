"""Mappings that are kept: made once, used with every new file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.directory import models as d
from portal.exchange.intake.records import BadPackage
from portal.exchange.table.mapping import read_mapping
from portal.store import Actor, Refused, audit, clock, db, write
from portal.store.language import gettext as _

MOST_KEPT = 200


@dataclass(frozen=True)
class KeptMapping:
    id: UUID
    name: str
    saved_by: str
    saved_at: datetime


def keep_mapping(actor: Actor, text: str) -> str:
    """Keep a mapping under its own name; the one that was kept under that name is replaced. Returns the name. Audited.
    Raises Refused in the words of what is wrong with it."""
    try:
        made = read_mapping(text)
    except BadPackage as bad:
        raise Refused(str(bad), "mapping") from bad
    if len(made.name) > 100:
        raise Refused(_("Too long: at most %(most)s characters.", most=100), "name")
    with write() as session:
        row = session.scalar(select(d.TableMapping).where(d.TableMapping.name == made.name))
        if row is None:
            if len(session.scalars(select(d.TableMapping.id)).all()) >= MOST_KEPT:
                raise Refused(_("Too many mappings are kept already."), "name")
            row = d.TableMapping(name=made.name, text=text, saved_by="", saved_at=clock.now())
            session.add(row)
        row.text, row.saved_by, row.saved_at = text, actor.name or actor.kind, clock.now()
        session.flush()
        audit.append(actor, "keep_mapping", "table_mapping", row.id)
    return made.name


def mapping_text(name: str) -> str | None:
    """The kept mapping of this name; None when there is none."""
    return db.session.scalar(select(d.TableMapping.text).where(d.TableMapping.name == name))


def kept_mappings() -> Sequence[KeptMapping]:
    """All of them, by name. Behind the gate `table.import`."""
    rows = db.session.scalars(select(d.TableMapping).order_by(d.TableMapping.name))
    return [KeptMapping(row.id, row.name, row.saved_by, row.saved_at) for row in rows]
