"""The steward's page: edits that wait, who has not joined, what imports rejected, what nobody confirmed for longest."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import accounts, directory
from portal.store import Conflict, Refused
from portal.web.forms_steward import ProposalForm
from portal.web.gates import actor, gate

blueprint = Blueprint("steward", __name__)

FLAG_WORDS = {"hours": _l("The hours are wrong."), "listing": _l("They do not do what the listing says.")}


@blueprint.get("/steward")
@gate("listing.approve")
def desk() -> ResponseReturnValue:
    return _desk_page()


@blueprint.post("/steward/proposals/<uuid:proposal_id>")
@gate("listing.approve")
def decision(proposal_id: UUID) -> ResponseReturnValue:
    """Agree to a waiting edit, or refuse it. The form carries the old value that was shown; another one is a 409."""
    form = ProposalForm()
    if not form.validate_on_submit():
        return _desk_page(form.fault), 422
    try:
        state = directory.decide_proposal(
            actor(), proposal_id, form.decision.data == "approve", form.stands.data
        )
    except Conflict as conflict:
        return _desk_page(conflict.reason), 409
    except Refused as refused:
        return _desk_page(refused.reason), 422
    if state is None:
        abort(404)
    flash(
        _("Approved. Everybody sees it now.") if state == "approved" else _("Refused. The old value stays.")
    )
    return redirect(url_for("steward.desk"), 303)


@blueprint.post("/steward/flags/<uuid:listing_id>")
@gate("listing.approve")
def flags(listing_id: UUID) -> ResponseReturnValue:
    """Looked into: the marks of one listing leave the steward's page."""
    if directory.settle_flags(actor(), listing_id) is None:
        abort(404)
    flash(_("Done. The marks of this listing are settled."))
    return redirect(url_for("steward.desk"), 303)


@blueprint.get("/steward/imports/<uuid:run_id>")
@gate("import.read")
def rejected(run_id: UUID) -> ResponseReturnValue:
    """The rows that one import could not take, with the reason in words."""
    found = directory.rejected_rows(run_id, request.args.get("page", 1, type=int))
    if found is None:
        abort(404)
    return render_template("steward/rejected.html", found=found)


def _desk_page(fault: str | None = None) -> str:
    more = {"page_error": fault} if fault else {}
    return render_template(
        "steward/desk.html",
        desk=directory.steward_desk(actor()),
        dead_phones=directory.dead_phones(actor()),
        reports=directory.open_reports(actor()).total,
        claims=accounts.claims_waiting(actor()),
        fields=directory.FIELDS,
        words_of=directory.field_words,
        label_of=directory.field_label,
        differences=directory.differences,
        flag_words=FLAG_WORDS,
        **more,
    )
