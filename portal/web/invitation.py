"""What a mailed invitation opens: a new account, or one role more for who has an account."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from portal import accounts
from portal.store import Conflict, Refused
from portal.web.forms import PageForm
from portal.web.gates import opened
from portal.web.session import admit
from portal.web.words import ROLE_WORDS

blueprint = Blueprint("invitation", __name__)


class JoinForm(PageForm):
    name = StringField(
        _l("Your name"),
        [InputRequired(_l("Write your name.")), Length(max=80, message=_l("Use 80 characters or fewer."))],
        description=_l("Your colleagues see it."),
    )
    phone = StringField(
        _l("Your work phone"),
        [Length(max=40, message=_l("Use 40 characters or fewer."))],
        description=_l("Others call you back here. You may leave it empty."),
    )
    password = PasswordField(_l("Choose a password"), [InputRequired(_l("Write a password."))])


@blueprint.route("/invitation/<string:token>", methods=["GET", "POST"])
@opened("a mailed link is the key; it shows a form and changes nothing until it is sent")
def invitation(token: str) -> ResponseReturnValue:
    """410 when the link was used, withdrawn, overtaken or is older than a week."""
    found = accounts.invitation_by_link(token)
    if found is None:
        return _gone()
    form = JoinForm()
    page = {"form": form, "invited": found, "role": ROLE_WORDS[found.role]}
    if found.known:
        return _take(token, form, page)
    if not form.validate_on_submit():
        return render_template("session/join.html", **page), 422 if form.errors else 200
    try:
        entry = accounts.join(token, form.name.data, form.phone.data or "", form.password.data)
    except Refused as refused:
        form.refuse(refused)
        return render_template("session/join.html", **page), 422
    except Conflict:
        return _gone()
    return admit(entry)


@blueprint.get("/invitation/taken")
@opened("what follows on taking a role")
def taken() -> ResponseReturnValue:
    return render_template("session/role_taken.html")


def _take(token: str, form: JoinForm, page: dict[str, object]) -> ResponseReturnValue:
    """There is an account: one button, and no password is asked or told."""
    if not form.is_submitted():
        return render_template("session/take_role.html", **page)
    try:
        accounts.take_role(token)
    except Conflict:
        return _gone()
    return redirect(url_for("invitation.taken"), 303)


def _gone() -> ResponseReturnValue:
    return render_template("session/invitation_gone.html"), 410
