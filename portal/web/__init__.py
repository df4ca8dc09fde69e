"""Floor 7: the doors, one file per visitor."""

from flask import Flask

from portal.web import gates


def register(app: Flask) -> None:
    """Hang every door on the app. Order matters only for before_request: who is asking, then the gate."""
    from portal.web import pages, public, session  # noqa: PLC0415 - doors import the app's rooms, one by one

    pages.prepare(app)
    session.load_actor(app)
    gates.guard(app)
    app.register_blueprint(public.blueprint)
    app.register_blueprint(session.blueprint)
