"""A steward sets how long the clocks run: for the community, or for one service. What runs already is never moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import Account
from portal.directory import can_refer
from portal.directory.models import Community, Contact, ServiceAtLocation
from portal.referrals.clock_rules import (
    NAMES,
    OF_A_SERVICE,
    Fault,
    faults,
    follow_up_days_of,
    follow_up_fault,
    length_of,
)
from portal.referrals.clock_terms import community_terms, newest_setting, overlaid
from portal.referrals.models import ClockSetting
from portal.referrals.moves import NotHere
from portal.referrals.plan import CLOCKS, LENGTHS, Terms
from portal.store import Actor, Conflict, Refused, audit, clock, db, write

HISTORY = 10  # savings that the page shows


@dataclass(frozen=True)
class Wanted:
    """What a steward typed: lengths by name, days, and whom to tell when nobody looks. An empty text is "as it is without
    us": for a service the community's, for the community the product's."""

    lengths: Mapping[str, str]
    follow_up_days: str = ""
    backup_email: str = ""
    backup_contact_id: UUID | None = None


@dataclass(frozen=True)
class Saving:
    """One earlier saving: who, when, and what was set then."""

    at: datetime
    by: str
    wanted: Wanted


@dataclass(frozen=True)
class ClockView:
    """The clocks of one urgency as they stand. without: what holds where nothing is set here. terms: what holds now.
    service: the listing's name, empty for the community. contacts: id and words of the service's people who have an e-mail."""

    urgency: str
    service: str
    version: int
    own: Wanted
    without: Terms
    terms: Terms
    history: tuple[Saving, ...]
    contacts: tuple[tuple[UUID, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The lengths that may be set here."""
        return OF_A_SERVICE if self.service else LENGTHS


def clocks_for(actor: Actor, urgency: str, listing_id: UUID | None = None) -> ClockView | None:
    """The clocks that this steward may set; None for anybody else, and for a listing that is not theirs or is only called
    (a victim service)."""
    if urgency not in CLOCKS:
        return None
    try:
        listing = steward_of(db.session(), actor, listing_id)
    except NotHere:
        return None
    return _view(db.session(), actor, urgency, listing)


def set_clocks(
    actor: Actor, urgency: str, wanted: Wanted, *, version: int, listing_id: UUID | None = None
) -> bool:
    """Set them, from the next send on: one more row, and the audit trail. Tells nobody, and moves no clock that runs.

    False when nothing was changed. Refused for the first thing that cannot be; Conflict, whose `current` is a ClockView,
    when somebody else has saved since `version`. NotHere for who is no steward here.
    """
    with write() as session:
        listing = steward_of(session, actor, listing_id)
        session.execute(select(Community.id).where(Community.id == actor.community_id).with_for_update())
        found = _faults(session, actor, urgency, wanted, listing)
        if found:
            raise Refused(found[0].words, found[0].field or None)
        stands = _view(session, actor, urgency, listing)
        if stands.version != version:
            raise Conflict(_("Somebody else has set these clocks since you opened them."), stands)
        if _clean(wanted) == stands.own:
            return False
        clean = _clean(wanted)
        session.add(
            ClockSetting(
                community_id=actor.community_id,
                service_at_location_id=listing.id if listing else None,
                urgency=urgency,
                version=version + 1,
                lengths=dict(clean.lengths),
                follow_up_days=clean.follow_up_days,
                backup_email=clean.backup_email,
                backup_contact_id=clean.backup_contact_id,
                changed_by=actor.account_id,
                at=clock.now(),
            )
        )
        subject, key = ("service_at_location", listing.id) if listing else ("community", actor.community_id)
        audit.append(actor, "set_clocks", subject, str(key), reason=urgency)
        return True


def clock_faults(
    actor: Actor, urgency: str, wanted: Wanted, listing_id: UUID | None = None
) -> tuple[Fault, ...]:
    """Everything that set_clocks would refuse, at once, each with its field (empty: the whole). NotHere as there."""
    session = db.session()
    return tuple(_faults(session, actor, urgency, wanted, steward_of(session, actor, listing_id)))


def terms_with(session: Session, actor: Actor, urgency: str, wanted: Wanted, stands: ClockView) -> Terms:
    """What would hold with these, once they were saved."""
    clean = _clean(wanted)
    row = ClockSetting(
        lengths=dict(clean.lengths),
        follow_up_days=clean.follow_up_days,
        backup_email=clean.backup_email,
        backup_contact_id=clean.backup_contact_id,
    )
    return overlaid(session, urgency, stands.without, row)


def steward_of(session: Session, actor: Actor, listing_id: UUID | None) -> ServiceAtLocation | None:
    """The listing whose clocks this steward may set, None for the community's. NotHere for anybody else."""
    if actor.kind != "account" or not actor.has("steward"):
        raise NotHere
    if listing_id is None:
        return None
    found = session.scalar(select(ServiceAtLocation).where(ServiceAtLocation.id == listing_id))
    if found is None or found.service.organization.community_id != actor.community_id:
        raise NotHere
    if can_refer(found) == "victim_call":
        raise NotHere
    return found


def _view(session: Session, actor: Actor, urgency: str, listing: ServiceAtLocation | None) -> ClockView:
    community_id = actor.community_id
    row = newest_setting(session, community_id, urgency, listing.id if listing else None)
    without = community_terms(session, community_id, urgency) if listing else Terms(CLOCKS[urgency])
    return ClockView(
        urgency=urgency,
        service=listing.service.name if listing else "",
        version=row.version if row else 0,
        own=_wanted(row) if row else Wanted({}),
        without=without,
        terms=overlaid(session, urgency, without, row),
        history=_history(session, community_id, urgency, listing.id if listing else None),
        contacts=_contacts(session, listing) if listing else (),
    )


def _wanted(row: ClockSetting) -> Wanted:
    return Wanted(dict(row.lengths), row.follow_up_days, row.backup_email, row.backup_contact_id)


def _clean(wanted: Wanted) -> Wanted:
    """What was typed, as it is stored. Call it only for what has no faults."""
    lengths = {name: length_of(text) or "" for name, text in wanted.lengths.items() if text.strip()}
    days = follow_up_days_of(wanted.follow_up_days) or ()
    return Wanted(
        {name: lengths[name] for name in LENGTHS if name in lengths},
        ",".join(str(day) for day in days),
        wanted.backup_email.strip(),
        None if wanted.backup_email.strip() else wanted.backup_contact_id,
    )


def _history(
    session: Session, community_id: UUID | None, urgency: str, listing_id: UUID | None
) -> tuple[Saving, ...]:
    rows = session.execute(
        select(ClockSetting, Account.name)
        .outerjoin(Account, Account.id == ClockSetting.changed_by)
        .where(
            ClockSetting.community_id == community_id,
            ClockSetting.service_at_location_id == listing_id,
            ClockSetting.urgency == urgency,
        )
        .order_by(ClockSetting.version.desc())
        .limit(HISTORY)
    )
    return tuple(Saving(row.at, name or "", _wanted(row)) for row, name in rows)


def _contacts(session: Session, listing: ServiceAtLocation) -> tuple[tuple[UUID, str], ...]:
    rows = session.scalars(
        select(Contact)
        .where(Contact.organization_id == listing.service.organization_id, Contact.email != "")
        .order_by(Contact.name, Contact.id)
    )
    return tuple((row.id, f"{row.name or row.department} ({row.email})".strip()) for row in rows)


def _faults(
    session: Session, actor: Actor, urgency: str, wanted: Wanted, listing: ServiceAtLocation | None
) -> list[Fault]:
    if urgency not in CLOCKS:
        return [Fault("urgency", _("Choose one."))]
    stands = _view(session, actor, urgency, listing)
    found = [
        Fault(name, _("“%(name)s” is like 10 minutes, 2 hours or 3 business days.", name=NAMES[name]))
        for name, text in wanted.lengths.items()
        if name in stands.names and text.strip() and length_of(text) is None
    ]
    found += [
        Fault("", _("This page is old. Open it again."))
        for name in wanted.lengths
        if name not in stands.names
    ]
    days = follow_up_days_of(wanted.follow_up_days) if wanted.follow_up_days.strip() else (1,)
    if days is None or follow_up_fault(days):
        found.append(Fault("follow_up_days", follow_up_fault(days or ())))
    found += _backup_faults(wanted, stands)
    if found:
        return found
    clocks = stands.without.clocks.with_lengths(_clean(wanted).lengths)
    return faults(urgency, clocks) or ([] if listing else _clashes(session, actor, urgency, wanted))


def _backup_faults(wanted: Wanted, stands: ClockView) -> list[Fault]:
    found = []
    if wanted.backup_email.strip():
        try:
            validate_email(wanted.backup_email.strip(), check_deliverability=False)
        except EmailNotValidError:
            found.append(Fault("backup_email", _("This is not an e-mail address.")))
    if wanted.backup_contact_id and wanted.backup_contact_id not in {key for key, _words in stands.contacts}:
        found.append(Fault("backup_contact", _("Choose one of the list.")))
    return found


def _clashes(session: Session, actor: Actor, urgency: str, wanted: Wanted) -> list[Fault]:
    """Services whose own lengths would no longer fit with the community's."""
    rows = session.execute(
        select(ClockSetting, ServiceAtLocation)
        .join(ServiceAtLocation, ServiceAtLocation.id == ClockSetting.service_at_location_id)
        .where(ClockSetting.community_id == actor.community_id, ClockSetting.urgency == urgency)
        .order_by(ClockSetting.version)
    )
    newest = {listing.id: (row, listing) for row, listing in rows}
    base = CLOCKS[urgency].with_lengths(_clean(wanted).lengths)
    found = []
    for row, listing in newest.values():
        wrong = faults(urgency, base.with_lengths(row.lengths))
        if wrong:
            words = _(
                "%(service)s has clocks of its own that would not fit: %(why)s",
                service=listing.service.name,
                why=wrong[0].words,
            )
            found.append(Fault(wrong[0].field, words))
    return found
