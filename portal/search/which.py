"""Which of the two engines this install searches with."""

from flask import current_app

from portal.store import engine_name


def on_postgres() -> bool:
    """True where PostgreSQL is searched; False where it is the index in PORTAL_HOME. PORTAL_SEARCH_ENGINE decides, else the kind
    of the database."""
    told = current_app.extensions["settings"].search_engine
    return bool(told == "postgres" or (not told and engine_name() == "postgresql"))
