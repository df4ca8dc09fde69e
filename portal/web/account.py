"""One's own account: where one is signed in, and the second factor."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import PasswordField
from wtforms.validators import InputRequired

from portal import accounts
from portal.store import Conflict, Refused, TooMany
from portal.web.forms import PageForm
from portal.web.gates import actor, gate
from portal.web.second_step import ask_code, picture
from portal.web.session import TOKEN, become
from portal.web.steps import About
from portal.web.words import ROLE_WORDS

blueprint = Blueprint("account", __name__)


class PasswordForm(PageForm):
    password = PasswordField(
        _l("Your password"),
        [InputRequired(_l("Write your password."))],
        description=_l("So that nobody else changes this on your phone."),
    )


ABOUT = {
    "set_up": About(
        _l("Set up a second factor"),
        _l("Go on"),
        _l("You need an app for codes on your phone. Your phone may have one already."),
    ),
    "recovery_codes": About(
        _l("New recovery codes"), _l("Make new codes"), _l("The old codes stop working at once.")
    ),
    "removal": About(
        _l("Turn off the second factor"),
        _l("Turn it off"),
        _l("Then your password alone opens your account."),
        "danger",
    ),
}


@blueprint.get("/account")
@gate("account.self")
def account() -> ResponseReturnValue:
    """Who I am here, and what guards my account."""
    return render_template(
        "account/account.html",
        roles=sorted(str(ROLE_WORDS[role]) for role in actor().roles),
        factor=accounts.second_factor_of(actor()),
        browsers=len(accounts.browsers_of(actor(), _token())),
    )


@blueprint.route("/account/sessions", methods=["GET", "POST"])
@gate("account.self")
def sessions() -> ResponseReturnValue:
    """My signed-in browsers. POST ends one (`which` names it) or all others (`which` is "others")."""
    if request.method == "GET":
        return render_template("account/sessions.html", browsers=accounts.browsers_of(actor(), _token()))
    which = request.form.get("which", "")
    if which == "others":
        ended = accounts.end_other_browsers(actor(), _token())
    else:
        ended = accounts.end_browser(actor(), which)
    flash(
        ngettext("%(num)s browser was signed out.", "%(num)s browsers were signed out.", ended)
        if ended
        else _("It was signed out already.")
    )
    return redirect(url_for("account.sessions"), 303)


@blueprint.get("/account/second-factor")
@gate("account.self")
def second_factor() -> ResponseReturnValue:
    return render_template("account/second_factor.html", factor=accounts.second_factor_of(actor()))


@blueprint.route("/account/second-factor/set-up", methods=["GET", "POST"])
@gate("account.self")
def set_up() -> ResponseReturnValue:
    """First the password, then the picture and its first code; at the end the recovery codes, shown this once."""
    waiting = accounts.own_set_up(actor())
    if waiting is None or "password" in request.form:
        return _with_password("set_up", _begin)
    return ask_code(
        "account/set_up.html",
        lambda typed: _codes(accounts.confirm_set_up(actor(), typed)),
        waiting=waiting,
        picture=picture(waiting.uri),
    )


@blueprint.route("/account/second-factor/recovery-codes", methods=["GET", "POST"])
@gate("account.self")
def recovery_codes() -> ResponseReturnValue:
    return _with_password(
        "recovery_codes", lambda password: _codes(accounts.new_recovery_codes(actor(), password))
    )


@blueprint.route("/account/second-factor/removal", methods=["GET", "POST"])
@gate("account.self")
def removal() -> ResponseReturnValue:
    return _with_password("removal", _turn_off)


def _begin(password: str) -> ResponseReturnValue:
    accounts.begin_set_up(actor(), password)
    return redirect(url_for("account.set_up"), 303)


def _turn_off(password: str) -> ResponseReturnValue:
    become(accounts.turn_off_second_factor(actor(), password))
    flash(_("The second factor is off."))
    return redirect(url_for("account.second_factor"), 303)


def _codes(found: accounts.NewCodes) -> ResponseReturnValue:
    """Every other browser is out by now; this one goes on under a new token. The codes are in this answer and nowhere else."""
    become(found.token)
    return render_template("account/codes.html", codes=found.codes, onward=url_for("account.second_factor"))


def _with_password(name: str, act: Callable[[str], ResponseReturnValue]) -> ResponseReturnValue:
    """A page that asks for the password and then acts."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return _page(name, form, 422 if form.errors else 200)
    try:
        return act(form.password.data)
    except Refused as refused:
        form.refuse(refused)
        return _page(name, form, 422)
    except TooMany as too_many:
        form.refuse(Refused(too_many.reason))
        return _page(name, form, 429)
    except Conflict as conflict:
        form.refuse(Refused(conflict.reason))
        return _page(name, form, 409)


def _page(name: str, form: PageForm, status: int) -> ResponseReturnValue:
    text = render_template(
        "inbox/act.html",
        step=ABOUT[name],
        form=form,
        what=actor().email,
        back=url_for("account.second_factor"),
        moved_on="",
    )
    return text, status


def _token() -> str:
    return str(session.get(TOKEN) or "")
