"""The doors of requests to a team: a service asks, the team goes, the service says whether they are back in care."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programs as p
from portal.programs.rules import ATTEMPT_RESULTS
from portal.web import forms_care as f
from portal.web.forms_met import VersionForm
from portal.web.gates import actor, gate
from portal.web.moments import from_wall
from portal.web.pressing import saved
from portal.web.steps import version_of

blueprint = Blueprint("care_requests", __name__)
WORDS = {
    "kind_words": f.KIND_WORDS,
    "ground_words": f.GROUND_WORDS,
    "state_words": f.STATE_WORDS,
    "end_words": f.END_WORDS,
    "means_words": f.MEANS_WORDS,
    "try_words": ATTEMPT_RESULTS,
}


@blueprint.get("/programs/<uuid:program_id>/care-requests")
@gate("program.work")
def requests(program_id: UUID) -> ResponseReturnValue:
    """By deadline: all for the team, its own for a service."""
    found = p.care_requests_for(actor(), program_id)
    program = p.program_for(actor(), program_id)
    if found is None or program is None:
        abort(404)
    return render_template(
        "met/care_requests.html",
        program=program,
        requests=found,
        may_ask=p.may_ask_care(actor(), program),
        **WORDS,
    )


@blueprint.route("/programs/<uuid:program_id>/care-requests/new", methods=["GET", "POST"])
@gate("program.work")
def new(program_id: UUID) -> ResponseReturnValue:
    """Ask the team."""
    program = p.program_for(actor(), program_id)
    kinds = p.may_ask_care(actor(), program) if program is not None else ()
    if program is None or not kinds:
        abort(404)
    form = f.CareAskForm()
    form.kind.choices = [(kind, f.KIND_WORDS[kind]) for kind in kinds]

    def page(reason: str) -> str:
        return render_template("met/care_ask.html", program=program, form=form, moved_on=reason)

    if request.method == "GET":
        form.kind.data = kinds[0]
        return page("")
    return saved(
        form,
        lambda: p.ask_care(actor(), program_id, _asked(form)),
        page,
        lambda: url_for("care_requests.requests", program_id=program_id),
    )


@blueprint.get("/care-requests/<uuid:request_id>")
@gate("program.work")
def one(request_id: UUID) -> ResponseReturnValue:
    """One request; who it is stands behind a button."""
    return _page(request_id)


@blueprint.post("/care-requests/<uuid:request_id>/person")
@gate("program.work")
def person(request_id: UUID) -> ResponseReturnValue:
    """Who it is and where; written down."""
    opened = p.open_care_request(actor(), request_id)
    if opened is None:
        abort(404)
    return render_template(
        "met/opened.html",
        person=opened.person,
        heading=_("Whom to look for"),
        more=((_("Where they may be"), opened.place),),
        back=url_for("care_requests.one", request_id=request_id),
    )


@blueprint.post("/care-requests/<uuid:request_id>/taking")
@gate("program.work")
def taking(request_id: UUID) -> ResponseReturnValue:
    """The team takes it on."""
    form = VersionForm()
    return _saved(request_id, form, lambda: p.take_care(actor(), request_id, version=version_of(form)))


@blueprint.post("/care-requests/<uuid:request_id>/visits")
@gate("program.work")
def visits(request_id: UUID) -> ResponseReturnValue:
    """One try."""
    form = f.VisitForm()
    return _saved(
        request_id,
        form,
        lambda: p.log_visit(actor(), request_id, form.means.data, form.result.data, version=version_of(form)),
        visit_form=form,
    )


@blueprint.post("/care-requests/<uuid:request_id>/end")
@gate("program.work")
def end(request_id: UUID) -> ResponseReturnValue:
    """How it ended for the team."""
    form = f.CareEndForm()
    return _saved(
        request_id,
        form,
        lambda: p.end_care(actor(), request_id, form.result.data, version=version_of(form)),
        end_form=form,
    )


@blueprint.post("/care-requests/<uuid:request_id>/withdrawal")
@gate("program.work")
def withdrawal(request_id: UUID) -> ResponseReturnValue:
    """The service no longer needs it."""
    form = VersionForm()
    return _saved(request_id, form, lambda: p.withdraw_care(actor(), request_id, version=version_of(form)))


@blueprint.post("/care-requests/<uuid:request_id>/confirmation")
@gate("program.work")
def confirmation(request_id: UUID) -> ResponseReturnValue:
    """The service's own word."""
    form = f.CareAnswerForm()
    return _saved(
        request_id,
        form,
        lambda: p.confirm_care(actor(), request_id, form.answer.data, version=version_of(form)),
        answer_form=form,
    )


def _asked(form: f.CareAskForm) -> p.CareAsk:
    return p.CareAsk(
        kind=form.kind.data,
        ground=form.ground.data,
        person=p.ToldPerson(form.name.data or "", form.born.data, form.phone.data or ""),
        place=form.place.data or "",
        due_at=from_wall(form.due_at.data),
    )


def _saved(
    request_id: UUID, form: VersionForm, act: Callable[[], object], **forms: object
) -> ResponseReturnValue:
    _view(request_id)
    return saved(
        form,
        act,
        lambda reason: _page(request_id, moved_on=reason, form=form, **forms),
        lambda: url_for("care_requests.one", request_id=request_id),
    )


def _view(request_id: UUID) -> p.CareRequestView:
    view = p.care_request_for(actor(), request_id)
    if view is None:
        abort(404)
    return view


def _page(request_id: UUID, **more: object) -> str:
    values: dict[str, object] = {
        "visit_form": f.VisitForm(formdata=None),
        "end_form": f.CareEndForm(formdata=None),
        "answer_form": f.CareAnswerForm(formdata=None),
    }
    return render_template("met/care_request.html", view=_view(request_id), **WORDS, **(values | more))
