"""What a service wants to know on the phone: its own short list, kept true by its people, read out to whoever calls."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.directory import listing_for
from portal.referrals.models import QuestionList
from portal.referrals.moves import NotHere, overtaken
from portal.referrals.rules import QUESTION_KINDS
from portal.referrals.wording import checked_question
from portal.store import Actor, Refused, audit, clock, db, write

MOST_QUESTIONS = 8
LONGEST_QUESTION = 120  # characters: it is read out
MOST_CHOICES, LONGEST_CHOICE = 6, 40


@dataclass(frozen=True)
class Question:
    """One question. kind: rules.QUESTION_KINDS; choices: two to six, for `choice` alone. needed: they cannot do without."""

    text: str
    kind: str = "yes_no"
    choices: tuple[str, ...] = ()
    needed: bool = False


@dataclass(frozen=True)
class Questions:
    """The list of one listing as it stood at a version; version 0 and no id: there never was one."""

    listing_id: UUID
    version: int = 0
    questions: tuple[Question, ...] = ()
    id: UUID | None = None


def questions_of(listing_id: UUID, version: int | None = None) -> Questions:
    """What this listing asks now, or asked at a version. No data of a person: whoever may see the listing may read it."""
    query = select(QuestionList).where(QuestionList.service_at_location_id == listing_id)
    if version is not None:
        query = query.where(QuestionList.version == version)
    row = db.session.scalars(query.order_by(QuestionList.version.desc()).limit(1)).first()
    return Questions(listing_id) if row is None else as_questions(row)


def as_questions(row: QuestionList) -> Questions:
    """The stored list as a value."""
    return Questions(
        row.service_at_location_id,
        row.version,
        tuple(_question(stored) for stored in row.questions),
        row.id,
    )


def set_questions(
    actor: Actor, listing_id: UUID, questions: Sequence[Question], *, version: int
) -> Questions:
    """The service's people, or a steward, say what is asked: eight questions at most, none of them for a diagnosis, charges or a
    social security number. Writes a new version and the audit trail; the same list again writes nothing.

    version: the one that the page showed; Conflict when another stands. NotHere: not theirs. Refused, the field being
    `question_3` for the third, and for a victim service, whose callers leave nothing here.
    """
    found = listing_for(actor, listing_id)
    if found is None or not found.vouched:
        raise NotHere
    if found.listing.how == "victim_call":
        raise Refused(_("Nothing of a caller is kept for this service, so it asks nothing here."))
    clean = tuple(_checked(one, number) for number, one in enumerate(questions, start=1))
    if len(clean) > MOST_QUESTIONS:
        raise Refused(_("Eight questions are the most."), f"question_{MOST_QUESTIONS}")
    try:
        with write() as session:
            stands = questions_of(listing_id)
            if stands.version != version:
                raise overtaken()
            if stands.questions == clean:
                return stands
            row = QuestionList(
                service_at_location_id=listing_id,
                version=version + 1,
                questions=[_stored(one) for one in clean],
                made_by=actor.name or actor.kind,
                made_at=clock.now(),
            )
            session.add(row)
            session.flush()
            audit.append(actor, "set_questions", "service_at_location", listing_id)
            return as_questions(row)
    except IntegrityError:  # somebody else saved this version at the same moment
        raise overtaken() from None


def _checked(one: Question, number: int) -> Question:
    """The question trimmed. Refused for what a referral must not hold, and for choices that are none."""
    field = f"question_{number}"
    if one.kind not in QUESTION_KINDS:
        raise Refused(_("Choose one of the list."), field)
    text = checked_question(one.text, field, LONGEST_QUESTION)
    if not text:
        raise Refused(_("Write the question."), field)
    if one.kind != "choice":
        return Question(text, one.kind, (), one.needed)
    choices = tuple(
        dict.fromkeys(filter(None, (checked_question(each, field, LONGEST_CHOICE) for each in one.choices)))
    )
    if not 2 <= len(choices) <= MOST_CHOICES:
        raise Refused(_("Give two to six answers to choose from, with commas between them."), field)
    return Question(text, one.kind, choices, one.needed)


def _stored(one: Question) -> dict[str, Any]:
    return asdict(one) | {"choices": list(one.choices)}


def _question(stored: dict[str, Any]) -> Question:
    return Question(stored["text"], stored["kind"], tuple(stored["choices"]), stored["needed"])
