"""An intermediary under 42 CFR part 2: its name in every consent, and the list that it owes a person who asks in writing."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from portal import referrals as r
from portal.store import Conflict, Refused
from portal.web.forms import PageForm
from portal.web.gates import actor, gate
from portal.web.steps import version_of

blueprint = Blueprint("intermediary", __name__)


class NameForm(PageForm):
    version = HiddenField()
    name = StringField(
        _l("Name of the intermediary"),
        description=_l("As it shall stand in each consent. Empty: there is none."),
        validators=[Length(max=120, message=_l("Use 120 characters or fewer."))],
    )


class ListForm(PageForm):
    reference = StringField(
        _l("Reference"),
        description=_l("The 6 letters and digits of the request."),
        validators=[Length(max=20, message=_l("A reference has 6 letters and digits."))],
    )


@blueprint.get("/privacy/intermediary")
@gate("disclosure.read")
def page() -> ResponseReturnValue:
    """The name as it stands; with `?reference=` the list for the person of that request, to print."""
    form = NameForm(formdata=None)
    _fill(form)
    asked = ListForm(request.args)
    if "reference" not in request.args:
        return _page(form, asked)
    if not asked.validate():
        return _page(form, asked), 422
    try:
        return _page(form, asked, r.list_of_recipients(actor(), asked.reference.data or ""))
    except Refused as refused:
        asked.refuse(refused)
        return _page(form, asked), 422


@blueprint.post("/privacy/intermediary")
@gate("disclosure.read")
def save() -> ResponseReturnValue:
    """The name, or that there is none."""
    form = NameForm()
    asked = ListForm(formdata=None)
    if not form.validate():
        return _page(form, asked), 422
    try:
        r.set_intermediary(actor(), form.name.data or "", version=version_of(form))
    except Refused as refused:
        form.refuse(refused)
        return _page(form, asked), 422
    except Conflict as conflict:
        form.refuse(Refused(conflict.reason))
        form.version.data = str(_stands().version)
        return _page(form, asked), 409
    flash(_("Saved. It stands in what is signed from now on."))
    return redirect(url_for("intermediary.page"), 303)


def _stands() -> r.Intermediary:
    found = r.intermediary_for(actor())
    if found is None:
        abort(404)
    return found


def _fill(form: NameForm) -> None:
    stands = _stands()
    form.name.data, form.version.data = stands.name, str(stands.version)


def _page(form: NameForm, asked: ListForm, lines: tuple[r.LedgerLine, ...] | None = None) -> str:
    return render_template("privacy/intermediary.html", form=form, asked=asked, lines=lines)
