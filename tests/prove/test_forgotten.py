"""P17 on a real install: people send, ask and decline through the pages of a real server; when its time is over, no file of the
home holds a byte of what they typed: database, its log, index, the server's log, backups."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import select

from portal.cli import main
from portal.referrals.models import Need, Offer
from portal.store import chain, clock, db
from portal.store.backup import backup, next_file
from tests.canaries import found_in
from tests.prove.server import Browser, Install
from tests.prove.test_kills import FORM

NEEDS = 20
DAY = timedelta(days=1)


def words(number: int) -> dict[str, str]:
    """What is typed about one need, unlike any other's."""
    return {
        "name": f"Quillon Canaryname{number:03d}",
        "phone": f"615-555-{1000 + number}",
        "notes": f"Afraid of canarydogs{number:03d}",
        "question": f"Age of canarychild{number:03d}?",
        "answer": f"Canarytwelve{number:03d}",
        "note": f"Canary desk note {number:03d}",
    }


def told(sender: Browser, desk: Browser, install: Install, number: int) -> None:
    """One need from its sending to its close, through the pages."""
    said = words(number)
    form = FORM | {
        "basis": "verbal_consent",
        "idempotency_key": str(uuid4()),
        "confirm_duplicate": "y",
        "hears_back": "y",
    }
    form |= {"name": said["name"], "phone": said["phone"], "safety_notes": said["notes"]}
    sent = sender.post(f"/services/{install.cast.crisis_center.id}/refer", form)
    assert sent.status == 303, sent.text[:500]
    need_id = UUID(sent.location.rsplit("/", 1)[-1])
    for who, path, more in (
        (desk, "answer", {"answer": "question", "question": said["question"]}),
        (sender, "information", {"text": said["answer"]}),
        (desk, "answer", {"answer": "decline", "reason": "other", "note": said["note"]}),
    ):
        with install.app.app_context():
            offer = db.session.scalars(select(Offer).where(Offer.need_id == need_id)).one()
            path, version = f"/offers/{offer.id}/{path}", offer.version
        done = who.post(path, more | {"version": str(version)})
        assert done.status == 303, (path, done.text[:2000])
    with install.app.app_context():
        version = db.session.get_one(Need, need_id).version
    closed = sender.post(f"/needs/{need_id}/closing", {"reason": "solved_otherwise", "version": str(version)})
    assert closed.status == 303, closed.text[:500]


@pytest.mark.parametrize("needs", [2, pytest.param(NEEDS, marks=pytest.mark.prove)])
def test_p17_no_file_of_a_real_install_holds_a_byte_of_what_was_purged(
    install: Install, needs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    install.start()
    sender, desk = install.signed_in(install.cast.responder.id), install.signed_in(install.cast.provider.id)
    for browser in (sender, desk):
        assert browser.get("/account").status == 200
    for number in range(needs):
        told(sender, desk, install, number)
    with install.app.app_context():
        backup(next_file(clock.now()))
    install.stop()
    canaries = [text for number in range(needs) for text in words(number).values()]
    before = found_in(install.home, canaries)
    assert not [name for name in before if "log" in name or "index" in name], before
    assert len({text for texts in before.values() for text in texts}) == 3 * needs, "the words, and no name"
    for name, value in install.environ.items():
        monkeypatch.setenv(name, value)
    with time_machine.travel(clock.now() + 91 * DAY, tick=True):
        for _time in range(2):
            with pytest.raises(SystemExit) as ended:
                main(["purge"])
            assert ended.value.code == 0
    left = found_in(install.home, canaries)
    print(f"\n{needs} needs, {len(canaries)} canaries: before in {sorted(before)}, after in {sorted(left)}")
    assert left == {}
    with install.app.app_context():
        chain.extend()
        assert chain.verify().fault is None
