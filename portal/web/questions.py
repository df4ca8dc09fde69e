"""What a service asks on the phone: its people keep the list, the sender reads it out and writes down the answers."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import referrals as r
from portal.directory import EditView, listing_for
from portal.store import Conflict, Refused
from portal.web.forms_script import QuestionsForm, ScriptForm, answers_of, script_fields, with_script
from portal.web.gates import actor, gate
from portal.web.offers import Side, side_of
from portal.web.steps import whole_number

blueprint = Blueprint("questions", __name__)


@blueprint.get("/listings/<uuid:listing_id>/questions")
@gate("listing.edit")
def questions(listing_id: UUID) -> ResponseReturnValue:
    """The questions of one listing, to edit."""
    view = _own(listing_id)
    form = QuestionsForm(formdata=None)
    form.fill(r.questions_of(listing_id))
    return _questions_page(view, form)


@blueprint.post("/listings/<uuid:listing_id>/questions")
@gate("listing.edit")
def save(listing_id: UUID) -> ResponseReturnValue:
    """A new version of the list."""
    view = _own(listing_id)
    form = QuestionsForm()
    if not form.validate():
        return _questions_page(view, form), 422
    asked, rows = form.questions()
    try:
        r.set_questions(actor(), listing_id, asked, version=whole_number(form.version.data))
    except r.NotHere:
        abort(404)
    except Refused as refused:
        number = (refused.field or "").removeprefix("question_")
        row = rows[int(number) - 1] if number.isdigit() and int(number) <= len(rows) else None
        form.refuse(Refused(refused.reason, f"question_{row}" if row else refused.field))
        return _questions_page(view, form), 422
    except Conflict as conflict:
        form.refuse(Refused(conflict.reason))
        form.version.data = str(r.questions_of(listing_id).version)
        return _questions_page(view, form), 409
    flash(_("Saved. Whoever calls you reads these questions."))
    return redirect(url_for("questions.questions", listing_id=listing_id), 303)


@blueprint.get("/offers/<uuid:offer_id>/answers")
@gate("offer.act")
def answers(offer_id: UUID) -> ResponseReturnValue:
    """To the sender the questions, to be answered; and to whoever may read them, the answers. The look is logged."""
    found = side_of(actor(), offer_id)
    if found is None:
        abort(404)
    told = r.open_answers(actor(), offer_id)
    if found.role == "receiver":
        if told is None:
            abort(404)
        return render_template("inbox/answers.html", told=told, back=found.back)
    asked = _asked(found, offer_id)
    form = with_script(ScriptForm, asked)()
    form.script_version.data = str(asked.version)
    for field, one in zip(script_fields(form, asked), told or (), strict=False):
        field.data = one.answer if one.question.text == field.label.text else None
    return _answers_page(found, asked, form)


@blueprint.post("/offers/<uuid:offer_id>/answers")
@gate("offer.act")
def answer(offer_id: UUID) -> ResponseReturnValue:
    """What the sender told the service on the phone; sealed."""
    found = side_of(actor(), offer_id)
    if found is None or found.role != "sender":
        abort(404)
    asked = _asked(found, offer_id)
    form = with_script(ScriptForm, asked)()
    if not form.validate():
        return _answers_page(found, asked, form), 422
    try:
        version = whole_number(form.script_version.data)
        if version != asked.version:
            raise Conflict(_("They changed their questions. Look again before you answer."))
        r.answer_script(actor(), offer_id, version, answers_of(form, asked))
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _answers_page(found, asked, form), 422
    except Conflict as conflict:
        form.refuse(Refused(conflict.reason))
        form.script_version.data = str(asked.version)
        return _answers_page(found, asked, form), 409
    flash(_still_open(asked, answers_of(form, asked)))
    return redirect(found.back, 303)


def _own(listing_id: UUID) -> EditView:
    """The listing, when this actor speaks for its desk and it may ask anything at all."""
    view = listing_for(actor(), listing_id)
    if view is None or not view.vouched or view.listing.how == "victim_call":
        abort(404)
    return view


def _asked(found: Side, offer_id: UUID) -> r.Questions:
    """What the page's service asks; 404 where it asks nothing, or it is not the time for it."""
    after = r.after_for(actor(), offer_id)
    service = found.view.service
    if after is None or not after.script or service is None:
        abort(404)
    return r.questions_of(service.id, after.script_version)


def _still_open(asked: r.Questions, told: list[str]) -> str:
    """What was saved, and which of the questions that they need are still open."""
    left = [one.text for one, answer in zip(asked.questions, told, strict=True) if one.needed and not answer]
    if not left:
        return _("Saved.")
    return _("Saved. They still need: %(questions)s", questions=" ".join(left))


def _questions_page(view: EditView, form: QuestionsForm) -> str:
    return render_template("provider/questions.html", listing=view.listing, form=form)


def _answers_page(found: Side, asked: r.Questions, form: ScriptForm) -> str:
    return render_template(
        "responder/answers.html",
        form=form,
        fields=script_fields(form, asked),
        service=found.view.service,
        back=found.back,
    )
