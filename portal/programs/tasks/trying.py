"""The verbs of the work itself: record a try, end a task, close one that is no longer owed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _

from portal.programs import rules
from portal.programs.facts import Answer
from portal.programs.models import ProgramTask, TaskAttempt
from portal.programs.rules import CONTACTS
from portal.programs.tasks.access import Place, locked
from portal.programs.tasks.ending import end, open_again, put_answers
from portal.programs.tasks.options import tries_of
from portal.programs.tasks.rules import EARLY, ENDS, Try, failed, gives_up
from portal.store import Actor, Conflict, Refused, audit, clock, limits, write

MOST_AHEAD = timedelta(days=92)  # of the next try


def record_try(
    actor: Actor, task_id: UUID, given: Try, *, version: int, facts: Mapping[str, Answer] | None = None
) -> UUID:
    """One try to reach somebody, and with `ends` the end of the task. Whoever works the task may; it becomes theirs when it was
    nobody's. A task that had ended as not reached is open again for whoever was reached after all. What the end leads to is
    made in the same transaction. Returns the try's id.

    Refused for what the preset does not know, for a time before the task was made or in the future, and for an end that this
    try cannot bring. Conflict when somebody changed it meanwhile, or it has ended.
    """
    with write() as session:
        task, place = locked(session, actor, task_id, version)
        now = clock.now()
        _check(place, task, given, now)
        if task.state == "unreachable" and given.result in ("reached", "family"):
            open_again(session, task, now, actor.account_id)
        elif task.state != "open":
            raise Conflict(_("This task has ended."))
        limits.spend("note", str(actor.account_id))
        row = TaskAttempt(
            task_id=task.id,
            at=given.at or now,
            means=given.means,
            result=given.result,
            roles=list(given.roles) or _own_roles(place, task),
            given=list(given.given),
            account_id=actor.account_id,
            recorded_at=now,
        )
        session.add(row)
        session.flush()
        session.expire(task, ["attempts"])
        task.account_id = task.account_id or actor.account_id
        task.again_at = given.again_at
        task.version += 1
        if given.ends:
            put_answers(place.preset, task, facts or {})
            end(session, place.preset, task, given.ends, now, actor.account_id)
        audit.append(actor, "record_try", "program_task", task.id)
        return row.id


def give_up(actor: Actor, task_id: UUID, *, version: int) -> None:
    """After the step's number of tries without an answer: ended as not reached, which is not the same as unknown. Refused
    before that. Audited."""
    with write() as session:
        task, place = locked(session, actor, task_id, version)
        if task.state != "open":
            raise Conflict(_("This task has ended."))
        k = tries_of(place.preset, task.step)
        if not gives_up(task.attempts, k, family_counts=place.options.family_counts):
            raise Refused(_("Try %(k)s times, and record each try.", k=k))
        end(session, place.preset, task, "unreachable", clock.now(), actor.account_id, state="unreachable")
        audit.append(actor, "give_up", "program_task", task.id)


def finish_task(
    actor: Actor, task_id: UUID, *, version: int, facts: Mapping[str, Answer] | None = None
) -> None:
    """A duty that is about nobody to be met, such as a review or telling a colleague, is done. Refused for the others: a try says
    how they end. Audited."""
    with write() as session:
        task, place = locked(session, actor, task_id, version)
        if task.state != "open":
            raise Conflict(_("This task has ended."))
        if task.kind in CONTACTS:
            raise Refused(_("Record the try that ended it."))
        put_answers(place.preset, task, facts or {})
        task.account_id = task.account_id or actor.account_id
        end(session, place.preset, task, "done", clock.now(), actor.account_id)
        audit.append(actor, "finish_task", "program_task", task.id)


def close_task(actor: Actor, task_id: UUID, reason: str, *, version: int) -> None:
    """It is no longer owed: rules.CLOSE_REASONS. It leaves every rate, and its reason is counted. Audited."""
    if reason not in rules.CLOSE_REASONS:
        raise Refused(_("Choose why."), "reason")
    with write() as session:
        task, place = locked(session, actor, task_id, version)
        if task.state != "open":
            raise Conflict(_("This task has ended."))
        end(session, place.preset, task, "", clock.now(), actor.account_id, state="closed", reason=reason)
        audit.append(actor, "close_task", "program_task", task.id, reason)


def _check(place: Place, task: ProgramTask, given: Try, now: datetime) -> None:
    if task.kind not in CONTACTS:
        raise Refused(_("Nobody is to be reached here. Mark it as done."))
    if given.means not in rules.MEANS:
        raise Refused(_("Choose one."), "means")
    if given.result not in rules.ATTEMPT_RESULTS or given.result == "answered":
        raise Refused(_("Choose what came of it."), "result")
    if given.at is not None and not task.made_at - EARLY <= given.at <= now + EARLY:
        raise Refused(_("Give a time since the task was made, and not in the future."), "at")
    if set(given.roles) - {role.code for role in place.preset.roles}:
        raise Refused(_("Choose from the list."), "roles")
    if set(given.given) - set(place.options.visit_services):
        raise Refused(_("Choose from the list."), "given")
    if given.again_at is not None and not now <= given.again_at <= now + MOST_AHEAD:
        raise Refused(_("Choose a time in the next three months."), "again_at")
    if given.ends and given.ends not in ENDS.get(given.result, ()):
        raise Refused(_("This try did not bring that. Choose another end, or none."), "ends")
    if given.ends == "family_contact" and not place.options.family_counts and task.kind != "family":
        raise Refused(_("In this program only the person counts. Go on trying."), "ends")
    if given.ends and given.again_at:
        raise Refused(_("Either it ends, or there is a next try."), "again_at")


def _own_roles(place: Place, task: ProgramTask) -> list[str]:
    """As whom the actor tried, where they did not say: the role that owns the task, if it is theirs."""
    known = [role.code for role in place.preset.roles if role.code in place.roles]
    return [task.role] if task.role in known else known[:1]


def tries_left(task: ProgramTask, place: Place) -> int:
    """How many more tries without an answer until it may end as not reached."""
    return max(0, tries_of(place.preset, task.step) - failed(task.attempts))
