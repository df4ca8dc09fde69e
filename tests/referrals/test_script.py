"""The service's own questions: kept true by its people, read out by the sender, answered under seal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from portal import referrals
from portal.referrals.models import Disclosure, QuestionList, ScriptAnswers
from portal.store import Conflict, Refused, db
from portal.store.audit import AuditEntry
from tests.people import Cast
from tests.referrals.acting import acting, request_to
from tests.referrals.drive import stage, walk

pytestmark = pytest.mark.sqlite_only
Move = Callable[[timedelta], None]
ASKED = (
    referrals.Question("Can the person walk?", needed=True),
    referrals.Question("How did they come?", "choice", ("on foot", "by car")),
    referrals.Question("What helps them calm down?", "text"),
)


def ask(cast: Cast, questions: Any = ASKED, version: int = 0) -> referrals.Questions:
    return referrals.set_questions(acting(cast.provider), cast.crisis_center.id, questions, version=version)


def test_a_list_is_versioned_and_the_same_list_again_writes_nothing(cast: Cast) -> None:
    assert referrals.questions_of(cast.crisis_center.id).questions == ()
    assert ask(cast).version == 1
    assert ask(cast, version=1).version == 1
    assert ask(cast, ASKED[:1], version=1).version == 2
    assert [len(row.questions) for row in db.session.query(QuestionList).order_by("version")] == [3, 1]
    with pytest.raises(Conflict):
        ask(cast, version=1)
    assert referrals.questions_of(cast.crisis_center.id, 1).questions == ASKED


@pytest.mark.parametrize(
    "words",
    [
        "What is the diagnosis?",
        "SSN?",
        "Their social security number?",
        "Any charges?",
        "Was he arrested?",
        "Is there a warrant?",
        "Date of birth?",
        "Immigration papers?",
        "x" * 121,
        " ",
    ],
)
def test_nothing_is_asked_that_a_referral_must_not_hold(cast: Cast, words: str) -> None:
    for question in (referrals.Question(words), referrals.Question("Which?", "choice", ("yes", words))):
        with pytest.raises(Refused) as refused:
            ask(cast, (ASKED[0], question))
        assert refused.value.field == "question_2"
    assert db.session.query(QuestionList).count() == 0


def test_harmless_questions_are_taken(cast: Cast) -> None:
    words = ("Any weapons?", "Is the person calm?", "Does a child come along?", "Which language?")
    assert len(ask(cast, [referrals.Question(one) for one in words]).questions) == 4


def test_who_may_keep_a_list(cast: Cast) -> None:
    steward = acting(cast.steward)
    assert referrals.set_questions(steward, cast.detox.id, ASKED, version=0).version == 1
    for account in (cast.shelter_worker, cast.responder, cast.admin, cast.stranger):
        with pytest.raises(referrals.NotHere):
            referrals.set_questions(acting(account), cast.crisis_center.id, ASKED, version=0)
    with pytest.raises(Refused):
        referrals.set_questions(steward, cast.victim_service.id, ASKED, version=0)
    with pytest.raises(Refused):
        ask(cast, [referrals.Question(f"Number {number}?") for number in range(9)])


def test_answers_are_sealed_and_read_by_the_two_sides_alone(move_time: Move, cast: Cast) -> None:
    ask(cast)
    found = stage(cast, "sent", move_time)
    sender, receiver, offer_id = found.actor("sender"), found.actor("receiver"), found.offer.id
    referrals.answer_script(sender, offer_id, 1, ["yes", "by car", "Canaryanswer music"])
    assert referrals.open_answers(receiver, offer_id) is None, "nothing before the yes"
    view = referrals.after_for(receiver, offer_id)
    assert view is not None
    assert not view.has_answers
    walk(found, "accept", move_time)
    told = referrals.open_answers(receiver, offer_id)
    assert told is not None
    assert [one.answer for one in told] == ["yes", "by car", "Canaryanswer music"]
    assert referrals.open_answers(sender, offer_id) == told
    for account in (cast.colleague, cast.supervisor, cast.shelter_worker, cast.admin, cast.stranger):
        assert referrals.open_answers(acting(account), offer_id) is None
    assert referrals.open_answers(found.link(), offer_id) is None
    stored = db.session.execute(text("SELECT answers FROM script_answers")).scalars().all()
    assert not [one for one in stored if "Canaryanswer" in one]
    looks = db.session.query(AuditEntry).filter_by(action="open_answers").all()
    assert [row.account_id for row in looks] == [cast.provider.id, cast.responder.id]
    assert "information" in [row.what for row in db.session.query(Disclosure)]


def test_answers_keep_the_questions_that_were_asked(move_time: Move, cast: Cast) -> None:
    ask(cast)
    found = stage(cast, "accepted", move_time)
    sender = found.actor("sender")
    after = referrals.after_for(sender, found.offer.id)
    assert after is not None
    assert (after.script, after.script_version) == (tuple(one.text for one in ASKED), 1)
    ask(cast, ASKED[1:], version=1)
    referrals.answer_script(sender, found.offer.id, 1, ["no", "", ""])
    told = referrals.open_answers(sender, found.offer.id)
    assert told is not None
    assert [(one.question.text, one.answer) for one in told][0] == ("Can the person walk?", "no")


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        (["perhaps", "", ""], "answer_1"),
        (["yes", "by boat", ""], "answer_2"),
        (["yes", "", "x" * 81], "answer_3"),
        (["yes", "", "on probation"], "answer_3"),
        (["", "", ""], "answer_1"),
    ],
)
def test_what_is_no_answer_is_refused(move_time: Move, cast: Cast, answers: list[str], field: str) -> None:
    ask(cast)
    found = stage(cast, "accepted", move_time)
    with pytest.raises(Refused) as refused:
        referrals.answer_script(found.actor("sender"), found.offer.id, 1, answers)
    assert refused.value.field == field
    assert db.session.query(ScriptAnswers).count() == 0


@pytest.mark.parametrize("way", ["", "accept", "decline", "accept confirm_connected"])
def test_in_the_dark_the_script_is_the_same_whatever_was_answered(
    move_time: Move, cast: Cast, way: str
) -> None:
    ask(cast)
    found = stage(cast, "sent", move_time, hears_back=False)
    offer_id = found.offer.id
    for action in way.split():
        walk(found, action, move_time)
    sender = found.actor("sender")
    before = referrals.after_for(sender, offer_id)
    assert before is not None
    assert len(before.script) == 3
    referrals.answer_script(sender, offer_id, 1, ["yes", "", ""])
    after = referrals.after_for(sender, offer_id)
    assert after is not None
    assert after.has_answers
    for account in (cast.provider, cast.stranger):
        with pytest.raises(referrals.NotHere):
            referrals.answer_script(acting(account), offer_id, 1, ["yes", "", ""])


def test_a_withdrawal_takes_the_answers_along(move_time: Move, cast: Cast) -> None:
    ask(cast)
    found = stage(cast, "accepted", move_time)
    referrals.answer_script(found.actor("sender"), found.offer.id, 1, ["yes", "", "music"])
    walk(found, "withdraw", move_time)
    assert db.session.query(ScriptAnswers).count() == 0


def test_a_recorded_call_keeps_what_was_answered_with_a_yes(move_time: Move, cast: Cast) -> None:
    referrals.set_questions(acting(cast.steward), cast.detox.id, ASKED, version=0)
    who = acting(cast.responder)
    for result, kept in (("no", 0), ("yes", 1)):
        asked = request_to(cast.detox.id, need="detox", duplicate_confirmed=True)
        referrals.record_call(who, asked, result, script=(1, ["yes", "", ""]))
        assert db.session.query(ScriptAnswers).count() == kept
    anonymous = request_to(
        cast.detox.id, need="detox", basis="none_needed", name="", phone="", safety_notes=""
    )
    with pytest.raises(Refused):
        referrals.record_call(who, anonymous, "yes", script=(1, ["", "", "loves music"]))
