"""Needs that came back with nobody left to ask: counted once each, by kind of help and coarse area, and nothing more."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.directory.models import Community
from portal.referrals import rules
from portal.referrals.models import Need, Offer, UnmetTally
from portal.store import db, engine_name

_ZIP = re.compile(r"\b(\d{3})\d{2}\b")


@dataclass(frozen=True)
class UnmetReferrals:
    """Needs of one code from one coarse area. `area`: the first three digits of a ZIP, the community's state where another
    place was said, "" where none was."""

    code: str
    area: str
    count: int


def unmet_referrals(first: date, last: date) -> list[UnmetReferrals]:
    """Of the days first to last (UTC, both counted in): needs of which every service that was asked said no or nothing, or
    that were closed because nothing was found; most first. Exact numbers: whoever shows them hides the small ones."""
    rows = db.session.execute(
        select(UnmetTally.code, UnmetTally.area, func.sum(UnmetTally.count))
        .where(UnmetTally.day.between(first, last))
        .group_by(UnmetTally.code, UnmetTally.area)
    )
    found = [UnmetReferrals(code, area, int(count)) for code, area, count in rows]
    return sorted(found, key=lambda line: (-line.count, line.code, line.area))


def record_unmet(session: Session, need: Need, now: datetime) -> None:
    """Count this need, the first time that it comes back; in the caller's transaction."""
    if need.unmet_at is not None:
        return
    need.unmet_at = now
    area = coarse(need.area, session.get_one(Community, need.community_id))
    insert = postgresql.insert if engine_name() == "postgresql" else sqlite.insert
    row = insert(UnmetTally).values(day=now.date(), code=need.code, area=area, count=1)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["day", "code", "area"], set_={"count": UnmetTally.__table__.c.count + 1}
        )
    )


def nobody_took(offer: Offer) -> bool:
    """Did this offer end because the service could not or did not answer? Not when the person decided, or it stood twice."""
    if offer.state == "expired":
        return True
    if offer.state != "declined":
        return False
    row = rules.DECLINE_REASONS[offer.decline_reason]
    return row.group != "person" and row.consequence != "void"


def coarse(area: str, community: Community) -> str:
    """Of `37203` or `37203 Nashville` 372, of another place the community's state, of none nothing."""
    found = _ZIP.search(area)
    if found:
        return found[1]
    return str((community.area or {}).get("state") or "") if area.strip() else ""
