"""The privacy officer's page: openings in an emergency to look at, and the way to the records."""

from uuid import UUID

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from portal import referrals as r
from portal.store import Conflict, Refused
from portal.web.forms import PageForm
from portal.web.gates import actor, gate

blueprint = Blueprint("officer", __name__)

# Records of the officer's, each with a page of its own.
RECORDS = (
    ("/privacy/requests", _l("People's own data: copy, correct, delete")),
    ("/privacy/disclosures", _l("What was told to whom")),
    ("/privacy/units", _l("Units under 42 CFR part 2")),
    ("/privacy/intermediary", _l("Intermediary under 42 CFR part 2")),
    ("/privacy/audit", _l("Who did what: the trail")),
    ("/privacy/holds", _l("Legal holds")),
    ("/privacy/retention", _l("How long what is kept")),
)


class ReferenceForm(PageForm):
    reference = StringField(
        _l("Reference"),
        [InputRequired(_l("Write the reference.")), Length(max=20, message=_l("This is too long."))],
        description=_l("The six letters and digits that people say on the phone."),
    )


class ReviewForm(PageForm):
    note = TextAreaField(
        _l("What did you find?"),
        [
            DataRequired(_l("Write what you found.")),
            Length(max=280, message=_l("Use 280 characters or fewer.")),
        ],
        description=_l("280 characters."),
    )


@blueprint.route("/privacy", methods=["GET", "POST"])
@gate("privacy.read")
def desk() -> ResponseReturnValue:
    """Openings that nobody has looked at come first. POST looks up which services were asked under a reference."""
    form = ReferenceForm()
    if not form.is_submitted():
        return _desk(form)
    if not form.validate():
        return _desk(form), 422
    try:
        return _desk(form, r.asked_services(actor(), form.reference.data))
    except Refused as refused:
        form.refuse(refused)
        return _desk(form), 422


@blueprint.route("/privacy/openings/<uuid:opening_id>", methods=["GET", "POST"])
@gate("privacy.read")
def opening(opening_id: UUID) -> ResponseReturnValue:
    """One opening: who, for whom, why. POST says what the officer found. The look is logged."""
    form = ReviewForm()
    found = r.opening_for(actor(), opening_id)
    if found is None:
        abort(404)
    if not form.validate_on_submit():
        return _opening(found, form), 422 if form.errors else 200
    try:
        r.review_opening(actor(), opening_id, form.note.data)
    except r.NotHere:
        abort(404)
    except Refused as refused:
        form.refuse(refused)
        return _opening(found, form), 422
    except Conflict as conflict:
        form.refuse(Refused(conflict.reason))
        return _opening(r.opening_for(actor(), opening_id) or found, form), 409
    flash(_("Thank you. It is written down."))
    return redirect(url_for("officer.desk"), 303)


def _desk(form: ReferenceForm, asked: tuple[r.AskedService, ...] | None = None) -> str:
    openings = r.openings_for(actor())
    routes = current_app.url_map.bind("")
    return render_template(
        "privacy/desk.html",
        form=form,
        asked=asked,
        waiting=[each for each in openings if each.reviewed_at is None],
        done=[each for each in openings if each.reviewed_at is not None],
        records=[(path, label) for path, label in RECORDS if routes.test(path, "GET")],
    )


def _opening(found: r.OpeningView, form: ReviewForm) -> str:
    return render_template("privacy/opening.html", opening=found, form=form)
