"""Care watch: the team is asked to look out for somebody for some days. Coded words and the agency's own number, no name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, select

from portal.programs.access import roles_in
from portal.programs.dispatch.options import DispatchOptions, options_for
from portal.programs.models import CareWatch, Encounter, ResponseProgram
from portal.referrals import NotHere
from portal.store import Actor, Conflict, Refused, audit, clock, db, retention, write

LISTED = 200


@dataclass(frozen=True)
class WatchView:
    """One entry: by which number the agency finds them, where, what helps, and until when."""

    row: CareWatch
    reference: str
    district: str
    signs: tuple[str, ...]
    until: datetime


def add_watch(actor: Actor, encounter_id: UUID, signs: Sequence[str], *, agreed: bool, days: int = 0) -> UUID:
    """The team looks out for whoever was met in this encounter, for so many days (the preset's number unless fewer are given). The
    person has to have agreed. Refused without the agency's own number of the call, and after an arrest: it stands beside nobody.
    One entry an encounter: again changes it."""
    with write() as session:
        row = session.get(Encounter, encounter_id)
        options = options_for(row.program) if row is not None else None
        if row is None or options is None or options.watch is None or not roles_in(actor, row.program):
            raise NotHere
        if row.disposition == "arrest":
            raise Refused(_("Nothing of a person stands beside an arrest."))
        if not agreed:
            raise Refused(_("The person has to agree. Without that, put nobody on the list."), "agreed")
        if not row.reference:
            raise Refused(
                _("Give the call its number first. It is how the team finds them in your system."),
                "reference",
            )
        if not signs or set(signs) - {choice.code for choice in options.watch.signs}:
            raise Refused(_("Choose what helps."), "signs")
        length = days or options.watch.days
        if not 1 <= length <= options.watch.days:
            raise Refused(_("Choose up to %(days)s days.", days=options.watch.days), "days")
        now = clock.now()
        found = session.scalar(
            select(CareWatch).where(CareWatch.encounter_id == row.id, CareWatch.ended_at.is_(None))
        )
        found = found or CareWatch(
            program_id=row.program_id, encounter_id=row.id, since=now, made_by=actor.account_id
        )
        found.signs, found.until = sorted(set(signs)), now + timedelta(days=length)
        session.add(found)
        session.flush()
        audit.append(actor, "add_watch", "care_watch", found.id)
        return found.id


def end_watch(actor: Actor, watch_id: UUID) -> None:
    """They need not be looked out for any more. Conflict when somebody has said so."""
    with write() as session:
        row = session.get(CareWatch, watch_id)
        if row is None or not roles_in(actor, row.program):
            raise NotHere
        if row.ended_at is not None:
            raise Conflict(_("Somebody has said so already."))
        row.ended_at = clock.now()
        audit.append(actor, "end_watch", "care_watch", row.id)


def watch_for(actor: Actor, program: ResponseProgram) -> list[WatchView]:
    """The entries that stand now, for who works in the program; those that end first on top."""
    options = options_for(program)
    if options is None or options.watch is None or not roles_in(actor, program):
        return []
    now = clock.now()
    rows = db.session.scalars(
        select(CareWatch)
        .where(CareWatch.program_id == program.id, CareWatch.until > now, CareWatch.ended_at.is_(None))
        .order_by(CareWatch.until, CareWatch.id)
        .limit(LISTED)
    )
    return [_view(options, row) for row in rows]


def forget_watch(now: datetime) -> int:
    """Delete entries that ended long enough ago; returns how many."""
    cutoff = retention.RETENTION["care_watch"].cutoff(now)
    with write() as session:
        done = session.execute(
            delete(CareWatch)
            .where((CareWatch.until < cutoff) | (CareWatch.ended_at < cutoff))
            .execution_options(synchronize_session=False)
        )
        return int(done.rowcount)  # type: ignore[attr-defined]


def _view(options: DispatchOptions, row: CareWatch) -> WatchView:
    labels = {choice.code: choice.label for choice in options.watch.signs} if options.watch else {}
    return WatchView(
        row,
        row.encounter.reference,
        row.encounter.district.name if row.encounter.district else "",
        tuple(labels.get(code, code) for code in row.signs),
        row.until,
    )
