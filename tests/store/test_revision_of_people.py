"""The revision of keys and cards goes down and up again over people and needs that are there."""

from pathlib import Path

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from portal import create_app
from portal.store import db
from tests.conftest import settings_for
from tests.people import make_cast
from tests.referrals.acting import send


@pytest.mark.sqlite_only
def test_needs_and_people_stay_when_keys_and_cards_go(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path))
    with app.app_context():
        upgrade()
        need = send(make_cast())
        assert need.client_id is not None
        kept = (need.id.hex, need.person_id.hex if need.person_id else "")
        db.session.remove()
        downgrade(revision="0010")
        rows = text("SELECT need.id, person_id, offer.id FROM need JOIN offer ON offer.need_id = need.id")
        assert [tuple(row)[:2] for row in db.session.execute(rows)] == [kept]
        db.session.remove()
        upgrade()
        assert db.session.execute(text("SELECT id, client_id FROM need")).one() == (kept[0], None)
        assert db.session.execute(text("SELECT name, date_of_birth FROM person")).one()[0].startswith("t1:")
        db.session.remove()
        db.engine.dispose()
