"""The doors of asking a team: the dispatch card, what one's own unit has asked, and what a team was asked."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programs as p
from portal import referrals as r
from portal.programs import teams as t
from portal.store import Conflict, Refused, TooMany
from portal.web.forms_dispatch import CARD, ConsultForm, ask_form, sources_of
from portal.web.gates import actor, gate

blueprint = Blueprint("dispatching", __name__)


@blueprint.get("/requests")
@gate("program.work")
def own() -> ResponseReturnValue:
    """Which teams may be asked, and what my unit has asked. `?encounter=`: for this call of mine."""
    return render_template(
        "dispatch/own.html",
        teams=t.teams_for(actor()),
        found=t.requests_of_unit(actor()),
        encounter=_uuid(request.args.get("encounter")),
        again=_uuid(request.args.get("again")),
        paused="pause" in request.args,
    )


@blueprint.get("/programs/<uuid:program_id>/requests")
@gate("program.work")
def of_team(program_id: UUID) -> ResponseReturnValue:
    """What the team was asked, the open ones on top."""
    program = p.program_for(actor(), program_id)
    if program is None or not p.roles_in(actor(), program) or t.options_for(program) is None:
        abort(404)
    return render_template(
        "dispatch/team.html",
        program=program,
        found=t.requests_for(actor(), program),
        paused="pause" in request.args,
    )


@blueprint.route("/programs/<uuid:program_id>/dispatch", methods=["GET", "POST"])
@gate("program.work")
def card(program_id: UUID) -> ResponseReturnValue:
    """The card: who is nearest and free, whom to call, where to take the person; and asking the team."""
    posted = request.form.get("district_id") if request.method == "POST" else request.args.get("district_id")
    view = t.card_for(actor(), program_id, _uuid(posted))
    if view is None:
        abort(404)
    form = ask_form(view)
    if request.method == "GET":
        form.once.data = str(uuid4())
        form.way.data = next((way for way in view.options.ways if way != "consult"), "")
        form.again.data, form.from_encounter.data = request.args.get("again"), request.args.get("encounter")
        form.district_id.data = str(view.district_id or "")
        form.source.data = form.source.data or form.source.choices[0][0]
        form.assigned_to.data = str(view.nearest[0].person.account_id) if view.nearest else None
        _as_before(form)
        return _card_page(form, view)
    if not form.validate():
        return _card_page(form, view), 422
    try:
        row = t.ask_team(actor(), program_id, _asked(form, view))
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _card_page(form, view), 422
    except Conflict as conflict:
        form.refuse(Refused(conflict.reason, "assigned_to"))
        return _card_page(form, t.card_for(actor(), program_id, view.district_id) or view), 409
    except TooMany as many:
        form.refuse(Refused(many.reason))
        return _card_page(form, view), 429, {"Retry-After": str(many.seconds)}
    return redirect(url_for("team_requests.request_page", request_id=row.id), 303)


@blueprint.post("/programs/<uuid:program_id>/consults")
@gate("program.work")
def consults(program_id: UUID) -> ResponseReturnValue:
    """Somebody on call was tried by phone or by video; 303 to the call, which is recorded with it."""
    view = t.card_for(actor(), program_id, _uuid(request.form.get("district_id")))
    if view is None or "consult" not in view.options.ways or not view.inside:
        abort(404)
    form = _consult_form(view)
    if not form.validate():
        return _card_page(ask_form(view), view, consult=form), 422
    means, _dash, said = (form.tried.data or "").partition("-")
    try:
        found = t.record_consult(
            actor(),
            program_id,
            t.Consult(
                means=means,
                reached=said == "reached",
                source=form.source.data,
                district_id=_uuid(form.district_id.data),
                outcome=form.outcome.data or "",
                reference=(form.reference.data or "").strip(),
            ),
        )
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _card_page(ask_form(view), view, consult=form), 422
    except TooMany as many:
        form.refuse(Refused(many.reason))
        return _card_page(ask_form(view), view, consult=form), 429, {"Retry-After": str(many.seconds)}
    flash(_("Saved. Somebody asks again the next day."))
    return redirect(url_for("encounters.encounter", encounter_id=found), 303)


def _asked(form: Any, view: t.CardView) -> t.Ask:
    return t.Ask(
        way=form.way.data or "",
        source=form.source.data,
        district_id=_uuid(form.district_id.data),
        reference=(form.reference.data or "").strip(),
        language=form.language.data,
        answers={question.code: form[CARD + question.code].data == "yes" for question in view.options.card},
        assigned_to=_uuid(form.assigned_to.data),
        from_encounter_id=_uuid(form.from_encounter.data),
        again=_uuid(form.again.data),
        once=_uuid(form.once.data),
    )


def _as_before(form: Any) -> None:
    """What the asker told the first team, for the next one; the card is asked again."""
    named = _uuid(form.again.data)
    before = t.request_for(actor(), named) if named else None
    if before is None or "asker" not in before.sides:
        form.again.data = None
        return
    form.language.data, form.reference.data = before.row.language, before.reference
    if before.row.source in dict(form.source.choices):
        form.source.data = before.row.source
    if str(before.row.district_id) in dict(form.district_id.choices):
        form.district_id.data = str(before.row.district_id)


def _card_page(form: Any, view: t.CardView, consult: ConsultForm | None = None) -> str:
    return render_template(
        "dispatch/card.html",
        form=form,
        card=view,
        consult=consult or (_consult_form(view) if "consult" in view.options.ways else None),
        card_prefix=CARD,
    )


def _consult_form(view: t.CardView) -> ConsultForm:
    form = ConsultForm(formdata=request.form if request.method == "POST" else None)
    form.source.choices = sources_of(view.preset)
    form.district_id.choices = [("", _("Not said")), *((str(code), name) for code, name in view.districts)]
    form.outcome.choices = [
        ("", _("Not over yet")),
        *((each.code, each.label) for each in view.preset.outcomes),
    ]
    if request.method == "GET":
        form.source.data = form.source.choices[0][0]
        form.district_id.data = str(view.district_id or "")
    return form


def _uuid(text: str | None) -> UUID | None:
    """An id out of an address or a hidden field; what is none is passed over."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
