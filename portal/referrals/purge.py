"""What has served its time is erased: the words people typed, the person, and in the end consents and the ledger.

The clocks are rows of portal.store.retention. A clock that starts with the close never runs for an open need, and none runs
under a legal hold. What was erased is remembered by id, so that a restored backup can be made to forget again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, exists, false, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.referrals.blind_clock import cut_client_keys, forget_blind
from portal.referrals.holds import not_held
from portal.referrals.models import (
    AskEvent,
    Asking,
    BreakGlass,
    CapacityAsk,
    Consent,
    Correction,
    Disclosure,
    Need,
    Offer,
    OfferEvent,
    Person,
    ScriptAnswers,
)
from portal.store import Base, audit, erased, guards
from portal.store.actor import CLOCK
from portal.store.retention import RETENTION

BATCH = 500  # needs a transaction


@dataclass(frozen=True)
class Words:
    """Columns of one table that hold what people typed. `whole`: the row is nothing but them, and goes. hangs: how a row finds
    its need: by `need_id`, `offer_id`, or as a need's person."""

    table: type[Base]
    columns: tuple[InstrumentedAttribute[Any], ...]
    hangs: str
    whole: bool = False

    def needs(self) -> Select[Any]:
        """Needs where such a row still holds something."""
        rows: Select[Any]
        if self.hangs == "need_id":
            rows = select(self._of("need_id"))
        elif self.hangs == "offer_id":
            rows = select(Offer.need_id).join(self.table, self._of("offer_id") == Offer.id)
        else:
            rows = select(Need.id).join(self.table, Need.person_id == self._of("id"))
        return rows.where(or_(false(), *(func.length(column) > 0 for column in self.columns)))

    def of(self, need_ids: list[UUID]) -> ColumnElement[bool]:
        """The rows of these needs."""
        if self.hangs == "need_id":
            return self._of("need_id").in_(need_ids)
        if self.hangs == "offer_id":
            return self._of("offer_id").in_(select(Offer.id).where(Offer.need_id.in_(need_ids)))
        return self._of("id").in_(select(Need.person_id).where(Need.id.in_(need_ids)))

    def _of(self, name: str) -> InstrumentedAttribute[Any]:
        return cast(InstrumentedAttribute[Any], getattr(self.table, name))


# 30 days after the close. A column that is not here, in CONTACT or in STAYS fails a test.
FREE_TEXT = (
    Words(Offer, (Offer.question, Offer.answer, Offer.decline_note), "need_id"),
    Words(OfferEvent, (OfferEvent.note,), "offer_id"),
    Words(Person, (Person.safety_notes,), "person"),
    Words(ScriptAnswers, (ScriptAnswers.answers,), "offer_id", whole=True),
    Words(Correction, (Correction.note,), "need_id", whole=True),
)
# 90 days after the close: the person's row, and what could be tried against a name.
CONTACT = ("person", "need.request_digest")
# Six years: the record of who agreed to what, and of openings in an emergency.
SIX_YEARS = ("consent", "disclosure", "break_glass")
# Text that stays: codes of closed lists, staff, services, coarse places, random ids. Table -> columns; `*` is all of them.
STAYS = {
    "need": "code urgency age_band area safe_contact language callback basis plan owner deadline_name close_reason"
    " idempotency_key",
    "offer": "state channel answered_by decline_reason code connected_by receiver_name",
    "offer_event": "action from_state to_state role actor_kind channel reason",
    **dict.fromkeys(("attempt", "follow_up", "handoff", "need_fault", "transport"), "*"),
    **dict.fromkeys(("blind_index", "legal_hold", "receipt", "rights_request"), "*"),
}


def purge_due(now: datetime) -> dict[str, int]:
    """Erase what is due: how many needs lost their words, how many their person, how many rows of the ledger, consents and
    openings went, how many askings and index rows, and how many needs lost their key. Batches of one transaction each, each in
    the trail; what left a need is in the list of what was erased too."""
    return {
        "free_text": _in_batches(lambda session: _erase(session, "free_text", _due_words(now))),
        "contact": _in_batches(lambda session: _erase(session, "contact", _due_person(now))),
        "ledger": _in_batches(
            lambda session: _drop(session, "ledger", Disclosure.number, _old_disclosures(now))
        ),
        "consents": _in_batches(lambda session: _drop(session, "consents", Consent.id, _old_consents(now))),
        "openings": _in_batches(
            lambda session: _drop(session, "openings", BreakGlass.id, _old_openings(now))
        ),
        "askings": _in_batches(lambda session: _drop_askings(session, now)),
        "blind_index": forget_blind(now),
        "client_key": cut_client_keys(now),
    }


