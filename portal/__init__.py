"""Handrail: a community resource directory and warm-handoff referral portal.

`create_app` is one of the two places that see all floors (the other is Alembic's env.py); see docs/architecture.md.
"""

import os
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from flask_migrate import Migrate
from sqlalchemy import select
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import web
from portal.accounts.rules import WHOLE
from portal.config import Settings, read_settings
from portal.directory.models import Community
from portal.programs import MET_AGAIN
from portal.programs.profiles import ERASE_AGAIN
from portal.store import db, language
from portal.store.database import engine_options, prepare_engine

__version__ = "0.1.0"

# Where each purpose of a signed link opens; messages asks this instead of importing the doors.
LINK_PATHS = {
    "answer": "/answer/",
    "ask": "/reply/",
    "reset": "/reset/",
    "invitation": "/invitation/",
    "claim": "/claim/",
    "confirmation": "/confirmation/",
}


def is_demonstration() -> bool:
    """True in an install seeded with --demo. Handed to messages, which lives below the directory and cannot ask it."""
    return bool(db.session.scalar(select(Community.demonstration).limit(1)))


class _Json(DefaultJSONProvider):
    """Fields in the order in which they were written, letters as they are."""

    sort_keys = False
    ensure_ascii = False
    compact = True


class Portal(Flask):
    """Flask, where no door and no hook is a coroutine: it need not look, ten times a request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI application: settings, database, doors. Raises config.BadSetting in one sentence."""
    settings = settings or read_settings()
    app = Portal("portal")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=1024 * 1024,
        MAX_FORM_MEMORY_SIZE=64 * 1024,
        MAX_FORM_PARTS=200,
        SESSION_COOKIE_NAME="__Host-sid" if settings.secure_cookies else "sid",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=WHOLE,  # Flask refuses an older cookie even before the server's own row is asked
        BABEL_DEFAULT_LOCALE="en",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        # Templates are read once; a bytecode cache shared by preload keeps idle memory low.
        TEMPLATES_AUTO_RELOAD=bool(os.environ.get("PORTAL_RELOAD_TEMPLATES")),
    )
    app.json = _Json(app)
    app.extensions["settings"] = settings
    app.extensions["version"] = __version__
    app.extensions["seal_keys"] = settings.seal_keys
    app.extensions["peppers"] = settings.peppers
    app.extensions["link_paths"] = LINK_PATHS
    app.extensions["demonstration"] = is_demonstration
    app.extensions["erase_again"] = ERASE_AGAIN | MET_AGAIN
    db.init_app(app)
    Migrate(app, db, directory=os.path.join(app.root_path, "store", "migrations"))
    language.Languages(app, locale_selector=language.chosen)
    with app.app_context():
        prepare_engine(db.engine)
    web.register(app)
    if settings.base_url.startswith("https:"):
        # HTTPS ends at one proxy in front of us (docs/running.md): its word for who asks is taken, nobody else's.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    return app


__all__ = ["__version__", "create_app"]
