"""Which revision the database stands at, and bringing it to the newest."""

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade as alembic_upgrade

from portal.store import guards
from portal.store.database import db, write


def head() -> str:
    """The newest revision this code knows."""
    folder = current_app.extensions["migrate"].directory
    return str(ScriptDirectory(folder).get_current_head())


def current() -> str | None:
    """The revision the database stands at; None for an empty one."""
    return MigrationContext.configure(db.session.connection()).get_current_revision()


def upgrade() -> bool:
    """Bring the database to the newest revision; False when it stood there already. The guards stand afterwards, also where an
    upgrade that broke off had left them down."""
    if current() == head():
        if guards.missing():
            with write() as session:
                guards.put_up(session.connection())
        return False
    db.session.remove()  # alembic connects by itself and must not wait for us
    alembic_upgrade()
    return True
