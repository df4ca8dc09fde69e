"""The person's own word on how they are: with the code of the card from the scene, or by answering a text. It says nothing back
but thank you, and shows nothing: a card is lost, and a phone is read by others."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.messages import Text, enqueue_text, number_id, reachable, text_mode
from portal.messages.rules import phone_number
from portal.programs.models import EncounterNeed, ProgramTask, TaskAttempt, TaskText
from portal.programs.rules import CONTACTS
from portal.programs.tasks.access import hold_call, locked
from portal.programs.tasks.ending import end, note
from portal.programs.tasks.letters import tell, watchers
from portal.programs.tasks.options import of
from portal.programs.tasks.person import contact_of, has_person, need_of
from portal.programs.tasks.rules import OWN_ANSWERS
from portal.referrals import ReceiptView, need_by_receipt, new_reference, understood
from portal.store import Actor, Conflict, Refused, audit, clock, write

SAFE = ("text", "call")  # only where the person said so: a text on a phone that others read may hurt somebody
MOST_TEXTS = 2  # of one task
BY_TEXT = {"1": "in_care", "2": "call_me", "3": "no_contact"}
PERSON = Actor(kind="link", name="person")


def asks_by_receipt(code: str) -> bool:
    """Whether the team of the holder of this card would like to hear from them: nothing more is told. False for an unknown code."""
    with write() as session:
        need = need_by_receipt(session, code)
        return need is not None and bool(_waiting(session, need.id, clock.now()))


def answer_by_receipt(code: str, answer: str) -> ReceiptView | None:
    """What the holder of the card says: OWN_ANSWERS. Recorded as the person's own word, without a name. None for a code that is
    not one of ours; Refused when nobody asks any more."""
    if answer not in OWN_ANSWERS:
        raise Refused(_("Choose one."), "answer")
    with write() as session:
        need = need_by_receipt(session, code)
        if need is None:
            return None
        tasks = _waiting(session, need.id, clock.now())
        if not tasks:
            raise Refused(_("Nobody is waiting for your word now. Thank you."), "answer")
        _answered(session, tasks[0], "card", answer)
        return ReceiptView(need.callback)


def may_text(session: Session, task: ProgramTask) -> bool:
    """Whether the person of this task may be asked by text: the program does it, they said that texts are safe, and there is a
    phone. Opens nothing."""
    _preset, options = of(task.program)
    row = task.encounter
    need = need_of(session, task, row) if row is not None else None
    return (
        options.own_answer
        and task.state == "open"
        and text_mode() != "off"
        and need is not None
        and need.safe_contact in SAFE
    )


def ask_by_text(actor: Actor, task_id: UUID, *, version: int) -> None:
    """Ask the person how they are, in one line that names nobody and nothing; they answer with a digit. Audited as a look at their
    contact. Refused where a text is not safe, where there is no number, and after two."""
    with write() as session:
        task, place = locked(session, actor, task_id, version)
        if task.state != "open":
            raise Conflict(_("This task has ended."))
        if not has_person(task, place, clock.now()) or not may_text(session, task):
            raise Refused(_("The person did not say that a text is safe. Do not text them."))
        person = contact_of(session, task)
        phone = phone_number(person.phone) if person else None
        if phone is None:
            raise Refused(_("There is no number that a text can go to."))
        before = session.scalars(select(TaskText).where(TaskText.task_id == task.id)).all()
        if len(before) >= MOST_TEXTS or any(clock.now() - one.at < timedelta(days=1) for one in before):
            raise Refused(_("They were asked already. Give them time, or try another way."))
        row = number_id(phone)
        if not reachable(row):
            raise Refused(_("This number takes no texts from us."))
        reference = new_reference()
        session.add(TaskText(reference=reference, task_id=task.id, number_id=row, at=clock.now()))
        words = _(
            "Handrail: we said we would ask how you are. Reply 1 all well, 2 please call me, 3 do not contact me. Ref %(ref)s",
            ref=reference,
        )
        enqueue_text(Text("texts/task", row, words, f"task-text:{reference}", task.id))
        task.version += 1
        note(session, task, "asked", clock.now(), actor.account_id)
        audit.append(actor, "ask_by_text", "program_task", task.id)


def answer_text(session: Session, number: UUID, words: str) -> str:
    """What a phone says to a question of ours, and the line that goes back; empty when it was asked none that is open. In the
    caller's transaction."""
    said, reference = understood(words)
    waiting = [
        one
        for one in session.scalars(
            select(TaskText)
            .where(TaskText.number_id == number, TaskText.answered_at.is_(None))
            .order_by(TaskText.at.desc())
        )
        if not reference or one.reference == reference
    ]
    if not waiting or not said:
        return ""
    asked = waiting[0]
    task = session.get(ProgramTask, asked.task_id)
    asked.answered_at = clock.now()
    if task is None or task.state != "open":
        return _("Handrail: thank you. This was settled already.")
    _answered(session, task, "text", BY_TEXT[said])
    if BY_TEXT[said] == "call_me":
        return _("Handrail: thank you. Somebody of the team calls you. If it cannot wait, call 988.")
    return _("Handrail: thank you. We have noted it. If you need somebody now, call 988.")


def _waiting(session: Session, need_id: UUID, now: datetime) -> Sequence[ProgramTask]:
    """Open tasks to reach the person of this referral, in programs that take the person's own word, the most urgent first."""
    rows = session.scalars(
        select(ProgramTask)
        .join(EncounterNeed, EncounterNeed.encounter_id == ProgramTask.encounter_id)
        .where(
            EncounterNeed.need_id == need_id,
            ProgramTask.state == "open",
            ProgramTask.kind.in_(CONTACTS - {"family"}),
            ProgramTask.opens_at <= now,
        )
        .order_by(ProgramTask.due_at, ProgramTask.id)
    ).all()
    return [row for row in rows if of(row.program)[1].own_answer]


def _answered(session: Session, task: ProgramTask, means: str, answer: str) -> None:
    """The word is a try of its own, of nobody of the team. Who wants no contact is left alone by every open task of that call."""
    now = clock.now()
    preset, _options = of(task.program)
    hold_call(session, task.id)
    session.add(
        TaskAttempt(
            task_id=task.id, at=now, means=means, result="answered", roles=[], given=[], recorded_at=now
        )
    )
    session.flush()
    session.expire(task, ["attempts"])
    result = OWN_ANSWERS[answer]
    if not result:
        task.again_at = now
        task.version += 1
        people = watchers(task.program, task.role, task.organization_id)
        tell(people, f"/tasks/{task.id}", f"answered:{task.id}:{task.version}", task.id, urgent=True)
    elif result == "refused":
        for each in _of_call(session, task):
            end(session, preset, each, "refused", now, None)
    else:
        end(session, preset, task, result, now, None)
    audit.append(PERSON, f"answered_by_{means}", "program_task", task.id)


def _of_call(session: Session, task: ProgramTask) -> Sequence[ProgramTask]:
    return session.scalars(
        select(ProgramTask).where(
            ProgramTask.encounter_id == task.encounter_id,
            ProgramTask.program_id == task.program_id,
            ProgramTask.state == "open",
            ProgramTask.kind.in_(CONTACTS),
        )
    ).all()
