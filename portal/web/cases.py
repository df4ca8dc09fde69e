"""The doors of cases: who is met often, the cases of a team, one case with its yes, its plan and its end."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programs as p
from portal.programs.rules import TASK_RESULTS
from portal.web.forms import PageForm
from portal.web.forms_met import CaseEndForm, ConsentToPlanForm, PlanForm, VersionForm
from portal.web.gates import actor, gate
from portal.web.pressing import saved
from portal.web.steps import version_of

blueprint = Blueprint("cases", __name__)


@blueprint.get("/programs/<uuid:program_id>/frequent")
@gate("program.work")
def frequent(program_id: UUID) -> ResponseReturnValue:
    """Who is met often: counts and a mark, no name."""
    return _frequent_page(program_id, PageForm())


@blueprint.get("/programs/<uuid:program_id>/cases")
@gate("program.work")
def cases(program_id: UUID) -> ResponseReturnValue:
    """The open cases of the team."""
    found = p.cases_for(actor(), program_id)
    if found is None:
        abort(404)
    return render_template("met/cases.html", program=p.program_for(actor(), program_id), cases=found)


@blueprint.post("/programs/<uuid:program_id>/encounters/<uuid:encounter_id>/case")
@gate("program.work")
def opening(program_id: UUID, encounter_id: UUID) -> ResponseReturnValue:
    """Open a case by hand for somebody of the list."""
    opened: list[UUID] = []
    form = PageForm()
    return saved(
        form,
        lambda: opened.append(p.open_case(actor(), program_id, encounter_id)),
        lambda reason: _frequent_page(program_id, form, reason),
        lambda: url_for("cases.case", case_id=opened[0]),
    )


@blueprint.get("/cases/<uuid:case_id>")
@gate("program.work")
def case(case_id: UUID) -> ResponseReturnValue:
    """One case: nobody is named on it until somebody asks to see who."""
    return _page(case_id)


@blueprint.post("/cases/<uuid:case_id>/taking")
@gate("program.work")
def taking(case_id: UUID) -> ResponseReturnValue:
    """The reader has it in hand."""
    form = VersionForm()
    return _saved(case_id, form, lambda: p.take_case(actor(), case_id, version=version_of(form)))


@blueprint.post("/cases/<uuid:case_id>/consent")
@gate("program.work")
def consent(case_id: UUID) -> ResponseReturnValue:
    """The person's yes or no."""
    form = ConsentToPlanForm()
    return _saved(
        case_id,
        form,
        lambda: p.record_case_consent(actor(), case_id, form.answer.data, version=version_of(form)),
        consent_form=form,
    )


@blueprint.route("/cases/<uuid:case_id>/plan", methods=["GET", "POST"])
@gate("program.work")
def plan(case_id: UUID) -> ResponseReturnValue:
    """The words of the plan, read and written; reading is written down."""
    view = _view(case_id)
    form = PlanForm()

    def page(reason: str) -> str:
        return render_template("met/plan.html", view=view, form=form, moved_on=reason)

    if request.method == "GET":
        opened = p.open_plan(actor(), case_id)
        if opened is None:
            abort(404)
        form.helps.data, form.avoid.data = opened.helps, opened.avoid
        form.version.data = str(view.version)
        return page("")
    return saved(
        form,
        lambda: p.write_plan(
            actor(), case_id, form.helps.data or "", form.avoid.data or "", version=version_of(form)
        ),
        page,
        lambda: url_for("cases.case", case_id=case_id),
    )


@blueprint.post("/cases/<uuid:case_id>/person")
@gate("program.work")
def person(case_id: UUID) -> ResponseReturnValue:
    """Who it is, and the plan; written down."""
    opened = p.open_plan(actor(), case_id)
    if opened is None:
        abort(404)
    return render_template(
        "met/opened.html",
        person=opened.person,
        heading=_("Who this case is about"),
        more=((_("What helps"), opened.helps), (_("What to avoid"), opened.avoid)),
        back=url_for("cases.case", case_id=case_id),
    )


@blueprint.post("/cases/<uuid:case_id>/closing")
@gate("program.work")
def closing(case_id: UUID) -> ResponseReturnValue:
    """It ends."""
    form = CaseEndForm()
    return _saved(
        case_id,
        form,
        lambda: p.close_case(actor(), case_id, form.reason.data, version=version_of(form)),
        end_form=form,
    )


def _saved(
    case_id: UUID, form: VersionForm, act: Callable[[], object], **forms: object
) -> ResponseReturnValue:
    _view(case_id)
    return saved(
        form,
        act,
        lambda reason: _page(case_id, moved_on=reason, form=form, **forms),
        lambda: url_for("cases.case", case_id=case_id),
    )


def _frequent_page(program_id: UUID, form: PageForm, reason: str = "") -> str:
    found = p.frequent_for(actor(), program_id)
    program = p.program_for(actor(), program_id)
    if found is None or program is None:
        abort(404)
    return render_template(
        "met/frequent.html", program=program, rule=found[0], people=found[1], form=form, moved_on=reason
    )


def _view(case_id: UUID) -> p.CaseView:
    view = p.case_for(actor(), case_id)
    if view is None:
        abort(404)
    return view


def _page(case_id: UUID, **more: object) -> str:
    values: dict[str, object] = {
        "consent_form": ConsentToPlanForm(formdata=None),
        "end_form": CaseEndForm(formdata=None),
        "results": TASK_RESULTS,
    }
    return render_template("met/case.html", view=_view(case_id), **(values | more))
