"""The doors of a team's work list: what is owed, by when, and each try at it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programs as p
from portal import referrals as r
from portal.programs.rules import ATTEMPT_RESULTS, TASK_EVENTS, TASK_RESULTS
from portal.store import Conflict, Refused, TooMany, db
from portal.web.forms import PageForm
from portal.web.forms_tasks import TRY_MEANS, CloseForm, HolderForm, ShiftForm, end_form, try_form
from portal.web.gates import actor, gate
from portal.web.moments import from_wall
from portal.web.steps import version_of

blueprint = Blueprint("tasks", __name__)


@blueprint.get("/tasks")
@gate("program.work")
def tasks() -> ResponseReturnValue:
    """The work list, sorted by deadline: of one program (`?program=`), or mine alone (`?mine=1`)."""
    return _list(_uuid(request.args.get("program")))


@blueprint.get("/programs/<uuid:program_id>/tasks")
@gate("program.work")
def of_program(program_id: UUID) -> ResponseReturnValue:
    """The same for one program."""
    program = p.program_for(actor(), program_id)
    if program is None or not p.roles_in(actor(), program):
        abort(404)
    return _list(program_id)


@blueprint.route("/tasks/shift", methods=["GET", "POST"])
@gate("program.work")
def shift() -> ResponseReturnValue:
    """The end of a shift: everything that I hold goes to somebody of the next one."""
    form = ShiftForm()
    people = p.colleagues(actor())
    form.holder.choices = [("", _("Choose")), *((str(one), name) for one, name in people)]
    held = p.work_list(actor(), mine=True)
    lines = (*held.now, *held.later)
    if not form.is_submitted():
        return render_template("tasks/shift.html", form=form, lines=lines)
    if not form.validate():
        return render_template("tasks/shift.html", form=form, lines=lines), 422
    try:
        to = _uuid(form.holder.data)
        if to is None:
            raise Refused(_("Choose somebody of the team."), "holder")
        count = p.hand_over_all(actor(), to)
    except Refused as refused:
        form.refuse(refused)
        return render_template("tasks/shift.html", form=form, lines=lines), 422
    flash(_("Handed over: %(count)s. They are told.", count=count))
    return redirect(url_for("tasks.tasks"), 303)


@blueprint.get("/tasks/<uuid:task_id>")
@gate("program.work")
def task(task_id: UUID) -> ResponseReturnValue:
    """One task: until when, what was tried, and the next step."""
    return _page(_view(task_id))


@blueprint.route("/tasks/<uuid:task_id>/tries", methods=["GET", "POST"])
@gate("program.work")
def tries(task_id: UUID) -> ResponseReturnValue:
    """Record a try: how, what came of it, and whether that is the end of it."""
    view = _view(task_id)
    if not view.works:
        abort(404)
    form = try_form(view)
    if not form.is_submitted():
        form.roles.data = [code for code in sorted(view.place.roles) if code == view.task.role]
        form.version.data = str(view.task.version)
        return _form_page("tasks/try.html", form, view)
    if not form.validate():
        return _form_page("tasks/try.html", form, view), 422

    def act() -> object:
        given = p.Try(
            means=form.means.data,
            result=form.result.data,
            at=from_wall(form.at.data),
            roles=tuple(form.roles.data or ()),
            given=tuple(form.given.data or ()) if "given" in form else (),
            ends=form.ends.data or "",
            again_at=from_wall(form.again_at.data),
        )
        return p.record_try(actor(), task_id, given, version=version_of(form), facts=form.facts)

    return _acted(act, form, view, "tasks/try.html")


@blueprint.route("/tasks/<uuid:task_id>/ending", methods=["GET", "POST"])
@gate("program.work")
def ending(task_id: UUID) -> ResponseReturnValue:
    """A duty is done; or all tries of a task reached nobody."""
    view = _view(task_id)
    if not view.works:
        abort(404)
    form = end_form(view)
    if not form.is_submitted():
        form.version.data = str(view.task.version)
        return _form_page("tasks/ending.html", form, view)
    if not form.validate():
        return _form_page("tasks/ending.html", form, view), 422
    if view.contact:
        return _acted(
            lambda: p.give_up(actor(), task_id, version=version_of(form)), form, view, "tasks/ending.html"
        )
    return _acted(
        lambda: p.finish_task(actor(), task_id, version=version_of(form), facts=form.facts),
        form,
        view,
        "tasks/ending.html",
    )


@blueprint.route("/tasks/<uuid:task_id>/closing", methods=["GET", "POST"])
@gate("program.work")
def closing(task_id: UUID) -> ResponseReturnValue:
    """It is no longer owed, and why."""
    view = _view(task_id)
    if not view.works:
        abort(404)
    form = CloseForm()
    if not form.is_submitted():
        form.version.data = str(view.task.version)
        return _form_page("tasks/closing.html", form, view)
    if not form.validate():
        return _form_page("tasks/closing.html", form, view), 422
    return _acted(
        lambda: p.close_task(actor(), task_id, form.reason.data, version=version_of(form)),
        form,
        view,
        "tasks/closing.html",
    )


@blueprint.post("/tasks/<uuid:task_id>/holder")
@gate("program.work")
def holder(task_id: UUID) -> ResponseReturnValue:
    """I take it, I give it back, or somebody else has it from now on."""
    view, form = _view(task_id), HolderForm()

    def act() -> None:
        version, to = version_of(form), _uuid(form.holder.data)
        if form.what.data == "take":
            p.take_task(actor(), task_id, version=version)
        elif form.what.data == "back":
            p.give_back(actor(), task_id, version=version)
        elif to is None:
            raise Refused(_("Choose somebody of the team."), "holder")
        else:
            p.hand_over(actor(), task_id, to, version=version)

    if not form.validate():
        return _page(view, _("Choose one.")), 422
    return _pressed(act, view)


@blueprint.post("/tasks/<uuid:task_id>/text")
@gate("program.work")
def text(task_id: UUID) -> ResponseReturnValue:
    """Ask the person by text how they are, where they said that a text is safe."""
    view, form = _view(task_id), HolderForm()
    return _pressed(lambda: p.ask_by_text(actor(), task_id, version=version_of(form)), view)


@blueprint.get("/tasks/<uuid:task_id>/person")
@gate("program.work")
def person(task_id: UUID) -> ResponseReturnValue:
    """Who is to be reached, and how safely. The look is written down."""
    found = p.reveal_for_task(actor(), task_id)
    if found is None:
        abort(404)
    return render_template("inbox/person.html", person=found, back=url_for("tasks.task", task_id=task_id))


def _acted(act: Callable[[], object], form: PageForm, view: p.TaskView, template: str) -> ResponseReturnValue:
    try:
        act()
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _form_page(template, form, view), 422
    except TooMany as many:
        form.refuse(Refused(many.reason))
        return _form_page(template, form, view), 429, {"Retry-After": str(many.seconds)}
    except Conflict as conflict:
        return _page(_view(view.line.id), conflict.reason), 409
    flash(_("Saved."))
    return redirect(url_for("tasks.task", task_id=view.line.id), 303)


def _pressed(act: Callable[[], object], view: p.TaskView) -> ResponseReturnValue:
    """One button of the task's page, with no form of its own."""
    try:
        act()
    except r.NotHere:
        abort(404)
    except Refused as refused:
        return _page(view, refused.reason), 422
    except Conflict as conflict:
        return _page(_view(view.line.id), conflict.reason), 409
    flash(_("Saved."))
    return redirect(url_for("tasks.task", task_id=view.line.id), 303)


