"""The terminal's records: the trail is verified, what is due is purged, backups have a folder and a restore forgets again."""

import json
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from portal import referrals
from portal.accounts.models import Account
from portal.referrals.models import Need
from portal.store import chain, db, guards, write
from tests.people import make_cast
from tests.referrals.acting import acting, offer_of, send
from tests.test_cli import Run, county, run, stored  # noqa: F401 - fixtures


def with_a_withdrawal(app: Flask) -> str:
    """A need whose person takes it back; its id."""
    with app.app_context():
        cast = make_cast()
        need = send(cast)
        offer = offer_of(need)
        referrals.withdraw_consent(acting(cast.responder), offer.id, version=offer.version)
        return str(need.id)


def test_p18_the_trail_is_verified_from_the_terminal(county: Run) -> None:  # noqa: F811
    county("work", "--once")
    county("community", "set", "time_zone", "America/Denver")
    good = county("audit", "verify", "--json")
    assert good.exit_code == 0, good.output
    found = json.loads(good.stdout.splitlines()[-1])
    assert (found["checked"], found["tail"], found["fault"]) == (1, 1, None)
    head = f"{found['head']['position']}:{found['head']['hash']}"
    assert county("audit", "verify", "--expect", head).exit_code == 0
    assert county("audit", "verify", "--expect", "1:" + "0" * 64).exit_code == 1
    assert county("audit", "verify", "--expect", "soon").exit_code == 2
    with stored().app_context(), write() as session:
        guards.take_down(session.connection())
        session.execute(text("UPDATE audit_entry SET reason = 'nothing' WHERE number = 1"))
    bad = county("audit", "verify")
    assert bad.exit_code == 1
    assert "These tables may be changed" in bad.stderr
    assert county("migrate").exit_code == 0, "puts the guards up again"
    bad = county("audit", "verify", "--json")
    assert bad.exit_code == 1
    assert bad.stderr == "Row 1 was changed after it was written.\n"
    assert json.loads(bad.stdout)["fault"] == {"kind": "changed", "number": 1, "where": ""}


def test_p17_the_purge_says_how_much_is_due_and_a_dry_run_erases_nothing(county: Run) -> None:  # noqa: F811
    app = stored()
    with_a_withdrawal(app)
    with app.app_context():
        with write() as session:
            session.execute(
                text("UPDATE need SET closed_at = '2020-01-01 00:00:00', sent_at = '2020-01-01 00:00:00'")
            )
        db.session.remove()
        db.engine.dispose()
    for _time in range(2):
        dry = county("purge", "--dry-run", "--json")
        assert dry.exit_code == 0, dry.output
        assert json.loads(dry.stdout.splitlines()[-1])["referrals.contact"] == 1
    assert json.loads(county("purge", "--json").stdout.splitlines()[-1])["referrals.contact"] == 1
    assert json.loads(county("purge", "--json").stdout.splitlines()[-1])["referrals.contact"] == 0
    assert county("audit", "verify").exit_code == 0


def test_r13_a_backup_without_a_name_has_a_folder_and_a_restore_forgets_again(
    county: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    app = stored()
    with app.app_context():
        cast = make_cast()
        need, who = send(cast), acting(cast.responder)
        need_id = need.id
        db.session.remove()
        db.engine.dispose()
    made = county("backup")
    assert made.exit_code == 0, made.output
    (kept,) = (tmp_path / "home" / "backups").iterdir()
    assert oct(kept.parent.stat().st_mode & 0o777) == "0o700"
    with app.app_context():
        offer = db.session.get_one(Need, need_id).offers[-1]
        referrals.withdraw_consent(who, offer.id, version=offer.version)
        chain.extend()
        db.session.remove()
        db.engine.dispose()
    back = county("restore", "--yes", str(kept))
    assert back.exit_code == 0, back.output
    assert "Erased again: 1." in back.stderr
    with app.app_context():
        found = db.session.get_one(Need, need_id)
        assert (found.person_id, found.close_reason) == (None, "withdrawn")
        assert db.session.scalar(db.select(Account.id).limit(1)) is not None
        assert [
            row[0] for row in db.session.execute(text("SELECT action FROM audit_entry ORDER BY number DESC"))
        ][0] == "anchor_trail"
        db.session.remove()
        db.engine.dispose()
    assert county("audit", "verify").exit_code == 0, (
        "the trail of the backup counts from now on, and says so itself"
    )
