"""The doors of the way from the scene into care: the officer refers, the clinic goes on, the officer reads one word."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import programs as p
from portal.programs.engagement import engagements_of
from portal.web import forms_care as f
from portal.web.forms_met import VersionForm
from portal.web.gates import actor, gate
from portal.web.pressing import saved
from portal.web.steps import version_of

blueprint = Blueprint("engagements", __name__)
WORD = {"yes": _l("Yes"), "no": _l("No"), "unknown": _l("Unknown")}


@blueprint.get("/programs/<uuid:program_id>/engagements")
@gate("program.work")
def engagements(program_id: UUID) -> ResponseReturnValue:
    """The clinic's list, or the reader's own referrals."""
    found = p.engagements_for(actor(), program_id)
    if found is None:
        abort(404)
    return render_template(
        "met/engagements.html", program=p.program_for(actor(), program_id), engagements=found, word=WORD
    )


@blueprint.route("/encounters/<uuid:encounter_id>/engagement", methods=["GET", "POST"])
@gate("program.work")
def refer(encounter_id: UUID) -> ResponseReturnValue:
    """Refer who was met."""
    view = p.encounter_for(actor(), encounter_id)
    settings = engagements_of(view.preset) if view is not None else None
    if view is None or settings is None or not view.roles & set(settings.refer):
        abort(404)
    form = f.EngageForm()
    form.way.choices = [(each.code, each.label) for each in settings.paths]

    def page(reason: str) -> str:
        return render_template("met/engage.html", view=view, form=form, moved_on=reason)

    if request.method == "GET":
        return page("")
    return saved(
        form,
        lambda: p.refer_engagement(actor(), encounter_id, form.way.data, form.may_tell.data or ""),
        page,
        lambda: url_for("engagements.engagements", program_id=view.program.id),
    )


@blueprint.get("/engagements/<uuid:engagement_id>")
@gate("program.work")
def one(engagement_id: UUID) -> ResponseReturnValue:
    """One: the clinic sees what it knows; the officer, once told, one word."""
    return _page(engagement_id)


@blueprint.post("/engagements/<uuid:engagement_id>/person")
@gate("program.work")
def person(engagement_id: UUID) -> ResponseReturnValue:
    """Who it is, for the clinic; written down."""
    found = p.open_engaged(actor(), engagement_id)
    if found is None:
        abort(404)
    back = url_for("engagements.one", engagement_id=engagement_id)
    return render_template("met/opened.html", person=found, heading=_("Who was referred"), back=back)


@blueprint.post("/engagements/<uuid:engagement_id>/screen")
@gate("program.work")
def screen(engagement_id: UUID) -> ResponseReturnValue:
    """The short screen, once."""
    view = _view(engagement_id)
    form = f.screen_form(view.settings.items)

    def act() -> None:
        answers = {item.code: form[f"item_{item.code}"].data == "yes" for item in view.settings.items}
        p.run_screen(actor(), engagement_id, answers, version=version_of(form))

    return _saved(engagement_id, form, act, screen=form)


@blueprint.post("/engagements/<uuid:engagement_id>/assessment")
@gate("program.work")
def assessment(engagement_id: UUID) -> ResponseReturnValue:
    """Assessed; and whether they agree to take part."""
    form = f.AssessForm()
    return _saved(
        engagement_id,
        form,
        lambda: p.record_assessed(actor(), engagement_id, form.agreed.data or "", version=version_of(form)),
    )


@blueprint.post("/engagements/<uuid:engagement_id>/part")
@gate("program.work")
def part(engagement_id: UUID) -> ResponseReturnValue:
    """Whether they take part."""
    form = f.EngagedForm()
    return _saved(
        engagement_id,
        form,
        lambda: p.record_engaged(actor(), engagement_id, form.engaged.data, version=version_of(form)),
    )


@blueprint.post("/engagements/<uuid:engagement_id>/second-look")
@gate("program.work")
def second_look(engagement_id: UUID) -> ResponseReturnValue:
    """Still in care, or not."""
    form = f.RetainedForm()
    return _saved(
        engagement_id,
        form,
        lambda: p.record_retained(actor(), engagement_id, form.retained.data, version=version_of(form)),
    )


def _saved(
    engagement_id: UUID, form: VersionForm, act: Callable[[], object], **forms: object
) -> ResponseReturnValue:
    _view(engagement_id)
    return saved(
        form,
        act,
        lambda reason: _page(engagement_id, moved_on=reason, form=form, **forms),
        lambda: url_for("engagements.one", engagement_id=engagement_id),
    )


def _view(engagement_id: UUID) -> p.EngagementView:
    view = p.engagement_for(actor(), engagement_id)
    if view is None:
        abort(404)
    return view


def _page(engagement_id: UUID, **more: object) -> str:
    view = _view(engagement_id)
    values: dict[str, object] = {
        "screen": f.screen_form(view.settings.items) if view.may_screen and "screen" not in more else None,
        "assess_form": f.AssessForm(formdata=None),
        "engaged_form": f.EngagedForm(formdata=None),
        "retained_form": f.RetainedForm(formdata=None),
    }
    return render_template("met/engagement.html", view=view, word=WORD, **(values | more))
