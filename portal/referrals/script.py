"""The phone script: the sender reads what the service will ask, and writes down what they answered.

The answers are sealed and stand in no view: `open_answers` is the one read that opens them, and it is logged. They are read by
whoever typed them and, after the accept, by the service that asked.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from portal.referrals.access import closed_for_sender, in_the_dark, roles_at
from portal.referrals.ledger import write_down
from portal.referrals.matrix import reader_of, sees, shown_offer
from portal.referrals.models import Need, Offer, QuestionList, ScriptAnswers
from portal.referrals.moves import NotHere, lock_need, overtaken
from portal.referrals.questions import Question, Questions, as_questions, questions_of
from portal.referrals.rules import ASKED, HELD
from portal.referrals.wording import checked
from portal.store import Actor, Refused, audit, clock, db, limits, write

LONGEST_ANSWER = 80
GONE = ("declined", "cancelled", "withdrawn", "void")


@dataclass(frozen=True)
class Told:
    """One question and what was answered; empty: they did not say."""

    question: Question
    answer: str


def script_of(offer: Offer, role: str) -> Questions:
    """What this offer's service will ask, for one of its two sides; nothing for others."""
    need = offer.need
    if role not in ("sender", "receiver") or not sees(reader_of(role, need, offer), "script"):
        return Questions(offer.service_at_location_id)
    return questions_of(offer.service_at_location_id)


def call_is_due(offer: Offer) -> bool:
    """Whether the sender's page shows the script: once the service has said yes; to one in the dark all the time, whatever it
    said."""
    if in_the_dark(offer.need):
        return closed_for_sender(offer.need, clock.now()) is None
    return offer.state in HELD


def answer_script(actor: Actor, offer_id: UUID, version: int, answers: Sequence[str]) -> None:
    """The sender writes down what they told the service: one answer a question, empty where nothing was said. version: of the
    questions that the page showed; the answers are kept with it.

    Writes one sealed row, the audit trail and, where the service has the person already, the ledger. Tells nobody.
    NotHere for others than the sender; Refused (field `answer_2` for the second question) for an answer that is none.
    """
    with write() as session:
        need = lock_need(session, select(Offer.need_id).where(Offer.id == offer_id).scalar_subquery())
        if need is None or "sender" not in roles_at(actor, need, None, clock.now()):
            raise NotHere
        offer = shown_offer(need)
        if offer is None or offer.id != offer_id:
            raise NotHere
        if not may_answer(offer):
            raise overtaken()
        _store(session, actor, offer, version, answers)


def keep_answers(
    session: Session, actor: Actor, offer: Offer, said: tuple[int, Sequence[str]] | None
) -> None:
    """What was answered on a call that is recorded in this transaction, with the version of the questions; nothing for None or
    where every answer is empty."""
    if said is not None and any(answer.strip() for answer in said[1]):
        _store(session, actor, offer, *said)


def _store(session: Session, actor: Actor, offer: Offer, version: int, answers: Sequence[str]) -> None:
    asked = session.scalar(
        select(QuestionList).where(
            QuestionList.service_at_location_id == offer.service_at_location_id,
            QuestionList.version == version,
        )
    )
    if asked is None:
        raise Refused(_("These questions are not there any more. Open the page again."))
    told = checked_answers(as_questions(asked).questions, answers, written=offer.need.basis != "none_needed")
    limits.spend("note", str(actor.account_id))
    session.add(
        ScriptAnswers(
            offer_id=offer.id,
            question_list_id=asked.id,
            answers=json.dumps(list(told)),
            account_id=actor.account_id,
            at=clock.now(),
        )
    )
    audit.append(actor, "answer_script", "offer", offer.id)
    if offer.code:
        disclose_answers(session, offer)


def disclose_answers(session: Session, offer: Offer) -> None:
    """The ledger: this service may now read what was answered, if anything was."""
    session.flush()
    if session.scalar(select(exists().where(ScriptAnswers.offer_id == offer.id))):
        write_down(session, offer.need, offer, "information", offer.organization_id)


def forget_answers(session: Session, need: Need) -> None:
    """The answers of a need are gone, with the rest of what the person told."""
    session.execute(
        delete(ScriptAnswers).where(ScriptAnswers.offer_id.in_([offer.id for offer in need.offers]))
    )


def open_answers(actor: Actor, offer_id: UUID) -> tuple[Told, ...] | None:
    """What was answered, for whoever typed it and for the service after its yes. Writes one audit row. None for others, or when
    nothing was answered."""
    offer = db.session.get(Offer, offer_id)
    row = newest_answers(offer_id)
    if offer is None or row is None or not _may_read(actor, offer, row):
        return None
    with write():
        audit.append(actor, "open_answers", "offer", offer_id)
        told = json.loads(row.answers)
    return tuple(Told(*pair) for pair in zip(as_questions(row.asked).questions, told, strict=False))


def newest_answers(offer_id: UUID) -> ScriptAnswers | None:
    """The row that counts."""
    return db.session.scalars(
        select(ScriptAnswers)
        .where(ScriptAnswers.offer_id == offer_id)
        .order_by(ScriptAnswers.number.desc())
        .limit(1)
    ).first()


def has_answers(actor: Actor, offer: Offer) -> bool:
    """Whether this actor would find any."""
    row = newest_answers(offer.id)
    return row is not None and _may_read(actor, offer, row)


def may_answer(offer: Offer) -> bool:
    """Whether the sender may still write answers down. In the dark this hangs on nothing that a service did."""
    if in_the_dark(offer.need):
        return closed_for_sender(offer.need, clock.now()) is None
    return offer.state in ASKED | HELD


def _may_read(actor: Actor, offer: Offer, row: ScriptAnswers) -> bool:
    roles = roles_at(actor, offer.need, offer, clock.now())
    if "sender" in roles:
        return actor.account_id == row.account_id
    after = sees(reader_of("receiver", offer.need, offer), "script_answers") and offer.state not in GONE
    return "receiver" in roles and actor.kind == "account" and after


def checked_answers(questions: Sequence[Question], answers: Sequence[str], *, written: bool) -> list[str]:
    """The answers as stored. Refused for what is no answer to its question, and when there is none at all. written: whether an
    answer in words may be kept; not where the sender said that nothing of the person is given."""
    told = []
    for number, question in enumerate(questions, start=1):
        field = f"answer_{number}"
        answer = checked(answers[number - 1] if number <= len(answers) else "", field, LONGEST_ANSWER)
        known = {"yes_no": ("yes", "no"), "choice": question.choices}.get(question.kind)
        if answer and known is not None and answer not in known:
            raise Refused(_("Choose one of the list."), field)
        if answer and known is None and not written:
            raise Refused(_("Nothing of the person is kept with this request. Leave this empty."), field)
        told.append(answer)
    if not any(told):
        raise Refused(_("Answer at least one question."), "answer_1" if questions else None)
    return told
