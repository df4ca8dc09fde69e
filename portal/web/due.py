"""The steward keeps listings true: whom to call, what came of it, what people say is wrong, how often each kind is asked."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import directory
from portal.directory.freshness.words import FOUND, OUTCOMES, REASONS, WRONG
from portal.store import Conflict, Refused
from portal.web.forms_schedule import ScheduleForm
from portal.web.forms_steward import CallForm, ReportForm
from portal.web.gates import actor, gate

blueprint = Blueprint("due", __name__)


@blueprint.get("/steward/due")
@gate("listing.approve")
def calls() -> ResponseReturnValue:
    """Whom to call, most wanted and longest silent first."""
    return _calls_page()


@blueprint.post("/steward/due/<uuid:listing_id>/calls")
@gate("listing.approve")
def call(listing_id: UUID) -> ResponseReturnValue:
    """Write down a call and what came of it; on to the edit page when something changed."""
    form = CallForm()
    if not form.validate_on_submit():
        return _calls_page(form, listing_id), 422
    try:
        done = directory.log_call(actor(), listing_id, form.outcome.data, form.note.data or "")
    except Refused as refused:
        form.refuse(refused)
        return _calls_page(form, listing_id), 422
    if done is None:
        abort(404)
    if form.outcome.data == "changed":
        return redirect(url_for("provider.listing", listing_id=listing_id), 303)
    flash(
        _("Thank you. The listing says: confirmed today.")
        if form.outcome.data == "right"
        else _("Saved in the call log.")
    )
    return redirect(url_for("due.calls", page=_number()), 303)


@blueprint.get("/steward/reports")
@gate("listing.approve")
def reports() -> ResponseReturnValue:
    """What people say is wrong, the oldest first."""
    return _reports_page()


@blueprint.post("/steward/reports/<uuid:report_id>")
@gate("listing.approve")
def settle(report_id: UUID) -> ResponseReturnValue:
    """What was found out; whoever left an address hears it."""
    form = ReportForm()
    if not form.validate_on_submit():
        return _reports_page(form.fault), 422
    try:
        done = directory.settle_report(actor(), report_id, form.state.data)
    except Refused as refused:
        return _reports_page(refused.reason), 422
    except Conflict as conflict:
        return _reports_page(conflict.reason), 409
    if done is None:
        abort(404)
    flash(_("Done. Whoever left an address gets an answer."))
    return redirect(url_for("due.reports"), 303)


@blueprint.route("/steward/schedule", methods=["GET", "POST"])
@gate("listing.approve")
def schedule() -> ResponseReturnValue:
    """How often each kind of service is asked, and how fast its word on room ages."""
    stands = directory.schedule_for(actor())
    if stands is None:
        abort(404)
    form = ScheduleForm()
    if request.method == "GET":
        form.fill(stands)
        return _schedule_page(form)
    if not form.check():
        return _schedule_page(form), 422
    try:
        directory.set_schedule(
            actor(), form.paces(), bool(form.mail_unjoined.data), version=form.opened_version()
        )
    except Refused as refused:
        form.refuse(refused)
        return _schedule_page(form), 422
    except Conflict as conflict:
        form.version.data = str(conflict.current.version)
        return _schedule_page(form, stands=conflict.current, page_error=conflict.reason), 409
    flash(_("Saved. It holds from now on."))
    return redirect(url_for("due.schedule"), 303)


def _calls_page(form: CallForm | None = None, about: UUID | None = None) -> str:
    """The list; after a refusal with what was typed about one of the listings."""
    more = {"page_error": form.fault, "form": form, "about": about} if form else {}
    return render_template(
        "steward/due.html",
        found=directory.due_list(actor(), _number()),
        why_words=REASONS,
        outcomes=OUTCOMES,
        **more,
    )


def _reports_page(fault: str | None = None) -> str:
    more = {"page_error": fault} if fault else {}
    return render_template(
        "steward/reports.html",
        found=directory.open_reports(actor(), _number()),
        kinds=WRONG,
        answers=FOUND,
        **more,
    )


def _schedule_page(form: ScheduleForm, **more: object) -> str:
    return render_template("steward/schedule.html", form=form, **more)


def _number() -> int:
    return request.args.get("page", 1, type=int)
