"""Call a service, then record the call: for one that does not answer here, and for a victim service, of which nothing is kept."""

import secrets
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import referrals as r
from portal.directory import Listing, listing
from portal.store import Conflict, Refused, clock, limits
from portal.web import in_hand
from portal.web.asked import asked_need, asked_urgency, chosen_listing
from portal.web.forms_refer import CallForm, VictimCallForm
from portal.web.forms_script import answers_of, script_fields, with_script
from portal.web.gates import actor, gate
from portal.web.moments import from_wall, local
from portal.web.steps import version_of, whole_number
from portal.web.words import BASIS_WORDS

blueprint = Blueprint("calling", __name__)


@blueprint.route("/services/<uuid:listing_id>/call", methods=["GET", "POST"])
@gate("call.record")
def call(listing_id: UUID) -> ResponseReturnValue:
    """Call this service, then record the call. For a victim service: when, and answered or not; nothing else."""
    found = listing(listing_id)
    if found is None:
        abort(404)
    if found.how == "victim_call":
        return _victim_call(found)
    asked = r.questions_of(listing_id)
    form: Any = with_script(CallForm, asked)()
    form.basis.choices = [(code, BASIS_WORDS[code]) for code in r.grounds_for(actor())]
    if request.method == "GET":
        form.called_at.data = _this_minute()
        form.script_version.data = str(asked.version)
        form.need.data, form.urgency.data = asked_need(found), asked_urgency()
        form.idempotency_key.data = secrets.token_urlsafe(16)
        _for_need(form)
        return _call_page(found, form, asked)
    if not form.validate():
        return _call_page(found, form, asked), 422
    try:
        need = _record_call(listing_id, form, asked)
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _call_page(found, form, asked), 422
    except r.PossibleDuplicate as duplicate:
        return _call_page(found, form, asked, duplicates=duplicate.current or (duplicate.reason,)), 409
    except Conflict as conflict:
        form.refuse(Refused(conflict.reason))
        return _call_page(found, form, asked), 409
    in_hand.tie(need.id)
    flash(_("The call is recorded."))
    return redirect(url_for("responder.need", need_id=need.id), 303)


def _victim_call(found: Listing) -> ResponseReturnValue:
    """There is no field for a person. A code to hand over is in this one answer, in no address, no cookie and no log."""
    form = VictimCallForm()
    if request.method == "GET":
        form.called_at.data = _this_minute()
        form.once.data = secrets.token_urlsafe(16)
        return _victim_page(found, form)
    if not form.validate():
        return _victim_page(found, form), 422
    if form.once.data and not limits.tried("victim_call", form.once.data, most=1, seconds=24 * 3600):
        return redirect(url_for("responder.needs"), 303)  # the same page, sent once more
    try:
        recorded = r.record_victim_call(
            actor(),
            found.id,
            form.answered.data == "yes",
            called_at=from_wall(form.called_at.data),
            with_code=form.code.data == "y",
        )
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.once.data = secrets.token_urlsafe(16)
        form.refuse(refused)
        return _victim_page(found, form), 422
    if recorded.code:
        return render_template("responder/code.html", code=recorded.code)
    flash(_("The call is recorded."))
    return redirect(url_for("responder.needs"), 303)


def _this_minute() -> Any:
    return local(clock.now()).replace(tzinfo=None, second=0, microsecond=0)


def _victim_page(found: Listing, form: VictimCallForm) -> str:
    return render_template("responder/victim_call.html", listing=found, form=form)


def _call_page(found: Listing, form: Any, asked: r.Questions, duplicates: Any = ()) -> str:
    return render_template(
        "responder/call.html",
        listing=found,
        form=form,
        script=script_fields(form, asked),
        duplicates=duplicates,
        in_hand=None if form.need_id.data else in_hand.in_hand(),
    )


def _record_call(called: UUID, form: CallForm, asked: r.Questions) -> Any:
    """A first call, or one more for a need that is already there (its version is in the form)."""
    request_ = r.SendRequest(
        service_at_location_id=called,
        need=form.need.data,
        urgency=form.urgency.data,
        basis=form.basis.data,
        idempotency_key=form.idempotency_key.data or "",
        age_band=form.age_band.data,
        name=(form.name.data or "").strip(),
        phone=(form.phone.data or "").strip(),
        duplicate_confirmed=form.confirm_duplicate.data == "y",
    )
    more: dict[str, Any] = {}
    if form.need_id.data:
        more = {"need_id": chosen_listing(form.need_id.data), "version": version_of(form)}
    if asked.questions:
        version = whole_number(form.script_version.data)
        if version != asked.version:
            form.script_version.data = str(asked.version)
            raise Conflict(_("They changed their questions. Look again before you answer."))
        more["script"] = (version, answers_of(form, asked))
    return r.record_call(
        actor(),
        request_,
        form.result.data,
        reason=(form.reason.data or "") if form.result.data == "no" else "",
        spoke_with=(form.spoke_with.data or "").strip(),
        called_at=from_wall(form.called_at.data),
        **more,
    )


def _for_need(form: CallForm) -> None:
    """A call for a need that is there already: `?for=` names it, if it is this actor's to move on."""
    text = request.args.get("for", "")
    try:
        need = r.need_for(actor(), UUID(text)) if text else None
    except ValueError:
        need = None
    if need is not None and "ask_next" in need.actions:
        form.need_id.data, form.version.data = str(need.id), str(need.version)
        form.need.data, form.urgency.data = need.code, need.urgency
