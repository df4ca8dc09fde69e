"""The review: on its day the officer who referred hears that there is something to read, and reads one word."""

from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Account
from portal.programs.access import today
from portal.programs.models import Engagement
from portal.programs.tasks.letters import tell
from portal.store import audit, db, write
from portal.store.actor import CLOCK


def tick_engagement(now: datetime) -> int:
    """Tell the officers whose review day has ended, once each, where the person agreed that they hear. Nobody is told of anybody
    else. Returns how many. For the worker."""
    day = today()
    due = db.session.scalars(
        select(Engagement.id).where(
            Engagement.review_by < day, Engagement.told_at.is_(None), Engagement.may_tell == "yes"
        )
    ).all()
    for engagement_id in due:
        with write() as session:
            row = session.get_one(Engagement, engagement_id, with_for_update={"of": Engagement})
            if row.told_at is not None:
                continue
            row.told_at, row.version = now, row.version + 1
            officer = session.scalars(
                select(Account).where(Account.id == row.referred_by, Account.disabled_at.is_(None))
            )
            tell(officer, f"/engagements/{row.id}", f"engagement:{row.id}", row.id, urgent=False)
            audit.append(CLOCK, "tell_engagement", "engagement", row.id)
    return len(due)


def word_of(row: Engagement) -> str:
    """yes, no, or unknown: the one word that the officer reads. A clinic that said nothing has not said no."""
    return row.engaged or "unknown"