def blank_words(session: Session, need_ids: list[UUID]) -> None:
    """What people typed about these needs is gone. In `guards.purging()`: events are guarded."""
    for words in FREE_TEXT:
        if words.whole:
            session.execute(_quietly(delete(words.table).where(words.of(need_ids))))
            continue
        blank = {column.key: None if column.expression.nullable else "" for column in words.columns}
        session.execute(_quietly(update(words.table).where(words.of(need_ids)).values(blank)))
    session.expire_all()


def drop_people(session: Session, need_ids: list[UUID]) -> None:
    """The sealed people of these needs are gone, and the digest of what was sent, which could be tried against a name."""
    people = list(
        session.scalars(select(Need.person_id).where(Need.id.in_(need_ids), Need.person_id.is_not(None)))
    )
    session.execute(
        _quietly(update(Need).where(Need.id.in_(need_ids)).values(person_id=None, request_digest=""))
    )
    session.execute(
        _quietly(delete(Person).where(Person.id.in_(people), ~exists().where(Need.person_id == Person.id)))
    )
    session.expire_all()


ERASE: dict[str, Callable[[Session, list[UUID]], None]] = {"free_text": blank_words, "contact": drop_people}


def _in_batches(step: Callable[[Session], int]) -> int:
    done = 0
    while True:
        with guards.purging() as session:
            found = step(session)
        if not found:
            return done
        done += found


def _erase(session: Session, what: str, due: Select[Any]) -> int:
    need_ids = list(session.scalars(due.order_by(Need.closed_at).limit(BATCH)))
    if need_ids:
        ERASE[what](session, need_ids)
        for need_id in need_ids:
            erased.remember(what, need_id)
        audit.append(CLOCK, "purge", "need", len(need_ids), what)
    return len(need_ids)


def _closed_before(moment: datetime) -> Select[Any]:
    """Needs closed before this moment that nobody holds."""
    return select(Need.id).where(Need.closed_at < moment, not_held(Need.id))


def _due_words(now: datetime) -> Select[Any]:
    return _closed_before(RETENTION["free_text"].cutoff(now)).where(
        or_(*(Need.id.in_(words.needs()) for words in FREE_TEXT))
    )


def _due_person(now: datetime) -> Select[Any]:
    return _closed_before(RETENTION["contact"].cutoff(now)).where(
        or_(Need.person_id.is_not(None), Need.request_digest != "")
    )


def _drop(session: Session, what: str, key: InstrumentedAttribute[Any], due: Select[Any]) -> int:
    """Delete whole rows of what is kept for six years."""
    keys = list(session.scalars(due.limit(BATCH)))
    if keys:
        session.execute(_quietly(delete(key.class_).where(key.in_(keys))))
        audit.append(CLOCK, "purge", key.class_.__tablename__, len(keys), what)
    return len(keys)


def _drop_askings(session: Session, now: datetime) -> int:
    """Askings that closed long ago, with their asks and their log; a need that came of one stands without it."""
    cutoff = RETENTION["askings"].cutoff(now)
    keys = list(session.scalars(select(Asking.id).where(Asking.closed_at < cutoff).limit(BATCH)))
    if keys:
        asks = select(CapacityAsk.id).where(CapacityAsk.asking_id.in_(keys))
        session.execute(_quietly(update(Need).where(Need.asking_id.in_(keys)).values(asking_id=None)))
        session.execute(_quietly(delete(AskEvent).where(AskEvent.ask_id.in_(asks))))
        session.execute(_quietly(delete(CapacityAsk).where(CapacityAsk.asking_id.in_(keys))))
        session.execute(_quietly(delete(Asking).where(Asking.id.in_(keys))))
        audit.append(CLOCK, "purge", "asking", len(keys), "askings")
    return len(keys)


def _old_disclosures(now: datetime) -> Select[Any]:
    cutoff = RETENTION["ledger"].cutoff(now)
    return select(Disclosure.number).where(Disclosure.at < cutoff, not_held(Disclosure.need_id))


def _old_openings(now: datetime) -> Select[Any]:
    cutoff = RETENTION["openings"].cutoff(now)
    return select(BreakGlass.id).where(BreakGlass.at < cutoff, not_held(BreakGlass.need_id))


def _old_consents(now: datetime) -> Select[Any]:
    """Consents of needs that closed so long ago, and that no row of the ledger names any more."""
    return select(Consent.id).where(
        Consent.need_id.in_(_closed_before(RETENTION["consent"].cutoff(now))),
        ~exists().where(Disclosure.consent_id == Consent.id),
    )


def _quietly(statement: Any) -> Any:
    """What the session holds is read afresh afterwards; it need not look for the rows itself."""
    return statement.execution_options(synchronize_session=False)
