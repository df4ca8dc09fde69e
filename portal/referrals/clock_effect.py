"""What a setting would do, before it is saved: three examples, each deadline as it is and as it would be."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.directory.models import Community, ServiceAtLocation
from portal.referrals.clock_rules import HAPPENS
from portal.referrals.clock_settings import ClockView, Wanted, clocks_for, steward_of, terms_with
from portal.referrals.clock_terms import community_hours, community_terms, listing_hours
from portal.referrals.hours import Hours
from portal.referrals.models import Need, Offer
from portal.referrals.moves import NotHere
from portal.referrals.plan import LENGTHS, Plan, Terms
from portal.referrals.rules import OPEN
from portal.store import Actor, clock, db

LATE = time(16, 50)  # near the end of a working day
LOOK_AHEAD = 400  # days in which a holiday comes


@dataclass(frozen=True)
class EffectLine:
    """One deadline of an example, on the wall clock of the place."""

    words: LazyString
    before: datetime
    after: datetime


@dataclass(frozen=True)
class Example:
    """A need that is sent (and, for the last clocks, accepted) at this moment."""

    words: str
    sent: datetime
    lines: tuple[EffectLine, ...]


@dataclass(frozen=True)
class Effect:
    """before and after: what else holds for whoever is asked. untouched: needs that are open now and keep their clocks."""

    before: Terms
    after: Terms
    examples: tuple[Example, ...]
    untouched: int

    @property
    def changes(self) -> bool:
        moved = any(line.before != line.after for each in self.examples for line in each.lines)
        return moved or self.before != self.after


def effect_of_clocks(actor: Actor, urgency: str, wanted: Wanted, listing_id: UUID | None = None) -> Effect:
    """The effect of what set_clocks would save. Reads only. NotHere as there."""
    session = db.session()
    listing = steward_of(session, actor, listing_id)
    stands = clocks_for(actor, urgency, listing_id)
    if stands is None:
        raise NotHere
    community = session.get_one(Community, actor.community_id)
    hours = listing_hours(session, listing) if listing else community_hours(community)
    zone = listing.location.time_zone if listing else community.time_zone
    after = terms_with(session, actor, urgency, wanted, stands)
    examples = _examples(community, zone, (stands.terms, hours), (after, hours), _shown(stands))
    return Effect(stands.terms, after, examples, _open_needs(session, actor, urgency, listing))


def effect_of_hours(actor: Actor, business_hours: dict[str, list[str]], closures: list[str]) -> Effect:
    """The effect of other working hours of the community, for a routine need and a service whose own hours are not known."""
    session = db.session()
    steward_of(session, actor, None)
    community = session.get_one(Community, actor.community_id)
    terms = community_terms(session, community.id, "routine")
    wanted = Hours.of_community(business_hours, community.time_zone, closures)
    examples = _examples(
        community, community.time_zone, (terms, community_hours(community)), (terms, wanted), LENGTHS
    )
    return Effect(terms, terms, examples, _open_needs(session, actor, "routine", None))


def _shown(stands: ClockView) -> tuple[str, ...]:
    return stands.names


def _examples(
    community: Community,
    zone: str,
    before: tuple[Terms, Hours],
    after: tuple[Terms, Hours],
    names: tuple[str, ...],
) -> tuple[Example, ...]:
    return tuple(
        Example(words, moment, tuple(_line(name, moment, before, after) for name in names))
        for words, moment in _moments(clock.now().astimezone(ZoneInfo(zone)), community_hours(community))
    )


def _line(name: str, sent: datetime, before: tuple[Terms, Hours], after: tuple[Terms, Hours]) -> EffectLine:
    return EffectLine(HAPPENS[name], *(_due(name, sent, *each) for each in (before, after)))


def _due(name: str, sent: datetime, terms: Terms, hours: Hours) -> datetime:
    plan = Plan.of_terms(terms).with_hours("here", hours)
    return plan.after(getattr(terms.clocks, name), sent, "here").astimezone(sent.tzinfo)


def _moments(now: datetime, hours: Hours) -> list[tuple[str, datetime]]:
    """Now; the next Friday at 16:50; and the day before the next holiday at 16:50. All on the same wall clock."""
    friday = now + timedelta(days=(4 - now.weekday()) % 7)
    if friday == now and now.time() > LATE:
        friday += timedelta(days=7)
    found = [
        (_("Sent now"), now.replace(second=0, microsecond=0)),
        (_("Sent on a Friday at 4:50 PM"), datetime.combine(friday.date(), LATE, now.tzinfo)),
    ]
    for step in range(2, LOOK_AHEAD):
        day = (now + timedelta(days=step)).date()
        if hours.is_holiday(day) and hours.week[day.weekday()]:
            eve = day - timedelta(days=1)
            found.append((_("Sent the day before a holiday"), datetime.combine(eve, LATE, now.tzinfo)))
            break
    return found


def _open_needs(session: Session, actor: Actor, urgency: str, listing: ServiceAtLocation | None) -> int:
    query = select(func.count(Need.id.distinct())).where(
        Need.community_id == actor.community_id, Need.urgency == urgency, Need.closed_at.is_(None)
    )
    if listing is not None:
        query = query.join(Offer, Offer.need_id == Need.id).where(
            Offer.service_at_location_id == listing.id, Offer.state.in_(OPEN)
        )
    return session.scalar(query) or 0
