"""Asking a team: to come, to take a call, or to be reached by phone or video. What keeps a call out is counted too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.programs.access import roles_in
from portal.programs.dispatch import letters
from portal.programs.dispatch.access import asked_program, home_of, sides_of
from portal.programs.dispatch.card import nearest, works_in
from portal.programs.dispatch.events import note
from portal.programs.dispatch.options import DispatchOptions
from portal.programs.dispatch.roster import on_duty
from portal.programs.dispatch.rules import CUSTODY, OPEN, kept_out
from portal.programs.models import Encounter, ProgramTask, ResponseProgram, TeamRequest
from portal.programs.preset import length
from portal.programs.rules import REFERENCE, SOURCES
from portal.programs.settings import effective
from portal.referrals import NotHere
from portal.referrals.rules import LANGUAGES
from portal.store import Actor, Conflict, Refused, audit, clock, db, limits, write


@dataclass(frozen=True)
class Ask:
    """What a team is asked. answers: the decision card, question -> yes. assigned_to: who of the roster is sent.
    from_encounter_id: the asker's own call. again: an earlier request of the same unit that no team has, whose task goes along.
    once: its id, made with the form, so that a form sent twice is one request."""

    way: str = "dispatch"
    source: str = "police"
    district_id: UUID | None = None
    reference: str = ""
    language: str = ""
    answers: Mapping[str, bool] = field(default_factory=dict)
    assigned_to: UUID | None = None
    from_encounter_id: UUID | None = None
    again: UUID | None = None
    once: UUID | None = None
    parent_id: UUID | None = None


def ask_team(actor: Actor, program_id: UUID, given: Ask) -> TeamRequest:
    """One request. Its state says what became of it at once: `asked`; `kept_out` by an answer of the card; `nobody`, where the
    program sends specialists by name and none is free. Where the program keeps custody, the asker has a task from now on that
    closes only when the team takes over. The team is told. Refused for what the preset does not know; Conflict when whoever was
    chosen is no longer free."""
    with write() as session:
        program, options = asked_program(actor, program_id)
        there = session.get(TeamRequest, given.once) if given.once else None
        if there is not None:
            if there.program_id != program.id or there.asked_by != actor.account_id:
                raise Refused(_("This form is too old. Open it again."))
            return there
        check_ask(actor, program, options, given)
        limits.spend("note", str(actor.account_id))
        return make_request(session, actor, program, options, given, home_of(actor, program))


def make_request(
    session: Session,
    actor: Actor,
    program: ResponseProgram,
    options: DispatchOptions,
    given: Ask,
    asker_organization_id: UUID,
) -> TeamRequest:
    """The row of a request that was checked, its first event, the asker's task, and the letters."""
    now = clock.now()
    out = kept_out(given.answers, options.excludes)
    state, who = ("kept_out", None) if out else _who_goes(actor, program, options, given)
    row = TeamRequest(
        community_id=program.community_id,
        program=program,
        way=given.way,
        source=given.source,
        asked_by=actor.account_id,
        asker_organization_id=asker_organization_id,
        reference=given.reference,
        district_id=given.district_id,
        language=given.language,
        answers=dict(given.answers),
        state=state,
        why=out,
        assigned_to=who,
        asked_at=now,
        answer_by=now + length(options.answer_within),
        ended_at=None if state == "asked" else now,
        from_encounter_id=given.from_encounter_id,
        parent_id=given.parent_id or given.again,
    )
    if given.once:
        row.id = given.once
    session.add(row)
    session.flush()
    if state == "asked" and options.keeps_custody:
        row.task = _task_for(session, actor, row, options, given, now)
    note(session, row, "ask", actor.account_id, now, out)
    session.flush()
    audit.append(actor, "ask_team", "team_request", row.id, state)
    if state == "asked":
        letters.tell_team(row, "asked")
    return row


def check_ask(actor: Actor, program: ResponseProgram, options: DispatchOptions, given: Ask) -> None:
    """Refused, naming the field, for what the preset or the closed lists do not know; NotHere for a call of somebody else's."""
    preset = effective(program)
    for name, known in (
        ("way", [way for way in options.ways if way != "consult"]),
        ("source", preset.sources or tuple(SOURCES)),
        ("language", LANGUAGES),
        ("district_id", [None, *(code for code, _name in works_in(program))]),
    ):
        if getattr(given, name) not in known:
            raise Refused(_("Choose one of the list."), name)
    if given.reference and not REFERENCE.fullmatch(given.reference):
        raise Refused(_("Use up to 40 letters, digits, spaces, dots, dashes or slashes."), "reference")
    for question in options.card:
        if given.answers.get(question.code) not in (True, False):
            raise Refused(_("Answer yes or no."), question.code)
    if set(given.answers) - {question.code for question in options.card}:
        raise Refused(_("This program does not ask that."))
    if given.from_encounter_id is not None:
        own = own_encounter(actor, given.from_encounter_id)
        if own is None:
            raise NotHere


def own_encounter(actor: Actor, encounter_id: UUID) -> Encounter | None:
    """A call of a program in which the actor works; None otherwise."""
    row = db.session.get(Encounter, encounter_id)
    if row is None or row.community_id != actor.community_id or not roles_in(actor, row.program):
        return None
    return row


def _who_goes(
    actor: Actor, program: ResponseProgram, options: DispatchOptions, given: Ask
) -> tuple[str, UUID | None]:
    """`asked` and whom, or `nobody`. A program without specialists is asked as a team."""
    if not options.specialists or given.way != "dispatch":
        return "asked", None
    labels = {role.label for role in effective(program).roles if role.code in options.specialists}
    free = [
        person
        for person in on_duty(actor, program, clock.now())
        if person.free and not person.on_call and person.role in labels
    ]
    if given.assigned_to is not None:
        if given.assigned_to not in {person.account_id for person in free}:
            raise Conflict(_("They are no longer free. Look who is free now."))
        return "asked", given.assigned_to
    if not free:
        return "nobody", None
    return "asked", nearest(free, given.district_id)[0].person.account_id


def _task_for(
    session: Session,
    actor: Actor,
    row: TeamRequest,
    options: DispatchOptions,
    given: Ask,
    now: datetime,
) -> ProgramTask:
    """The asker's task: theirs from an earlier request that no team has, or a new one."""
    if given.again is not None:
        before = session.get(TeamRequest, given.again)
        if before is None or "asker" not in sides_of(actor, before):
            raise NotHere
        if before.state in OPEN:
            raise Conflict(_("The first team has not said no yet."))
        if before.task is not None and before.task.state == "open":
            return before.task
    task = ProgramTask(
        program_id=row.program_id,
        organization_id=row.asker_organization_id,
        kind="other",
        step=CUSTODY,
        role=options.asker_role,
        account_id=actor.account_id,
        opens_at=now,
        due_at=now + timedelta(hours=24),
        alarm_at=None,
        made_at=now,
    )
    session.add(task)
    session.flush()
    return task
