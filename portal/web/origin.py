"""Every POST must come from a page of ours, recently made, for this very browser.

Two judges, both without a cookie for strangers: the browser's own word (Origin, Sec-Fetch-Site), and a signed token in
the form, bound to the session when one is signed in and to nothing but time when not. Runs after the gate.
"""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, jsonify, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup

from portal.store import clock
from portal.web.gates import wants_json
from portal.web.session import TOKEN

LIFE = timedelta(hours=12)
LOOPBACK = ("127.0.0.1", "localhost")
FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
SAFE = ("GET", "HEAD", "OPTIONS")


def guard(app: Flask) -> None:
    """Judge every write, trust only our own host names, and give templates `csrf()`."""
    app.config["TRUSTED_HOSTS"] = [
        urlsplit(app.extensions["settings"].base_url).hostname or "localhost",
        *LOOPBACK,
    ]
    app.jinja_env.globals["csrf"] = field

    @app.before_request
    def check() -> ResponseReturnValue | None:
        if request.method in SAFE or request.routing_exception is not None:
            return None  # nothing is written; a wrong method or address gets its own answer
        _check_type()
        if not from_here():
            return _refusal(403, _("It did not come from a page of ours. Nothing was saved."))
        if not getattr(_view(), "without_token", False) and not good(sent_token()):
            return _refusal(
                400, _("It was open for a very long time, or you signed in or out since. Nothing was saved.")
            )
        return None


def new_token() -> str:
    """A token for a form in this response. The random part keeps a compressed page's length from telling it, byte by byte."""
    return _signer().dumps([int(clock.now().timestamp()), _owner(), secrets.token_hex(4)])


def field() -> Markup:
    """The hidden field that every POST form carries: `{{ csrf() }}`."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, new_token())


def sent_token() -> str:
    return request.headers.get(HEADER) or request.form.get(FIELD, "")


def good(token: str) -> bool:
    """True when we made this token within LIFE, for this session or, without one, for anybody without one."""
    try:
        made, owner, _salt = _signer().loads(token)
        age = clock.now() - datetime.fromtimestamp(made, UTC)
    except (BadSignature, ValueError, TypeError, OverflowError):
        return False
    return age <= LIFE and hmac.compare_digest(str(owner), _owner())


def from_here() -> bool:
    """The browser's word. An `Origin` that is not ours is refused whatever else is said; `null` only passes beside a
    Sec-Fetch-Site of same-origin. A client that says nothing (no browser since 2020) is left to the token."""
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site")
    if origin not in (None, "null") and origin not in _own_origins():
        return False
    if site is not None:
        return site in ("same-origin", "none")
    return origin != "null"


def _own_origins() -> set[str]:
    base = urlsplit(current_app.extensions["settings"].base_url)
    own = {f"{base.scheme}://{base.netloc}"}
    if (urlsplit(f"//{request.host}").hostname or "") in LOOPBACK:
        own.add(f"{request.scheme}://{request.host}")
    return own


def _refusal(status: int, why: str) -> ResponseReturnValue:
    if wants_json():
        return jsonify(error="old_form" if status == 400 else "foreign_form", detail=why), status
    return render_template("session/old_form.html", why=why, back=_way_back()), status


def _check_type() -> None:
    """415 for a body that is neither a form nor, where a door wants it, JSON (a form cannot send that across sites)."""
    kind = request.mimetype
    if kind in FORM_TYPES or (not kind and not request.content_length):
        return
    if kind == "application/json" and getattr(_view(), "takes_json", False):
        return
    abort(415)


def _view() -> object:
    return current_app.view_functions.get(request.endpoint or "")


def _way_back() -> str:
    """The page that holds this form, where it has the form's own address; else the start page."""
    adapter = current_app.url_map.bind("")
    return request.path if adapter.test(request.path, "GET") else "/"


def _owner() -> str:
    """A short hash of the session's token; empty for a browser without one."""
    token = str(session.get(TOKEN, ""))
    return hashlib.sha256(token.encode()).hexdigest()[:32] if token else ""


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(
        str(current_app.secret_key), salt="form", signer_kwargs={"digest_method": hashlib.sha256}
    )
