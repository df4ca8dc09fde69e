"""An intermediary under 42 CFR part 2: who passes records on for people who agreed to that, and owes them a list of to whom.

Whether whoever runs this install is one is for their lawyer to say. With a name set, every consent that is signed from then on
names it and its members (2.31), and a person may ask in writing for the list of 2.24: recipients, days, what in short, of the
last 3 years, answered within 30 days.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import update

from portal.directory.models import Community
from portal.referrals.ledger import LedgerLine, LedgerQuestion, disclosures
from portal.referrals.moves import NotHere, overtaken
from portal.referrals.wording import checked
from portal.store import Actor, Refused, audit, clock, db, write

SETTING = "intermediary"  # of Community.settings; consent.passed_on reads it
LONGEST = 120
LIST_YEARS = 3
ANSWER_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Intermediary:
    """name: as consents name it; empty where there is none. version: of the community's row, for `set_intermediary`."""

    name: str
    version: int


def intermediary_for(actor: Actor) -> Intermediary | None:
    """Of the privacy officer's community; None for anybody else."""
    if actor.kind != "account" or not actor.has("privacy_officer"):
        return None
    here = db.session.get_one(Community, actor.community_id, populate_existing=True)
    return Intermediary(str(here.settings.get(SETTING) or ""), here.version)


def set_intermediary(actor: Actor, name: str, *, version: int) -> None:
    """Name it, or with an empty name say that there is none. Consents that were signed before keep what they say. Audited.
    NotHere for others than a privacy officer; Refused for words that a consent must not hold; Conflict when somebody else has
    saved since `version`."""
    stands = intermediary_for(actor)
    if stands is None:
        raise NotHere
    said = checked(name, "name", LONGEST)
    with write() as session:
        here = session.get_one(Community, actor.community_id, populate_existing=True)
        done = session.execute(
            update(Community)
            .where(Community.id == here.id, Community.version == version)
            .values(settings={**here.settings, SETTING: said}, version=version + 1)
        )
        if not getattr(done, "rowcount", 0):
            raise overtaken()
        audit.append(actor, "set_intermediary", "community", here.id, "on" if said else "off")


def list_of_recipients(actor: Actor, reference: str) -> tuple[LedgerLine, ...]:
    """What 2.24 wants listed for one request: every disclosure of the last 3 years that was made on a consent which names an
    intermediary, oldest first. For a privacy officer; empty for others. The look is in the audit trail. Refused for no
    reference, or one that cannot be."""
    if not reference.strip():
        raise Refused(_("Write the reference."), "reference")
    since = _three_years_before(clock.now())
    found = disclosures(actor, LedgerQuestion(reference=reference))
    return tuple(line for line in found if line.intermediary and line.at >= since)


def _three_years_before(now: datetime) -> datetime:
    return now - timedelta(days=365 * LIST_YEARS + 1)
