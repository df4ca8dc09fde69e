"""Floor 7: the doors, one file per visitor."""

from flask import Flask

from portal import logs
from portal.web import (
    errors,
    gates,
    headers,
    health,
    leaving,
    origin,
    outbox,
    pages,
    public,
    reports,
    session,
)


def register(app: Flask) -> None:
    """Hang every door on the app. Order matters only for before_request: who is asking, then the gate."""
    logs.log_requests(app)
    headers.dress(app)
    pages.prepare(app)
    errors.catch(app)
    leaving.guard(app)
    session.load_actor(app)
    gates.guard(app)
    origin.guard(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(leaving.blueprint)
    app.register_blueprint(outbox.blueprint)
    app.register_blueprint(public.blueprint)
    app.register_blueprint(reports.blueprint)
    app.register_blueprint(session.blueprint)
