"""What the person told is gone from here, at once: after a withdrawal, or when they do not want it."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from portal.messages import drop_about
from portal.referrals.blind import forget_need
from portal.referrals.models import Consent, Correction, Need
from portal.referrals.script import forget_answers
from portal.store import erased


def lock_payload(session: Session, need: Need, now: datetime) -> None:
    """The consent no longer holds; the sealed person, their corrections, their index rows and the typed questions are deleted;
    queued letters are dropped. The ledger keeps its rows: what went out before is not undone."""
    session.execute(
        update(Consent)
        .where(Consent.need_id == need.id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    erased.remember("payload", need.id)
    person = need.person
    need.person_id = None
    forget_need(session, need)
    session.execute(delete(Correction).where(Correction.need_id == need.id))
    forget_answers(session, need)
    for offer in need.offers:
        offer.question = offer.answer = ""
        drop_about(offer.id)
    drop_about(need.id)
    session.flush()
    if person is not None:
        session.delete(person)
        session.flush()
