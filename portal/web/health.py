"""`/health`: whether this install works, for whoever watches it. Names nobody and counts nobody."""

from flask import Blueprint, Flask, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal import messages, search
from portal.store import db, engine_name, heartbeat, revisions
from portal.store.database import sqlite_module
from portal.web.gates import opened

WORKER_LATE = 60  # seconds without a sign of the worker after which the install is called degraded

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@opened("monitoring asks without a session; the answer holds no data")
def health() -> ResponseReturnValue:
    """200 while pages can be served, 503 when the database is out of reach."""
    try:
        facts = _facts(current_app)
    except SQLAlchemyError:
        db.session.rollback()
        return jsonify(status="down", version=_version(), database="out of reach"), 503
    return jsonify(facts)


def _facts(app: Flask) -> dict[str, object]:
    migration = revisions.current()
    seen = heartbeat.seen_seconds()
    index = search.index_state()
    late = seen is None or seen > WORKER_LATE
    return {
        "status": "degraded" if late or index["state"] != "ready" or migration != revisions.head() else "ok",
        "version": _version(),
        "database": _database(),
        "migration": migration or "",
        "index": {name: index[name] for name in ("state", "listings", "behind")},
        "worker_seen_seconds": seen,
        "mail": messages.mail_mode(),
        "sms": messages.text_mode(),
        "push": messages.push_mode(),
    }


def _version() -> str:
    return str(current_app.extensions["version"])


def _database() -> str:
    if engine_name() == "sqlite":
        return f"sqlite {sqlite_module().sqlite_version}"
    number = str(db.session.scalar(text("SHOW server_version"))).split()[0]
    return f"postgresql {number}"
