"""The matrix of fields and readers in plain words, and as the table that its golden file holds. No database."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.referrals.matrix import MATRIX

# Everybody who could look, in the table's order. Those after the receiver have no row of a request: what they see are counts,
# the ledger, or a person opened in an emergency, each on a page of its own.
READERS = (
    "sender",
    "sender_dark",
    "supervisor",
    "supervisor_dark",
    "receiver_before",
    "receiver_after",
    "other_provider",
    "dispatcher_elsewhere",
    "steward",
    "evaluator",
    "privacy_officer",
    "admin",
    "public",
)
FIELD_WORDS: dict[str, LazyString] = {
    "person": _l("Your name, phone, date of birth, notes for the staff"),
    "safe_contact": _l("How to contact you safely"),
    "request": _l("What help is needed, how soon, age group, area, language"),
    "progress": _l("That the request was sent, and seen"),
    "question": _l("A question of the service, and the answer"),
    "answer": _l("If the service said yes or no"),
    "decline_group": _l("Why not, in general words"),
    "decline_code": _l("Why not, the exact reason"),
    "handoff": _l("How you were handed over"),
    "own_handoff": _l("How you were handed over, as the sender wrote it down"),
    "transport": _l("How you got there"),
    "own_transport": _l("How you got there, as the sender wrote it down"),
    "appointment": _l("Your appointment"),
    "connected": _l("On which day care began"),
    "follow_ups": _l("What follow-ups found"),
    "tries": _l("Each try to reach you"),
    "own_tries": _l("Tries to reach you, by their own side"),
    "script": _l("What the service asks on the phone"),
    "script_answers": _l("What was answered to it"),
    "accept_code": _l("The code of the service, for the call"),
    "spoken_code": _l("The code of the sender, for the call"),
}
_AGREED, _ALWAYS = 0, 1
_WORDS = {
    ("sender", _ALWAYS): _l("the sender"),
    ("sender", _AGREED): _l("the sender, if you agreed"),
    ("supervisor", _ALWAYS): _l("the sender's supervisor, if nobody answers in time"),
    ("supervisor", _AGREED): _l("the sender's supervisor, if nobody answers in time and you agreed"),
    ("receiver", _ALWAYS): _l("the service that is asked"),
    ("receiver", _AGREED): _l("the service, after it said yes"),
}
_OWN_ENTRY = _l("who typed it in")


@dataclass(frozen=True)
class WhoSees:
    """One line of the page about the data: a field, and everybody who may see it, in words."""

    field: str
    words: str
    readers: tuple[str, ...]


def who_sees() -> tuple[WhoSees, ...]:
    """The matrix as the public page tells it, in the order of FIELD_WORDS. A row without words is a KeyError."""
    rows = {field: WhoSees(field, str(FIELD_WORDS[field]), _readers(field)) for field in MATRIX}
    return tuple(rows[field] for field in FIELD_WORDS if field in rows)


def _readers(field: str) -> tuple[str, ...]:
    cells = MATRIX[field]
    found = []
    for name, always, agreed in (
        ("sender", "sender_dark", "sender"),
        ("supervisor", "supervisor_dark", "supervisor"),
        ("receiver", "receiver_before", "receiver_after"),
    ):
        if field == "person" and name == "sender" and always in cells:
            found.append(str(_OWN_ENTRY))
        elif always in cells:
            found.append(str(_WORDS[name, _ALWAYS]))
        elif agreed in cells:
            found.append(str(_WORDS[name, _AGREED]))
    return tuple(found)


def as_table() -> str:
    """The matrix as text, one line a field and one column a reader: x may have it. What the golden file holds."""
    width = max(map(len, MATRIX)) + 2
    lines = ["field".ljust(width) + "  ".join(READERS)]
    for field in sorted(MATRIX):
        cells = ("x" if reader in MATRIX[field] else "." for reader in READERS)
        marks = "  ".join(mark.ljust(len(reader)) for mark, reader in zip(cells, READERS, strict=True))
        lines.append((field.ljust(width) + marks).rstrip())
    return "\n".join(lines) + "\n"
