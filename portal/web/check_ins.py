"""The doors of who goes alone: out, a word now and then, back; and of who watches over them."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programs as p
from portal import referrals as r
from portal.store import Conflict, Refused
from portal.web.forms_tasks import ContactForm, OutForm, WordForm
from portal.web.gates import actor, gate

blueprint = Blueprint("check_ins", __name__)


@blueprint.route("/check-ins", methods=["GET", "POST"])
@gate("program.work")
def check_ins() -> ResponseReturnValue:
    """Who is out alone, as far as the reader watches; and going out oneself, from a task (`?task=`) or without one."""
    found = p.check_ins_for(actor())
    if not found.programs and not found.watched and found.mine is None:
        abort(404)
    form = OutForm()
    if not form.is_submitted():
        form.task.data = str(_uuid(request.args.get("task")) or "")
        if found.programs:
            form.program.data = str(found.programs[0][0])
            form.minutes.data = found.programs[0][2]
        return _list(form, found)
    program_id = _uuid(form.program.data)
    if not form.validate() or program_id is None:
        return _list(form, found), 422
    try:
        visit = p.go_out(actor(), program_id, form.minutes.data, task_id=_uuid(form.task.data))
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _list(form, found), 422
    return redirect(url_for("check_ins.check_in", visit_id=visit), 303)


@blueprint.get("/check-ins/<uuid:visit_id>")
@gate("program.work")
def check_in(visit_id: UUID) -> ResponseReturnValue:
    """One visit: for the worker three buttons, for who watches where to look for them."""
    return _page(_view(visit_id))


@blueprint.post("/check-ins/<uuid:visit_id>/word")
@gate("program.work")
def word(visit_id: UUID) -> ResponseReturnValue:
    """Back, all well but longer, help, or: I take care of it."""
    view, form = _view(visit_id), WordForm()
    try:
        if form.word.data == "back":
            p.come_back(actor(), visit_id)
            flash(_("Good that you are back."))
            return redirect(url_for("tasks.tasks"), 303)
        if form.word.data == "help":
            p.call_for_help(actor(), visit_id)
        elif form.word.data == "care":
            p.look_after(actor(), visit_id)
        elif form.word.data == "longer":
            p.stay_longer(actor(), visit_id, 30)
        else:
            return _page(view, _("Press one of the buttons.")), 422
    except r.NotHere:
        abort(404)
    except Refused as refused:
        return _page(view, refused.reason), 422
    except Conflict as conflict:
        return _page(_view(visit_id), conflict.reason), 409
    return redirect(url_for("check_ins.check_in", visit_id=visit_id), 303)


@blueprint.get("/check-ins/<uuid:visit_id>/contact")
@gate("program.work")
def contact(visit_id: UUID) -> ResponseReturnValue:
    """Whom to call, for who watches, once the worker is overdue. The look is written down."""
    found = p.panic_contact_of(actor(), visit_id)
    if found is None:
        abort(404)
    return render_template("check_ins/contact.html", name=found[0], phone=found[1], visit=_view(visit_id))


@blueprint.route("/check-ins/contact", methods=["GET", "POST"])
@gate("program.work")
def own_contact() -> ResponseReturnValue:
    """Whom to call when I do not come back. Empty fields take it out."""
    if not p.check_ins_for(actor()).programs:
        abort(404)
    form = ContactForm()
    if not form.is_submitted():
        form.name.data, form.phone.data = p.own_panic_contact(actor())
        return render_template("check_ins/own_contact.html", form=form)
    if not form.validate():
        return render_template("check_ins/own_contact.html", form=form), 422
    try:
        p.set_panic_contact(actor(), form.name.data or "", form.phone.data or "")
    except Refused as refused:
        form.refuse(refused)
        return render_template("check_ins/own_contact.html", form=form), 422
    flash(_("Saved."))
    return redirect(url_for("check_ins.check_ins"), 303)


def _view(visit_id: UUID) -> p.VisitView:
    found = p.check_in_for(actor(), visit_id)
    if found is None:
        abort(404)
    return found


def _list(form: OutForm, found: p.CheckIns) -> str:
    return render_template("check_ins/check_ins.html", form=form, found=found)


def _page(view: p.VisitView, moved_on: str = "") -> str:
    return render_template("check_ins/check_in.html", visit=view, moved_on=moved_on)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
