"""Profiles that families keep: how many stand, whether they are confirmed in time, how often one was opened. The unit is the
profile; nobody is in these numbers, and no look leads to a call."""

from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.outcomes.program.metric import Block, Metric, ProgramScope, count, share
from portal.programs.models import Profile, ProfileConfirmation, ProfileLook
from portal.store import db

FIRST = date(2026, 1, 1)
_KEPT = _l("Profiles of which only the fact remains are counted as long as they stood")


def standing(metric: Metric, scope: ProgramScope) -> list[Block]:
    """How many a call could have found at the end of the quarter (or at the cut), and how many were made and ended in it."""
    until = _last(scope)
    profiles, confirmed = _profiles(scope), _confirmations(scope, until)
    there = [
        row for row in profiles if row.made_at <= until and (row.ended_at is None or row.ended_at > until)
    ]
    day = _day(scope, until)
    shown = sum(
        max((each.expires_on for each in confirmed.get(row.id, ())), default=day) >= day for row in there
    )
    made = sum(scope.start <= row.made_at <= until for row in profiles)
    ended = sum(row.ended_at is not None and scope.start <= row.ended_at <= until for row in profiles)
    rows = (
        count(metric, _("Can be found at the end of the quarter"), shown),
        count(metric, _("Hidden until they are confirmed"), len(there) - shown),
        count(metric, _("Made in the quarter"), made),
        count(metric, _("Ended in the quarter"), ended),
    )
    return [Block(metric.id, str(metric.name), rows)]


def in_time(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Of the profiles whose last day lay in the quarter and is over, those confirmed again on that day or before."""
    first, last = _day(scope, scope.start), _day(scope, scope.end - timedelta(microseconds=1))
    over = _day(scope, scope.cut)
    ended = {row.id: _day(scope, row.ended_at) for row in _profiles(scope) if row.ended_at is not None}
    due = again = immature = 0
    for profile_id, rows in _confirmations(scope, scope.cut).items():
        for each in rows:
            if not first <= each.expires_on <= last:
                continue
            later = [_day(scope, other.at) for other in rows if other.number > each.number]
            if later and min(later) <= each.expires_on:
                due, again = due + 1, again + 1
            elif ended.get(profile_id, over + timedelta(days=1)) <= each.expires_on:
                continue
            elif each.expires_on >= over:
                immature += 1
            else:
                due += 1
    return [
        Block(metric.id, str(metric.name), (share(metric, str(metric.name), again, due, immature=immature),))
    ]


def looks(metric: Metric, scope: ProgramScope) -> list[Block]:
    """Looks with an open call, by what found the profile; flyers, and who was found."""
    until = _last(scope)
    rows = db.session.scalars(
        select(ProfileLook).where(
            ProfileLook.program_id == scope.program.id,
            ProfileLook.at >= scope.start,
            ProfileLook.at <= until,
        )
    ).all()
    lines = (
        count(metric, _("Opened with an open call"), len(rows)),
        count(metric, _("Found by the phone"), sum(row.matched == "phone" for row in rows)),
        count(metric, _("Found by the address"), sum(row.matched == "address" for row in rows)),
        count(
            metric,
            _("Flyers made"),
            sum(row.flyer_at is not None and row.flyer_at <= scope.cut for row in rows),
        ),
        count(
            metric,
            _("Found, and safe"),
            sum(row.found_at is not None and row.found_at <= scope.cut for row in rows),
        ),
    )
    return [Block(metric.id, str(metric.name), lines)]


def _profiles(scope: ProgramScope) -> list[Profile]:
    query = select(Profile).where(Profile.program_id == scope.program.id, Profile.made_at <= scope.cut)
    return list(db.session.scalars(query))


def _confirmations(scope: ProgramScope, until: datetime) -> dict[UUID, list[ProfileConfirmation]]:
    """Those said by this moment, of each profile, in their order."""
    rows = db.session.scalars(
        select(ProfileConfirmation)
        .join(Profile, Profile.id == ProfileConfirmation.profile_id)
        .where(Profile.program_id == scope.program.id, ProfileConfirmation.at <= until)
        .order_by(ProfileConfirmation.number)
    )
    found: dict[UUID, list[ProfileConfirmation]] = {}
    for row in rows:
        found.setdefault(row.profile_id, []).append(row)
    return found


def _last(scope: ProgramScope) -> datetime:
    """The last moment that counts."""
    return min(scope.end - timedelta(microseconds=1), scope.cut)


def _day(scope: ProgramScope, moment: datetime) -> date:
    return moment.astimezone(scope.zone).date()


METRICS = (
    Metric(
        "profiles_standing",
        1,
        FIRST,
        _l("Profiles"),
        "document",
        _l("Profiles that stand at the end of the quarter and are not past their last day"),
        _l("None: these are numbers of profiles"),
        _KEPT,
        standing,
    ),
    Metric(
        "profiles_confirmed",
        1,
        FIRST,
        _l("Confirmed again in time"),
        "document",
        _l("Profiles that their owner confirmed on or before the last day"),
        _l("Profiles whose last day lay in the quarter"),
        _l("Deleted before that day; not counted yet while the day has not passed"),
        in_time,
    ),
    Metric(
        "profile_looks",
        1,
        FIRST,
        _l("Profiles opened"),
        "document",
        _l("Looks at a profile, each with an open call"),
        _l("None: these are numbers of looks"),
        _l("Looks for a phone or address that no profile has"),
        looks,
    ),
)
