"""What a community decides: how often each kind of service is asked, how fast its word on room ages, who is written to."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.directory import models as d
from portal.directory.feed import record_change
from portal.directory.freshness.kinds import (
    KINDS,
    MOST_DAYS,
    MOST_HOURS,
    OTHER,
    PACES,
    SETTING,
    Pace,
    paces_of,
)
from portal.store import Actor, Conflict, Refused, audit, db, write
from portal.store.language import gettext as _

LEAST_DAYS = 7


@dataclass(frozen=True)
class Schedule:
    """paces: kind -> its pace; "" is a service of no kind. mail_unjoined: whether services that have not joined are written to
    as well, at their public address."""

    paces: dict[str, Pace]
    mail_unjoined: bool
    version: int = 0


def schedule_for(actor: Actor) -> Schedule | None:
    """Of the steward's community; None for anybody else."""
    if actor.kind != "account" or not actor.has("steward"):
        return None
    here = db.session.get(d.Community, actor.community_id, populate_existing=True)
    return _of(here) if here else None


def set_schedule(
    actor: Actor, paces: Mapping[str, Pace], mail_unjoined: bool, *, version: int
) -> Schedule | None:
    """Set it; audited. Every listing of the community is written to the change feed, since its page and its rank may change.
    None for who is no steward here; Refused, with the kind as its field, for a figure that cannot be; Conflict, whose `current`
    is the Schedule that stands, when somebody else has saved since `version`."""
    if schedule_for(actor) is None:
        return None
    own = {code: [pace.days, pace.half_life] for code, pace in paces.items() if pace != usual(code)}
    for code in paces:
        _check(code, paces[code])
    with write() as session:
        here = session.get_one(d.Community, actor.community_id)
        before = paces_of(here.settings)
        setting = {"kinds": own, "mail_unjoined": mail_unjoined}
        done = session.execute(
            update(d.Community)
            .where(d.Community.id == here.id, d.Community.version == version)
            .values(settings={**here.settings, SETTING: setting}, version=version + 1)
            .execution_options(synchronize_session=False)
        )
        if not getattr(done, "rowcount", 0):
            raise Conflict(_("Somebody else has saved since you opened this page."), _of(here))
        session.expire(here)
        audit.append(actor, "set_schedule", "community", here.id)
        if paces_of(here.settings) != before:
            _all_changed(session, here)
        return _of(here)


def usual(code: str) -> Pace:
    """As Handrail comes."""
    return PACES.get(code, OTHER)


def _check(code: str, pace: Pace) -> None:
    if code and code not in KINDS:
        raise Refused(_("There is no such kind."), "")
    if not LEAST_DAYS <= pace.days <= MOST_DAYS:
        raise Refused(
            _("From %(least)s to %(most)s days.", least=LEAST_DAYS, most=MOST_DAYS),
            f"days_{code}".rstrip("_"),
        )
    if not 1 <= pace.half_life <= MOST_HOURS:
        raise Refused(_("From 1 to %(most)s hours.", most=MOST_HOURS), f"hours_{code}".rstrip("_"))


def _all_changed(session: Session, here: d.Community) -> None:
    numbers = session.scalars(
        select(d.ServiceAtLocation.number)
        .join(d.Service, d.Service.id == d.ServiceAtLocation.service_id)
        .join(d.Organization, d.Organization.id == d.Service.organization_id)
        .where(d.Organization.community_id == here.id)
        .order_by(d.ServiceAtLocation.number)
    )
    record_change(session, *numbers)


def _of(here: d.Community) -> Schedule:
    own = here.settings.get(SETTING) or {}
    return Schedule(paces_of(here.settings), bool(own.get("mail_unjoined")), here.version)
