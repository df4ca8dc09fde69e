"""The call log: a steward rings up a service that is due, and writes down what came of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from portal.directory import models as d
from portal.directory.actions import assure_service, own_listing, settle_flags
from portal.directory.fields import clean_text
from portal.directory.freshness.settling import settle_waiting
from portal.directory.freshness.trust import cast_doubt
from portal.directory.freshness.words import OUTCOMES
from portal.store import Actor, Refused, audit, clock, db, write
from portal.store.language import gettext as _

DOUBTFUL = ("wrong_number", "closed")
LONGEST = 280


class Call(NamedTuple):
    at: datetime
    called_by: str
    outcome: str
    note: str


def log_call(actor: Actor, sal_id: UUID, outcome: str, note: str = "") -> bool | None:
    """Write down a call to this listing. `right` confirms it as assure_service does; a wrong number or "no longer" puts it in
    doubt; a letter that waits is answered by all three and by `changed`. Audited. None: not a steward's, or not there.
    Refused for another outcome, and for a note that is too long or cannot be kept."""
    if outcome not in OUTCOMES:
        raise Refused(_("Choose what came of the call."), "outcome")
    with write() as session:
        row = own_listing(session, actor, sal_id) if actor.has("steward") else None
        if row is None:
            return None
        said = clean_text("description", " ".join(note.split()), row.location.address_confidential)
        if len(said) > LONGEST:
            raise Refused(_("Use %(most)s characters or fewer.", most=LONGEST), "note")
        session.add(
            d.ListingCall(
                service_at_location_id=sal_id,
                at=clock.now(),
                called_by=actor.name,
                outcome=outcome,
                note=said,
            )
        )
        audit.append(actor, "log_call", "service_at_location", sal_id, reason=outcome)
        if outcome in ("right", "changed"):
            settle_flags(actor, sal_id)
        if outcome == "right":
            assure_service(actor, sal_id)
        elif outcome in DOUBTFUL:
            settle_waiting(session, [row.service_id], "gone", clock.now())
            cast_doubt(session, row.number, "call")
        elif outcome == "changed":
            settle_waiting(session, [row.service_id], "changed", clock.now())
    return True


def calls_of(sal_ids: Sequence[UUID], most: int = 3) -> dict[UUID, tuple[Call, ...]]:
    """The newest calls to each of these listings."""
    found: dict[UUID, tuple[Call, ...]] = {}
    rows = db.session.scalars(
        select(d.ListingCall)
        .where(d.ListingCall.service_at_location_id.in_(sal_ids))
        .order_by(d.ListingCall.number.desc())
    )
    for row in rows:
        before = found.get(row.service_at_location_id, ())
        if len(before) < most:
            found[row.service_at_location_id] = (*before, Call(row.at, row.called_by, row.outcome, row.note))
    return found