def _view(task_id: UUID) -> p.TaskView:
    found = p.task_for(actor(), task_id)
    if found is None:
        abort(404)
    return found


def _list(program_id: UUID | None) -> str:
    mine = request.args.get("mine") == "1"
    return render_template(
        "tasks/tasks.html",
        work=p.work_list(actor(), program_id=program_id, mine=mine),
        mine=mine,
        program_id=program_id,
        check_ins=p.check_ins_for(actor()),
        paused="pause" in request.args,
        result_words=TASK_RESULTS,
    )


def _page(view: p.TaskView, moved_on: str = "") -> str:
    return render_template(
        "tasks/task.html",
        view=view,
        line=view.line,
        moved_on=moved_on,
        team=p.team_of(actor(), view.task) if view.works and view.task.state == "open" else [],
        lone=view.place.options.lone if view.works and view.task.state == "open" else None,
        may_text=view.works and view.reveals and p.may_text(db.session(), view.task),
        **_words(),
    )


def _form_page(template: str, form: Any, view: p.TaskView) -> str:
    return render_template(template, form=form, view=view, line=view.line, **_words())


def _words() -> dict[str, Any]:
    return {
        "result_words": TASK_RESULTS,
        "try_words": ATTEMPT_RESULTS,
        "means_words": TRY_MEANS,
        "event_words": TASK_EVENTS,
    }


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
