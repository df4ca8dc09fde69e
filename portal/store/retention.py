"""How long what is kept: one row a clock. The purges read their days here, and `/privacy/retention` shows the same rows.

A clock that starts with a close never runs while the need is open, and stands still under a legal hold. Days are days of
24 hours; a purge runs every night, so a row may outlive its clock by one day.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Clock:
    """what: in words. where: tables and columns. since: what starts the clock. why: the rule behind it."""

    what: LazyString
    where: str
    since: LazyString
    days: int
    why: LazyString

    def cutoff(self, now: datetime) -> datetime:
        """What started before this moment has served its time."""
        return now - timedelta(days=self.days)


YEAR = 365
_CLOSE = _l("the request was closed")
_DATE = _l("it was written")
_PRIVACY = _l("Nobody needs it after the handoff.")
_SIX_YEARS = _l("Health privacy law asks for six years of records on who was told what (45 CFR 164.530(j)).")

RETENTION: dict[str, Clock] = {
    "free_text": Clock(
        _l("Words that people typed: questions, answers, notes, reasons of corrections"),
        "offer: question, answer, decline_note; offer_event: note; person: safety_notes; script_answers; correction",
        _CLOSE,
        30,
        _PRIVACY,
    ),
    "contact": Clock(
        _l("Name, phone and birth date of the person"), "person; need.request_digest", _CLOSE, 90, _PRIVACY
    ),
    "blind_index": Clock(
        _l("Marks by which a person is known again"),
        "blind_index",
        _l("the person was last met"),
        396,
        _l("13 months. They hold no name, but somebody could try names on them."),
    ),
    "client_key": Clock(
        _l("The random key that ties the requests and the calls of one person together"),
        "client; need.client_id; encounter.client_id",
        _l("the request was sent, or the call came"),
        761,
        _l("25 months. What stays is counted, and of nobody any more."),
    ),
    "consent": Clock(_l("Consents"), "consent", _CLOSE, 6 * YEAR, _SIX_YEARS),
    "openings": Clock(_l("Openings in an emergency"), "break_glass", _DATE, 6 * YEAR, _SIX_YEARS),
    "ledger": Clock(_l("The list of what was told to whom"), "disclosure", _DATE, 6 * YEAR, _SIX_YEARS),
    "askings": Clock(
        _l("Questions whether there is room; nobody is named in them"),
        "asking, capacity_ask, capacity_ask_event",
        _l("the question was closed"),
        760,
        _l("They are counted as long as requests can be told apart."),
    ),
    "letters": Clock(
        _l("Letters and texts: to whom and when. Their words go as soon as they have left"),
        "message, delivery",
        _DATE,
        30,
        _l("So that a repeated step does not write twice."),
    ),
    "reports": Clock(
        _l("What somebody said is wrong about a service, and their address for an answer"),
        "listing_report: words, reply_to, said_by",
        _l("a steward answered; the address goes with the answer"),
        30,
        _l("The listing is right by then. What stays: that it was called wrong, by what, and when."),
    ),
    "profiles": Clock(
        _l("Profiles that families keep for a person who may wander, or for 911"),
        "profile: content, photo, contact, code; profile_mark",
        _l("the last day on which it was good, six months after the family last confirmed it"),
        30,
        _l("From that day on nobody sees it but its owner, who may still confirm it."),
    ),
    "profile_looks": Clock(
        _l("Who opened a profile, when and with what cause"), "profile_look", _DATE, 6 * YEAR, _SIX_YEARS
    ),
    "met": Clock(
        _l("Name, phone and birth date of somebody met on a call"),
        "person; encounter.person_id",
        _l("the call was recorded, and nothing is owed and no case is open any more"),
        90,
        _l("Nobody needs it after the last try to reach them."),
    ),
    "plans": Clock(
        _l("The plan of a case, and who it is about"),
        "program_case: plan_helps, plan_avoid, person_id",
        _l("the case was closed; a no of the person erases the plan at once"),
        30,
        _l("The next team no longer sees it from that day on."),
    ),
    "family_notes": Clock(
        _l("What a family told for the next officer, and how to call them back"),
        "family_note: helps, caller_name, caller_phone, person_id; its marks",
        _l("the family called; what they take back goes at once"),
        396,
        _l("13 months. Older words may no longer be true."),
    ),
    "care_requests": Clock(
        _l("Whom a team was asked to look for, and where"),
        "care_request: person_id, place",
        _l("the request ended"),
        30,
        _l("Notes of prevention are kept short."),
    ),
    "screens": Clock(
        _l("Answers of the short screen at the scene, and their score"),
        "engagement: screen, score",
        _l("the day of the review"),
        30,
        _l("The clinic keeps its own record."),
    ),
    "unanswered": Clock(
        _l("The same, where no steward answered"),
        "listing_report: words, reply_to, said_by",
        _DATE,
        180,
        _l("Old news of a listing helps nobody."),
    ),
    "texts": Clock(
        _l("What a text message asked, so that its answer is understood"),
        "text_ask, task_text",
        _DATE,
        90,
        _l("Its link is dead by then."),
    ),
    "panic_contact": Clock(
        _l("Whom to call when a worker who goes alone does not come back"),
        "panic_contact",
        _l("the worker last went alone"),
        90,
        _l("The worker writes it down for that alone, and can take it out at any time."),
    ),
    "heard": Clock(
        _l("That a text message came, without its words"),
        "text_received",
        _DATE,
        400,
        _l("So that a text that comes twice acts once."),
    ),
    "sessions": Clock(
        _l("Who is signed in, in which browser"), "account_session", _l("the sign-in"), 1, _l("One shift.")
    ),
    "tries": Clock(_l("How often somebody tried something"), "rate_limit", _DATE, 1, _l("To stop guessing.")),
    "care_watch": Clock(
        _l("Whom a team was asked to look out for: the agency's number and coded words, no name"),
        "care_watch",
        _l("it ended"),
        90,
        _l("It helps nobody after that."),
    ),
    "backups": Clock(
        _l("Backups in the backups folder"),
        "PORTAL_HOME/backups",
        _l("the backup was made"),
        35,
        _l("A backup holds what was purged since."),
    ),
}
