"""The second page of signing in: a code of one's own phone, or setting up where it comes from.

Nothing is told here before the password was right, and nothing is open until this page is done.
"""

from collections.abc import Callable

import segno
from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import StringField
from wtforms.validators import Length

from portal import accounts
from portal.store import Conflict, Refused, TooMany
from portal.web.forms import PageForm
from portal.web.gates import actor, opened
from portal.web.session import HALF, NEXT, become, home, local_path

blueprint = Blueprint("second_step", __name__)

SHORT = Length(max=60, message=_l("This is too long."))


class CodeForm(PageForm):
    """The app's six digits, or a recovery code: one of the two."""

    code = StringField(_l("Code from your app"), description=_l("Six digits."), validators=[SHORT])
    recovery = StringField(_l("Recovery code"), description=_l("Each works once."), validators=[SHORT])

    @property
    def typed(self) -> str:
        return (self.code.data or "") or (self.recovery.data or "")

    def blame(self, refused: Refused) -> None:
        """The refusal stands beside the field that was used."""
        used = "recovery" if self.recovery.data and not self.code.data else "code"
        self.refuse(Refused(refused.reason, used))
        self.code.data = self.recovery.data = ""  # a code that was no good is of no use in the form


def ask_code(template: str, act: Callable[[str], ResponseReturnValue], **page: object) -> ResponseReturnValue:
    """The page that asks for a code, and what follows on a right one. A Conflict is for the door that called."""
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template(template, form=form, **page), 422 if form.errors else 200
    try:
        return act(form.typed)
    except Refused as refused:
        form.blame(refused)
        return render_template(template, form=form, **page), 422
    except TooMany as too_many:
        form.blame(Refused(too_many.reason))
        return render_template(template, form=form, **page), 429, {"Retry-After": str(too_many.seconds)}


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@opened("the password was right; the code is still to come")
def code() -> ResponseReturnValue:
    """410 when the ten minutes are over."""
    token, half = _half()
    if half is None or half.missing != "code":
        return _gone()

    def enter(typed: str) -> ResponseReturnValue:
        found, where = accounts.pass_code(token, typed), _where()
        become(found)
        return redirect(where or home(actor()), 303)

    try:
        return ask_code("session/code.html", enter)
    except Conflict:
        return _gone()


@blueprint.route("/sign-in/set-up", methods=["GET", "POST"])
@opened("the password was right; the role wants a second factor that is not there yet")
def set_up() -> ResponseReturnValue:
    """Picture and secret, then the first code. What follows are the recovery codes, shown this once."""
    token, half = _half()
    if half is None or half.set_up is None:
        return _gone()

    def enter(typed: str) -> ResponseReturnValue:
        found, where = accounts.pass_set_up(token, typed), _where()
        become(found.token)
        return render_template("account/codes.html", codes=found.codes, onward=where or home(actor()))

    try:
        return ask_code("session/set_up.html", enter, waiting=half.set_up, picture=picture(half.set_up.uri))
    except Conflict:
        return _gone()


def picture(uri: str) -> Markup:
    """The QR code as SVG inside the page: dark on white whatever the page's scheme, as cameras want it."""
    drawn = segno.make(uri, micro=False).svg_inline(
        omitsize=True, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - drawn here; the text is in it as squares


def _half() -> tuple[str, accounts.Halfway | None]:
    token = session.get(HALF)
    return (token, accounts.halfway_in(token)) if isinstance(token, str) else ("", None)


def _where() -> str:
    return local_path(str(session.get(NEXT) or "")) or ""


def _gone() -> ResponseReturnValue:
    """Back to the first page; who was half-way in hears why."""
    if HALF not in session:
        return redirect(url_for("session.sign_in"), 303)
    session.clear()
    return render_template("session/too_late.html", why=_("This took more than ten minutes.")), 410
