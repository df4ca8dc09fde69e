"""Sign-in, sign-out, a new password: who is asking.

The browser holds one signed cookie with the token of an AccountSession; everything else about the person is read anew in
each request. Somebody who is not signed in gets no cookie.
"""

from urllib.parse import unquote, urlsplit

from flask import (
    Blueprint,
    Flask,
    Request,
    Response,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import LoginManager, current_user
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from portal import accounts
from portal.store import Actor, Refused, TooMany
from portal.store.actor import ANONYMOUS
from portal.web.forms import PageForm
from portal.web.gates import actor, opened, without_token
from portal.web.headers import vary

TOKEN = "t"  # noqa: S105 - a name: of the session cookie's entry with the token of an AccountSession
HALF = "h"  # of a browser whose second factor is still to come: the token of a HalfSession
NEXT = "n"  # and where it wanted to go

# Where each role works, first match wins.
HOMES = (
    ("responder", "/needs"),
    ("dispatcher", "/needs"),
    ("supervisor", "/unit"),
    ("provider", "/inbox"),
    ("editor", "/listings"),
    ("steward", "/steward"),
    ("privacy_officer", "/privacy"),
    ("evaluator", "/reports"),
    ("admin", "/messages/parked"),
)

blueprint = Blueprint("session", __name__)


class Sessions(SecureCookieSessionInterface):
    """Flask's own signed cookie. For somebody without one nothing is signed, read or looked for: that is most requests."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) in request.cookies:
            return super().open_session(app, request)
        return self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session or session.modified:
            super().save_session(app, session, response)
        else:
            vary(response, "Cookie")


class Visitor:
    """What Flask-Login keeps of the browser in this request: the Actor, and nothing that outlives it."""

    is_active = True

    def __init__(self, who: Actor = ANONYMOUS) -> None:
        self.actor = who
        self.is_authenticated = who.kind == "account"
        self.is_anonymous = not self.is_authenticated

    def get_id(self) -> str:
        return str(self.actor.account_id or "")


def load_actor(app: Flask) -> None:
    """Before each request: the Actor of the signed-in account, or nobody."""
    manager = LoginManager()
    manager.anonymous_user = Visitor
    manager.session_protection = (
        None  # it would write a cookie for strangers; our sessions live on the server
    )
    manager.request_loader(_visitor)
    manager.init_app(app, add_context_processor=False)
    app.session_interface = Sessions()

    @app.before_request
    def who() -> None:
        if request.endpoint != "static":
            g.actor = current_user.actor if TOKEN in session else ANONYMOUS


def _visitor(_request: Request) -> Visitor | None:
    token = session.get(TOKEN)
    found = accounts.actor_for_token(token) if isinstance(token, str) else None
    return Visitor(found) if found else None


class SignInForm(PageForm):
    email = EmailField(_l("E-mail"), [InputRequired(_l("Write your e-mail.")), Length(max=254)])
    password = PasswordField(_l("Password"), [InputRequired(_l("Write your password."))])
    next = HiddenField()


class AskResetForm(PageForm):
    email = EmailField(_l("E-mail"), [InputRequired(_l("Write your e-mail.")), Length(max=254)])


class NewPasswordForm(PageForm):
    password = PasswordField(_l("New password"), [InputRequired(_l("Write a new password."))])


@blueprint.route("/sign-in", methods=["GET", "POST"])
@opened("nobody is signed in yet")
def sign_in() -> ResponseReturnValue:
    """The token of the session changes with every sign-in; an older one in this browser ends."""
    form = SignInForm(data={"next": request.args.get("next", "")})
    if request.method == "GET" and actor().kind == "account":
        return redirect(home(actor()), 303)
    if not form.validate_on_submit():
        return _form("session/sign_in.html", form)
    try:
        entry = accounts.sign_in(form.email.data, form.password.data, request.remote_addr or "")
    except Refused as refused:
        form.refuse(refused)
        return _form("session/sign_in.html", form)
    except TooMany as too_many:
        return _slower("session/sign_in.html", form, too_many)
    return admit(entry, form.next.data or "")


@blueprint.post("/sign-out")
@opened("also for a session that has just ended by itself")
@without_token
def sign_out() -> ResponseReturnValue:
    """Ends the session on the server, and asks the browser to forget our pages."""
    _forget_session()
    response = make_response(redirect("/", 303))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/reset", methods=["GET", "POST"])
@opened("who forgot the password cannot sign in")
def ask_reset() -> ResponseReturnValue:
    """The same answer whether the e-mail is known or not."""
    form = AskResetForm()
    if not form.validate_on_submit():
        return _form("session/ask_reset.html", form)
    try:
        accounts.request_reset(form.email.data, request.remote_addr or "")
    except TooMany as too_many:
        return _slower("session/ask_reset.html", form, too_many)
    return redirect(url_for("session.reset_asked"), 303)


@blueprint.get("/reset/asked")
@opened("what follows on asking for a new password")
def reset_asked() -> ResponseReturnValue:
    return render_template("session/reset_asked.html")


@blueprint.get("/reset/done")
@opened("what follows on a new password")
def reset_done() -> ResponseReturnValue:
    return render_template("session/reset_done.html")


@blueprint.route("/reset/<string:token>", methods=["GET", "POST"])
@opened("a mailed link is the key; it opens a form and changes nothing until it is sent")
def reset(token: str) -> ResponseReturnValue:
    """410 when the link was used, overtaken or is older than an hour."""
    if not accounts.reset_open(token):
        return render_template("session/reset_gone.html"), 410
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return _form("session/reset.html", form)
    try:
        accounts.set_password(token, form.password.data)
    except Refused as refused:
        form.refuse(refused)
        return _form("session/reset.html", form)
    _forget_session()
    return redirect(url_for("session.reset_done"), 303)


def admit(entry: accounts.Entry, following: str = "") -> ResponseReturnValue:
    """Lets this browser in, to `following` or to where the person works; or half-way in, to what is still missing."""
    _forget_session()
    where = local_path(following) or ""
    if entry.missing:
        session[HALF], session[NEXT] = entry.token, where
        return redirect(url_for(f"second_step.{entry.missing}"), 303)
    become(entry.token)
    return redirect(where or home(actor()), 303)


def become(token: str) -> None:
    """This browser, from now and in this response, is the one of this session."""
    session.clear()
    session[TOKEN] = token
    g.actor = accounts.actor_for_token(token) or ANONYMOUS


def _form(template: str, form: PageForm) -> ResponseReturnValue:
    return render_template(template, form=form), 422 if form.errors else 200


def _slower(template: str, form: PageForm, too_many: TooMany) -> ResponseReturnValue:
    form.refuse(Refused(too_many.reason))
    return render_template(template, form=form), 429, {"Retry-After": str(too_many.seconds)}


def _forget_session() -> None:
    token = session.get(TOKEN)
    if isinstance(token, str):
        accounts.end_session(token)
    half = session.get(HALF)
    if isinstance(half, str):
        accounts.leave_halfway(half)
    session.clear()


def home(who: Actor) -> str:
    """The page where this person's work is."""
    return next((path for role, path in HOMES if who.has(role)), "/")


def local_path(text: str) -> str | None:
    """A path on this host, with its query, or None for anything that a browser could read as another place.

    >>> local_path("/needs?page=2")
    '/needs?page=2'
    >>> local_path("//evil.example") is local_path("/%2f%2fevil.example") is None
    True
    """
    plain = unquote(unquote(text))
    if not text.startswith("/") or len(text) > 2000 or "//" in plain.split("?")[0]:
        return None
    if any(ord(letter) < 33 or letter in "\\\x7f" for letter in plain):
        return None
    parts = urlsplit(text)
    return None if parts.scheme or parts.netloc else text
