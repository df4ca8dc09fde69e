"""Who holds a task: taken, given back to the team, handed to somebody, or a whole shift's tasks handed over at once."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from portal.accounts import actor_of
from portal.accounts.models import Account
from portal.programs.models import ProgramTask
from portal.programs.tasks.access import Place, locked, place_of, places, works
from portal.programs.tasks.ending import note
from portal.programs.tasks.letters import tell
from portal.store import Actor, Conflict, Refused, audit, clock, db, write


def take_task(actor: Actor, task_id: UUID, *, version: int) -> None:
    """It is the actor's now. Conflict when somebody else took it first."""
    with write() as session:
        task, _place = locked(session, actor, task_id, version)
        _open(task)
        if task.account_id == actor.account_id:
            return
        if task.account_id is not None:
            raise Conflict(_("Somebody has taken this one."))
        task.account_id, task.version = actor.account_id, task.version + 1
        note(session, task, "taken", clock.now(), actor.account_id, actor.account_id)
        audit.append(actor, "take_task", "program_task", task.id)


def give_back(actor: Actor, task_id: UUID, *, version: int) -> None:
    """It is the team's again: by who holds it, or a supervisor."""
    with write() as session:
        task, place = locked(session, actor, task_id, version)
        _open(task)
        if task.account_id is None:
            return
        if task.account_id != actor.account_id and "supervisor" not in place.roles:
            raise Refused(_("Somebody else holds this one. Ask them, or a supervisor."))
        task.account_id, task.version = None, task.version + 1
        note(session, task, "given_back", clock.now(), actor.account_id)
        audit.append(actor, "give_back", "program_task", task.id)


def hand_over(actor: Actor, task_id: UUID, to_account_id: UUID, *, version: int) -> None:
    """It is somebody else's now, who works such tasks and is told: from one person to another, or from shift to shift. Refused
    for who does not work them."""
    with write() as session:
        task, _place = locked(session, actor, task_id, version)
        _open(task)
        _hand(actor, task, _worker(task, to_account_id))


def hand_over_all(actor: Actor, to_account_id: UUID) -> int:
    """The end of a shift: every open task that the actor holds and the other works is theirs now, and they are told once. Returns
    how many. Refused where there is none."""
    with write() as session:
        tasks = session.scalars(
            select(ProgramTask)
            .where(ProgramTask.account_id == actor.account_id, ProgramTask.state == "open")
            .order_by(ProgramTask.id)
            .with_for_update(of=ProgramTask)
        ).all()
        other = session.get(Account, to_account_id)
        if other is None or other.community_id != actor.community_id or other.id == actor.account_id:
            raise Refused(_("Choose somebody of the team."), "holder")
        handed = [task for task in tasks if _does(other, task)]
        if not handed:
            raise Refused(_("They work none of your tasks."), "holder")
        for task in handed:
            _hand(actor, task, other, letter=False)
        moment = clock.now()
        tell([other], "/tasks", f"shift:{actor.account_id}:{moment.isoformat()}", handed[0].id, urgent=False)
        return len(handed)


def team_of(actor: Actor, task: ProgramTask) -> list[tuple[UUID, str]]:
    """Who else works this task: (account, name), by name. Nobody for who does not see it."""
    place = place_of(actor, task)
    if place is None:
        return []
    return [
        (one.id, one.name) for one in _candidates(place) if one.id != task.account_id and _does(one, task)
    ]


def colleagues(actor: Actor) -> list[tuple[UUID, str]]:
    """Everybody of the actor's programs but the actor, by name: (account, name)."""
    people = {one.id: one.name for place in places(actor).values() for one in _candidates(place)}
    people.pop(actor.account_id, None)  # type: ignore[arg-type]
    return sorted(people.items(), key=lambda item: (item[1], str(item[0])))


def _candidates(place: Place) -> list[Account]:
    from_members = select(Account).where(
        Account.disabled_at.is_(None),
        Account.id.in_([member.account_id for member in place.program.members])
        | Account.memberships.any(organization_id=place.program.organization_id),
    )
    return list(db.session.scalars(from_members.order_by(Account.name, Account.id)))


def _does(account: Account, task: ProgramTask) -> bool:
    who = actor_of(account)
    place = place_of(who, task)
    return place is not None and works(who, place, task)


def _worker(task: ProgramTask, account_id: UUID) -> Account:
    found = db.session.get(Account, account_id)
    if found is None or found.disabled_at is not None or not _does(found, task):
        raise Refused(_("Choose somebody of the team."), "holder")
    return found


def _hand(actor: Actor, task: ProgramTask, other: Account, *, letter: bool = True) -> None:
    with write() as session:
        if task.account_id == other.id:
            return
        task.account_id, task.version = other.id, task.version + 1
        note(session, task, "handed_over", clock.now(), actor.account_id, other.id)
        if letter:
            tell([other], f"/tasks/{task.id}", f"handed:{task.id}:{task.version}", task.id, urgent=False)
        audit.append(actor, "hand_over", "program_task", task.id)


def _open(task: ProgramTask) -> None:
    if task.state != "open":
        raise Conflict(_("This task has ended."))
