"""One request to a team, as each side sees it: its steps, taking over, how it ended, and the receipt."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import referrals as r
from portal.programs import teams as t
from portal.store import Conflict, Refused, TooMany
from portal.web.forms import PageForm
from portal.web.forms_dispatch import (
    EndForm,
    SendForm,
    SettleForm,
    StepForm,
    TakeOverForm,
    WithdrawForm,
    end_form,
)
from portal.web.gates import actor, gate
from portal.web.steps import version_of
from portal.web.words import LANGUAGE_WORDS

blueprint = Blueprint("team_requests", __name__)


@blueprint.get("/requests/<uuid:request_id>")
@gate("program.work")
def request_page(request_id: UUID) -> ResponseReturnValue:
    """How the request stands, and what the reader may do next. It renews itself."""
    return _page(_view(request_id))


@blueprint.post("/requests/<uuid:request_id>/steps")
@gate("program.work")
def steps(request_id: UUID) -> ResponseReturnValue:
    """One step: accept, on the way, on scene, no with a reason, back to 911, 911 has the caller, no longer needed."""
    view = _view(request_id)
    form = WithdrawForm() if request.form.get("move") == "withdraw" else StepForm()
    if isinstance(form, StepForm) and not isinstance(form, WithdrawForm):
        form.why.choices = [
            (each.code, each.label) for each in (*view.options.refusals, *view.options.returns)
        ]

    def act() -> None:
        t.move_request(
            actor(),
            request_id,
            form.move.data or "",
            version=version_of(form),
            why=form.why.data or "",
            custody=form.custody.data,
        )

    return _acted(act, form, view)


@blueprint.post("/requests/<uuid:request_id>/custody")
@gate("program.work")
def custody(request_id: UUID) -> ResponseReturnValue:
    """The team takes over: the asker's task closes, and both have the receipt."""
    form = TakeOverForm()
    return _acted(
        lambda: t.take_over(actor(), request_id, version=version_of(form)),
        form,
        _view(request_id),
        to="team_requests.receipt",
    )


@blueprint.post("/requests/<uuid:request_id>/settlement")
@gate("program.work")
def settlement(request_id: UUID) -> ResponseReturnValue:
    """No team has it: the asker says how it ended."""
    form = SettleForm()
    return _acted(
        lambda: t.settle_custody(actor(), request_id, form.why.data, version=version_of(form)),
        form,
        _view(request_id),
    )


@blueprint.post("/requests/<uuid:request_id>/team")
@gate("program.work")
def team(request_id: UUID) -> ResponseReturnValue:
    """The call ends, and a team is asked to go."""
    view = _view(request_id)
    form = SendForm()
    form.team.choices = _teams(view)
    return _acted(
        lambda: t.send_team(actor(), request_id, _team_id(form.team.data), version=version_of(form)),
        form,
        view,
    )


@blueprint.route("/requests/<uuid:request_id>/end", methods=["GET", "POST"])
@gate("program.work")
def end(request_id: UUID) -> ResponseReturnValue:
    """How it ended: the call is recorded with it, and what it owes."""
    view = _view(request_id)
    if "team" not in view.sides:
        abort(404)
    form = end_form(view)
    if request.method == "GET":
        form.version.data, form.language.data = str(view.version), view.row.language
        return render_template("dispatch/end.html", form=form, view=view)
    if not form.validate():
        return render_template("dispatch/end.html", form=form, view=view), 422
    try:
        found = t.end_request(actor(), request_id, _ended(form), version=version_of(form))
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return render_template("dispatch/end.html", form=form, view=view), 422
    except TooMany as many:
        form.refuse(Refused(many.reason))
        return (
            render_template("dispatch/end.html", form=form, view=view),
            429,
            {"Retry-After": str(many.seconds)},
        )
    except Conflict as conflict:
        return _page(_view(request_id), moved_on=conflict.reason), 409
    flash(_("Saved."))
    return redirect(url_for("encounters.encounter", encounter_id=found), 303)


@blueprint.get("/requests/<uuid:request_id>/receipt")
@gate("program.work")
def receipt(request_id: UUID) -> ResponseReturnValue:
    """That the team took over: when, who, and the number. To be shown, or printed."""
    view = _view(request_id)
    if not view.row.receipt:
        abort(404)
    return render_template("dispatch/receipt.html", view=view)


def _view(request_id: UUID) -> t.RequestView:
    view = t.request_for(actor(), request_id)
    if view is None:
        abort(404)
    return view


def _acted(
    act: Callable[[], object], form: PageForm, view: t.RequestView, to: str = "team_requests.request_page"
) -> ResponseReturnValue:
    if not form.validate():
        return _page(view, form), 422
    try:
        act()
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _page(view, form), 422
    except Conflict as conflict:
        return _page(_view(view.row.id), moved_on=conflict.reason), 409
    return redirect(url_for(to, request_id=view.row.id), 303)


def _page(view: t.RequestView, form: PageForm | None = None, moved_on: str = "") -> str:
    refuse, back = StepForm(formdata=None), StepForm(formdata=None)
    refuse.why.choices = [(each.code, each.label) for each in view.options.refusals]
    back.why.choices = [(each.code, each.label) for each in view.options.returns]
    send = SendForm(formdata=None)
    send.team.choices = _teams(view)
    return render_template(
        "dispatch/request.html",
        view=view,
        row=view.row,
        wrong=form,
        moved_on=moved_on,
        refuse=refuse,
        back=back,
        send=send,
        withdraw=WithdrawForm(formdata=None),
        settle=SettleForm(formdata=None),
        language_words=LANGUAGE_WORDS,
        paused="pause" in request.args,
    )


def _teams(view: t.RequestView) -> list[tuple[str, str]]:
    if "team" not in view.sides:
        return []
    return [(str(each.id), f"{each.name}, {each.organization.name}") for each in t.teams_to_send(view.row)]


def _team_id(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise Refused(_("Choose one of the teams."), "team") from None


def _ended(form: Any) -> t.End:
    assert isinstance(form, EndForm)  # noqa: S101 - made so
    return t.End(
        outcome=form.outcome.data,
        services=tuple(form.services.data or ()),
        contact_consent=form.contact_consent.data or "",
        language=form.language.data or "",
        facts=form.facts,
    )
